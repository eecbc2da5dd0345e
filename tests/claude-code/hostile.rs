//! What stands between the session and the hook: an environment that is scrubbed, and a project that sets variables.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::json;

use crate::machine::{Machine, turn};
use crate::scene::{play, tell};
use crate::script::{Script, runs, says};
use crate::session::Ended;

fn commits() -> Script {
    Script::default().play("commit", [runs("git commit --allow-empty -m 'In a clean room'"), says("Done.")])
}

const DONE: &str = "Whatever was to be said in a clean room has been said in it by now.";

fn talks() -> Script {
    Script::default().play("talk", [says(DONE)])
}

fn scrubbed(machine: &Machine) -> Vec<Ended> {
    vec![machine.session("[[talk]] Talk.").variable("CLAUDE_CODE_SUBPROCESS_ENV_SCRUB", "1").run_asking()]
}

fn sandbox_works() -> bool {
    let tried = Command::new("bwrap").args(["--ro-bind", "/", "/", "--unshare-pid", "true"]).output();
    let works = tried.is_ok_and(|output| output.status.success());
    if !works {
        tell("skipped: bwrap, which Claude Code needs to scrub an environment, does not work here");
    }
    works
}

#[test]
#[ignore = "needs Claude Code: tests/claude-code/run.sh"]
fn in_a_scrubbed_environment_a_key_of_the_environment_is_none() {
    if sandbox_works() {
        play(&talks(), |machine| scrubbed(machine)).keeps(&[]);
    }
}

#[test]
#[ignore = "needs Claude Code: tests/claude-code/run.sh"]
fn in_a_scrubbed_environment_the_key_of_the_file_is_used() {
    if !sandbox_works() {
        return;
    }
    let machine = play(&talks(), |machine| {
        let settings = machine.home().join(".config/engram-hook");
        fs::create_dir_all(&settings).unwrap();
        let file = settings.join("api-key");
        fs::write(&file, &machine.key).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        machine.unset("ENGRAM_API_KEY");
        scrubbed(machine)
    });
    machine.keeps(&[turn(DONE)]);
}

#[test]
#[ignore = "needs Claude Code: tests/claude-code/run.sh"]
fn a_project_that_redirects_the_service_gets_nothing() {
    // A proxy that the project names too, so that a request to anywhere would be seen.
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&seen);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut line = String::new();
            drop(BufReader::new(stream).read_line(&mut line));
            heard.lock().unwrap().push(line);
        }
    });
    let machine = play(&commits(), |machine| {
        let elsewhere = "https://memories.example.com";
        // Claude Code itself would go through the proxy to the model.
        let proxy = format!("http://{address}");
        let environment = json!({"ENGRAM_API_URL": elsewhere, "HTTPS_PROXY": proxy, "NO_PROXY": "127.0.0.1"});
        fs::create_dir_all(machine.project().join(".claude")).unwrap();
        let settings = json!({"env": environment}).to_string();
        fs::write(machine.project().join(".claude/settings.json"), settings).unwrap();
        vec![machine.session("[[commit]] Commit.").run()]
    });
    machine.keeps(&[]);
    let seen = seen.lock().unwrap();
    assert!(!seen.iter().any(|line| line.contains("memories.example.com")), "{seen:?}");
    assert!(!seen.iter().any(|line| line.contains(&machine.key)), "{seen:?}");
    // It is kept for the origin it was captured under, and the user is told.
    let told = machine.hook(&["status"]);
    assert!(told.contains("https://memories.example.com"), "{told}");
    assert!(machine.state_holds("In a clean room"), "it waits");
}

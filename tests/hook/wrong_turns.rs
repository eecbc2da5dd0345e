//! The wrong turns of a first hour: every one ends in a sentence with the next step, and the right exit code.

use std::io::Write as _;
use std::os::unix::fs::symlink;
use std::process::Command;
use std::time::Duration;

use engram_local::{Fault, Generation};

use crate::sandbox::{NOBODY, Sandbox};
use crate::verdicts::pair;

fn answer(code: u16, body: &str) -> Fault {
    Fault::Status { code, headers: vec![], body: body.to_owned() }
}

#[test]
fn the_install_script_without_cargo_says_where_rust_comes_from() {
    let sandbox = Sandbox::unsent();
    let programs = sandbox.home().join("programs");
    std::fs::create_dir(&programs).unwrap();
    for program in ["sh", "dirname", "cat", "sed", "uname"] {
        let found = ["/usr/bin", "/bin"].map(|directory| format!("{directory}/{program}"));
        let found = found.iter().find(|path| std::path::Path::new(path).exists()).unwrap();
        symlink(found, programs.join(program)).unwrap();
    }
    let run = |words: &[&str]| {
        let mut command = Command::new(programs.join("sh"));
        command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/install.sh")).args(words);
        command.env_clear().env("HOME", sandbox.home()).env("PATH", &programs).current_dir(sandbox.home());
        Sandbox::finish(command, b"")
    };
    for words in [&[][..], &["--demo"], &["--local"]] {
        let ran = run(words).exits(1);
        let next = "install.sh: cannot build without cargo: install Rust from https://rustup.rs and run this again\n";
        assert!(ran.stderr.ends_with(next), "{words:?}: {ran:?}");
    }
    assert!(run(&["--nonsense"]).exits(64).stderr.contains("--help"));
    assert!(run(&["--uninstall"]).exits(0).stdout.contains("nothing was removed"));
    assert_eq!(std::fs::read_dir(sandbox.home()).unwrap().count(), 1, "nothing was put into the home");
}

#[test]
fn without_a_key_every_command_that_needs_one_says_where_it_goes() {
    let mut sandbox = Sandbox::offline();
    sandbox.unset("ENGRAM_API_KEY");
    let file = sandbox.settings().join("api-key").display().to_string();
    for words in [&["flush"][..], &["remember", "x"], &["list"], &["drop"], &["adopt"], &["retry-dead"]] {
        let ran = sandbox.run(words).exits(1).complains("set ENGRAM_API_KEY, or put the key into ");
        assert!(ran.stderr.contains(&file), "{ran:?}");
    }
    assert!(
        sandbox
            .run(&["status"])
            .exits(0)
            .stdout
            .starts_with("capture         off: there is no API key; set ")
    );
    assert!(sandbox.files().is_empty());
}

#[test]
fn with_a_key_that_was_mistyped_the_next_step_is_a_new_one() {
    let (_server, sandbox) = pair(Generation::AsAsked);
    let sandbox = sandbox.with("ENGRAM_API_KEY", "eng_mistyped_mistyped_mistyped_mistyped_mist");
    sandbox.run(&["remember", "something"]).exits(0);
    sandbox.wait_until("it is rejected", |sandbox| sandbox.status()["spool"]["tombstone"].is_object());
    let again = sandbox.run(&["remember", "something"]).exits(77).complains("the API rejected this key");
    assert!(again.stderr.ends_with("set a new one, or try `engram-hook flush --retry-key`\n"), "{again:?}");
    for words in [&["flush"][..], &["flush", "--retry-key"]] {
        let said = sandbox.run(words).exits(77).stdout;
        assert!(
            said.contains("the API rejects this key, since 20") && said.contains("Set a new key"),
            "{said}"
        );
    }
}

#[test]
fn an_answer_that_only_somebody_can_change_says_what() {
    for (code, advice) in [
        (301, "a redirect: set ENGRAM_API_URL to where the service is now"),
        (402, "the plan of this account takes no more"),
        (404, "ENGRAM_API_URL is perhaps not the base URL of the service"),
        (407, "the proxy in HTTPS_PROXY wants a name and a password"),
        (403, "does not let this key in"),
    ] {
        let (server, sandbox) = pair(Generation::AsAsked);
        server.faults().always(Some(answer(code, "")));
        sandbox.run(&["remember", "something"]).exits(0);
        let said = sandbox.run(&["flush"]).exits(75).stdout;
        assert!(
            said.contains(&format!("the rest waits: the API answered {code}")) && said.contains(advice),
            "{said}"
        );
        let because = sandbox.status()["spool"]["because"].to_string();
        assert!(because.contains(advice), "{because}");
    }
}

#[test]
fn a_web_page_in_place_of_the_service_is_called_one() {
    let (server, sandbox) = pair(Generation::AsAsked);
    server.faults().always(Some(answer(200, "<!doctype html><title>Sign in</title>")));
    sandbox.run(&["remember", "something"]).exits(0);
    let said = sandbox.run(&["flush"]).exits(75).stdout;
    assert!(said.contains("the API answered 200 with a web page: a sign-in page or a proxy"), "{said}");
}

#[test]
fn a_pause_is_not_told_when_nothing_waits_for_its_end() {
    let sandbox = Sandbox::to(NOBODY);
    sandbox.run(&["remember", "something"]).exits(0);
    sandbox.run(&["flush"]).exits(75);
    assert!(!sandbox.status()["spool"]["next_try"].is_null());
    sandbox.run(&["drop", "--yes"]).exits(0);
    let text = sandbox.run(&["status"]).exits(0).stdout;
    assert!(!text.contains("next try") && !text.contains("what mends it"), "{text}");
}

#[test]
fn with_nobody_there_it_says_so_and_when_it_tries_again() {
    let sandbox = Sandbox::to(NOBODY);
    sandbox.run(&["remember", "something"]).exits(0);
    let said = sandbox.run(&["flush"]).exits(75).stdout;
    assert!(said.contains("no connection: ") && said.contains("`engram-hook status` says when"), "{said}");
    assert!(sandbox.run(&["status"]).exits(0).stdout.contains("\nnext try "));
}

#[test]
fn remember_waits_for_a_slow_program_and_refuses_what_is_too_much() {
    let sandbox = Sandbox::unsent();
    let mut child = sandbox.start(&["remember", "-"]);
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(b"typed {slowly}").unwrap();
    // Longer than a hook would wait.
    std::thread::sleep(Duration::from_millis(1300));
    stdin.write_all(b", to the end").unwrap();
    drop(stdin);
    assert!(child.wait().unwrap().success());
    assert_eq!(sandbox.listed()[0]["memory"]["content"], "typed {slowly}, to the end");

    let ran = sandbox.run_shell("head -c 17000000 /dev/zero | \"$0\" remember -", b"");
    assert_eq!(ran.code, Some(1));
    ran.complains("more than 16 MiB");
    assert_eq!(sandbox.waiting(), 1);
}

#[test]
fn remember_redacts_cuts_and_names_the_nearest_type() {
    let sandbox = Sandbox::unsent();
    let long = "word ".repeat(1000);
    sandbox.run(&["remember", "--topic", "of ghp_012345678901234567890123456789abcdef", &long]).exits(0);
    sandbox
        .run(&["remember", "is ghp_012345678901234567890123456789abcdef <private>or not</private>"])
        .exits(0);
    let memories = sandbox.listed();
    assert_eq!(memories[0]["memory"]["topic"], "of [redacted:github-token]");
    let content = memories[0]["memory"]["content"].as_str().unwrap();
    assert!((1990..=2000).contains(&content.encode_utf16().count()) && content.ends_with('…'), "{content}");
    assert_eq!(memories[1]["memory"]["content"], "is [redacted:github-token]");
    let wrong = sandbox.run(&["remember", "--type", "decison", "x"]).exits(64);
    assert!(wrong.stderr.contains("a similar value exists: 'decision'"), "{wrong:?}");
    assert_eq!(sandbox.waiting(), 2);
}

#[test]
fn explain_of_nothing_and_of_no_json_says_how_it_is_used() {
    let sandbox = Sandbox::unsent();
    sandbox
        .run(&["explain"])
        .exits(1)
        .complains("stdin is empty; use `engram-hook explain < payload.json`, or --last");
    let ran = sandbox.run_with(&["explain"], b"[1]").exits(1).complains("stdin is no JSON object (");
    assert!(ran.stderr.ends_with("use `engram-hook explain < payload.json`\n"), "{ran:?}");
}

//! Disks that are full while a flush works on them, and disks that are elsewhere: what was acknowledged is delivered.

use std::path::Path;

use engram_local::{Fault, Options, Server};
use serde_json::Value;

use crate::sandbox::{Sandbox, stop};
use crate::{said, skipped};

/// A state directory of 64 KiB that captures fill to its last byte; then a flush in the background, which has a log to write
/// and no room for it.
const FULL: &str = r#"
mkdir -p "$HOME/.local/state"
mount -t tmpfs -o size=64k,mode=700 none "$HOME/.local/state" || exit 99
capture() { "$0" capture >> "$HOME/seen" 2>&1 || echo "exit code $?" >> "$HOME/seen"; }
for number in $(seq 1 250); do
    printf '{"hook_event_name":"Stop","session_id":"s","prompt_id":"%s","last_assistant_message":"memory %s, with more than enough words for a turn to be kept"}' "$number" "$number" | capture
done
head -c 1000000 /dev/zero > "$HOME/.local/state/filler" 2> /dev/null
"$0" list --json > "$HOME/list"
export ENGRAM_LOG=trace
printf '{"hook_event_name":"SessionStart","session_id":"s","cwd":"/"}' | capture
for try in $(seq 1 600); do
    "$0" status --json > "$HOME/status"
    grep -q '"waiting":0' "$HOME/status" && break
    sleep 0.05
done
"#;

fn in_namespaces(sandbox: &Sandbox, script: &str) -> bool {
    let quoted = script.replace('\'', r"'\''");
    let ran = sandbox.run_shell(&format!("exec unshare -Urm /bin/bash -c '{quoted}' \"$0\""), b"");
    if ran.code == Some(99) || ran.stderr.contains("unshare") {
        skipped(&format!("a file system of its own is not allowed here: {}", ran.stderr.trim()));
        return false;
    }
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{}", ran.stdout);
    true
}

fn left(sandbox: &Sandbox, name: &str) -> String {
    std::fs::read_to_string(sandbox.home().join(name)).unwrap_or_default()
}

#[test]
fn a_flush_on_a_full_disk_delivers_what_was_acknowledged_and_counts_it() {
    let server = Server::start(Options::default()).unwrap();
    let sandbox = Sandbox::to(&server.url()).with("ENGRAM_API_KEY", &server.create_key("k"));
    // The first flush is told to wait, so that the disk fills; the start of a session does not wait.
    let later = vec![("retry-after".to_owned(), "3600".to_owned())];
    server.faults().then(Fault::Status { code: 503, headers: later, body: String::new() });
    if !in_namespaces(&sandbox, FULL) {
        return;
    }
    assert_eq!(left(&sandbox, "seen"), "");
    let listed: Vec<Value> =
        left(&sandbox, "list").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let status: Value = serde_json::from_str(&left(&sandbox, "status")).unwrap();
    let said = said(&server);
    for record in &listed {
        assert!(
            said.contains(record["memory"]["content"].as_str().unwrap()),
            "acknowledged and lost: {record}"
        );
    }
    let noted = status["notes"].as_array().unwrap().iter().find(|note| note["cause"] == "not-stored");
    let noted = noted.map_or(0, |note| note["times"].as_u64().unwrap());
    println!(
        "64 KiB: {} waited on the full disk, {noted} noted as not stored, {} delivered, {} counted",
        listed.len(),
        said.len(),
        status["spool"]["accepted"]
    );
    assert!(listed.len() > 20 && noted > 20, "the disk was full");
    assert_eq!(said.len() as u64 + noted, 250);
    assert_eq!((&status["spool"]["waiting"], &status["spool"]["accepted"]), (&0.into(), &said.len().into()));
}

#[test]
fn a_state_directory_on_another_file_system_is_like_any_other() {
    let elsewhere = Path::new("/dev/shm");
    let Ok(elsewhere) = tempfile::tempdir_in(elsewhere) else {
        return skipped("there is no /dev/shm to write to");
    };
    let server = Server::start(Options::default()).unwrap();
    let sandbox = Sandbox::to(&server.url())
        .with("ENGRAM_API_KEY", &server.create_key("k"))
        .with("XDG_STATE_HOME", elsewhere.path().to_str().unwrap());
    for number in 0..20 {
        sandbox.capture(stop("s", &format!("elsewhere {number}")));
    }
    sandbox.wait_until("all arrive", |_| server.memories().len() == 20);
    sandbox.wait_until("nothing waits", |sandbox| sandbox.waiting() == 0);
    assert!(elsewhere.path().join("engram-hook/spool").is_dir() && !sandbox.state().exists());
}

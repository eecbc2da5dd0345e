//! Disks that take no more: full, limited, read-only. What was acknowledged stays, what could not be written is noted.

use serde_json::Value;

use super::{topics, was_allowed};
use crate::sandbox::{Sandbox, stop};

/// Captures many turns in one go, each with a text of its own, and writes down what anybody saw of it.
const MANY: &str = r#"
many() {
    for number in $(seq "$1" "$2"); do
        printf '{"hook_event_name":"Stop","session_id":"s","prompt_id":"%s","last_assistant_message":"memory %s, with more than enough words for a turn to be kept"}' \
            "$number" "$number" | "$0" capture >> "$HOME/seen" 2>&1 || echo "exit code $?" >> "$HOME/seen"
    done
}
"#;
/// A state directory on a file system of 64 KiB, in namespaces of its own; 99 when that is not allowed.
const SMALL_DISK: &str = r#"
mkdir -p "$HOME/.local/state"
mount -t tmpfs -o size=64k,mode=700 none "$HOME/.local/state" || exit 99
"#;

/// Runs a script on the small disk; what it left in files of the home, by name.
fn on_a_small_disk(sandbox: &Sandbox, script: &str) -> bool {
    let inner = format!("set -u; {SMALL_DISK}{MANY}{script}");
    let payload = stop("s", "on a small disk");
    let ran = sandbox.run_shell("unshare -Urm true || exit 99", b"");
    if !was_allowed(&ran, "a mount namespace") {
        return false;
    }
    let quoted = inner.replace('\'', r"'\''");
    let ran =
        sandbox.run_shell(&format!("exec unshare -Urm /bin/bash -c '{quoted}' \"$0\""), payload.as_bytes());
    if !was_allowed(&ran, "a file system of its own") {
        return false;
    }
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{}", ran.stdout);
    true
}

fn left(sandbox: &Sandbox, name: &str) -> String {
    std::fs::read_to_string(sandbox.home().join(name)).unwrap_or_default()
}

fn lines(sandbox: &Sandbox, name: &str) -> Vec<Value> {
    left(sandbox, name).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn not_stored(status: &Value) -> (u64, String) {
    let notes = status["notes"].as_array().unwrap();
    let note = notes
        .iter()
        .find(|note| note["cause"] == "not-stored")
        .unwrap_or_else(|| panic!("no note: {status}"));
    (note["times"].as_u64().unwrap(), note["text"].as_str().unwrap().to_owned())
}

#[test]
fn on_a_full_disk_every_memory_is_kept_or_noted() {
    let sandbox = Sandbox::unsent();
    let script = r#"
        head -c 16384 /dev/zero > "$HOME/.local/state/filler"
        many 1 250
        "$0" status --json > "$HOME/status"
        "$0" list --json > "$HOME/list"
        rm "$HOME/.local/state/filler"
        many 251 255
        "$0" list --json > "$HOME/after"
    "#;
    if !on_a_small_disk(&sandbox, script) {
        return;
    }
    assert_eq!(left(&sandbox, "seen"), "");
    let (kept, status) = (lines(&sandbox, "list"), &lines(&sandbox, "status")[0]);
    let (times, text) = not_stored(status);
    assert_eq!(kept.len() as u64 + times, 250);
    assert!(kept.len() > 50 && times > 50, "{} kept, {times} noted", kept.len());
    assert!(text.contains("No space left on device") && text.contains("a memory was not captured"), "{text}");
    assert_eq!(status["spool"]["waiting"], kept.len());
    assert_eq!(status["spool"]["quarantined_bytes"], 0, "a write that failed was taken back");
    for (number, record) in kept.iter().enumerate() {
        let content = record["memory"]["content"].as_str().unwrap();
        assert!(content.starts_with("memory ") && content.ends_with("to be kept"), "{number}: {content}");
    }
    let after = lines(&sandbox, "after");
    assert_eq!(after.len(), kept.len() + 5, "when there is room again, memories are kept again");
    assert_eq!(after[..kept.len()], kept);
}

#[test]
fn what_waits_can_be_dropped_from_a_full_disk() {
    let sandbox = Sandbox::unsent();
    let script = r#"
        many 1 5
        head -c 1000000 /dev/zero > "$HOME/.local/state/filler" 2> /dev/null
        "$0" drop --yes > "$HOME/dropped" 2>&1
        echo "exit code $?" >> "$HOME/dropped"
    "#;
    if on_a_small_disk(&sandbox, script) {
        assert_eq!(left(&sandbox, "dropped"), "dropped 5 waiting memories and 0 dead letters\nexit code 0\n");
    }
}

#[test]
fn a_disk_that_was_full_before_the_first_capture_is_met_in_silence() {
    let sandbox = Sandbox::unsent();
    let script = r#"
        head -c 1000000 /dev/zero > "$HOME/.local/state/filler" 2> /dev/null
        many 1 3
        "$0" status --json > "$HOME/status"
        "$0" list --json > "$HOME/list"
        "$0" remember some words > "$HOME/remember" 2>&1
        echo "exit code $?" >> "$HOME/remember"
        rm "$HOME/.local/state/filler"
        many 4 5
        "$0" list --json > "$HOME/after"
    "#;
    if !on_a_small_disk(&sandbox, script) {
        return;
    }
    assert_eq!((left(&sandbox, "seen"), left(&sandbox, "list")), (String::new(), String::new()));
    assert_eq!(lines(&sandbox, "status").len(), 1);
    let remember = left(&sandbox, "remember");
    assert!(
        remember.contains("No space left on device") && remember.ends_with("exit code 1\n"),
        "{remember}"
    );
    assert_eq!(lines(&sandbox, "after").len(), 2);
}

#[test]
fn a_read_only_disk_is_met_in_silence_and_what_is_on_it_can_be_read() {
    let sandbox = Sandbox::unsent();
    let script = r#"
        many 1 2
        mount -o remount,ro none "$HOME/.local/state" || exit 99
        many 3 4
        "$0" status --json > "$HOME/status"
        "$0" list --json > "$HOME/list"
        "$0" remember some words > "$HOME/remember" 2>&1
        echo "exit code $?" >> "$HOME/remember"
    "#;
    if !on_a_small_disk(&sandbox, script) {
        return;
    }
    assert_eq!((left(&sandbox, "seen").as_str(), lines(&sandbox, "list").len()), ("", 2));
    let status = &lines(&sandbox, "status")[0];
    assert!(
        status["trouble"].as_str().is_some_and(|trouble| trouble.contains("Read-only")),
        "no note can be left: {status}"
    );
    let remember = left(&sandbox, "remember");
    assert!(remember.contains("Read-only file system") && remember.ends_with("exit code 1\n"), "{remember}");
}

#[test]
fn a_limit_on_the_size_of_files_is_met_like_a_full_disk() {
    let sandbox = Sandbox::unsent();
    sandbox.capture(stop("s", "before the limit"));
    let ran = sandbox.run_shell(&format!("{MANY} ulimit -f 8; many 1 60"), b"").unseen();
    assert_eq!((ran.code, left(&sandbox, "seen").as_str()), (Some(0), ""));
    let kept = sandbox.listed().len() as u64;
    let (times, text) = not_stored(&sandbox.status());
    assert_eq!((kept + times, &topics(&sandbox)[0]), (61, &"before the limit".to_owned()));
    assert!(kept > 10 && times > 10, "{kept} kept, {times} noted");
    assert!(text.contains("File too large"), "{text}");
    assert_eq!(sandbox.status()["spool"]["quarantined_bytes"], 0);
    sandbox.capture(stop("s", "after the limit"));
    assert_eq!(topics(&sandbox).last().unwrap(), "after the limit");
}

#[test]
fn a_process_that_may_write_nothing_at_all_is_silent() {
    let sandbox = Sandbox::unsent();
    sandbox.run_shell("ulimit -f 0; exec \"$0\" capture", stop("s", "no bytes").as_bytes()).unseen();
    assert!(sandbox.listed().is_empty());
    sandbox.capture(stop("s", "bytes again"));
    assert_eq!(topics(&sandbox), ["bytes again"]);
    sandbox.run_shell("ulimit -n 4; exec \"$0\" capture", stop("s", "no files").as_bytes()).unseen();
    assert_eq!(topics(&sandbox)[0], "bytes again");
}

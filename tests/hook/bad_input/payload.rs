//! Payloads that are none: empty, random, cut off, larger than anything.

use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;

use super::{topics, with_two_memories};
use crate::sandbox::{Ran, Sandbox, stop};

/// A small generator of the same numbers every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides as u64).unwrap()
    }

    fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| u8::try_from(self.roll(256)).unwrap()).collect()
    }
}

/// As many as a change has time for, or as it takes to believe it.
fn size(in_a_change: usize, in_a_soak: usize) -> usize {
    if std::env::var_os("ENGRAM_SOAK").is_some() { in_a_soak } else { in_a_change }
}

fn recorded() -> Vec<Vec<u8>> {
    let directory = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/payloads"));
    let mut files: Vec<_> =
        std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.iter().map(|file| std::fs::read(file).unwrap()).collect()
}

/// One to four bytes, or stretches of bytes, are something else.
fn mutated(payload: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = payload.to_vec();
    for _ in 0..=dice.roll(4) {
        let at = dice.roll(bytes.len());
        let end = (at + dice.roll(40)).min(bytes.len());
        match dice.roll(6) {
            0 => bytes[at] ^= 1 << dice.roll(8),
            1 => drop(bytes.drain(at..end)),
            2 => {
                let again = bytes[at..end].to_vec();
                bytes.splice(at..at, again);
            }
            3 => bytes[at] = b"\"\\{}[]:,\0\n\xff"[dice.roll(11)],
            4 => {
                let noise = dice.bytes(8);
                bytes.splice(at..at, noise);
            }
            _ => bytes.truncate(at.max(1)),
        }
    }
    bytes
}

#[test]
fn an_empty_stdin_is_no_mistake() {
    let sandbox = with_two_memories();
    for payload in ["", "\n", " \t\r\n"] {
        sandbox.capture(payload);
    }
    assert!(
        sandbox.status()["notes"]
            .as_array()
            .unwrap()
            .iter()
            .all(|note| note["cause"] == "origin-not-allowed")
    );
    assert_eq!(sandbox.waiting(), 2);
    sandbox.run(&["explain"]).exits(1).complains("stdin is empty; use");
}

#[test]
fn random_bytes_are_captured_unseen_and_harm_nothing() {
    let sandbox = with_two_memories();
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    for round in 0..size(120, 4_000) {
        let count = dice.roll(if round % 10 == 0 { 100_000 } else { 300 });
        let mut payload = dice.bytes(count);
        if round % 3 == 0 {
            payload.insert(0, b'{');
        }
        sandbox.capture(&payload);
    }
    assert_eq!(topics(&sandbox), ["first", "second"]);
    let notes = sandbox.notes("payload");
    assert!(notes[0]["text"].as_str().unwrap().contains("not captured"), "{notes:?}");
}

#[test]
fn mutated_payloads_are_captured_unseen_and_harm_nothing() {
    let sandbox = with_two_memories().without_notices();
    let payloads = recorded();
    let mut dice = Dice(0x2545_f491_4f6c_dd1d);
    for _ in 0..size(300, 6_000) {
        let payload = &payloads[dice.roll(payloads.len())];
        let payload = mutated(payload, &mut dice);
        sandbox.capture(&payload);
    }
    assert_eq!(topics(&sandbox)[..2], ["first", "second"]);
    assert!(sandbox.notes("panic").is_empty());
    assert!(sandbox.listed().iter().all(|record| !record["memory"]["content"].as_str().unwrap().is_empty()));
}

#[test]
fn a_payload_that_was_cut_off_is_not_kept_and_noted() {
    let sandbox = Sandbox::unsent();
    let payload = stop("s", "a turn that was cut off");
    let mut cuts = 0;
    for end in (1..payload.len()).step_by(9) {
        sandbox.capture(&payload.as_bytes()[..end]);
        cuts += 1;
    }
    assert!(sandbox.listed().is_empty());
    let notes = sandbox.notes("payload");
    assert_eq!(notes[0]["times"], cuts);
    let text = notes[0]["text"].as_str().unwrap();
    assert!(text.contains("no JSON object (line 1, column "), "{text}");
    assert!(!sandbox.holds("acme-api"), "a note never quotes the payload");
    sandbox.capture(payload);
    assert_eq!(topics(&sandbox), ["a turn that was cut off"]);
}

#[test]
fn json_that_is_no_object_or_goes_on_after_its_end_is_noted() {
    for payload in
        ["null", "7", "\"Stop\"", "{} {}", "{}x", "{\"a\":}", "{\"hook_event_name\":\"Stop\"", "[]"]
    {
        let sandbox = Sandbox::unsent();
        sandbox.capture(payload);
        assert_eq!(sandbox.notes("payload").len(), 1, "{payload}");
        sandbox.run_with(&["explain"], payload.as_bytes()).exits(1).complains("stdin is no JSON object");
    }
}

#[test]
fn a_nest_of_100_000_brackets_is_no_harm() {
    let sandbox = Sandbox::unsent();
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(100_000), close.repeat(100_000));
    for payload in [
        deep("[", "]"),
        deep("{\"a\":", "}"),
        format!(
            "{{\"tool_input\":{},\"hook_event_name\":\"PostToolUse\",\"tool_name\":\"Bash\"}}",
            deep("[", "]")
        ),
        format!("{{\"hook_event_name\":{}}}", deep("{\"a\":[", "]}")),
        format!("{{\"tool_input\":{}", deep("[", "")),
    ] {
        sandbox.capture(payload);
    }
    assert!(sandbox.listed().is_empty());
}

#[test]
fn a_hundred_megabytes_are_read_or_let_go_in_time_and_noted() {
    const BYTES: usize = 100 * 1024 * 1024;
    let zeros = vec![0; BYTES];
    let long_string = [b"{\"hook_event_name\":\"".as_slice(), &vec![b'x'; BYTES], b"\"}\n"].concat();
    let sandbox = with_two_memories();
    for (times, payload) in [(1, zeros), (2, long_string)] {
        let ran = sandbox.run_with(&["capture"], &payload).unseen();
        assert!(ran.took < Duration::from_millis(1500), "{:?}", ran.took);
        let notes = sandbox.notes("payload");
        assert_eq!(notes[0]["times"], times);
        assert_eq!(notes[0]["text"], "a payload was larger than 16 MiB: not captured");
    }
    assert_eq!(topics(&sandbox), ["first", "second"]);
}

/// A call of Write with a content of megabytes.
fn written(order: [&str; 2], path: &str, size: usize) -> String {
    let content = "a line of the file\\n".repeat(size / 20);
    let field = |name: &str| match name {
        "tool_name" => r#""tool_name":"Write""#.to_owned(),
        _ => format!(r#""tool_input":{{"file_path":"{path}","content":"{content}"}}"#),
    };
    let fields = order.map(field).join(",");
    format!(
        r#"{{"session_id":"s","cwd":"/srv/none","hook_event_name":"PostToolUse",{fields},"tool_use_id":"{path}"}}"#
    )
}

#[test]
fn a_file_of_megabytes_is_read_to_its_end_and_kept_only_when_it_is_a_plan() {
    let sandbox = Sandbox::unsent();
    let plan = |name: &str| sandbox.home().join(".claude/plans").join(name).display().to_string();
    let capture = |order, path: &str| {
        let mut child = sandbox.start(&["capture"]);
        let payload = written(order, path, 3_000_000);
        child.stdin.take().unwrap().write_all(payload.as_bytes()).expect("stdin is read to its end");
        Ran::new(child.wait_with_output().unwrap(), Duration::ZERO).unseen();
    };
    capture(["tool_name", "tool_input"], "/srv/none/lib.rs");
    capture(["tool_input", "tool_name"], "/srv/none/lib.rs");
    assert_eq!(topics(&sandbox), [""; 0]);
    capture(["tool_name", "tool_input"], &plan("one.md"));
    capture(["tool_input", "tool_name"], &plan("two.md"));
    assert_eq!(topics(&sandbox), ["a line of the file"; 2]);
    assert_eq!(sandbox.notes("payload"), [Value::Null; 0]);
}

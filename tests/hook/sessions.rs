//! Ended sessions: off by default; told by the flush, once, from a transcript of Claude Code's own, without secrets.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

use engram_local::Generation;
use serde_json::{Value, json};

use crate::sandbox::{Sandbox, stop};
use crate::verdicts::{BOTH, pair};

const TRANSCRIPT: &str = include_str!("../fixtures/transcripts/invoices.jsonl");
const ON: &str = r#"{"capture":{"sessions":true}}"#;

impl Sandbox {
    fn transcript(&self, session: &str) -> PathBuf {
        self.home().join(format!(".claude/projects/-home-dev-acme-api/{session}.jsonl"))
    }

    /// A session of that name was held; answers its end's payload.
    fn session(&self, session: &str) -> String {
        let transcript = self.transcript(session);
        fs::create_dir_all(transcript.parent().unwrap()).unwrap();
        fs::write(&transcript, TRANSCRIPT).unwrap();
        self.end_of(session, "p1").to_string()
    }

    fn end_of(&self, session: &str, prompt: &str) -> Value {
        json!({
            "session_id": session, "transcript_path": self.transcript(session), "cwd": "/home/dev/acme-api",
            "prompt_id": prompt, "hook_event_name": "SessionEnd", "reason": "other",
        })
    }

    fn sessions(&self) -> u64 {
        self.status()["spool"]["sessions"].as_u64().unwrap_or(0)
    }
}

#[test]
fn a_session_is_told_only_when_it_was_asked_for() {
    for generation in BOTH {
        let (server, sandbox) = pair(generation);
        let payload = sandbox.session("s1");
        sandbox.capture(&payload);
        assert!(!sandbox.state().exists(), "off, nothing is written");
        sandbox.configure(ON);
        sandbox.capture(&payload);
        sandbox.wait_until("it is delivered", |sandbox| sandbox.status()["spool"]["accepted"] == 1);
        let memories = server.memories();
        assert_eq!(memories.len(), 1);
        assert!(memories[0].content.starts_with("Session: Number the invoices per tenant, please.\n"));
        assert_eq!(memories[0].tags, ["claude-code", "session"]);
        assert_eq!(sandbox.sessions(), 0);
    }
}

#[test]
fn two_registrations_and_two_ends_make_one_memory_and_a_new_prompt_another() {
    let sandbox = Sandbox::unsent();
    sandbox.configure(ON);
    let payload = sandbox.session("s1");
    for _ in 0..3 {
        sandbox.capture(&payload);
    }
    assert_eq!(sandbox.sessions(), 1);
    let file = fs::read_dir(sandbox.spool())
        .unwrap()
        .flatten()
        .find(|entry| entry.file_name().to_string_lossy().starts_with("session-"));
    let noted = fs::read_to_string(file.unwrap().path()).unwrap();
    assert!(!noted.contains("invoices"), "no text of the session: {noted}");
    sandbox.capture(sandbox.end_of("s1", "p2").to_string());
    assert_eq!(sandbox.sessions(), 2);

    let text = sandbox.run(&["status"]).exits(0).stdout;
    assert!(text.contains("sessions        2 ended, to be told by the next flush\n"), "{text}");
}

#[test]
fn a_session_that_ended_again_later_is_accepted_once() {
    let (server, sandbox) = pair(Generation::AsAsked);
    sandbox.configure(ON);
    let payload = sandbox.session("s1");
    for round in 1..=2 {
        sandbox.capture(&payload);
        sandbox.wait_until("it is told", |sandbox| sandbox.sessions() == 0 && sandbox.waiting() == 0);
        assert!(sandbox.status()["spool"]["accepted"].as_u64() >= Some(1), "round {round}");
    }
    assert_eq!(server.memories().len(), 1, "the service knows its id");
}

#[test]
fn what_ended_while_the_service_was_away_is_told_by_the_next_flush_even_if_the_first_dies() {
    let sandbox = Sandbox::offline();
    sandbox.configure(ON);
    let payload = sandbox.session("s1");
    // No flush starts: the note stays, as it does when a flush dies before it has looked.
    let background = sandbox.hold_flush();
    sandbox.capture(&payload);
    drop(background);
    assert_eq!((sandbox.sessions(), sandbox.waiting()), (1, 0));
    sandbox.run(&["flush"]).exits(75);
    assert_eq!((sandbox.sessions(), sandbox.waiting()), (0, 1), "told, and it waits like any other memory");
    let waits = &sandbox.listed()[0]["memory"];
    assert_eq!(waits["topic"], "Session: Number the invoices per tenant, please.");
}

#[test]
fn an_idle_session_and_a_directory_that_is_ignored_are_not_told() {
    let sandbox = Sandbox::offline();
    sandbox.configure(ON);
    let payload = sandbox.session("idle");
    fs::write(sandbox.transcript("idle"), TRANSCRIPT.lines().take(4).collect::<Vec<_>>().join("\n")).unwrap();
    assert_eq!(sandbox.explained(&payload)["why_not"], "the session changed no file and made no commit");
    sandbox.capture(&payload);
    sandbox.run(&["flush"]).exits(0);
    assert_eq!((sandbox.sessions(), sandbox.waiting()), (0, 0));

    let background = sandbox.hold_flush();
    sandbox.capture(sandbox.session("s1"));
    drop(background);
    sandbox.configure(r#"{"capture":{"sessions":true},"ignore":["/home/dev/**"]}"#);
    sandbox.run(&["flush"]).exits(0);
    sandbox.capture(sandbox.session("s2"));
    assert_eq!((sandbox.sessions(), sandbox.waiting()), (0, 0), "neither what waited nor what came later");
}

#[test]
fn a_transcript_that_is_not_claude_codes_own_regular_file_is_not_read() {
    let sandbox = Sandbox::offline();
    sandbox.configure(ON);
    let payload = sandbox.session("s1");
    let transcript = sandbox.transcript("s1");
    let outside = sandbox.home().join("outside.jsonl");
    fs::rename(&transcript, &outside).unwrap();
    let not_told = |what: &str, payload: &str| {
        sandbox.capture(payload);
        sandbox.run(&["flush"]).exits(0);
        assert_eq!((sandbox.sessions(), sandbox.waiting()), (0, 0), "{what}");
        assert!(sandbox.explained(payload)["why_not"].as_str().unwrap().contains("transcript"), "{what}");
    };
    not_told("there is none", &payload);
    symlink(&outside, &transcript).unwrap();
    not_told("a link", &payload);
    fs::remove_file(&transcript).unwrap();
    fs::hard_link(&outside, &transcript).unwrap();
    not_told("a hard link", &payload);
    fs::remove_file(&transcript).unwrap();
    assert!(sandbox.run_shell(&format!("mkfifo '{}'", transcript.display()), b"").code == Some(0));
    not_told("a FIFO", &payload);
    fs::remove_file(&transcript).unwrap();
    fs::create_dir(&transcript).unwrap();
    not_told("a directory", &payload);
    let mut elsewhere = sandbox.end_of("s1", "p1");
    elsewhere["transcript_path"] = outside.display().to_string().into();
    not_told("elsewhere", &elsewhere.to_string());
    elsewhere["transcript_path"] =
        format!("{}/../../../outside.jsonl", transcript.parent().unwrap().display()).into();
    not_told("a way out", &elsewhere.to_string());
    let directory = transcript.parent().unwrap().to_owned();
    fs::remove_dir_all(&directory).unwrap();
    symlink(sandbox.home(), &directory).unwrap();
    fs::copy(&outside, sandbox.home().join("s1.jsonl")).unwrap();
    not_told("a linked directory", &payload);
}

#[test]
fn a_directory_that_no_file_system_has_is_not_noted() {
    let sandbox = Sandbox::unsent();
    sandbox.configure(ON);
    let payload = sandbox.session("s1").replace("/home/dev/acme-api\"", &format!("/{}\"", "x/".repeat(4000)));
    sandbox.capture(payload);
    assert_eq!(sandbox.sessions(), 0);
}

#[test]
fn a_refused_key_forgets_the_sessions_too_and_a_later_one_is_not_noted() {
    let (server, sandbox) = pair(Generation::AsAsked);
    sandbox.configure(ON);
    let background = sandbox.hold_flush();
    sandbox.capture(stop("s", "something"));
    drop(background);
    server.faults().always(Some(engram_local::Fault::Status {
        code: 401,
        headers: vec![],
        body: r#"{"detail":"invalid API key"}"#.into(),
    }));
    sandbox.run(&["flush"]).exits(77);
    sandbox.capture(sandbox.session("s1"));
    assert_eq!(sandbox.sessions(), 0);
    // One that a capture noted in the very moment of the refusal.
    fs::write(sandbox.spool().join("session-x"), "{}").unwrap();
    sandbox.run(&["flush"]).exits(77);
    assert!(!sandbox.spool().join("session-x").exists());
}

#[test]
fn drop_erases_the_sessions_that_were_not_told() {
    let sandbox = Sandbox::unsent();
    sandbox.configure(ON);
    sandbox.capture(sandbox.session("s1"));
    sandbox.run(&["drop"]).exits(1).complains("1 ended session not told yet");
    sandbox.run(&["drop", "--yes"]).exits(0);
    assert_eq!(sandbox.sessions(), 0);
}

#[test]
fn a_secret_of_the_environment_is_redacted_though_the_flush_never_had_it() {
    let (server, sandbox) = pair(Generation::AsAsked);
    let sandbox = sandbox.with("DB_PASSWORD", "correct-horse-battery-staple");
    sandbox.configure(ON);
    let payload = sandbox.session("s1");
    let said = TRANSCRIPT.replace("per tenant, please", "with correct-horse-battery-staple, please");
    fs::write(sandbox.transcript("s1"), said).unwrap();
    assert_eq!(sandbox.explained(&payload)["memories"][0]["redacted"][0], "environment-secret");
    sandbox.capture(&payload);
    sandbox.wait_until("it is delivered", |sandbox| sandbox.status()["spool"]["accepted"] == 1);
    assert_eq!(
        server.memories()[0].topic,
        "Session: Number the invoices with [redacted:environment-secret], please."
    );
    for (path, bytes) in sandbox.files().into_iter().filter(|(path, _)| path.starts_with(sandbox.state())) {
        assert!(!String::from_utf8_lossy(&bytes).contains("correct-horse"), "{}", path.display());
    }
}

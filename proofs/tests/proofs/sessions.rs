//! Ended sessions, killed and raced: one that was noted is told, and however often it is told, it is one memory.

use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use engram_local::{Options, Server};
use serde_json::json;

use crate::home::{armed, deliveries, flush_lives, held_at, home, let_go, sign, until_no_flush_lives};
use crate::mutants::failure_of;
use crate::sandbox::{DEADLINE, Sandbox};

const TRANSCRIPT: &str = include_str!("../../../tests/fixtures/transcripts/invoices.jsonl");
/// The steps of a flush on its way out in which a session may end.
const STEPS: [&str; 4] = ["life.sealed", "life.empty", "life.left", "life.unlocked"];

fn home_with_sessions(server: &Server) -> Sandbox {
    let sandbox = home(server);
    sandbox.configure(r#"{"capture":{"sessions":true}}"#);
    sandbox
}

/// The end of a session that has a transcript.
fn ends(sandbox: &Sandbox, mut command: Command, session: &str) {
    let transcript = sandbox.home().join(format!(".claude/projects/-home-dev-acme-api/{session}.jsonl"));
    fs::create_dir_all(transcript.parent().unwrap()).unwrap();
    fs::write(&transcript, TRANSCRIPT.replace("per tenant, please", session)).unwrap();
    let payload = json!({
        "session_id": session, "transcript_path": transcript, "cwd": "/home/dev/acme-api",
        "prompt_id": "p", "hook_event_name": "SessionEnd", "reason": "other",
    });
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(payload.to_string().as_bytes()).unwrap();
    child.wait().unwrap();
}

/// Whether the session is told without anybody doing anything.
fn is_told(sandbox: &Sandbox, server: &Server, session: &str) -> bool {
    let end = Instant::now() + DEADLINE;
    loop {
        let lives = flush_lives(sandbox);
        if server
            .memories()
            .iter()
            .any(|memory| memory.topic == format!("Session: Number the invoices {session}."))
        {
            return true;
        }
        if !lives || Instant::now() > end {
            return false;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_kill_between_telling_and_taking_away_makes_one_memory() {
    let server = Server::start(Options::default()).unwrap();
    let sandbox = home_with_sessions(&server);
    let background = sandbox.hold_flush();
    ends(&sandbox, sandbox.command(&["capture"]), "one");
    drop(background);
    for _ in 0..2 {
        let killed = armed(&sandbox, &["flush"], "kill session.told").output().unwrap();
        assert!(!killed.status.success() && sign(&sandbox).exists());
        fs::remove_file(sign(&sandbox)).unwrap();
    }
    assert_eq!(sandbox.status()["spool"]["sessions"], 1);
    assert_eq!(sandbox.waiting(), 2, "told twice, under one id");
    sandbox.run(&["flush"]).exits(0);
    assert_eq!(server.memories().len(), 1);
    assert!(deliveries(&server).values().all(|times| *times <= 2));
    assert_eq!((&sandbox.status()["spool"]["sessions"], sandbox.waiting()), (&0.into(), 0));
}

#[test]
fn a_session_that_ends_at_any_moment_of_a_flushs_exit_is_told() {
    for step in STEPS {
        let server = Server::start(Options::default()).unwrap();
        let sandbox = home_with_sessions(&server);
        let background = sandbox.hold_flush();
        ends(&sandbox, sandbox.command(&["capture"]), "before");
        drop(background);
        let flush = held_at(step, &sandbox, &["flush"], "");
        ends(&sandbox, sandbox.command(&["capture"]), "in the last moment");
        let_go(&sandbox, flush);
        assert!(is_told(&sandbox, &server, "before"), "lost at {step}");
        assert!(is_told(&sandbox, &server, "in the last moment"), "stranded at {step}");
        until_no_flush_lives(&sandbox);
    }
}

#[test]
fn a_flush_that_looks_once_is_caught_stranding_a_session() {
    let failure =
        failure_of("sessions::a_session_that_ends_at_any_moment_of_a_flushs_exit_is_told", "LooksOnce");
    assert!(failure.is_some_and(|said| said.contains("stranded at life.")));
}

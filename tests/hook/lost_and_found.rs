//! A service that is away and comes back, and programs that are ended in the middle.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;
use std::time::Duration;

use engram_local::{Fault, Options, Server};

use crate::sandbox::{Sandbox, stop};

#[test]
fn what_is_captured_while_the_service_is_away_arrives_when_it_is_back() {
    let data = tempfile::tempdir().unwrap();
    let options = |port| Options { data: Some(data.path().to_path_buf()), port, ..Options::default() };
    let server = Server::start(options(0)).unwrap();
    let (key, port) = (server.create_key("k"), server.port());
    let sandbox = Sandbox::to(&server.url()).with("ENGRAM_API_KEY", &key);
    drop(server);
    for number in 0..30 {
        sandbox.capture(stop("s", &format!("offline {number}")));
    }
    sandbox.run(&["flush"]).exits(75);
    assert_eq!(sandbox.waiting(), 30);
    let server = Server::start(options(port)).unwrap();
    // The start of the next session delivers, whatever the backoff says.
    sandbox.capture(r#"{"hook_event_name":"SessionStart","session_id":"s","cwd":"/home/dev/acme-api"}"#);
    sandbox.wait_until("everything arrives", |_| server.memories().len() == 30);
    sandbox.wait_until("nothing waits", |sandbox| sandbox.waiting() == 0);
}

#[test]
fn a_flush_that_is_killed_in_the_middle_is_followed_by_another() {
    let server = Server::start(Options::default()).unwrap();
    let sandbox = Sandbox::to(&server.url()).with("ENGRAM_API_KEY", &server.create_key("k"));
    server.faults().always(Some(Fault::Status {
        code: 503,
        headers: vec![("retry-after".into(), "3600".into())],
        body: String::new(),
    }));
    for number in 0..40 {
        sandbox.capture(stop("s", &format!("turn {number}")));
    }
    sandbox.wait_until("the background flush gave up", |sandbox| {
        !sandbox.status()["spool"]["next_try"].is_null()
    });
    server.faults().clear();
    server.faults().always(Some(Fault::Delay(Duration::from_millis(30))));
    for _ in 0..5 {
        let arrived = server.memories().len();
        let mut flush = sandbox.start(&["flush"]);
        server.wait_until(Duration::from_secs(20), |server| server.memories().len() >= (arrived + 3).min(40));
        flush.kill().unwrap();
        flush.wait().unwrap();
    }
    sandbox.run(&["flush"]).exits(0);
    assert_eq!(server.memories().len(), 40);
}

#[test]
fn a_flush_by_hand_waits_for_the_one_at_work_and_says_when_that_left_nothing_to_do() {
    let sandbox = Sandbox::to("http://127.0.0.1:9").with("ENGRAM_API_KEY", "eng_waits_0123");
    let held = sandbox.hold_flush();
    let mut command = sandbox.command(&["flush"]);
    let mut flush = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut said = String::new();
    BufReader::new(flush.stderr.take().unwrap()).read_line(&mut said).unwrap();
    assert_eq!(said, "another flush is at work; waiting for it\n");
    drop(held);
    let ended = flush.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&ended.stdout), "the other flush left nothing to do; nothing waits\n");
    assert_eq!(ended.status.code(), Some(0));
}

#[test]
fn an_answer_that_was_lost_means_a_second_delivery_under_the_same_id() {
    let server = Server::start(Options::default()).unwrap();
    let sandbox = Sandbox::to(&server.url()).with("ENGRAM_API_KEY", &server.create_key("k"));
    server.faults().then(Fault::AcceptThenReset);
    sandbox.capture(stop("s", "said twice, kept once"));
    sandbox.wait_until("nothing waits", |sandbox| sandbox.status()["spool"]["accepted"] == 1);
    let ids: Vec<_> = server
        .requests()
        .iter()
        .map(|request| request.header("idempotency-key").unwrap().to_owned())
        .collect();
    assert_eq!(ids.len(), 2);
    assert_eq!(ids[0], ids[1]);
    assert_eq!(server.memories().len(), 1);
}

#[test]
fn a_torn_tail_does_not_swallow_the_next_memory() {
    let sandbox = Sandbox::offline();
    sandbox.capture(stop("s", "whole"));
    sandbox.run(&["flush"]).exits(75);
    sandbox.capture(stop("s", "to be torn"));
    let active = sandbox.spool().join("active.jsonl");
    let bytes = std::fs::read(&active).unwrap();
    for cut in [1, 10, 22, 23, 24, bytes.len() / 2, bytes.len() - 2] {
        std::fs::write(&active, &bytes[..cut]).unwrap();
        sandbox.capture(stop("s", "after the tear"));
        let topics: Vec<_> =
            sandbox.listed().iter().map(|record| record["memory"]["topic"].to_string()).collect();
        assert_eq!(topics.len(), 2, "cut at {cut}: {topics:?}");
        assert!(topics[1].contains("after the tear"));
    }
}

#[test]
fn a_held_lock_delays_a_capture_by_milliseconds_and_loses_nothing() {
    let sandbox = Sandbox::offline();
    sandbox.capture(stop("s", "first"));
    let lock = std::fs::File::open(sandbox.spool().join("lock")).unwrap();
    lock.lock().unwrap();
    sandbox.capture(stop("s", "second"));
    lock.unlock().unwrap();
    sandbox.wait_until("both wait", |sandbox| sandbox.waiting() == 2);
}

#[test]
fn a_lock_that_is_never_let_go_keeps_no_memory_from_being_delivered() {
    let server = Server::start(Options::default()).unwrap();
    let sandbox = Sandbox::to(&server.url()).with("ENGRAM_API_KEY", &server.create_key("k"));
    sandbox.capture(stop("s", "first"));
    sandbox.wait_until("it arrives", |_| server.memories().len() == 1);
    let lock = std::fs::File::open(sandbox.spool().join("lock")).unwrap();
    lock.lock().unwrap();
    sandbox.capture(stop("s", "second"));
    sandbox.wait_until("it arrives all the same", |_| server.memories().len() == 2);
    drop(lock);
}

//! A revoked key: its spool is erased, a tombstone stays, and nobody else is touched.

use std::sync::atomic::{AtomicUsize, Ordering};

use engram_local::{Fault, Generation, Options, Server};

use crate::sandbox::{Sandbox, session_start, stop};
use crate::verdicts::{BOTH, pair};

#[test]
fn a_401_erases_this_destination_and_leaves_a_tombstone() {
    for generation in BOTH {
        let (server, mut sandbox) = pair(generation);
        let first = server.create_key("first");
        let unauthorized = match generation {
            Generation::AsAsked => r#"{"detail":"invalid API key"}"#,
            Generation::V1 => r#"{"error":"unauthorized"}"#,
        };
        // Another key's memory waits beside them.
        let beside = server.create_key("beside");
        sandbox.set("ENGRAM_API_KEY", &beside);
        let background = sandbox.hold_flush();
        sandbox.capture(stop("s", "somebody else's"));
        drop(background);
        sandbox.set("ENGRAM_API_KEY", &first);
        let background = sandbox.hold_flush();
        for number in 0..10 {
            sandbox.capture(stop("s", &format!("forget-me {number}")));
        }
        drop(background);
        assert_eq!(sandbox.waiting(), 10);

        let asked = AtomicUsize::new(0);
        server.faults().when(move |_| {
            let third = asked.fetch_add(1, Ordering::SeqCst) >= 2;
            third.then(|| Fault::Status { code: 401, headers: vec![], body: unauthorized.into() })
        });
        sandbox.run(&["flush"]).exits(77);
        let accepted = server.memories().len();
        assert_eq!(accepted, 2);
        assert_eq!(sandbox.status()["spool"]["tombstone"]["erased"], 10 - accepted);
        assert!(!sandbox.holds("forget-me"), "no text of it is left in any file");

        sandbox.capture(stop("s", "after the end"));
        assert!(!sandbox.holds("after the end"), "nothing is kept for a revoked key");
        sandbox.run(&["flush"]).exits(77);

        server.faults().clear();
        sandbox.set("ENGRAM_API_KEY", &beside);
        assert_eq!(sandbox.waiting(), 1, "another key's spool is untouched");
        sandbox.set("ENGRAM_API_KEY", &server.create_key("second"));
        sandbox.capture(stop("s", "a new key works at once"));
        sandbox.wait_until("it arrives", |_| server.memories().len() == accepted + 1);
    }
}

#[test]
fn a_key_that_works_again_lifts_its_tombstone_when_asked() {
    let server = Server::start(Options::default()).unwrap();
    let sandbox = Sandbox::to(&server.url()).with("ENGRAM_API_KEY", &server.create_key("k"));
    server.faults().then(Fault::Status { code: 401, headers: vec![], body: r#"{"detail":"x"}"#.into() });
    sandbox.capture(stop("s", "erased"));
    sandbox.wait_until("it is erased", |sandbox| !sandbox.status()["spool"]["tombstone"].is_null());
    drop(sandbox.hold_flush());
    sandbox.run(&["flush"]).exits(77);
    sandbox.run(&["flush", "--retry-key"]).exits(0);
    sandbox.capture(stop("s", "kept again"));
    sandbox.wait_until("it arrives", |_| server.memories().len() == 1);
}

#[test]
fn a_file_that_cannot_be_used_does_not_keep_the_others_from_being_erased() {
    let (server, sandbox) = pair(Generation::AsAsked);
    let background = sandbox.hold_flush();
    sandbox.capture(stop("s", "in an odd file"));
    let segment = sandbox.spool().join("seal-00000000000000000001-1.jsonl");
    std::fs::rename(sandbox.spool().join("active.jsonl"), &segment).unwrap();
    std::fs::hard_link(&segment, sandbox.home().join("backup")).unwrap();
    sandbox.capture(stop("s", "in a good file"));
    drop(background);
    server.revoke_keys_named("k");
    sandbox.run(&["flush"]).exits(77);
    assert!(!segment.exists() && !sandbox.holds("in a good file"));
    assert!(!sandbox.status()["spool"]["tombstone"].is_null());
}

#[test]
fn an_erasing_that_was_cut_short_is_finished_by_the_next_flush() {
    let (server, sandbox) = pair(Generation::AsAsked);
    sandbox.capture(stop("s", "erased"));
    sandbox.wait_until("it arrives", |_| server.memories().len() == 1);
    server.revoke_keys_named("k");
    sandbox.capture(stop("s", "erased too"));
    sandbox.wait_until("the spool is erased", |sandbox| !sandbox.status()["spool"]["tombstone"].is_null());
    // The flush that erased it has ended.
    drop(sandbox.hold_flush());
    // As a kill between two unlinks leaves it.
    std::fs::write(sandbox.spool().join("dead.jsonl"), "text of a dead letter").unwrap();
    sandbox.run_with(&["capture"], session_start("startup").as_bytes()).notices("rejected the API key");
    sandbox.wait_until("it is gone", |sandbox| !sandbox.holds("text of a dead letter"));
    std::fs::write(sandbox.spool().join("dead.jsonl"), "text of a dead letter").unwrap();
    sandbox.run(&["flush"]).exits(77);
    assert!(!sandbox.holds("text of a dead letter"));
}

#[test]
fn a_real_revocation_is_seen_by_the_next_flush() {
    let server = Server::start(Options::default()).unwrap();
    let sandbox = Sandbox::to(&server.url()).with("ENGRAM_API_KEY", &server.create_key("mine"));
    sandbox.capture(stop("s", "first"));
    sandbox.wait_until("it arrives", |_| server.memories().len() == 1);
    server.revoke_keys_named("mine");
    sandbox.capture(stop("s", "second"));
    sandbox.wait_until("the spool is erased", |sandbox| !sandbox.status()["spool"]["tombstone"].is_null());
    // The tombstone is there first, and the flush that wrote it goes on erasing.
    drop(sandbox.hold_flush());
    assert!(!sandbox.holds("second"));
    assert_eq!(server.memories().len(), 1);
}

#[test]
fn a_401_that_is_not_the_services_erases_nothing() {
    for body in ["<html>login</html>", r#"{"error":"unauthorized"}"#] {
        let server = Server::start(Options::default()).unwrap();
        let sandbox = Sandbox::to(&server.url()).with("ENGRAM_API_KEY", &server.create_key("k"));
        server.faults().always(Some(Fault::Status { code: 401, headers: vec![], body: body.into() }));
        sandbox.capture(stop("s", "kept"));
        sandbox.run(&["flush"]).exits(75);
        assert_eq!(sandbox.waiting(), 1, "{body}");
    }
}

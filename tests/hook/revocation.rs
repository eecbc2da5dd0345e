//! A revoked key: its spool is erased, a tombstone stays, and nobody else is touched.

use engram_local::{Fault, Options, Server};

use crate::sandbox::{KEY, Sandbox, stop};

#[test]
fn a_401_erases_this_destination_and_leaves_a_tombstone() {
    let server = Server::start(Options::default()).unwrap();
    let first = server.create_key("first");
    let mut sandbox = Sandbox::to(&server.url()).with("ENGRAM_API_KEY", &first);
    // Nothing is delivered while the memories are captured: the first answer asks for a long pause.
    server.faults().always(Some(Fault::Status {
        code: 503,
        headers: vec![("retry-after".into(), "3600".into())],
        body: String::new(),
    }));
    for number in 0..10 {
        sandbox.capture(stop("s", &format!("forget-me {number}")));
    }
    sandbox.wait_until("the background flush gave up", |sandbox| {
        !sandbox.status()["spool"]["next_try"].is_null()
    });
    // Another key's memories wait beside them.
    sandbox.set("ENGRAM_API_KEY", KEY);
    sandbox.capture(stop("s", "somebody else's"));
    sandbox.set("ENGRAM_API_KEY", &first);
    assert_eq!(sandbox.waiting(), 10);

    server.faults().clear();
    let asked = std::sync::atomic::AtomicUsize::new(0);
    server.faults().when(move |_| {
        let nth = asked.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        (nth >= 2).then(|| Fault::Status {
            code: 401,
            headers: vec![],
            body: r#"{"detail":"invalid key"}"#.into(),
        })
    });
    sandbox.run(&["flush"]).exits(77);
    let accepted = server.memories().len();
    assert_eq!(accepted, 2);
    let tombstone = sandbox.status()["spool"]["tombstone"].clone();
    assert_eq!(tombstone["erased"], 10 - accepted);
    assert!(!sandbox.holds("forget-me"), "no text of it is left in any file");

    sandbox.capture(stop("s", "after the end"));
    assert!(!sandbox.holds("after the end"), "nothing is kept for a revoked key");
    assert_eq!(sandbox.waiting(), 0);
    sandbox.run(&["flush"]).exits(77);

    server.faults().clear();
    sandbox.set("ENGRAM_API_KEY", KEY);
    assert_eq!(sandbox.waiting(), 1, "another key's spool is untouched");
    sandbox.set("ENGRAM_API_KEY", &server.create_key("second"));
    sandbox.capture(stop("s", "a new key works at once"));
    sandbox.wait_until("it arrives", |_| server.memories().len() == accepted + 1);
}

#[test]
fn a_key_that_works_again_lifts_its_tombstone_when_asked() {
    let server = Server::start(Options::default()).unwrap();
    let sandbox = Sandbox::to(&server.url()).with("ENGRAM_API_KEY", &server.create_key("k"));
    server.faults().then(Fault::Status { code: 401, headers: vec![], body: r#"{"detail":"x"}"#.into() });
    sandbox.capture(stop("s", "erased"));
    sandbox.wait_until("it is erased", |sandbox| !sandbox.status()["spool"]["tombstone"].is_null());
    sandbox.run(&["flush"]).exits(77);
    sandbox.run(&["flush", "--retry-key"]).exits(0);
    sandbox.capture(stop("s", "kept again"));
    sandbox.wait_until("it arrives", |_| server.memories().len() == 1);
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

//! Many captures at once, with flushes that start by themselves.

use std::collections::HashMap;
use std::thread;

use engram_local::{Fault, Options, Server};

use crate::sandbox::{Sandbox, stop};

#[test]
fn eight_writers_deliver_everything_exactly_once_without_a_flush_by_hand() {
    const WRITERS: usize = 8;
    const EACH: usize = 500;
    let server = Server::start(Options::default()).unwrap();
    let sandbox = Sandbox::to(&server.url()).with("ENGRAM_API_KEY", &server.create_key("burst"));
    thread::scope(|scope| {
        for writer in 0..WRITERS {
            let sandbox = &sandbox;
            scope.spawn(move || {
                for number in 0..EACH {
                    sandbox.capture(stop(&format!("w{writer}"), &format!("{writer}/{number}")));
                }
            });
        }
    });
    sandbox.wait_until("everything has arrived", |_| server.memories().len() == WRITERS * EACH);
    let mut posts: HashMap<String, usize> = HashMap::new();
    for request in server.requests().iter().filter(|request| request.method == "POST") {
        *posts.entry(request.header("idempotency-key").unwrap().to_owned()).or_default() += 1;
    }
    assert_eq!(posts.len(), WRITERS * EACH, "distinct ids");
    assert!(posts.values().all(|times| *times == 1), "none twice");
    sandbox.wait_until("nothing is left", |sandbox| sandbox.waiting() == 0);
    let connections: std::collections::HashSet<_> =
        server.requests().iter().map(|request| request.connection).collect();
    println!(
        "{} memories, {} requests, {} connections, 0 lost, 0 twice",
        WRITERS * EACH,
        posts.len(),
        connections.len()
    );
}

#[test]
fn a_thousand_captures_and_one_flush_arrive_with_the_right_words() {
    let server = Server::start(Options::default()).unwrap();
    let key = server.create_key("thousand");
    let sandbox = Sandbox::to(&server.url()).with("ENGRAM_API_KEY", &key).with("ENGRAM_SCOPE", "work");
    // The first flush is told to wait for an hour: everything stays on disk until the flush by hand.
    server.faults().then(Fault::Status {
        code: 503,
        headers: vec![("retry-after".into(), "3600".into())],
        body: String::new(),
    });
    for number in 0..1000 {
        sandbox.capture(stop("s", &format!("turn {number}")));
    }
    assert_eq!(sandbox.waiting(), 1000);
    server.forget_requests();
    sandbox.run(&["flush"]).exits(0);
    let requests = server.requests();
    assert_eq!(requests.len(), 1000);
    let mut ids = std::collections::HashSet::new();
    for request in &requests {
        assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/api/memories"));
        assert_eq!(request.header("authorization"), Some(format!("Bearer {key}").as_str()));
        assert_eq!(request.header("content-type"), Some("application/json"));
        assert!(ids.insert(request.header("idempotency-key").unwrap().to_owned()));
        let body = request.json().unwrap();
        assert!(body["content"].as_str().unwrap().starts_with("turn "));
        assert_eq!(body["topic"], body["content"]);
        assert_eq!(body["memory_type"], "note");
        assert_eq!(body["project"], "acme-api");
        assert_eq!(body["scope"], "work");
        assert_eq!(body["source"], "hook");
        assert_eq!(body["tags"], serde_json::json!(["claude-code", "turn"]));
        assert_eq!(body.as_object().unwrap().len(), 7);
    }
    let connections: std::collections::HashSet<_> =
        requests.iter().map(|request| request.connection).collect();
    // Eight at once; the client opens one more whenever a connection comes back while it is connecting, which a busy
    // machine makes more likely. One that is not used again for long would show.
    println!("{} connections", connections.len());
    assert!(connections.len() <= requests.len() / 20, "{} connections", connections.len());
    assert_eq!(sandbox.status()["spool"]["accepted"], 1000);
    assert_eq!(server.memories().len(), 1000);
}

#[test]
fn a_handful_of_captures_shares_one_flush_and_one_connection() {
    let server = Server::start(Options::default()).unwrap();
    let sandbox = Sandbox::to(&server.url()).with("ENGRAM_API_KEY", &server.create_key("k"));
    for number in 0..10 {
        sandbox.capture(stop("s", &format!("turn {number}")));
        sandbox.wait_until("it arrives", |_| server.memories().len() == number + 1);
    }
    let connections: std::collections::HashSet<_> =
        server.requests().iter().map(|request| request.connection).collect();
    assert_eq!(sandbox.status()["notes"], serde_json::json!([]));
    assert_eq!(connections.len(), 1);
}

#[test]
fn two_registrations_of_the_hook_make_one_memory() {
    let server = Server::start(Options::default()).unwrap();
    let sandbox = Sandbox::to(&server.url()).with("ENGRAM_API_KEY", &server.create_key("k"));
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| sandbox.capture(stop("s", "once")));
        }
    });
    sandbox.wait_until("nothing waits", |sandbox| sandbox.status()["spool"]["accepted"] == 2);
    assert_eq!(server.memories().len(), 1);
}

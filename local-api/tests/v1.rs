//! The newer generation, as it was seen to answer.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its tools too")]

mod client;

use std::time::{Duration, Instant};

use client::{Answer, admin_cookie, send, send_raw};
use engram_local::{Generation, Options, RateLimit, Server};
use serde_json::{Value, json};

const PATH: &str = "/api/v1/memories";

fn start(rate_limit: Option<RateLimit>) -> (Server, String) {
    let options = Options { generation: Generation::V1, rate_limit, ..Options::default() };
    let server = Server::start(options).unwrap();
    let key = server.create_key("laptop");
    (server, key)
}

fn memory(content: &str) -> Value {
    json!({"topic": "t", "content": content, "memoryType": "note"})
}

fn post(server: &Server, key: &str, body: &Value) -> Answer {
    send(server, "POST", PATH, &[("x-api-key", key)], Some(body))
}

#[test]
fn keys_and_memories_have_the_newer_form() {
    let (server, key) = start(None);
    assert!(key.starts_with("3ng_") && key.len() == 56, "{} characters", key.len());
    let stored = post(&server, &key, &memory("kept"));
    assert_eq!(stored.status, 201);
    assert_eq!(stored.json()["memoryType"], "note");
    let listed = send(&server, "GET", &format!("{PATH}?memoryType=note"), &[("x-api-key", &key)], None);
    assert_eq!(listed.json()["memories"], json!([stored.json()]));
}

#[test]
fn its_errors_carry_the_newer_words() {
    let (server, key) = start(None);
    assert_eq!(post(&server, &key, &memory("kept")).status, 201);
    let with = |field: &str, value: Value| {
        let mut body = memory("other");
        body[field] = value;
        body
    };
    for (body, status, error) in [
        (memory(" kept "), 409, "duplicate_memory"),
        (with("source", json!("hook")), 400, "invalid_input"),
        (with("memory_type", json!("note")), 400, "invalid_input"),
        (with("scope", json!("Not A Scope")), 400, "invalid_input"),
        (with("content", json!("x".repeat(2001))), 400, "invalid_input"),
        (with("content", json!("\u{0}")), 400, "invalid_input"),
        (json!([]), 400, "invalid_input"),
    ] {
        let answer = post(&server, &key, &body);
        assert_eq!((answer.status, answer.json()["error"].as_str()), (status, Some(error)), "{body}");
        assert!(answer.json().get("detail").is_none());
    }
    let broken =
        send_raw(&server, "POST", PATH, &[("x-api-key", &key), ("content-type", "application/json")], b"{");
    assert_eq!((broken.status, broken.json()["error"].as_str()), (400, Some("invalid_request")));
}

#[test]
fn a_bearer_is_401_and_the_older_path_404_with_a_page() {
    let (server, key) = start(None);
    let bearer = format!("Bearer {key}");
    let refused = send(&server, "POST", PATH, &[("authorization", &bearer)], Some(&memory("x")));
    assert_eq!((refused.status, refused.json()["error"].as_str()), (401, Some("unauthorized")));
    for path in ["/api/memories", "/api/dashboard/summary"] {
        let missing = send(&server, "GET", path, &[("authorization", &bearer)], None);
        assert_eq!(missing.status, 404);
        assert!(missing.header("content-type").unwrap().starts_with("text/html"));
    }
}

#[test]
fn revocation_is_immediate_here_too() {
    let (server, key) = start(None);
    server.revoke_keys_named("laptop");
    assert_eq!(post(&server, &key, &memory("x")).status, 401);
    let cookie = admin_cookie(&server);
    let made = send(&server, "POST", "/api/keys", &[("cookie", &cookie)], Some(&json!({"name": "new"})));
    assert_eq!(post(&server, made.json()["key"].as_str().unwrap(), &memory("x")).status, 201);
}

#[test]
fn one_request_too_many_is_told_how_many_whole_seconds_to_wait() {
    let limit = RateLimit { requests: 3, window: Duration::from_millis(1500) };
    let (server, key) = start(Some(limit));
    let other = server.create_key("other");
    let begin = Instant::now();
    for number in 0..3 {
        assert_eq!(post(&server, &key, &memory(&format!("{number}"))).status, 201);
    }
    let refused = post(&server, &key, &memory("one too many"));
    assert_eq!((refused.status, refused.json()["error"].as_str()), (429, Some("rate_limited")));
    let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=2).contains(&wait), "{wait}");
    assert_eq!(post(&server, &other, &memory("another key")).status, 201);
    let again = server.wait_until(Duration::from_secs(10), |server| {
        post(server, &key, &memory("one too many")).status == 201
    });
    assert!(again && begin.elapsed() >= limit.window, "{:?}", begin.elapsed());
}

#[test]
fn the_usual_limit_is_300_requests() {
    let (server, key) = start(None);
    let ask = || send(&server, "GET", &format!("{PATH}?limit=1"), &[("x-api-key", &key)], None).status;
    assert!((0..300).all(|_| ask() == 200));
    assert_eq!(ask(), 429);
}

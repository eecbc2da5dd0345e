//! The layer of faults, as a client of the service meets it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its tools too")]

mod client;

use std::time::{Duration, Instant};

use client::{memory, post};
use engram_local::{Fault, Options, Server};

fn start() -> (Server, String) {
    let server = Server::start(Options::default()).unwrap();
    let key = server.create_key("laptop");
    (server, key)
}

/// The status, or the error of a request that got no whole answer.
fn try_post(server: &Server, key: &str, content: &str) -> Result<u16, String> {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let sent = agent
        .post(format!("{}/api/memories", server.url()))
        .header("authorization", format!("Bearer {key}"))
        .send_json(memory(content));
    let mut answer = sent.map_err(|error| error.to_string())?;
    answer.body_mut().read_to_string().map_err(|error| error.to_string())?;
    Ok(answer.status().as_u16())
}

#[test]
fn a_scripted_status_answers_one_request_and_stores_nothing() {
    let (server, key) = start();
    server.faults().then(Fault::Status {
        code: 429,
        headers: vec![("retry-after".into(), "7".into())],
        body: "slow down".into(),
    });
    let refused = post(&server, &key, &memory("kept"));
    assert_eq!((refused.status, refused.body.as_str()), (429, "slow down"));
    assert_eq!(refused.header("retry-after"), Some("7"));
    assert!(server.memories().is_empty());
    assert_eq!(post(&server, &key, &memory("kept")).status, 201);
    let statuses: Vec<_> = server.requests().iter().map(|request| request.status).collect();
    assert_eq!(statuses, [Some(429), Some(201)]);
}

#[test]
fn a_reset_stores_nothing_and_a_late_reset_does() {
    let (server, key) = start();
    server.faults().then(Fault::Reset);
    let error = try_post(&server, &key, "lost").unwrap_err();
    assert!(error.to_lowercase().contains("reset"), "{error}");
    assert!(server.memories().is_empty());
    server.faults().then(Fault::AcceptThenReset);
    let error = try_post(&server, &key, "committed").unwrap_err();
    assert!(error.to_lowercase().contains("reset"), "{error}");
    assert_eq!(server.memories().len(), 1);
    assert_eq!(server.requests().iter().filter(|request| request.status.is_none()).count(), 2);
}

#[test]
fn half_an_answer_has_its_status_and_not_its_end() {
    let (server, key) = start();
    server.faults().then(Fault::HalfAnswer);
    let body = memory("half").to_string();
    let request = format!(
        "POST /api/memories HTTP/1.1\r\nhost: 127.0.0.1:{}\r\nauthorization: Bearer {key}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        server.port(),
        body.len(),
    );
    let answer = String::from_utf8(client::exchange(&server, request.as_bytes())).unwrap();
    let (head, half) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 201 "), "{head}");
    let promised: usize = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .map(|length| length.parse().unwrap())
        .unwrap();
    assert_eq!(half.len(), promised / 2);
    assert_eq!(server.memories().len(), 1);
}

#[test]
fn delays_and_hangs_take_their_time() {
    let (server, key) = start();
    server.faults().then(Fault::Delay(Duration::from_millis(150)));
    let begin = Instant::now();
    assert_eq!(try_post(&server, &key, "late"), Ok(201));
    assert!(begin.elapsed() >= Duration::from_millis(150));
    server.faults().then(Fault::Hang(Duration::from_millis(150)));
    let begin = Instant::now();
    assert!(try_post(&server, &key, "never").is_err());
    assert!(begin.elapsed() >= Duration::from_millis(150));
    assert_eq!(server.memories().len(), 1);
}

#[test]
fn a_server_that_hangs_is_still_dropped_at_once() {
    let (server, key) = start();
    server.faults().always(Some(Fault::Hang(Duration::from_mins(10))));
    let url = server.url();
    let waiting = std::thread::spawn(move || {
        ureq::post(format!("{url}/api/memories")).header("authorization", &key).send_empty().is_err()
    });
    assert!(server.wait_until(Duration::from_secs(10), |server| server.requests().len() == 1));
    let begin = Instant::now();
    drop(server);
    assert!(begin.elapsed() < Duration::from_secs(3), "{:?}", begin.elapsed());
    assert!(waiting.join().unwrap());
}

#[test]
fn a_rule_looks_at_each_request_and_what_always_happens_comes_last() {
    let (server, key) = start();
    server.faults().always(Some(Fault::status(503)));
    server.faults().when(|seen| {
        let content = seen.json()?["content"].as_str()?.to_owned();
        content.contains("bad").then(|| Fault::status(500))
    });
    server.faults().then(Fault::status(418));
    for status in [418, 500, 500] {
        assert_eq!(try_post(&server, &key, "bad"), Ok(status));
        if status == 418 {
            assert_eq!(try_post(&server, &key, "good"), Ok(503));
        }
    }
    server.faults().clear();
    assert_eq!(try_post(&server, &key, "bad"), Ok(201));
}

#[test]
fn the_newer_servers_habit_of_500_can_be_had_for_a_test() {
    let (server, key) = start();
    server.faults().when(Fault::newer_server_500);
    assert_eq!(try_post(&server, &key, "a nul \u{0}"), Ok(500));
    assert_eq!(try_post(&server, "no key", "a nul \u{0}"), Ok(500));
    assert_eq!(try_post(&server, &key, &"x".repeat(102_400)), Ok(500));
    assert_eq!(try_post(&server, &key, "fine"), Ok(201));
}

#[test]
fn what_arrived_can_be_looked_at_and_connections_told_apart() {
    let (server, key) = start();
    let agent: ureq::Agent = ureq::Agent::config_builder().build().into();
    for content in ["one", "two"] {
        agent
            .post(format!("{}/api/memories?x=y", server.url()))
            .header("authorization", format!("Bearer {key}"))
            .send_json(memory(content))
            .unwrap()
            .body_mut()
            .read_to_string()
            .unwrap();
    }
    post(&server, &key, &memory("three"));
    let seen = server.requests();
    let first = &seen[0];
    assert_eq!(
        (first.method.as_str(), first.path.as_str(), first.query.as_str()),
        ("POST", "/api/memories", "x=y")
    );
    assert_eq!(first.header("Authorization"), Some(format!("Bearer {key}").as_str()));
    assert_eq!(first.json().unwrap()["content"], "one");
    assert_eq!(first.connection, seen[1].connection, "the connection is kept alive");
    assert_ne!(first.connection, seen[2].connection);
    server.forget_requests();
    assert!(server.requests().is_empty());
}

#[test]
fn a_successor_takes_the_same_port_and_finds_the_same_database() {
    let directory = tempfile::tempdir().unwrap();
    let options = Options { data: Some(directory.path().join("new/deep")), ..Options::default() };
    let server = Server::start(options.clone()).unwrap();
    let (key, port) = (server.create_key("laptop"), server.port());
    assert_eq!(post(&server, &key, &memory("before")).status, 201);
    drop(server);
    let server = Server::start(Options { port, ..options }).unwrap();
    assert_eq!(post(&server, &key, &memory("before")).status, 409);
    assert_eq!(post(&server, &key, &memory("after")).status, 201);
    assert_eq!(server.memories().len(), 2);
}

//! The REST API as asked, through a real server with a real database.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its tools too")]

mod client;

use std::time::Duration;

use client::{admin_cookie, get, memory, post, send};
use engram_local::{Options, RateLimit, Server};
use serde_json::json;

fn start() -> (Server, String) {
    let server = Server::start(Options::default()).unwrap();
    let key = server.create_key("laptop");
    (server, key)
}

#[test]
fn a_memory_is_stored_and_listed() {
    let (server, key) = start();
    let sent = json!({
        "topic": "Retry", "content": " Back off with jitter ", "memory_type": "decision", "project": "api",
        "scope": "work", "tags": ["net", "net", "retry"], "source": "hook",
    });
    let answer = post(&server, &key, &sent);
    assert_eq!(answer.status, 201);
    let stored = answer.json();
    assert_eq!(stored["content"], "Back off with jitter");
    assert_eq!(stored["tags"], json!(["net", "retry"]));
    let listed = get(&server, &key, "/api/memories").json();
    assert_eq!(listed["memories"], json!([stored]));
    assert_eq!(listed["next_cursor"], json!(null));
    assert_eq!(server.memories()[0].id, stored["id"].as_str().unwrap());
}

#[test]
fn the_same_idempotency_key_answers_the_same_memory_and_stores_nothing_new() {
    let (server, key) = start();
    let headers = [("idempotency-key", "7f0c"), ("authorization", &format!("Bearer {key}"))];
    let first = send(&server, "POST", "/api/memories", &headers, Some(&memory("one")));
    let again = send(&server, "POST", "/api/memories", &headers, Some(&memory("one")));
    assert_eq!((first.status, again.status), (201, 200));
    assert_eq!(first.json(), again.json());
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(server.memories().len(), 1);
    assert_eq!(server.memories()[0].idempotency_key.as_deref(), Some("7f0c"));
}

#[test]
fn the_same_content_is_refused_as_a_duplicate_whatever_else_differs() {
    let (server, key) = start();
    let first = post(&server, &key, &memory("same")).json();
    let mut other = memory("  same\n");
    other["topic"] = json!("another topic");
    other["memory_type"] = json!("fact");
    let refused = post(&server, &key, &other);
    assert_eq!(refused.status, 409);
    assert_eq!(refused.json(), json!({"detail": "duplicate_memory", "memory_id": first["id"]}));
    assert_eq!(server.memories().len(), 1);
}

#[test]
fn what_is_not_valid_is_422_and_names_the_field() {
    let (server, key) = start();
    for (field, value) in [
        ("topic", json!("x".repeat(257))),
        ("content", json!("🦀".repeat(1001))),
        ("content", json!("nul \u{0}")),
        ("memory_type", json!("idea")),
        ("scope", json!("home")),
        ("tags", json!([3])),
    ] {
        let mut body = memory("content");
        body[field] = value;
        let answer = post(&server, &key, &body);
        assert_eq!(answer.status, 422, "{field}");
        let detail = answer.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.starts_with(&format!("{field}: ")), "{detail}");
    }
    assert!(server.memories().is_empty());
}

#[test]
fn bodies_that_are_no_memory_get_a_clear_4xx() {
    let (server, key) = start();
    let bearer = format!("Bearer {key}");
    let json_type = ("content-type", "application/json");
    for (body, kind, status) in [
        (b"{".to_vec(), json_type, 422),
        (br#"{"topic":"\ud83d"}"#.to_vec(), json_type, 422),
        (b"[]".to_vec(), json_type, 422),
        ("[".repeat(50_000).into_bytes(), json_type, 422),
        (b"topic=x".to_vec(), ("content-type", "application/x-www-form-urlencoded"), 415),
        (vec![b' '; 102_401], json_type, 413),
        (vec![b' '; 3_000_000], json_type, 413),
    ] {
        let answer =
            client::send_raw(&server, "POST", "/api/memories", &[("authorization", &bearer), kind], &body);
        assert_eq!(answer.status, status, "{} bytes: {}", body.len(), answer.body);
        assert!(answer.json()["detail"].is_string(), "{}", answer.body);
    }
}

#[test]
fn unknown_paths_and_methods_are_refused_in_json() {
    let (server, key) = start();
    assert_eq!(get(&server, &key, "/api/nothing").json()["detail"], "not found");
    let answer = send(&server, "PUT", "/api/memories", &[], None);
    assert_eq!((answer.status, answer.header("allow")), (405, Some("POST,GET,HEAD")));
    assert!(answer.json()["detail"].is_string());
}

#[test]
fn pages_follow_the_cursor_and_hold_every_memory_once() {
    let (server, key) = start();
    for number in 0..25 {
        assert_eq!(post(&server, &key, &memory(&format!("number {number}"))).status, 201);
    }
    let (mut seen, mut path) = (Vec::new(), "/api/memories?limit=10".to_owned());
    loop {
        let page = get(&server, &key, &path).json();
        for memory in page["memories"].as_array().unwrap() {
            seen.push(memory["content"].as_str().unwrap().to_owned());
        }
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/api/memories?limit=10&cursor={cursor}");
    }
    let expected: Vec<_> = (0..25).rev().map(|number| format!("number {number}")).collect();
    assert_eq!(seen, expected);
}

#[test]
fn the_list_is_narrowed_by_words_project_type_tag_source_and_time() {
    let (server, key) = start();
    let mut decision = memory("We retry with exponential backoff, naïvely");
    decision["memory_type"] = json!("decision");
    decision["project"] = json!("engine");
    decision["tags"] = json!(["net", "größe"]);
    decision["source"] = json!("hook");
    post(&server, &key, &memory("Unrelated"));
    let stored = post(&server, &key, &decision).json();
    post(&server, &key, &memory("Also unrelated"));
    let at = stored["created_at"].as_str().unwrap();
    for (query, count) in [
        ("q=retry", 1),
        ("q=BACKOFF+retry", 1),
        ("q=naive", 1),
        ("q=expon", 1),
        ("q=retry+missing", 0),
        ("q=%22%2A+OR", 0),
        ("q=%2A", 0),
        ("q=retry&project=engine&limit=1", 1),
        ("project=engine", 1),
        ("project=Engine", 0),
        ("memory_type=decision", 1),
        ("tag=gr%C3%B6%C3%9Fe", 1),
        ("tag=ne", 0),
        ("tag=net&q=retry", 1),
        ("tag=net&q=unrelated", 0),
        ("tag=net&memory_type=note", 0),
        ("source=hook", 1),
        (&format!("since={at}"), 2),
        (&format!("until={at}"), 1),
        (&format!("since={at}&q=unrelated"), 1),
    ] {
        let answer = get(&server, &key, &format!("/api/memories?{query}"));
        assert_eq!(answer.status, 200, "{query}: {}", answer.body);
        assert_eq!(answer.json()["memories"].as_array().unwrap().len(), count, "{query}");
    }
    assert_eq!(get(&server, &key, "/api/memories?since=now").status, 422);
}

#[test]
fn the_summary_counts_what_is_there() {
    let (server, key) = start();
    for (content, memory_type, project) in
        [("a", "commitment", "one"), ("b", "commitment", "two"), ("c", "note", "one")]
    {
        let mut body = memory(content);
        body["memory_type"] = json!(memory_type);
        body["project"] = json!(project);
        post(&server, &key, &body);
    }
    let summary = get(&server, &key, "/api/dashboard/summary").json();
    assert_eq!(summary["total"], 3);
    assert_eq!(summary["by_type"][0], json!({"name": "commitment", "memories": 2}));
    assert_eq!(summary["by_project"][0], json!({"name": "one", "memories": 2}));
    assert_eq!(summary["by_source"], json!([{"name": "manual", "memories": 3}]));
    assert_eq!(summary["by_day"].as_array().unwrap().len(), 30);
    let days: i64 =
        summary["by_day"].as_array().unwrap().iter().map(|day| day["memories"].as_i64().unwrap()).sum();
    assert_eq!(days, 3);
    assert_eq!(summary["open_commitments"]["total"], 2);
    assert_eq!(summary["newest"][0]["content"], "c");
}

#[test]
fn cron_wants_its_secret_and_no_api_key() {
    let options = Options { cron_secret: Some("tick".into()), ..Options::default() };
    let server = Server::start(options).unwrap();
    let key = server.create_key("laptop");
    let bearer = format!("Bearer {key}");
    let run = |job: &str, headers: &[(&str, &str)]| {
        send(&server, "POST", &format!("/api/internal/cron/{job}"), headers, None)
    };
    let refused: [&[(&str, &str)]; 5] = [
        &[],
        &[("cron_secret", "tock")],
        &[("authorization", &bearer)],
        &[("authorization", &bearer), ("cron_secret", "tick")],
        &[("x-api-key", "anything"), ("cron_secret", "tick")],
    ];
    for headers in refused {
        assert_eq!(run("optimize", headers).status, 401, "{headers:?}");
    }
    server.revoke_keys_named("laptop");
    assert_eq!(run("optimize", &[("cron_secret", "tick")]).status, 200);
    assert_eq!(run("purge-revoked-keys", &[("cron_secret", "tick")]).json()["purged"], 1);
    assert_eq!(run("purge-revoked-keys", &[("cron_secret", "tick")]).json()["purged"], 0);
    assert_eq!(run("else", &[("cron_secret", "tick")]).status, 404);
}

#[test]
fn without_a_cron_secret_nobody_runs_cron_jobs() {
    let (server, _) = start();
    let answer = send(&server, "POST", "/api/internal/cron/optimize", &[("cron_secret", "")], None);
    assert_eq!(answer.status, 401);
}

#[test]
fn the_life_of_a_key() {
    let server = Server::start(Options::default()).unwrap();
    let cookie = admin_cookie(&server);
    let admin = [("cookie", cookie.as_str())];
    let made = send(&server, "POST", "/api/keys", &admin, Some(&json!({"name": " laptop "})));
    assert_eq!(made.status, 201);
    let made = made.json();
    let (id, key) = (made["id"].as_str().unwrap(), made["key"].as_str().unwrap());
    assert_eq!((made["name"].as_str(), key.len()), (Some("laptop"), 44));

    let list = || send(&server, "GET", "/api/keys", &admin, None);
    assert!(!list().body.contains(key));
    assert_eq!(list().json()["keys"][0]["last_used_at"], json!(null));

    assert_eq!(post(&server, key, &memory("used")).status, 201);
    let used = list().json()["keys"][0]["last_used_at"].as_str().unwrap().to_owned();
    assert_eq!(post(&server, key, &memory("used")).status, 409);
    assert_eq!(list().json()["keys"][0]["last_used_at"], json!(used), "a refused request is no use");
    assert_eq!(get(&server, key, "/api/dashboard/summary").status, 200);
    let moved = list().json()["keys"][0]["last_used_at"].as_str().unwrap().to_owned();
    assert!(moved > used, "{moved} {used}");

    let path = format!("/api/keys/{id}");
    assert_eq!(send(&server, "DELETE", &path, &admin, None).status, 204);
    assert_eq!(get(&server, key, "/api/memories").status, 401);
    let dead = list().json();
    assert!(dead["keys"][0]["revoked_at"].is_string());
    assert_eq!(send(&server, "DELETE", &path, &admin, None).status, 204);
    assert_eq!(list().json(), dead, "the time of death stays as it was");
    assert_eq!(send(&server, "DELETE", "/api/keys/unknown", &admin, None).status, 404);
    for name in ["", "  ", &"x".repeat(65), "a\nb"] {
        let refused = send(&server, "POST", "/api/keys", &admin, Some(&json!({"name": name})));
        assert_eq!(refused.status, 422, "{name:?}");
        assert!(refused.json()["detail"].as_str().unwrap().starts_with("name: "));
    }
}

#[test]
fn a_limit_of_requests_can_be_set_here_too() {
    let rate_limit = Some(RateLimit { requests: 1, window: Duration::from_mins(1) });
    let server = Server::start(Options { rate_limit, ..Options::default() }).unwrap();
    let key = server.create_key("laptop");
    assert_eq!(post(&server, &key, &memory("one")).status, 201);
    let refused = post(&server, &key, &memory("two"));
    assert_eq!((refused.status, refused.header("retry-after")), (429, Some("60")));
    assert!(refused.json()["detail"].is_string());
}

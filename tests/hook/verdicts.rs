//! What each answer of the API does to a memory, through the real client, in both generations of the service.

use engram_local::{Fault, Generation, Options, RateLimit, Server};
use serde_json::Value;
use std::time::Duration;

use crate::sandbox::{Sandbox, stop};

/// A user need not know which one it is.
pub const BOTH: [Generation; 2] = [Generation::AsAsked, Generation::V1];

/// A server of that generation, and a home with one of its keys.
pub fn pair(generation: Generation) -> (Server, Sandbox) {
    let server = Server::start(Options { generation, ..Options::default() }).unwrap();
    let sandbox = Sandbox::to(&server.url()).with("ENGRAM_API_KEY", &server.create_key("k"));
    (server, sandbox)
}

/// One memory, a server that answers like this, and a flush by hand: its exit code, the status after it, and the home.
fn flushed_against(generation: Generation, fault: Fault) -> (i32, Value, Sandbox) {
    let (server, sandbox) = pair(generation);
    server.faults().always(Some(fault));
    let background = sandbox.hold_flush();
    sandbox.run_with(&["remember", "-"], b"a thing worth keeping").exits(0);
    drop(background);
    let exit = sandbox.run(&["flush", "-v"]).code.unwrap();
    let spool = sandbox.status()["spool"].clone();
    (exit, spool, sandbox)
}

fn answer(code: u16, body: &str) -> Fault {
    Fault::Status { code, headers: vec![], body: body.to_owned() }
}

/// An error as the generation names it.
fn error(generation: Generation, name: &str) -> String {
    match generation {
        Generation::AsAsked => format!(r#"{{"detail":"{name}"}}"#),
        Generation::V1 => format!(r#"{{"error":"{name}"}}"#),
    }
}

/// Delivered, waiting, dead.
fn counts(spool: &Value) -> (u64, u64, u64) {
    let count = |name: &str| spool[name].as_u64().unwrap();
    (count("accepted"), count("waiting"), count("dead_letters"))
}

fn minutes_until_next_try(spool: &Value) -> i64 {
    let next: jiff::Timestamp = spool["next_try"].as_str().expect("a next try").parse().unwrap();
    next.duration_since(jiff::Timestamp::now()).as_secs() / 60
}

#[test]
fn an_acceptance_takes_the_memory_off_the_disk() {
    for generation in BOTH {
        for code in [200, 201, 202, 204] {
            let (exit, spool, sandbox) = flushed_against(generation, answer(code, ""));
            assert_eq!((exit, counts(&spool)), (0, (1, 0, 0)), "{code}");
            assert!(!sandbox.holds("worth keeping"), "{code}");
        }
    }
}

#[test]
fn a_page_that_says_ok_is_no_acceptance() {
    for generation in BOTH {
        for page in ["<!doctype html><title>Sign in</title>", "<html>", "\r\n\n <html>", "\u{feff}<html>"] {
            let (exit, spool, _) = flushed_against(generation, answer(200, page));
            assert_eq!((exit, counts(&spool)), (75, (0, 1, 0)), "{page}");
        }
    }
}

#[test]
fn a_duplicate_is_delivered_and_another_conflict_is_kept() {
    for generation in BOTH {
        let (exit, spool, _) =
            flushed_against(generation, answer(409, &error(generation, "duplicate_memory")));
        assert_eq!((exit, counts(&spool)), (0, (1, 0, 0)));
        let (exit, spool, _) = flushed_against(generation, answer(409, &error(generation, "locked")));
        assert_eq!((exit, counts(&spool)), (75, (0, 1, 0)));
    }
}

#[test]
fn a_refusal_becomes_a_dead_letter_that_can_be_tried_again() {
    for generation in BOTH {
        for code in [400, 413, 422] {
            let body = error(generation, "invalid_input");
            let (exit, spool, sandbox) = flushed_against(generation, answer(code, &body));
            assert_eq!((exit, counts(&spool)), (0, (0, 0, 1)), "{code}");
            let letter = sandbox.run(&["list", "--dead", "--json"]).exits(0).json();
            assert_eq!(
                (&letter["refused"]["status"], &letter["refused"]["body"]),
                (&code.into(), &body.into())
            );
            assert_eq!(letter["memory"]["content"], "a thing worth keeping");
            sandbox.run(&["retry-dead"]).exits(0);
            assert_eq!(counts(&sandbox.status()["spool"]), (0, 1, 0));
        }
    }
}

#[test]
fn a_refusal_that_says_the_key_back_leaves_no_key_on_disk() {
    let (server, sandbox) = pair(Generation::AsAsked);
    let key = server.create_key("said back");
    let sandbox = sandbox.with("ENGRAM_API_KEY", &key);
    // The second is cut off in the middle of the key.
    let padding = "x".repeat(4096 - 11 - 30);
    let bodies =
        [format!(r#"{{"detail":"Bearer {key} may not"}}"#), format!(r#"{{"detail":"{padding}{key}"}}"#)];
    for (number, body) in bodies.iter().enumerate() {
        server.faults().always(Some(answer(400, body)));
        sandbox.capture(stop("s", &format!("refused {number}")));
        sandbox
            .wait_until("it is refused", |sandbox| sandbox.status()["spool"]["dead_letters"] == number + 1);
    }
    assert!(!sandbox.holds(key.get(..12).unwrap()));
}

#[test]
fn what_somebody_must_mend_is_kept_and_waits_long() {
    for generation in BOTH {
        for code in [402, 403, 404, 405, 407, 410, 418, 451, 301, 302, 303, 307, 308] {
            // To follow it would be to send the memory elsewhere: nobody listens there, and nobody is asked.
            let headers = vec![("location".into(), "http://127.0.0.1:9/".into())];
            let (exit, spool, _) =
                flushed_against(generation, Fault::Status { code, headers, body: String::new() });
            assert_eq!((exit, counts(&spool)), (75, (0, 1, 0)), "{code}");
            assert!(spool["because"].as_str().unwrap().contains(&code.to_string()), "{spool}");
            assert!(minutes_until_next_try(&spool) > 40, "{code}: {spool}");
        }
    }
}

#[test]
fn what_the_server_refuses_for_now_is_kept_and_sent_again() {
    for generation in BOTH {
        let faults = [408, 425, 429, 500, 502, 503, 504].map(|code| answer(code, &error(generation, "x")));
        for fault in faults.into_iter().chain([Fault::Reset]) {
            let (exit, spool, _) = flushed_against(generation, fault.clone());
            assert_eq!((exit, counts(&spool)), (75, (0, 1, 0)), "{fault:?}");
            assert!(minutes_until_next_try(&spool) < 2, "{fault:?}: {spool}");
        }
    }
}

#[test]
fn half_an_answer_is_an_answer_when_the_status_has_been_said() {
    for generation in BOTH {
        let (exit, spool, _) = flushed_against(generation, Fault::HalfAnswer);
        assert_eq!((exit, counts(&spool)), (0, (1, 0, 0)));
    }
}

#[test]
fn retry_after_is_waited_out_when_it_is_short_and_written_down_when_it_is_long() {
    for generation in BOTH {
        let (server, sandbox) = pair(generation);
        let slow_down = |seconds: &str| Fault::Status {
            code: 429,
            headers: vec![("retry-after".into(), seconds.into())],
            body: error(generation, "rate_limited"),
        };
        server.faults().then(slow_down("1"));
        sandbox.run_with(&["remember", "-"], b"first").exits(0);
        sandbox.wait_until("it is delivered after a second", |_| server.memories().len() == 1);
        let asked: Vec<_> = server.requests().iter().map(|request| request.at).collect();
        assert!(asked[1].duration_since(asked[0]) >= Duration::from_secs(1));

        server.faults().always(Some(slow_down("3000")));
        sandbox.run_with(&["remember", "-"], b"second").exits(0);
        sandbox.wait_until("the wait is written down", |sandbox| {
            !sandbox.status()["spool"]["next_try"].is_null()
        });
        let spool = sandbox.status()["spool"].clone();
        assert!((45..=50).contains(&minutes_until_next_try(&spool)), "{spool}");
        let before = server.requests().len();
        sandbox.run_with(&["remember", "-"], b"third").exits(0);
        assert_eq!(server.requests().len(), before, "nothing is sent before that");
        assert_eq!(sandbox.waiting(), 2);
    }
}

#[test]
fn a_server_that_asks_for_no_pause_at_all_is_not_asked_without_end() {
    for generation in BOTH {
        let headers = vec![("retry-after".to_owned(), "0".to_owned())];
        let (exit, spool, sandbox) = flushed_against(
            generation,
            Fault::Status { code: 429, headers, body: error(generation, "rate_limited") },
        );
        assert_eq!((exit, counts(&spool)), (75, (0, 1, 0)), "{}", sandbox.status());
        assert!(spool["because"].as_str().unwrap().contains("pause"), "{spool}");
    }
}

#[test]
fn one_bad_memory_never_holds_the_rest_and_ends_among_the_dead_letters() {
    for generation in BOTH {
        let (server, sandbox) = pair(generation);
        server
            .faults()
            .when(|seen| String::from_utf8_lossy(&seen.body).contains("poison").then(|| Fault::status(500)));
        let mut round = 0;
        while sandbox.status()["spool"]["dead_letters"] != 1 {
            round += 1;
            let background = sandbox.hold_flush();
            if round == 1 {
                sandbox.capture(stop("s", "poison"));
            }
            for good in 0..100 / 5 {
                sandbox.capture(stop("s", &format!("good {round} {good}")));
            }
            drop(background);
            sandbox.run(&["flush"]);
            assert_eq!(server.memories().len(), 20 * round, "the good ones arrive at once");
            assert!(round <= 5, "given up after five flushes: {}", sandbox.status());
        }
        assert_eq!((round, counts(&sandbox.status()["spool"])), (5, (100, 0, 1)));
        assert!(sandbox.run(&["status"]).exits(0).stdout.contains("dead letters    1"));
    }
}

/// A fixed window of the length given, as the newer server was seen to have one of 300 requests in 60 s.
#[test]
fn a_rate_limit_is_met_with_a_handful_of_refused_requests_a_window() {
    const WAITING: usize = 70;
    let limit = RateLimit { requests: 30, window: Duration::from_secs(3) };
    let options = Options { generation: Generation::V1, rate_limit: Some(limit), ..Options::default() };
    let server = Server::start(options).unwrap();
    let sandbox = Sandbox::to(&server.url()).with("ENGRAM_API_KEY", &server.create_key("k"));
    let background = sandbox.hold_flush();
    for number in 0..WAITING {
        sandbox.capture(stop("s", &format!("turn {number}")));
    }
    drop(background);
    sandbox.run(&["flush"]).exits(0);
    let refused = server.requests().iter().filter(|request| request.status == Some(429)).count();
    assert_eq!((server.memories().len(), sandbox.waiting()), (WAITING, 0));
    let windows = WAITING.div_ceil(limit.requests as usize);
    assert!(refused <= 8 * (windows - 1), "{refused} refused");
    println!("{WAITING} memories, {windows} windows of {}, {refused} requests refused", limit.requests);
}

/// What the newer server was seen to answer, and what it means (DESIGN.md §2).
#[test]
fn everything_the_newer_server_was_seen_to_answer_has_its_verdict() {
    let v1 = Generation::V1;
    let seen: [(Fault, i32, (u64, u64, u64)); 9] = [
        (answer(201, r#"{"id":"m"}"#), 0, (1, 0, 0)),
        (answer(409, r#"{"error":"duplicate_memory"}"#), 0, (1, 0, 0)),
        (answer(400, r#"{"error":"invalid_input"}"#), 0, (0, 0, 1)),
        (answer(400, r#"{"error":"invalid_request"}"#), 0, (0, 0, 1)),
        (answer(404, "<!doctype html><title>404</title>"), 75, (0, 1, 0)),
        (answer(403, r#"{"error":"resource_limit_exceeded"}"#), 75, (0, 1, 0)),
        (answer(500, r#"{"error":"internal"}"#), 75, (0, 1, 0)),
        (answer(503, r#"{"error":"service_unavailable"}"#), 75, (0, 1, 0)),
        // The write was carried out and the answer lost; the retry is told that it is a duplicate, or replayed.
        (Fault::AcceptThenReset, 75, (0, 1, 0)),
    ];
    for (fault, exit, after) in seen {
        let (code, spool, _) = flushed_against(v1, fault.clone());
        assert_eq!((code, counts(&spool)), (exit, after), "{fault:?}");
    }
}

#[test]
fn a_write_that_was_committed_without_an_answer_is_delivered_by_the_next_try() {
    let (server, sandbox) = pair(Generation::V1);
    server.faults().then(Fault::AcceptThenReset);
    sandbox.capture(stop("s", "said twice"));
    sandbox.wait_until("it is known to be there", |sandbox| sandbox.status()["spool"]["accepted"] == 1);
    let statuses: Vec<_> = server.requests().iter().map(|request| request.status).collect();
    assert_eq!(statuses, [None, Some(409)]);
    assert_eq!(server.memories().len(), 1);
}

#[test]
fn each_generation_is_spoken_to_in_its_own_words() {
    for generation in BOTH {
        let (server, sandbox) = pair(generation);
        let sandbox = sandbox.with("ENGRAM_SCOPE", "work");
        sandbox.run(&["remember", "--type", "decision", "tabs, not spaces"]).exits(0);
        sandbox.wait_until("it arrives", |_| server.memories().len() == 1);
        let request = &server.requests()[0];
        let (path, header) = match generation {
            Generation::AsAsked => ("/api/memories", "authorization"),
            Generation::V1 => ("/api/v1/memories", "x-api-key"),
        };
        assert_eq!(request.path, path);
        assert!(request.header(header).is_some());
        let stored = &server.memories()[0];
        assert_eq!((stored.memory_type.as_str(), stored.scope.as_deref()), ("decision", Some("work")));
    }
}

/// The key's form and the server's generation do not belong together: everything is kept, whatever is answered.
#[test]
fn a_key_of_the_other_generation_erases_nothing() {
    for generation in BOTH {
        let (server, mut sandbox) = pair(generation);
        let other = match generation {
            Generation::AsAsked => format!("3ng_{}_{}", "a".repeat(8), "b".repeat(43)),
            Generation::V1 => format!("eng_{}", "a".repeat(40)),
        };
        sandbox.set("ENGRAM_API_KEY", &other);
        sandbox.capture(stop("s", "kept"));
        sandbox.run(&["flush"]).exits(75);
        assert_eq!(sandbox.waiting(), 1, "{:?}", server.requests());
    }
}

#[test]
fn the_vendors_own_variables_and_key_file_will_do() {
    let (server, mut sandbox) = pair(Generation::V1);
    let key = server.create_key("vendor");
    sandbox.unset("ENGRAM_API_KEY");
    sandbox.unset("ENGRAM_API_URL");
    sandbox.set("THREENGRAM_API_URL", &server.url());
    sandbox.set("THREENGRAM_API_KEY", &key);
    sandbox.capture(stop("s", "by variable"));
    sandbox.wait_until("it arrives", |_| server.memories().len() == 1);

    sandbox.unset("THREENGRAM_API_KEY");
    let directory = sandbox.home().join(".config/3ngram");
    std::fs::create_dir_all(&directory).unwrap();
    std::fs::write(directory.join("api-key"), format!("{key}\n")).unwrap();
    sandbox.capture(stop("s", "readable by others"));
    assert!(sandbox.status()["capture"].as_str().unwrap().contains("chmod 600"));
    std::fs::set_permissions(directory.join("api-key"), std::os::unix::fs::PermissionsExt::from_mode(0o600))
        .unwrap();
    sandbox.capture(stop("s", "by file"));
    sandbox.wait_until("it arrives", |_| server.memories().len() == 2);
    assert!(!sandbox.holds("readable by others"));
}

/// Every status code there is, through the real client: what the table does not name keeps the memory.
#[test]
fn every_status_code_has_its_verdict() {
    let step = if std::env::var_os("ENGRAM_SOAK").is_some() { 1 } else { 23 };
    let mut codes = 0;
    for code in (200..600).step_by(step) {
        let (exit, spool, _) = flushed_against(Generation::AsAsked, answer(code, ""));
        let expected = match code {
            200 | 201 | 202 | 204 => (0, (1, 0, 0)),
            400 | 413 | 422 => (0, (0, 0, 1)),
            401 => (77, (0, 0, 0)),
            _ => (75, (0, 1, 0)),
        };
        assert_eq!((exit, counts(&spool)), expected, "{code}");
        codes += 1;
    }
    println!("{codes} status codes, each with its verdict");
}

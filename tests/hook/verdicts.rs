//! What each answer of the API does to a memory, through the real client.

use engram_local::{Fault, Options, Server};
use serde_json::Value;

use crate::sandbox::{Sandbox, stop};

/// One memory, a server that answers like this, and a flush by hand: its exit code, the status after it, and the home.
fn flushed_against(fault: Fault) -> (i32, Value, Sandbox) {
    let server = Server::start(Options::default()).unwrap();
    let sandbox = Sandbox::to(&server.url()).with("ENGRAM_API_KEY", &server.create_key("verdicts"));
    server.faults().always(Some(fault));
    sandbox.run_with(&["remember", "-"], b"a thing worth keeping").exits(0);
    let exit = sandbox.run(&["flush", "-v"]).code.unwrap();
    let spool = sandbox.status()["spool"].clone();
    (exit, spool, sandbox)
}

fn answer(code: u16) -> Fault {
    Fault::status(code)
}

#[test]
fn an_acceptance_takes_the_memory_off_the_disk() {
    for code in [200, 201, 202, 204] {
        let (exit, spool, sandbox) = flushed_against(answer(code));
        assert_eq!((exit, &spool["waiting"], &spool["accepted"]), (0, &0.into(), &1.into()), "{code}");
        assert!(!sandbox.holds("worth keeping"), "{code}");
    }
}

#[test]
fn a_duplicate_is_delivered_and_another_conflict_is_kept() {
    for body in [r#"{"detail":"duplicate_memory"}"#, r#"{"error":{"code":"duplicate_memory"}}"#] {
        let fault = Fault::Status { code: 409, headers: vec![], body: body.into() };
        let (exit, spool, _) = flushed_against(fault);
        assert_eq!((exit, &spool["waiting"], &spool["accepted"]), (0, &0.into(), &1.into()), "{body}");
    }
    let (exit, spool, _) =
        flushed_against(Fault::Status { code: 409, headers: vec![], body: r#"{"detail":"locked"}"#.into() });
    assert_eq!((exit, &spool["waiting"]), (75, &1.into()));
}

#[test]
fn a_refusal_becomes_a_dead_letter_that_can_be_tried_again() {
    for code in [400, 413, 422] {
        let fault = Fault::Status { code, headers: vec![], body: r#"{"detail":"topic: too long"}"#.into() };
        let (exit, spool, sandbox) = flushed_against(fault);
        assert_eq!((exit, &spool["waiting"], &spool["dead_letters"]), (0, &0.into(), &1.into()), "{code}");
        let letters = sandbox.run(&["list", "--dead", "--json"]).exits(0).json();
        assert_eq!(letters["refused"]["status"], code);
        assert_eq!(letters["refused"]["body"], r#"{"detail":"topic: too long"}"#);
        assert_eq!(letters["memory"]["content"], "a thing worth keeping");
        sandbox.run(&["retry-dead"]).exits(0);
        assert_eq!(sandbox.status()["spool"]["dead_letters"], 0);
        assert_eq!(sandbox.waiting(), 1);
    }
}

#[test]
fn what_somebody_must_mend_is_kept_and_waits_long() {
    for code in [402, 403, 404, 405, 407, 410, 418, 451, 301, 302, 303, 307, 308] {
        let headers = vec![("location".into(), "http://127.0.0.1:9/".into())];
        let (exit, spool, _) = flushed_against(Fault::Status { code, headers, body: String::new() });
        assert_eq!((exit, &spool["waiting"], &spool["accepted"]), (75, &1.into(), &0.into()), "{code}");
        assert!(spool["because"].as_str().unwrap().contains(&code.to_string()), "{spool}");
        assert!(minutes_until_next_try(&spool) > 40, "{code}: {spool}");
    }
}

#[test]
fn what_the_server_refuses_for_now_is_kept_and_sent_again() {
    let fail = |fault: Fault| {
        let (exit, spool, sandbox) = flushed_against(fault.clone());
        assert_eq!((exit, &spool["waiting"], &spool["accepted"]), (75, &1.into(), &0.into()), "{fault:?}");
        assert!(minutes_until_next_try(&spool) < 2, "{fault:?}: {spool}");
        sandbox
    };
    for code in [408, 425, 429, 500, 502, 503, 504] {
        fail(answer(code));
    }
    fail(Fault::Reset);
}

#[test]
fn half_an_answer_is_an_answer_when_the_status_has_been_said() {
    let (exit, spool, _) = flushed_against(Fault::HalfAnswer);
    assert_eq!((exit, &spool["waiting"]), (0, &0.into()));
}

#[test]
fn retry_after_is_waited_out_when_it_is_short_and_written_down_when_it_is_long() {
    let server = Server::start(Options::default()).unwrap();
    let sandbox = Sandbox::to(&server.url()).with("ENGRAM_API_KEY", &server.create_key("k"));
    let slow_down = |seconds: &str| Fault::Status {
        code: 429,
        headers: vec![("retry-after".into(), seconds.into())],
        body: r#"{"detail":"slow down"}"#.into(),
    };
    server.faults().then(slow_down("1"));
    sandbox.run_with(&["remember", "-"], b"first").exits(0);
    sandbox.wait_until("it is delivered after a second", |_| server.memories().len() == 1);
    let asked: Vec<_> = server.requests().iter().map(|request| request.at).collect();
    assert!(asked[1].duration_since(asked[0]).as_millis() >= 1000);

    server.faults().always(Some(slow_down("3000")));
    sandbox.run_with(&["remember", "-"], b"second").exits(0);
    sandbox
        .wait_until("the wait is written down", |sandbox| !sandbox.status()["spool"]["next_try"].is_null());
    let spool = sandbox.status()["spool"].clone();
    assert!((45..=50).contains(&minutes_until_next_try(&spool)), "{spool}");
    let before = server.requests().len();
    sandbox.run_with(&["remember", "-"], b"third").exits(0);
    assert_eq!(server.requests().len(), before, "nothing is sent before that");
    assert_eq!(sandbox.waiting(), 2);
}

#[test]
fn one_bad_memory_never_holds_the_rest_and_ends_among_the_dead_letters() {
    let server = Server::start(Options::default()).unwrap();
    let key = server.create_key("k");
    let sandbox = Sandbox::to(&server.url()).with("ENGRAM_API_KEY", &key);
    server
        .faults()
        .when(|seen| String::from_utf8_lossy(&seen.body).contains("poison").then(|| Fault::status(500)));
    for round in 0..6 {
        if round == 0 {
            sandbox.capture(stop("s", "poison"));
        }
        for good in 0..20 {
            sandbox.capture(stop("s", &format!("good {round} {good}")));
        }
        sandbox.run(&["flush"]);
        assert_eq!(server.memories().len(), 20 * (round + 1), "the good ones arrive at once");
        if sandbox.status()["spool"]["dead_letters"] == 1 {
            assert!(round >= 3, "not before it failed in five flushes");
            break;
        }
        assert_eq!(sandbox.waiting(), 1, "round {round}: {}", sandbox.status());
    }
    let spool = sandbox.status()["spool"].clone();
    assert_eq!((&spool["waiting"], &spool["dead_letters"]), (&0.into(), &1.into()));
}

fn minutes_until_next_try(spool: &Value) -> i64 {
    let next: jiff::Timestamp = spool["next_try"].as_str().expect("a next try").parse().unwrap();
    next.duration_since(jiff::Timestamp::now()).as_secs() / 60
}

//! A flush that stands still for a while, as under a debugger, in a frozen container, or on a laptop that sleeps.

use std::collections::BTreeMap;
use std::process::Child;
use std::time::{Duration, Instant};

use engram_local::{Fault, Options, Server};
use rustix::process::{Pid, Signal, kill_process};

use crate::sandbox::{DEADLINE, Sandbox, stop};
use crate::{is_soak, names, plain, timed};

/// A home in which one memory is under way: the flush has asked, and the answer comes later.
fn under_way(answer: Duration) -> (Server, Sandbox, Child) {
    let server = Server::start(Options::default()).unwrap();
    let sandbox = Sandbox::to(&server.url()).with("ENGRAM_API_KEY", &server.create_key("k"));
    server.faults().then(Fault::Delay(answer));
    let background = sandbox.hold_flush();
    sandbox.capture(stop("s", "under way"));
    drop(background);
    let flush = sandbox.start(&["flush"]);
    server.wait_until(DEADLINE, |server| !server.requests().is_empty());
    assert!(!server.requests().is_empty(), "the flush asks");
    (server, sandbox, flush)
}

fn signal(flush: &Child, signal: Signal) {
    kill_process(Pid::from_child(flush), signal).unwrap();
}

/// Everything that was said has arrived, and how often each was sent.
fn all_arrive(server: &Server, sandbox: &Sandbox, messages: &[String]) -> BTreeMap<String, usize> {
    sandbox.wait_until("all arrive", |_| {
        let said = crate::said(server);
        messages.iter().chain([&"under way".to_owned()]).all(|message| said.contains(message))
    });
    sandbox.wait_until("nothing waits", |sandbox| sandbox.waiting() == 0);
    let mut ids: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    for request in server.requests().iter().filter(|request| request.method == "POST") {
        let body = request.json().unwrap();
        let message = plain(body["content"].as_str().unwrap());
        *ids.entry(message)
            .or_default()
            .entry(request.header("idempotency-key").unwrap().to_owned())
            .or_default() += 1;
    }
    assert!(ids.values().all(|ids| ids.len() == 1), "sent again under the same id only: {ids:?}");
    ids.into_iter().map(|(message, ids)| (message, ids.values().sum())).collect()
}

#[test]
fn captures_do_not_wait_for_a_flush_that_is_stopped_and_it_delivers_when_it_goes_on() {
    let (server, sandbox, mut flush) = under_way(Duration::from_millis(300));
    signal(&flush, Signal::STOP);
    let beside = names("beside", 20);
    let took = timed(&sandbox, &beside);
    println!("20 captures beside a stopped flush: p50 {:?}, slowest {:?}", took[10], took[19]);
    assert!(took[19] < DEADLINE, "a capture waits for the flush");
    assert_eq!(server.requests().len(), 1, "nobody else flushes meanwhile");
    signal(&flush, Signal::CONT);
    // No capture and no flush by hand: whoever slept sees what came meanwhile.
    assert!(flush.wait().unwrap().success());
    let sent = all_arrive(&server, &sandbox, &beside);
    assert!(sent.values().all(|times| *times == 1), "{sent:?}");
}

#[test]
fn a_laptop_that_sleeps_in_the_middle_of_a_request_loses_nothing() {
    // Longer than a request may take, when there is time for it: the flush wakes up to a deadline that has passed.
    let asleep = Duration::from_secs(if is_soak() { 17 } else { 1 });
    let (server, sandbox, mut flush) = under_way(Duration::from_millis(200));
    signal(&flush, Signal::STOP);
    std::thread::sleep(asleep);
    signal(&flush, Signal::CONT);
    let started = Instant::now();
    flush.wait().unwrap();
    let awake = started.elapsed();
    // Should it have given up: the next event of a session starts another.
    sandbox.capture(r#"{"hook_event_name":"SessionStart","session_id":"s","cwd":"/home/dev/acme-api"}"#);
    let sent = all_arrive(&server, &sandbox, &[]);
    println!(
        "asleep for {asleep:?}, then done in {awake:?}: sent {} time(s) under one id, 0 lost",
        sent["under way"]
    );
    assert!(sent["under way"] <= 2, "{sent:?}");
    assert_eq!(server.memories().len(), 1);
}

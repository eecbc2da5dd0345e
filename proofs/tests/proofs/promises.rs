//! What the mutants break, each in a test of its own.

use std::time::Duration;

use engram_hook::clock::{self, Instant};
use engram_local::Fault;

use crate::home::{capture, said, with_waiting};
use crate::sandbox::stop;

fn answer(code: u16, headers: &[(&str, &str)]) -> Fault {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Fault::Status { code, headers, body: String::new() }
}

#[test]
fn a_memory_waits_until_the_server_has_said_yes() {
    let (server, sandbox) = with_waiting(&["kept"]);
    server.faults().always(Some(answer(503, &[("retry-after", "3000")])));
    sandbox.run(&["flush"]).exits(75);
    assert_eq!(sandbox.waiting(), 1);
}

#[test]
fn a_redirect_is_no_acceptance() {
    for code in [301, 302, 303, 307, 308] {
        let (server, sandbox) = with_waiting(&["kept"]);
        server.faults().always(Some(answer(code, &[("location", "/elsewhere")])));
        sandbox.run(&["flush"]).exits(75);
        assert_eq!(sandbox.waiting(), 1, "{code}");
    }
}

#[test]
fn a_damaged_record_is_not_sent() {
    let (server, sandbox) = with_waiting(&["good as gold", "a good one"]);
    let active = sandbox.spool().join("active.jsonl");
    let text = std::fs::read_to_string(&active).unwrap();
    std::fs::write(&active, text.replacen("good as gold", "gone as gold", 2)).unwrap();
    sandbox.run(&["flush"]).exits(0);
    assert_eq!(said(&server), ["a good one"]);
    assert!(sandbox.status()["spool"]["quarantined_bytes"].as_u64() > Some(100));
}

#[test]
fn a_revoked_key_erases_what_waits_for_it_and_nothing_else() {
    let (server, mut sandbox) = with_waiting(&["of the first key"]);
    sandbox.set("ENGRAM_API_KEY", &server.create_key("other"));
    let background = sandbox.hold_flush();
    assert!(capture(sandbox.command(&["capture"]), "of the other key"));
    server.revoke_keys_named("other");
    drop(background);
    sandbox.run(&["flush"]).exits(77);
    assert!(!sandbox.holds("of the other key"));
    assert!(sandbox.holds("of the first key"));
}

#[test]
fn a_segment_stays_as_long_as_something_in_it_waits() {
    let (server, sandbox) = with_waiting(&["one that fails", "one that is taken"]);
    server
        .faults()
        .when(|seen| String::from_utf8_lossy(&seen.body).contains("fails").then(|| Fault::status(500)));
    sandbox.run(&["flush"]).exits(75);
    assert_eq!((said(&server), sandbox.waiting()), (vec!["one that is taken".to_owned()], 1));
}

#[test]
fn a_write_that_fails_is_taken_back() {
    const BLOCKS: usize = 8;
    let (_server, sandbox) = with_waiting(&["first"]);
    let background = sandbox.hold_flush();
    let active = sandbox.spool().join("active.jsonl");
    // The limit is 100 bytes away, and beyond the notes, which are 4 KiB long: a part of the next record fits.
    let mut bytes = std::fs::read(&active).unwrap();
    bytes.resize(BLOCKS * 1024 - 100, b'\n');
    std::fs::write(&active, &bytes).unwrap();
    let script = format!("ulimit -f {BLOCKS}; exec \"$0\" capture");
    sandbox.run_shell(&script, stop("s", "one too many").as_bytes()).unseen();
    assert_eq!(std::fs::read(&active).unwrap(), bytes, "the file is what was acknowledged and nothing else");
    assert_eq!(sandbox.notes("not-stored").len(), 1);
    drop(background);
}

#[test]
fn what_a_newer_version_left_unfinished_swallows_nothing() {
    let (server, sandbox) = with_waiting(&["before"]);
    let background = sandbox.hold_flush();
    let active = sandbox.spool().join("active.jsonl");
    let torn = std::fs::read_to_string(&active).unwrap() + "E2 of a version to come, whose capture was kil";
    std::fs::write(&active, torn).unwrap();
    assert!(capture(sandbox.command(&["capture"]), "after it"));
    drop(background);
    // Its line is left alone, and so the segment stays; nothing in it waits.
    sandbox.run(&["flush"]);
    assert_eq!((said(&server), sandbox.waiting()), (vec!["before".to_owned(), "after it".to_owned()], 0));
}

#[test]
fn a_service_that_fails_is_left_alone_for_longer_and_longer() {
    let (server, sandbox) = with_waiting(&["kept"]);
    server.faults().always(Some(answer(503, &[])));
    for seconds in [15, 30, 60, 120] {
        let asked = clock::now();
        sandbox.run(&["flush"]).exits(75);
        let next: Instant = sandbox.status()["spool"]["next_try"].as_str().unwrap().parse().unwrap();
        // A fifth of it is chance.
        let wait = asked.until(next);
        assert!(wait >= Duration::from_secs(seconds).mul_f64(0.8), "{wait:?} and not {seconds} s");
    }
}

//! A clock that jumps: what waits has names and times of another year.

use std::time::Duration;

use engram_local::{Options, Server};
use serde_json::json;

use crate::sandbox::{Sandbox, stop};

const A_YEAR: Duration = Duration::from_hours(365 * 24);

fn nanoseconds() -> u64 {
    u64::try_from(std::time::UNIX_EPOCH.elapsed().unwrap().as_nanos()).unwrap()
}

#[test]
fn what_was_sealed_a_year_ago_or_a_year_ahead_is_delivered_by_the_next_capture() {
    let server = Server::start(Options::default()).unwrap();
    let sandbox = Sandbox::to(&server.url()).with("ENGRAM_API_KEY", &server.create_key("k"));
    let background = sandbox.hold_flush();
    let year = u64::try_from(A_YEAR.as_nanos()).unwrap();
    let now = nanoseconds();
    for (message, sealed) in
        [("a year ago", now - year), ("a year ahead", now + year), ("before 1971", 1), ("far", u64::MAX)]
    {
        sandbox.capture(stop("s", message));
        let segment = sandbox.spool().join(format!("seal-{sealed:020}-1.jsonl"));
        std::fs::rename(sandbox.spool().join("active.jsonl"), segment).unwrap();
    }
    // As an earlier flush left it, before the clock was set back.
    let ahead = jiff::Timestamp::now() + A_YEAR;
    let retry = json!({"next_at": ahead, "attempt": 3, "because": "it was away", "suspects": []});
    std::fs::write(sandbox.spool().join("retry"), retry.to_string()).unwrap();
    drop(background);
    sandbox.capture(stop("s", "now"));
    sandbox.wait_until("all arrive", |_| server.memories().len() == 5);
    sandbox.wait_until("nothing waits", |sandbox| sandbox.waiting() == 0);
    let dropped = sandbox.status()["spool"]["dropped"].clone();
    assert_eq!(dropped, json!({}), "what could be sent is not too old");
    println!("5 memories of five clocks: 5 delivered, 0 dropped");
}

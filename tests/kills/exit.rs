//! A capture timed around the exit of a flush: its memory is seen by the one that leaves, or it starts another.

use std::process::Stdio;
use std::time::{Duration, Instant};

use engram_local::{Fault, Options, Server};

use crate::reaper::Reaper;
use crate::sandbox::{DEADLINE, Sandbox, stop};
use crate::{Dice, size};

/// The answer to the last memory of a flush is held back for so long, and it leaves within a millisecond of it.
const ANSWER: Duration = Duration::from_millis(12);
/// A capture takes some of this, and is begun somewhere in it.
const AROUND_MICROSECONDS: std::ops::Range<u64> = 6_000..18_000;

/// When a request came that says `words`; `None` when none came in time.
fn asked(server: &Server, words: &str) -> Option<Instant> {
    let at = |server: &Server| {
        let requests = server.requests();
        let seen = requests.iter().find(|seen| String::from_utf8_lossy(&seen.body).contains(words));
        seen.map(|seen| seen.at)
    };
    server.wait_until(DEADLINE, |server| at(server).is_some());
    at(server)
}

#[test]
fn a_capture_around_the_exit_of_a_flush_is_not_stranded() {
    let trials = size(40, 1_500);
    let reaper = Reaper::new();
    let server = Server::start(Options::default()).unwrap();
    let key = server.create_key("k");
    let mut dice = Dice(0x6c62_272e_07bb_0142);
    let (mut alive, mut gone) = (0, 0);
    for trial in 0..trials {
        server.forget_requests();
        let sandbox = Sandbox::to(&server.url()).with("ENGRAM_API_KEY", &key);
        server.faults().then(Fault::Delay(ANSWER));
        let background = sandbox.hold_flush();
        sandbox.capture(stop("s", &format!("before {trial}")));
        drop(background);
        let mut flush = sandbox.command(&["flush"]);
        let mut flush =
            flush.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let at = asked(&server, &format!("before {trial}")).unwrap();
        let after = Duration::from_micros(
            AROUND_MICROSECONDS.start + dice.roll(AROUND_MICROSECONDS.end - AROUND_MICROSECONDS.start),
        );
        std::thread::sleep(after.saturating_sub(at.elapsed()));
        sandbox.capture(stop("s", &format!("around {trial}")));
        match flush.try_wait().unwrap() {
            Some(_) => gone += 1,
            None => alive += 1,
        }
        flush.wait().unwrap();
        assert!(asked(&server, &format!("around {trial}")).is_some(), "trial {trial}: stranded");
        reaper.kill_flushes();
    }
    println!("{trials} captures around an exit ({alive} before its end, {gone} after it): 0 stranded");
}

//! A capture in the moment in which a flush leaves: the flush is held there, the capture comes, and nobody helps.

use std::process::Stdio;
use std::time::{Duration, Instant};

use engram_local::{Options, Server};

use crate::home::{armed, arrive, capture, home, sign};
use crate::sandbox::DEADLINE;

/// The steps of a flush on its way out; the first is one of a flush that leaves in the wrong way.
const STEPS: [&str; 5] = ["life.late", "life.sealed", "life.empty", "life.left", "life.unlocked"];

#[test]
fn a_capture_at_any_moment_of_a_flushs_exit_is_delivered() {
    for step in STEPS {
        let server = Server::start(Options::default()).unwrap();
        let sandbox = home(&server);
        let background = sandbox.hold_flush();
        assert!(capture(sandbox.command(&["capture"]), "before"));
        drop(background);
        let mut command = armed(&sandbox, &["flush"], &format!("hold {step}"));
        let mut flush =
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let end = Instant::now() + DEADLINE;
        while !sign(&sandbox).exists() && flush.try_wait().unwrap().is_none() && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(1));
        }
        let held = sign(&sandbox).exists();
        assert!(held || step == "life.late", "{step} was not passed");
        assert!(capture(sandbox.command(&["capture"]), "in the last moment"));
        if held {
            std::fs::remove_file(sign(&sandbox)).unwrap();
        }
        flush.wait().unwrap();
        assert!(arrive(&sandbox, &server, &["before", "in the last moment"]), "stranded at {step}");
    }
    println!("{} moments of an exit, 0 stranded", STEPS.len());
}

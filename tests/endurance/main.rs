//! What goes on for long or comes in numbers: a flush that stands still, a laptop that sleeps, a slow service, a clock that
//! jumps, a hundred thousand memories, disks that are full or elsewhere. Captures go on, and all of it arrives.
//!
//! `ENGRAM_SOAK=1` waits out the deadlines.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on must fail, where it stands"
)]

mod clock;
mod disk;
mod many;
#[path = "../hook/sandbox.rs"]
#[expect(dead_code, reason = "shared with the other tests, which need more of it")]
mod sandbox;
mod slow;
mod stopped;

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use engram_local::Server;

use crate::sandbox::Sandbox;

/// What is run.
const PROGRAM: &str = env!("CARGO_BIN_EXE_engram-hook");

/// Whether there is time to wait out what takes a minute.
fn is_soak() -> bool {
    std::env::var_os("ENGRAM_SOAK").is_some()
}

/// The size of a test: as much as a change has time for, or as much as was promised.
fn size(in_a_change: usize, in_a_soak: usize) -> usize {
    if is_soak() { in_a_soak } else { in_a_change }
}

#[expect(clippy::print_stdout, reason = "a test that was skipped says so where its output is looked at")]
fn skipped(why: &str) {
    println!("skipped: {why}");
}

/// What has arrived, as it was said.
fn said(server: &Server) -> BTreeSet<String> {
    server.memories().iter().map(|memory| plain(&memory.content)).collect()
}

/// A turn's text as the test gave it.
fn plain(content: &str) -> String {
    content.trim_end_matches(['·', ' ']).to_owned()
}

/// Captures each of these; how long each took, the shortest first.
fn timed(sandbox: &Sandbox, messages: &[String]) -> Vec<Duration> {
    let mut took: Vec<_> = messages
        .iter()
        .map(|message| {
            let started = Instant::now();
            sandbox.capture(sandbox::stop("s", message));
            started.elapsed()
        })
        .collect();
    took.sort();
    took
}

fn names(what: &str, count: usize) -> Vec<String> {
    (0..count).map(|number| format!("{what} {number}")).collect()
}

/// The directory of the current destination, made as a capture makes it.
fn spool_of(sandbox: &Sandbox, url: &str, key: &str) -> engram_hook::spool::Spool {
    use engram_hook::{key::Key, origin::Origin, spool};
    let destination =
        spool::Destination { origin: Origin::parse(url).unwrap(), key: Key::parse(key).unwrap() };
    std::fs::create_dir_all(sandbox.state().parent().unwrap()).unwrap();
    spool::Spool::open_or_make(&sandbox.state(), &destination).unwrap()
}

/// A record as a capture makes it.
fn record(message: &str) -> engram_hook::spool::Encoded {
    use engram_hook::memory::{Memory, MemoryType};
    use engram_hook::spool::{Encoded, Record};
    let memory = Memory {
        topic: message.to_owned(),
        content: format!("{message} {}", "·".repeat(40)),
        memory_type: MemoryType::Note,
        project: None,
        scope: None,
        tags: vec!["claude-code".to_owned()],
    };
    let at = engram_hook::clock::now();
    Encoded::waiting(&Record { id: message.replace(' ', "-"), at, dir: "/home/dev".to_owned(), memory })
        .unwrap()
}

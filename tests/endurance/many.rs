//! Numbers: a hundred thousand memories, ten thousand segments.

use std::collections::HashSet;
use std::sync::Mutex;
use std::time::Instant;

use engram_hook::spool::{Appended, append};
use engram_local::{Fault, Options, Server};

use crate::sandbox::{KEY, Sandbox, stop};
use crate::{names, record, size, spool_of, timed};

/// How long captures and a look take, in the state it is in.
fn looked_at(sandbox: &Sandbox, waiting: usize) -> String {
    let took = timed(sandbox, &names("more", 5));
    let started = Instant::now();
    assert_eq!(sandbox.waiting(), waiting as u64 + 5);
    format!("a capture {:?} (the middle of 5), status {:?}", took[2], started.elapsed())
}

#[test]
fn with_very_many_memories_waiting_captures_and_status_work() {
    let memories = size(20_000, 100_000);
    let url = "https://memories.example.com";
    let sandbox = Sandbox::unsent();
    let spool = spool_of(&sandbox, url, KEY);
    for group in (0..memories).collect::<Vec<_>>().chunks(100) {
        let records: Vec<_> = group.iter().map(|number| record(&format!("m {number}"))).collect();
        assert!(matches!(append(&spool, &records), Appended::Stored));
    }
    println!("{memories} memories waiting: {}", looked_at(&sandbox, memories));
}

#[test]
fn very_many_segments_are_looked_at_captured_beside_and_delivered_with_few_files_open() {
    let (made, sent) = (size(2_000, 10_000), size(300, 10_000));
    let server = Server::start(Options::default()).unwrap();
    let key = server.create_key("k");
    let sandbox = Sandbox::to(&server.url()).with("ENGRAM_API_KEY", &key);
    let spool = spool_of(&sandbox, &server.url(), &key);
    let background = sandbox.hold_flush();
    let segment = |number: usize| {
        spool.dir().path().join(format!("seal-{:020}-1.jsonl", 1_900_000_000_000_000_000 + number as u64))
    };
    for number in 0..made {
        std::fs::write(segment(number), record(&format!("m {number}")).as_bytes()).unwrap();
        private(&segment(number));
    }
    println!("{made} segments: {}", looked_at(&sandbox, made));
    for number in sent..made {
        std::fs::remove_file(segment(number)).unwrap();
    }
    drop(background);
    // The service fails once on every third: those segments are left waiting while others are opened, and few files may be.
    let failed = Mutex::new(HashSet::new());
    server.faults().when(move |seen| {
        let id = seen.header("idempotency-key")?;
        let number: u64 = id.strip_prefix("m-")?.parse().ok()?;
        (number % 3 == 1 && failed.lock().unwrap().insert(number)).then(|| Fault::status(500))
    });
    let ran = sandbox.run_shell("ulimit -n 96; exec \"$0\" flush", b"").exits(0);
    println!(
        "{sent} segments, a service that fails once on every third, at most 96 open files: one flush, {:?}, {} delivered",
        ran.took,
        server.memories().len()
    );
    assert_eq!(server.memories().len(), sent + 5);
}

fn private(path: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
}

#[test]
fn a_state_directory_that_vanishes_is_made_anew_and_what_is_captured_then_arrives() {
    let server = Server::start(Options::default()).unwrap();
    let sandbox = Sandbox::to(&server.url()).with("ENGRAM_API_KEY", &server.create_key("k"));
    for round in 0..3 {
        sandbox.capture(stop("s", &format!("round {round}")));
        sandbox.wait_until("it arrives", |_| server.memories().len() == round + 1);
        // A flush may live and linger: it finds that everything it knew is gone.
        std::fs::rename(sandbox.state(), sandbox.home().join(format!("gone-{round}"))).unwrap();
    }
    sandbox.capture(stop("s", "the last one"));
    sandbox.wait_until("it arrives", |_| server.memories().len() == 4);
}

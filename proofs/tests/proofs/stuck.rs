//! Somebody who holds `lock` is stopped, as by a debugger or a frozen container: captures go on without it.

use std::process::Command;
use std::time::Instant;

use engram_local::{Options, Server};

use crate::home::{arrive, capture, held_at, home, sign};
use crate::sandbox::{DEADLINE, stop};

/// A signal, sent by the shell: nothing here needs it otherwise.
fn signal(name: &str, process: u32) {
    let sent = Command::new("/bin/sh").args(["-c", &format!("kill -{name} {process}")]).status().unwrap();
    assert!(sent.success());
}

#[test]
fn a_stopped_holder_of_the_lock_costs_captures_milliseconds_and_nobody_a_memory() {
    const CAPTURES: usize = 20;
    let server = Server::start(Options::default()).unwrap();
    let sandbox = home(&server);
    let background = sandbox.hold_flush();
    let mut holder = held_at("append.locked", &sandbox, &["capture"], &stop("s", "stopped"));
    signal("STOP", holder.id());
    let names: Vec<_> = (0..CAPTURES).map(|number| format!("beside {number}")).collect();
    let mut took: Vec<_> = names
        .iter()
        .map(|name| {
            let started = Instant::now();
            assert!(capture(sandbox.command(&["capture"]), name));
            started.elapsed()
        })
        .collect();
    took.sort();
    let alone = std::fs::read_dir(sandbox.spool()).unwrap().flatten();
    let alone = alone.filter(|entry| entry.file_name().to_string_lossy().starts_with("one-")).count();
    assert_eq!(alone, CAPTURES, "each has a segment of its own");
    println!(
        "{CAPTURES} captures beside a stopped one: p50 {:?}, slowest {:?}",
        took[CAPTURES / 2],
        took[CAPTURES - 1]
    );
    assert!(took[CAPTURES - 1] < DEADLINE, "a capture waits for whoever is stopped");

    drop(background);
    std::fs::remove_file(sign(&sandbox)).unwrap();
    signal("CONT", holder.id());
    assert!(holder.wait().unwrap().success());
    let all: Vec<_> = names.iter().map(String::as_str).chain(["stopped"]).collect();
    assert!(arrive(&sandbox, &server, &all), "lost or stranded");
}

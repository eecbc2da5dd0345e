//! Somebody who swaps a directory on the way to the spool, again and again while captures and flushes run: for a link to a
//! place that looks the same, or for a directory of another user's. Nothing is written there, and nothing is lost.
//! `ENGRAM_SOAK` goes on for a hundred times as long.

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use engram_local::{Options, Server};
use rustix::fs::{CWD, RenameFlags, renameat_with};

use super::home::tree;
use super::{is_root, skipped};
use crate::sandbox::{Sandbox, session_start, stop};

/// What may be swapped, from the state directory to the spool of one destination.
const LEVELS: [&str; 4] = ["", "spool", "spool/v1", "spool/v1/DESTINATION"];

#[test]
fn a_directory_that_is_swapped_for_a_link_gets_nothing_into_where_it_leads() {
    for level in LEVELS {
        swapped(level, |place, victim| symlink(victim, place).unwrap());
    }
}

#[test]
fn a_directory_that_is_swapped_for_one_of_somebody_else_gets_nothing_into_it() {
    if !is_root() {
        return skipped("only root can give a directory away");
    }
    // Nobody else can put one into the state directory; what is in between is known by its not being a link.
    for level in [LEVELS[0], LEVELS[3]] {
        swapped(level, |place, victim| {
            copy(victim, place);
            std::os::unix::fs::chown(place, Some(12345), None).unwrap();
        });
    }
}

fn swapped(level: &str, put: impl Fn(&Path, &Path)) {
    let rounds = if std::env::var_os("ENGRAM_SOAK").is_some() { 1000 } else { 10 };
    let server = Server::start(Options::default()).unwrap();
    let sandbox = Sandbox::to(&server.url()).with("ENGRAM_API_KEY", &server.create_key("k"));
    // There is one in each file that a capture or a flush would go on with.
    let background = sandbox.hold_flush();
    sandbox.capture(stop("s", "at first"));
    let destination = sandbox.spool().file_name().unwrap().to_str().unwrap().to_owned();
    // Without a slash at its end, which would mean what a link leads to.
    let place: PathBuf =
        sandbox.state().join(level.replace("DESTINATION", &destination)).components().collect();
    let victim = sandbox.home().join("victim");
    copy(&place, &victim);
    drop(background);
    let other = sandbox.home().join("other");
    put(&other, &victim);
    // Of the one that takes the place, links not followed, and of where it leads.
    let (before, at_other) =
        (tree(&victim), other.symlink_metadata().unwrap().is_dir().then(|| tree(&other)));

    let over = AtomicBool::new(false);
    let swaps = std::thread::scope(|scope| {
        let swapper = scope.spawn(|| {
            let mut swaps = 0_u64;
            while !over.load(Ordering::SeqCst) {
                // Both at one blow: there is never nothing in the place, so nobody makes a third.
                renameat_with(CWD, &place, CWD, &other, RenameFlags::EXCHANGE).unwrap();
                swaps += 1;
                std::thread::yield_now();
            }
            if swaps % 2 == 1 {
                renameat_with(CWD, &place, CWD, &other, RenameFlags::EXCHANGE).unwrap();
            }
            swaps
        });
        for round in 0..rounds {
            sandbox.capture(stop("s", &format!("while it is swapped, {round}")));
        }
        over.store(true, Ordering::SeqCst);
        swapper.join().unwrap()
    });
    assert!(swaps > rounds, "{level}: swapped {swaps} times");
    // What was kept is delivered, by a flush that lives or by the one that a session's start starts.
    sandbox.wait_until("nothing waits any more", |sandbox| {
        sandbox.run_with(&["capture"], session_start("startup").as_bytes()).unseen_but_for_a_notice();
        sandbox.waiting() == 0
    });
    assert!(tree(&victim) == before, "{level}: the link was followed");
    if let Some(at_other) = at_other {
        assert!(tree(&other) == at_other, "{level}: something was written for somebody else");
    }
    let noted: u64 = sandbox.notes("not-stored").iter().map(|note| note["times"].as_u64().unwrap()).sum();
    let delivered = server.memories().len() as u64;
    // Where the state directory itself is away, there is no place for a note.
    if !level.is_empty() {
        assert_eq!(delivered + noted, rounds + 1, "{level}: {delivered} delivered, {noted} noted");
    }
}

/// A directory with everything in it, modes included.
fn copy(from: &Path, to: &Path) {
    assert!(std::process::Command::new("cp").arg("-a").arg(from).arg(to).status().unwrap().success());
}

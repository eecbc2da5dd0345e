//! Every interleaving of a few captures and the flushes they start, over the protocol of the two locks: nothing is stranded,
//! whoever is killed when. The protocol is that of `src/spool/append.rs`, `src/detach.rs` and `src/cmd/flush/life.rs`, step by
//! step; what is between two steps touches nothing that another process sees.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test that cannot go on must fail, where it stands, and one that is done says how far it went"
)]

mod explore;
mod steps;

use explore::{Explored, Wrong, explore};
use steps::{Protocol, Scene};

const OURS: Protocol = Protocol::Ours;

fn scene(protocol: Protocol, captures: usize, kills: u8) -> Scene {
    Scene { protocol, captures, kills, is_revoked: false }
}

fn size(in_a_change: u8, in_a_soak: u8) -> u8 {
    if std::env::var_os("ENGRAM_SOAK").is_some() { in_a_soak } else { in_a_change }
}

#[track_caller]
fn holds(scene: Scene) {
    match explore(scene) {
        Ok(Explored { states, ends }) => println!("{scene:?}: {states} states, {ends} ends, nothing wrong"),
        Err((wrong, way)) => panic!("{scene:?}: {wrong:?}\n{}", way.join("\n")),
    }
}

#[test]
fn our_protocol_strands_nothing_and_delivers_once() {
    for captures in 2..=4 {
        holds(scene(OURS, captures, 0));
    }
}

#[test]
fn our_protocol_strands_nothing_beyond_one_capture_after_a_kill() {
    for (captures, kills) in [(2, 1), (3, 1), (2, 2), (3, size(2, 3))] {
        holds(scene(OURS, captures, kills));
    }
}

#[test]
fn our_protocol_leaves_no_text_behind_a_revoked_key() {
    for (captures, kills) in [(2, 0), (3, 0), (3, size(1, 2))] {
        holds(Scene { is_revoked: true, ..scene(OURS, captures, kills) });
    }
}

#[test]
fn each_other_protocol_goes_wrong_somewhere() {
    for (protocol, expected) in [
        (Protocol::LeavesLate, Wrong::Stranded),
        (Protocol::LooksOnce, Wrong::Stranded),
        (Protocol::TrustsItsPatience, Wrong::Stranded),
        (Protocol::OpensFirst, Wrong::Stranded),
    ] {
        let (wrong, way) =
            explore(scene(protocol, 2, 0)).err().unwrap_or_else(|| panic!("{protocol:?} holds"));
        assert_eq!(wrong, expected, "{protocol:?}");
        println!("{protocol:?}: {wrong:?} after {} steps: {}", way.len(), way.join(" · "));
    }
    let once = Scene { is_revoked: true, ..scene(Protocol::BuriesBlindly, 3, 0) };
    assert_eq!(explore(once).err().map(|(wrong, _)| wrong), Some(Wrong::TextLeft));
}

/// The steps of the exploration, as they stand in the sources, in this order.
#[test]
fn the_steps_are_those_of_the_sources() {
    let append = include_str!("../../src/spool/append.rs");
    let detach = include_str!("../../src/detach.rs");
    let life = include_str!("../../src/cmd/flush/life.rs");
    let erase = include_str!("../../src/spool/erase.rs");
    let sources: [(&str, &str, &str, &[&str]); 5] = [
        (
            "append",
            append,
            "pub fn append(",
            &[
                "Lock::take(spool.dir(), PATIENCE)",
                "Ok(Some(lock)) => append_under(&lock",
                "Ok(None) => append_alone(",
                "fn append_under(",
                "Tombstone::stands(",
                "open_file(ACTIVE",
                "write_all(&bytes)",
            ],
        ),
        (
            "append, alone",
            append,
            "fn append_alone(",
            &[
                "Tombstone::stands(dir)",
                "dir.rename(&temporary, &name)",
                "Tombstone::stands(dir)",
                "dir.unlink(&name)",
            ],
        ),
        (
            "detach",
            detach,
            "pub fn start_flush(",
            &["FlushLock::take(", "sys::fork_into(", "lock.into_file().as_ref()"],
        ),
        (
            "life",
            life,
            "loop {",
            &[
                "Lock::take(self.spool.dir(), LOCK_PATIENCE)",
                "self.spool.seal(lock)",
                "self.todo(&resting)",
                "todo.is_empty()",
                "drop(flush_lock);\n                fault::point!(\"life.left\");",
                "drop(lock);",
                "!self.todo(&resting)?.is_empty()",
                "FlushLock::take(self.spool.dir(), Duration::ZERO)",
                "self.courier.deliver(",
                "self.forget(&flush_lock)",
            ],
        ),
        (
            "forget",
            erase,
            "pub fn forget(",
            &["tombstone.write(dir)", "{ say() }", "dir.names()", "dir.unlink(name)"],
        ),
    ];
    for (name, source, from, steps) in sources {
        let mut rest = source.split_once(from).unwrap().1;
        let whole = format!("{from}{rest}");
        if let Some(first) = steps.first().filter(|first| whole.starts_with(**first)) {
            rest = whole.strip_prefix(first).unwrap();
        }
        for step in steps {
            let (_, after) =
                rest.split_once(step).unwrap_or_else(|| panic!("{name}: `{step}` does not come next"));
            rest = after;
        }
    }
}

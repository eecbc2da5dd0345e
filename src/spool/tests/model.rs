//! A model of the spool: what has become of each memory. The real spool does random sequences of what it can do and must
//! agree after each; then crashes and power cuts are played at random moments of the sequence, and what is found afterwards
//! must be what the model allows. So must be what a second crash, in the middle of that recovery, leaves.
//!
//! After a kill: every memory is where the model has it, or, of the operation that was cut short, where it was going. After
//! a power cut: what was promised to be on the disk is there, and whatever is there is whole. What has left is counted, and
//! after a kill nothing twice. What a sequence promises is said in [`World::promise`]. `ENGRAM_SOAK` makes it a hundred times as many.

mod images;
mod letters;
mod recovery;
mod world;

use std::collections::BTreeMap;
use std::path::Path;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::*;
use crate::sys::traced::{self, Effect};
use images::{Chance, Crash};
use recovery::{recover, recover_again};
use world::World;

/// What the spool can do, or have done to it.
#[derive(Debug, Clone)]
enum Deed {
    Append(usize),
    AppendAlone(usize),
    AppendUnderAnotherKey(usize),
    Seal,
    /// Everything is sealed and handed out, so many letters at most; the ends repeat.
    Flush(Vec<u8>, usize),
    /// The oldest segment grows a month older, and old ones expire.
    Expire,
    /// The spool meets a cap of so many bytes.
    MeetCap(u64),
    KeyRefused,
    KeyTakenAgain,
    RetryDead,
    GiveUp,
    Adopt,
    Drop,
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let deed = prop_oneof![
        5 => (1..=3_usize).prop_map(Deed::Append),
        2 => (1..=3_usize).prop_map(Deed::AppendAlone),
        2 => (1..=3_usize).prop_map(Deed::AppendUnderAnotherKey),
        2 => Just(Deed::Seal),
        5 => (prop::collection::vec(0..4_u8, 1..5), 0..8_usize).prop_map(|(ends, most)| Deed::Flush(ends, most)),
        1 => Just(Deed::Expire),
        1 => (0..2000_u64).prop_map(Deed::MeetCap),
        1 => Just(Deed::KeyRefused),
        1 => Just(Deed::KeyTakenAgain),
        2 => Just(Deed::RetryDead),
        1 => Just(Deed::GiveUp),
        2 => Just(Deed::Adopt),
        1 => Just(Deed::Drop),
    ];
    prop::collection::vec(deed, 3..14)
}

/// What has become of a memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fate {
    Waits,
    Accepted,
    Dead,
    Dropped,
    /// With the key.
    Erased,
}

/// A memory in the model.
#[derive(Debug, Clone)]
struct Known {
    record: Record,
    under_another_key: bool,
    /// How many effects there were when it came to each of its fates: before the deed began, and after it ended.
    fates: Vec<(usize, usize, Fate)>,
    /// When its fate of that moment was promised to outlive a power cut.
    promised: Vec<(usize, Fate)>,
}

impl Known {
    fn fate(&self) -> Fate {
        self.fates.last().unwrap().2
    }
}

#[derive(Default)]
struct Model {
    memories: BTreeMap<String, Known>,
    key_is_refused: bool,
    /// When the key was refused and taken again.
    refusals: Vec<(usize, usize, bool)>,
}

fn waiting(spool: &Spool) -> BTreeMap<String, Record> {
    let mut found = BTreeMap::new();
    Waiting::each(spool, |waiting| drop(found.insert(waiting.record.id.clone(), waiting.record))).unwrap();
    found
}

fn dead(spool: &Spool) -> BTreeMap<String, Record> {
    let letters = DeadLetters::read(spool).unwrap();
    letters.into_iter().map(|letter| (letter.record.id.clone(), letter.record)).collect()
}

fn ids_in(spool: &Spool, name: &str) -> Vec<String> {
    let mut reader = segment::Reader::open(spool.dir(), name, crate::sys::Access::Read).unwrap();
    let mut ids = Vec::new();
    while let Some(piece) = reader.next_piece().unwrap() {
        if let segment::Piece::Record { status: record::Status::Waiting, json, .. } = piece {
            ids.push(serde_json::from_slice::<Record>(&json).unwrap().id);
        }
    }
    ids
}

/// Whether an effect did not happen after all.
type Forgets = fn(&Effect) -> bool;

/// A sequence in a state directory of its own, in agreement with the model; what was done to files meanwhile.
fn play(root: &Path, deeds: &[Deed]) -> (Model, Vec<Effect>) {
    traced::start();
    let mut world = World::open(&root.join("state"));
    for deed in deeds {
        world.does(deed);
        world.agrees();
    }
    (world.model, traced::take())
}

fn crash(deeds: &[Deed], seed: u64, images: usize, forget: Forgets) -> Result<(), TestCaseError> {
    let room = in_memory();
    let (model, effects) = play(room.path(), deeds);
    let mut chance = Chance(seed);
    for number in 0..images {
        let kind = [Crash::Kill, Crash::KillInAWrite, Crash::PowerCut, Crash::PowerCut][number % 4];
        let at = 1 + chance.below(effects.len());
        let image = in_memory();
        let until: Vec<_> = effects[..at]
            .iter()
            .map(|effect| if forget(effect) { Effect::Nothing } else { effect.clone() })
            .collect();
        images::make(&until, kind, &mut chance, room.path(), image.path());
        traced::start_on(image.path()).unwrap();
        let before = traced::len();
        let recovered = recover(&image.path().join("state"), &model, at, kind);
        let second = traced::take();
        let again = recovered.and_then(|recovered| {
            // Every recovery is cut short as well, by any kind of crash.
            let kind = [Crash::Kill, Crash::KillInAWrite, Crash::PowerCut][chance.below(3)];
            let (at, room) = (before + chance.below(second.len() + 1 - before), in_memory());
            images::make(&second[..at], kind, &mut chance, image.path(), room.path());
            recover_again(&room.path().join("state"), &recovered, at)
                .map_err(|why| format!("{why}, after {kind:?} behind effect {at} of its recovery"))
        });
        prop_assert!(
            again.is_ok(),
            "{kind:?} behind effect {at}, {}: {}",
            format!("{:.120}", format!("{:?}", effects[at - 1])),
            again.unwrap_err()
        );
    }
    Ok(())
}

/// A directory whose syncing costs nothing, where there is one.
fn in_memory() -> TempDir {
    TempDir::new_in("/dev/shm").or_else(|_| TempDir::new()).unwrap()
}

/// Every case is a sequence and so many crashes of it.
const IMAGES: usize = 40;

fn runner(cases: u32) -> TestRunner {
    TestRunner::new_with_rng(
        Config { cases, failure_persistence: None, max_shrink_iters: 400, ..Config::default() },
        prop::test_runner::TestRng::deterministic_rng(prop::test_runner::RngAlgorithm::ChaCha),
    )
}

fn cases() -> u32 {
    if std::env::var_os("ENGRAM_SOAK").is_some() { 10_000 } else { 60 }
}

#[test]
fn whatever_is_done_and_whenever_it_crashes_no_promise_is_broken() {
    let tried =
        runner(cases()).run(&(deeds(), any::<u64>()), |(deeds, seed)| crash(&deeds, seed, IMAGES, |_| false));
    tried.unwrap_or_else(|failed| panic!("{failed}"));
    println!(
        "{} sequences, {} crashes and power cuts and as many of recoveries, 0 promises broken",
        cases(),
        cases() as usize * IMAGES
    );
}

/// A spool that never syncs its files, or never its directories, must be caught, or the test above proves nothing.
#[test]
fn a_spool_that_syncs_nothing_is_caught() {
    let mutants: [(&str, Forgets); 2] = [
        ("files", |effect| matches!(effect, Effect::Synced(_))),
        ("directories", |effect| matches!(effect, Effect::SyncedNames(_))),
    ];
    for (what, forget) in mutants {
        let caught = runner(cases())
            .run(&(deeds(), any::<u64>()), |(deeds, seed)| crash(&deeds, seed, IMAGES, forget));
        assert!(caught.is_err(), "{what} need not be synced");
    }
}

//! The invariants of the spool, looked at from inside: torn and flipped bytes, crashes between two files, caps, drops.

mod counts;
mod cut_short;
mod disk;
mod leaving;
mod model;
mod sealing;
mod twins;
mod versions;

use std::time::Duration;

use tempfile::TempDir;

use super::*;
use crate::clock;
use crate::key::Key;
use crate::memory::{Memory, MemoryType};
use crate::origin::Origin;

/// How long a test waits for a lock that nobody else wants. A program that another test of this process starts holds all
/// our locks as well, from its fork to its exec.
const A_FORK: Duration = Duration::from_secs(10);

/// A state directory and the spool of one destination in it.
struct Shelf {
    state: TempDir,
    spool: Spool,
}

impl Shelf {
    fn new() -> Self {
        let state = TempDir::new().unwrap();
        let spool = Spool::open_or_make(&state.path().join("state"), &destination("eng_one_0123")).unwrap();
        Self { state, spool }
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.spool.dir().path().join(name)
    }

    fn append(&self, ids: &[&str]) {
        let records: Vec<_> = ids.iter().map(|id| Encoded::waiting(&record(id)).unwrap()).collect();
        assert!(matches!(append(&self.spool, &records), Appended::Stored));
    }

    fn seal(&self) -> String {
        let lock = Lock::take(self.spool.dir(), A_FORK).unwrap().unwrap();
        let before = self.spool.segments().unwrap();
        assert!(self.spool.seal(&lock).unwrap());
        let mut after = self.spool.segments().unwrap();
        after.retain(|name| !before.contains(name));
        after.remove(0)
    }

    fn flush_lock(&self) -> FlushLock {
        FlushLock::take(self.spool.dir(), A_FORK).unwrap().unwrap()
    }

    /// The ids that wait, in the order they would be sent.
    fn waiting(&self) -> Vec<String> {
        let mut ids = Vec::new();
        Waiting::each(&self.spool, |waiting| ids.push(waiting.record.id)).unwrap();
        ids
    }

    /// Drains every segment; `end` says how each id ends.
    fn drain(&self, end: impl Fn(&str) -> Settled) -> (Vec<String>, Drained) {
        let flush_lock = self.flush_lock();
        let segments = self.spool.segments().unwrap();
        let nothing = |_: &str| false;
        let mut drain = Drain::new(&self.spool, &flush_lock, segments, &nothing, Patience::Keep);
        let mut sent = Vec::new();
        while let Some(letter) = drain.next_letter().unwrap() {
            drain.settle(letter.ticket, end(&letter.record.id)).unwrap();
            sent.push(letter.record.id);
        }
        (sent, drain.finish().unwrap().0)
    }

    fn accept_all(&self) -> Vec<String> {
        self.drain(|_| Settled::Accepted).0
    }

    fn survey(&self) -> Survey {
        Survey::of(&self.spool).unwrap()
    }
}

fn destination(key: &str) -> Destination {
    Destination { origin: Origin::default(), key: Key::parse(key).unwrap() }
}

fn record(id: &str) -> Record {
    let memory = Memory {
        topic: format!("topic of {id}"),
        content: "päyload with \"quotes\", a line\nend and E1 . 00000003".to_owned(),
        memory_type: MemoryType::Note,
        project: Some("api".to_owned()),
        scope: None,
        tags: vec!["claude-code".to_owned()],
    };
    Record { id: id.to_owned(), at: clock::now(), dir: "/home/dev".to_owned(), memory }
}

fn refusal() -> Refusal {
    Refusal { at: clock::now(), status: 422, body: "{\"detail\":\"no\"}".to_owned() }
}

#[test]
fn a_segment_cut_at_every_byte_keeps_every_whole_record_and_every_later_one() {
    let shelf = Shelf::new();
    shelf.append(&["a", "b", "c"]);
    let active = shelf.path("active.jsonl");
    let whole = std::fs::read(&active).unwrap();
    let ends: Vec<_> =
        whole.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at).collect();
    assert_eq!(ends.len(), 3);
    for cut in 0..=whole.len() {
        std::fs::write(&active, &whole[..cut]).unwrap();
        shelf.append(&["later"]);
        // The checksum decides, not the line feed: a record is whole without it.
        let kept = ends.iter().filter(|end| **end <= cut).count();
        let mut expected: Vec<_> = ["a", "b", "c"].into_iter().take(kept).collect();
        expected.push("later");
        assert_eq!(shelf.waiting(), expected, "cut at {cut}");
    }
    println!("{} cuts, 0 records lost", whole.len() + 1);
}

#[test]
fn every_flipped_bit_is_noticed_and_hits_at_most_two_records() {
    let shelf = Shelf::new();
    shelf.append(&["a", "b", "c", "d"]);
    let name = shelf.seal();
    let whole = std::fs::read(shelf.path(&name)).unwrap();
    let originals: Vec<_> = {
        let mut records = Vec::new();
        Waiting::each(&shelf.spool, |waiting| records.push(waiting.record)).unwrap();
        records
    };
    let mut worst = 0;
    for bit in 0..whole.len() * 8 {
        let mut bytes = whole.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        std::fs::write(shelf.path(&name), &bytes).unwrap();
        let mut found = Vec::new();
        Waiting::each(&shelf.spool, |waiting| found.push(waiting.record)).unwrap();
        assert!(
            found.iter().all(|record| originals.contains(record)),
            "bit {bit}: a changed record was believed"
        );
        worst = worst.max(originals.len() - found.len());
        assert!(originals.len() - found.len() <= 2, "bit {bit}: {} of 4 left", found.len());
    }
    println!("{} bits flipped, 0 undetected, at most {worst} record(s) hit", whole.len() * 8);
}

#[test]
fn a_record_that_the_bytes_at_hand_end_in_is_no_garbage() {
    let mut bytes = vec![0; 300];
    bytes.extend(Encoded::waiting(&record("a")).unwrap().as_bytes());
    for cut in 301..bytes.len() {
        let found = record::find(&bytes[..cut], record::Tail::More);
        assert_eq!(found, record::Found::Garbage { len: 300 }, "{cut}");
    }
}

#[test]
fn a_status_byte_that_is_damaged_sends_the_memory_again_rather_than_losing_it() {
    let shelf = Shelf::new();
    shelf.append(&["a"]);
    let name = shelf.seal();
    let mut bytes = std::fs::read(shelf.path(&name)).unwrap();
    for status in [b'/', b'*', 0, 255] {
        bytes[3] = status;
        std::fs::write(shelf.path(&name), &bytes).unwrap();
        assert_eq!(shelf.waiting(), ["a"]);
    }
}

#[test]
fn what_was_delivered_and_is_not_yet_counted_is_told_with_its_times() {
    let shelf = Shelf::new();
    shelf.append(&["a"]);
    shelf.seal();
    let began = clock::now();
    let flush_lock = shelf.flush_lock();
    let nothing = |_: &str| false;
    let segments = shelf.spool.segments().unwrap();
    let mut drain = Drain::new(&shelf.spool, &flush_lock, segments, &nothing, Patience::Keep);
    let letter = drain.next_letter().unwrap().unwrap();
    drain.settle(letter.ticket, Settled::Accepted).unwrap();
    let survey = shelf.survey();
    assert_eq!((survey.waiting, survey.ledger.accepted), (0, 1));
    assert_eq!(survey.last_capture, Some(letter.record.at));
    // A file's times are those of the last tick of the kernel's clock.
    assert!(survey.ledger.last_delivery.unwrap().plus(Duration::from_secs(1)) > began);
    drain.finish().unwrap();
    assert_eq!((shelf.survey().ledger.accepted, shelf.survey().waiting), (1, 0), "counted once");
}

#[test]
fn what_is_no_record_goes_to_quarantine_and_what_is_newer_stays() {
    let shelf = Shelf::new();
    shelf.append(&["a"]);
    let active = shelf.path("active.jsonl");
    let mut bytes = b"garbage that is no record\n".to_vec();
    bytes.extend(std::fs::read(&active).unwrap());
    std::fs::write(&active, &bytes).unwrap();
    shelf.append(&["b"]);
    let name = shelf.seal();
    assert_eq!(shelf.accept_all(), ["a", "b"]);
    assert!(!shelf.path(&name).exists());
    assert_eq!(std::fs::read(shelf.path("quarantine.bin")).unwrap(), b"garbage that is no record\n");
    assert_eq!(shelf.survey().quarantined_bytes, 26);

    std::fs::write(&active, b"E2 of a version to come\n").unwrap();
    shelf.append(&["c"]);
    let name = shelf.seal();
    let (sent, drained) = shelf.drain(|_| Settled::Accepted);
    assert_eq!((sent, drained.at_rest), (vec!["c".to_owned()], vec![name.clone()]));
    assert!(std::fs::read_to_string(shelf.path(&name)).unwrap().starts_with("E2 of a version to come\n"));
    let survey = shelf.survey();
    assert_eq!((survey.newer, survey.waiting, survey.ledger.accepted), (1, 0, 3));
    assert!(shelf.accept_all().is_empty());
}

#[test]
fn a_segment_is_unlinked_only_when_nothing_in_it_waits() {
    let shelf = Shelf::new();
    shelf.append(&["a", "b", "c"]);
    let name = shelf.seal();
    let (_, drained) = shelf.drain(|id| if id == "b" { Settled::Kept } else { Settled::Accepted });
    assert_eq!((drained.accepted, drained.left), (2, vec![name.clone()]));
    assert_eq!(shelf.waiting(), ["b"]);
    assert_eq!(shelf.survey().ledger.accepted, 2, "counted while the segment is still there");
    assert_eq!(shelf.accept_all(), ["b"]);
    assert!(!shelf.path(&name).exists());
    assert_eq!(shelf.survey().ledger.accepted, 3);
}

#[test]
fn a_crash_between_the_ledger_and_the_unlink_counts_nothing_twice() {
    let shelf = Shelf::new();
    shelf.append(&["a", "b"]);
    let name = shelf.seal();
    assert_eq!(shelf.accept_all().len(), 2);
    // As if the unlink had not happened: the segment is back, everything in it accepted.
    let mut bytes = Vec::new();
    for id in ["a", "b"] {
        bytes.extend_from_slice(
            Encoded::with_status(&record(id), record::Status::Accepted).unwrap().as_bytes(),
        );
    }
    std::fs::write(shelf.path(&name), bytes).unwrap();
    assert_eq!(shelf.survey().ledger.accepted, 2);
    assert!(shelf.accept_all().is_empty());
    assert!(!shelf.path(&name).exists());
    assert_eq!(shelf.survey().ledger.accepted, 2);
}

#[test]
fn failed_memories_go_behind_the_others_and_are_told() {
    let shelf = Shelf::new();
    shelf.append(&["bad", "a", "b"]);
    shelf.seal();
    let (sent, drained) = shelf.drain(|id| if id == "bad" { Settled::Failed } else { Settled::Accepted });
    assert_eq!(sent, ["bad", "a", "b", "bad"]);
    assert_eq!((drained.failed, drained.accepted), (vec!["bad".to_owned()], 2));
    let refusal = Refusal { status: 500, ..refusal() };
    assert!(shelf.spool.give_up_on(&shelf.flush_lock(), "bad", &refusal).unwrap());
    assert!(shelf.waiting().is_empty());
    assert_eq!(DeadLetters::read(&shelf.spool).unwrap()[0].record.id, "bad");
    assert_eq!(shelf.spool.segments().unwrap().len(), 0);
}

#[test]
fn dead_letters_come_back_when_asked() {
    let shelf = Shelf::new();
    shelf.append(&["a", "b"]);
    shelf.seal();
    shelf.drain(|_| Settled::Refused(refusal()));
    assert_eq!(shelf.survey().dead, 2);
    assert_eq!(DeadLetters::revive(&shelf.spool, &shelf.flush_lock()).unwrap(), 2);
    assert_eq!((shelf.survey().dead, shelf.waiting()), (0, vec!["a".to_owned(), "b".to_owned()]));
}

//! What is counted and what is set aside: caps, quarantine, records of a newer format, and a clock that was set back.

use super::*;
use crate::spool::sweep;

#[test]
fn what_is_no_record_in_one_segment_stays_in_quarantine_beside_that_of_the_next() {
    let shelf = Shelf::new();
    for line in ["first\n", "second\n"] {
        std::fs::write(shelf.path("active.jsonl"), line).unwrap();
        shelf.seal();
        shelf.accept_all();
    }
    assert_eq!(std::fs::read_to_string(shelf.path("quarantine.bin")).unwrap(), "first\nsecond\n");
}

#[test]
fn the_cap_counts_what_is_not_sealed_yet() {
    let shelf = Shelf::new();
    shelf.append(&["oldest"]);
    shelf.seal();
    shelf.append(&["newest"]);
    let bytes = std::fs::metadata(shelf.path("active.jsonl")).unwrap().len();
    sweep::make_room_below(bytes, &shelf.spool, &shelf.flush_lock(), |_| true);
    assert_eq!(shelf.waiting(), ["newest"]);
}

#[test]
fn a_drop_counts_records_of_a_newer_format() {
    let shelf = Shelf::new();
    std::fs::write(shelf.path("active.jsonl"), "E2 of a version to come\n").unwrap();
    shelf.append(&["a"]);
    let lock = Lock::take(shelf.spool.dir(), A_FORK).unwrap().unwrap();
    assert_eq!(shelf.spool.drop_waiting(&shelf.flush_lock(), &lock).unwrap(), 1);
    assert_eq!(shelf.survey().ledger.dropped.get(DropReason::User.as_str()), Some(&2));
}

#[test]
fn a_next_try_further_away_than_any_wait_is_due() {
    for (minutes, is_due) in [(0, true), (60, false), (3 * 60, true), (365 * 24 * 60, true)] {
        let next_at = Some(clock::now().plus(Duration::from_mins(minutes)));
        assert_eq!(Postponed { next_at, ..Postponed::default() }.is_due(), is_due, "{minutes}");
    }
}

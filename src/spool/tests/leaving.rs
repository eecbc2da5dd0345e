//! How memories leave a spool undelivered, and what is refused entrance.

use std::path::Path;

use super::*;

/// Bytes that are no record: a spool's cap is about bytes.
const FILLING: &[u8; 100_001] = &{
    let mut line = [b'x'; 100_001];
    line[100_000] = b'\n';
    line
};

#[test]
fn a_revoked_key_leaves_counts_and_no_content() {
    let shelf = Shelf::new();
    shelf.append(&["dead"]);
    shelf.seal();
    shelf.drain(|_| Settled::Refused(refusal()));
    shelf.append(&["a", "b"]);
    shelf.seal();
    shelf.append(&["c"]);
    std::fs::write(shelf.path("tmp-left-over"), "topic of nobody").unwrap();
    let lock = Lock::take(shelf.spool.dir(), A_FORK).unwrap().unwrap();
    let tombstone = shelf.spool.forget(&shelf.flush_lock(), &lock).unwrap();
    drop(lock);
    assert_eq!((tombstone.erased, tombstone.dead_erased), (3, 1));
    assert!(tombstone.oldest <= tombstone.newest && tombstone.oldest.is_some());
    assert!(matches!(append(&shelf.spool, &[Encoded::waiting(&record("d")).unwrap()]), Appended::KeyRevoked));
    for entry in std::fs::read_dir(shelf.spool.dir().path()).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        assert!(!text.contains("topic of") && !text.contains("päyload"), "{text}");
    }
    // An erasing that was cut short, and is done again, does not forget what it had counted.
    let lock = Lock::take(shelf.spool.dir(), A_FORK).unwrap().unwrap();
    assert_eq!(shelf.spool.forget(&shelf.flush_lock(), &lock).unwrap().erased, 3);
}

#[test]
fn only_what_is_older_than_the_cap_expires() {
    let shelf = Shelf::new();
    shelf.append(&["old"]);
    let name = shelf.seal();
    shelf.append(&["young"]);
    shelf.seal();
    let month_ago = clock::nanoseconds() - 31 * 24 * 3600 * 1_000_000_000;
    std::fs::rename(shelf.path(&name), shelf.path(&format!("seal-{month_ago:020}-1.jsonl"))).unwrap();
    assert_eq!(shelf.spool.expire(&shelf.flush_lock()).unwrap(), 1);
    assert_eq!(shelf.waiting(), ["young"]);
    assert_eq!(shelf.survey().ledger.dropped.get(DropReason::Age.as_str()), Some(&1));
}

#[test]
fn a_full_spool_lets_its_oldest_segment_go_and_counts_it() {
    let shelf = Shelf::new();
    shelf.append(&["oldest"]);
    let name = shelf.seal();
    let mut bytes = std::fs::read(shelf.path(&name)).unwrap();
    bytes.extend(FILLING.repeat(400));
    std::fs::write(shelf.path(&name), bytes).unwrap();
    shelf.append(&["middle"]);
    let name = shelf.seal();
    let mut bytes = std::fs::read(shelf.path(&name)).unwrap();
    bytes.extend(FILLING.repeat(300));
    std::fs::write(shelf.path(&name), bytes).unwrap();
    shelf.append(&["newest"]);
    shelf.spool.tidy(&shelf.flush_lock()).unwrap();
    assert_eq!(shelf.waiting(), ["middle", "newest"]);
    assert_eq!(shelf.survey().ledger.dropped.get(DropReason::Cap.as_str()), Some(&1));
}

#[test]
fn a_long_active_file_is_sealed_by_the_capture_itself() {
    let shelf = Shelf::new();
    let ids: Vec<_> = (0..6000).map(|number| number.to_string()).collect();
    for group in ids.chunks(500) {
        shelf.append(&group.iter().map(String::as_str).collect::<Vec<_>>());
    }
    assert!(!shelf.spool.segments().unwrap().is_empty());
    assert_eq!(shelf.waiting(), ids);
}

#[test]
fn two_destinations_do_not_meet() {
    let shelf = Shelf::new();
    let state = shelf.state.path().join("state");
    let other = Spool::open_or_make(&state, &destination("eng_two_0123")).unwrap();
    assert_ne!(other.name(), shelf.spool.name());
    assert_eq!(others(&state, Some(shelf.spool.name())), [other.name()]);
    assert_eq!(other.origin().as_deref(), Some("https://api.3ngram.ai"));
    shelf.append(&["mine"]);
    assert_eq!(Survey::of(&other).unwrap().waiting, 0);
}

#[test]
fn a_lock_that_is_held_makes_a_segment_of_one() {
    let shelf = Shelf::new();
    let lock = Lock::take(shelf.spool.dir(), A_FORK).unwrap().unwrap();
    shelf.append(&["alone"]);
    drop(lock);
    let segments = shelf.spool.segments().unwrap();
    assert!(segments.len() == 1 && segments[0].starts_with("one-"), "{segments:?}");
    assert_eq!(shelf.accept_all(), ["alone"]);
}

#[test]
fn files_that_are_not_ours_are_refused() {
    let shelf = Shelf::new();
    shelf.append(&["a"]);
    let refuses = |what: &str| {
        let appended = append(&shelf.spool, &[Encoded::waiting(&record("b")).unwrap()]);
        assert!(matches!(appended, Appended::Failed(_)), "{what}: {appended:?}");
    };
    let active = shelf.path("active.jsonl");
    let elsewhere = shelf.state.path().join("elsewhere");
    let replace = |make: &dyn Fn(&Path)| {
        std::fs::rename(&active, &elsewhere).unwrap();
        make(&active);
    };
    let restore = || {
        if active.is_dir() {
            std::fs::remove_dir(&active).unwrap();
        } else {
            std::fs::remove_file(&active).unwrap();
        }
        std::fs::rename(&elsewhere, &active).unwrap();
    };
    replace(&|active| std::fs::create_dir(active).unwrap());
    refuses("a directory");
    restore();
    replace(&|active| std::os::unix::fs::symlink(&elsewhere, active).unwrap());
    refuses("a symbolic link");
    restore();
    std::fs::hard_link(&active, shelf.state.path().join("other-name")).unwrap();
    refuses("a hard link");
    std::fs::remove_file(shelf.state.path().join("other-name")).unwrap();
    assert_eq!(shelf.waiting(), ["a"]);
}

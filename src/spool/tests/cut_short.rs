//! What a crash, or a file that cannot be used, cut short: the counts stay right, and nothing is moved or held up twice.

use super::*;
use crate::spool::sweep;

/// A segment as it stands when its unlinking did not come about.
fn comes_back(shelf: &Shelf, name: &str, bytes: &[u8]) {
    assert!(!shelf.path(name).exists(), "{name} was to go");
    std::fs::write(shelf.path(name), bytes).unwrap();
}

fn accepted(id: &str) -> Vec<u8> {
    Encoded::with_status(&record(id), record::Status::Accepted).unwrap().as_bytes().to_vec()
}

#[test]
fn a_segment_that_was_counted_and_left_standing_is_not_counted_again_after_an_older_one() {
    let shelf = Shelf::new();
    shelf.append(&["older"]);
    let older = shelf.seal();
    shelf.append(&["counted"]);
    let counted = shelf.seal();
    shelf.drain(|id| if id == "older" { Settled::Kept } else { Settled::Accepted });
    comes_back(&shelf, &counted, &accepted("counted"));
    assert_eq!(shelf.accept_all(), ["older"]);
    assert!(!shelf.path(&older).exists() && !shelf.path(&counted).exists());
    assert_eq!(shelf.survey().ledger.accepted, 2);
}

#[test]
fn a_drop_that_was_counted_and_cut_short_is_not_counted_again() {
    let shelf = Shelf::new();
    shelf.append(&["a"]);
    let name = shelf.seal();
    let bytes = std::fs::read(shelf.path(&name)).unwrap();
    shelf.append(&["b"]);
    shelf.seal();
    sweep::make_room_below(bytes.len() as u64, &shelf.spool, &shelf.flush_lock(), |_| true);
    comes_back(&shelf, &name, &bytes);
    sweep::make_room_below(0, &shelf.spool, &shelf.flush_lock(), |_| true);
    assert_eq!(shelf.survey().ledger.dropped.get(DropReason::Cap.as_str()), Some(&2));
    assert_eq!(shelf.spool.segments().unwrap(), Vec::<String>::new());
}

#[test]
fn a_new_segment_under_the_name_of_the_last_that_was_counted_is_delivered() {
    let shelf = Shelf::new();
    shelf.append(&["a"]);
    let name = shelf.seal();
    shelf.accept_all();
    // A clock that stands still gives the name a second time.
    shelf.append(&["b"]);
    let second = shelf.seal();
    std::fs::rename(shelf.path(&second), shelf.path(&name)).unwrap();
    assert_eq!(shelf.accept_all(), ["b"]);
}

#[test]
fn a_file_that_cannot_be_used_does_not_keep_a_bad_memory_from_being_given_up_on() {
    let shelf = Shelf::new();
    shelf.append(&["bad"]);
    shelf.seal();
    std::os::unix::fs::symlink("elsewhere", shelf.path("seal-00000000000000000001-1.jsonl")).unwrap();
    assert!(shelf.spool.give_up_on(&shelf.flush_lock(), "bad", &refusal()).unwrap());
    assert_eq!(shelf.survey().dead, 1);
}

#[test]
fn a_drain_delivers_past_a_file_that_cannot_be_used_and_leaves_it() {
    let shelf = Shelf::new();
    let in_the_way = "seal-00000000000000000001-1.jsonl";
    std::os::unix::fs::symlink("elsewhere", shelf.path(in_the_way)).unwrap();
    shelf.append(&["behind it"]);
    shelf.seal();
    let (sent, drained) = shelf.drain(|_| Settled::Accepted);
    // What is left is not looked at again by the same flush.
    assert_eq!((sent, drained.left), (vec!["behind it".to_owned()], vec![in_the_way.to_owned()]));
}

#[test]
fn a_file_that_cannot_be_used_does_not_keep_the_others_from_being_let_go() {
    let shelf = Shelf::new();
    let in_the_way = "seal-00000000000000000001-1.jsonl";
    std::os::unix::fs::symlink("elsewhere", shelf.path(in_the_way)).unwrap();
    let old = format!("seal-{:020}-1.jsonl", clock::nanoseconds() - 31 * 24 * 3600 * 1_000_000_000);
    shelf.append(&["old"]);
    std::fs::rename(shelf.path(&shelf.seal()), shelf.path(&old)).unwrap();
    // What is in the way is told, and only after the others are gone.
    shelf.spool.expire(&shelf.flush_lock()).unwrap_err();
    shelf.append(&["beyond the cap"]);
    shelf.seal();
    sweep::make_room_below(0, &shelf.spool, &shelf.flush_lock(), |_| true);
    shelf.append(&["dropped"]);
    let lock = Lock::take(shelf.spool.dir(), A_FORK).unwrap().unwrap();
    shelf.spool.drop_waiting(&shelf.flush_lock(), &lock).unwrap_err();
    assert_eq!(shelf.spool.segments().unwrap(), [in_the_way]);
    let dropped = shelf.survey().ledger.dropped;
    let reasons = [DropReason::Age, DropReason::Cap, DropReason::User].map(DropReason::as_str);
    assert_eq!(reasons.map(|reason| dropped.get(reason)), [Some(&1); 3]);
}

#[test]
fn no_memory_goes_to_make_room_for_a_file_that_cannot_be_used() {
    let shelf = Shelf::new();
    shelf.append(&["a"]);
    let cap = std::fs::metadata(shelf.path(&shelf.seal())).unwrap().len();
    let in_the_way = shelf.path("seal-09999999999999999999-1.jsonl");
    std::fs::write(&in_the_way, vec![b'\n'; 4096]).unwrap();
    std::fs::hard_link(&in_the_way, shelf.path("its other name")).unwrap();
    sweep::make_room_below(cap, &shelf.spool, &shelf.flush_lock(), |_| true);
    assert_eq!(shelf.waiting(), ["a"]);
    assert!(in_the_way.exists());
}

#[test]
fn what_was_moved_from_beside_a_newer_record_is_not_moved_again() {
    let shelf = Shelf::new();
    let mine = Spool::open_or_make(&shelf.state.path().join("state"), &destination("eng_two_0123")).unwrap();
    std::fs::write(shelf.path("active.jsonl"), "E2 of a version to come\n").unwrap();
    shelf.append(&["a"]);
    let moves = || {
        let lock = Lock::take(shelf.spool.dir(), A_FORK).unwrap().unwrap();
        mine.adopt(&shelf.spool, &shelf.flush_lock(), &lock).unwrap().1
    };
    assert_eq!((moves(), moves()), (1, 0));
    let survey = shelf.survey();
    assert_eq!((survey.waiting, survey.newer, Survey::of(&mine).unwrap().waiting), (0, 1, 1));
}

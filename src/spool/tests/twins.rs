//! Two records of one id, as two registrations of the hook make them: sent once, and ended together.

use super::*;

#[test]
fn records_of_one_id_are_sent_once() {
    let shelf = Shelf::new();
    shelf.append(&["a", "a", "b"]);
    shelf.seal();
    shelf.append(&["a"]);
    shelf.seal();
    let (sent, drained) = shelf.drain(|_| Settled::Accepted);
    assert_eq!((sent, drained.accepted), (vec!["a".to_owned(), "b".to_owned()], 4));
    assert!(shelf.waiting().is_empty());
}

#[test]
fn a_second_record_of_an_id_that_is_under_way_shares_its_end() {
    let shelf = Shelf::new();
    shelf.append(&["a", "a", "b"]);
    shelf.seal();
    let flush_lock = shelf.flush_lock();
    let nothing = |_: &str| false;
    let mut drain =
        Drain::new(&shelf.spool, &flush_lock, shelf.spool.segments().unwrap(), &nothing, Patience::Keep);
    let first = drain.next_letter().unwrap().unwrap();
    let second = drain.next_letter().unwrap().unwrap();
    assert_eq!((first.record.id.as_str(), second.record.id.as_str()), ("a", "b"));
    assert!(drain.next_letter().unwrap().is_none());
    drain.settle(second.ticket, Settled::Accepted).unwrap();
    drain.settle(first.ticket, Settled::Refused(refusal())).unwrap();
    drain.finish().unwrap();
    assert!(shelf.waiting().is_empty());
    assert_eq!(DeadLetters::read(&shelf.spool).unwrap().len(), 1);
}

#[test]
fn a_second_record_of_an_id_that_has_to_wait_shares_its_end_too() {
    for setback in [Settled::Again, Settled::Failed] {
        let shelf = Shelf::new();
        shelf.append(&["a", "a", "b"]);
        shelf.seal();
        let flush_lock = shelf.flush_lock();
        let nothing = |_: &str| false;
        let mut drain =
            Drain::new(&shelf.spool, &flush_lock, shelf.spool.segments().unwrap(), &nothing, Patience::Keep);
        let first = drain.next_letter().unwrap().unwrap();
        let second = drain.next_letter().unwrap().unwrap();
        assert_eq!((first.record.id.as_str(), second.record.id.as_str()), ("a", "b"));
        drain.settle(first.ticket, setback.clone()).unwrap();
        drain.settle(second.ticket, Settled::Accepted).unwrap();
        let again = drain.next_letter().unwrap().unwrap();
        assert_eq!(again.record.id, "a");
        drain.settle(again.ticket, Settled::Accepted).unwrap();
        assert!(drain.next_letter().unwrap().is_none(), "sent once is enough");
        drain.finish().unwrap();
        assert!(shelf.waiting().is_empty(), "{setback:?}");
    }
}

#[test]
fn what_was_accepted_under_the_same_id_is_not_sent_again_from_behind() {
    let shelf = Shelf::new();
    shelf.append(&["a"]);
    shelf.seal();
    shelf.append(&["a"]);
    shelf.seal();
    // The first fails before the second record of its id is read, and goes behind it.
    let failed = std::cell::Cell::new(false);
    let (sent, _) = shelf.drain(|_| if failed.replace(true) { Settled::Accepted } else { Settled::Failed });
    assert_eq!(sent, ["a", "a"]);
    assert!(shelf.waiting().is_empty());
}

//! A disk that takes no more in the middle of an append, and one that does not even take it back.

use crate::sys::traced::{self, Fault, set_fault};

use super::*;

#[test]
fn an_append_that_fails_at_any_byte_leaves_what_was_acknowledged_and_room_for_the_next() {
    let len = Encoded::waiting(&record("x")).unwrap().as_bytes().len();
    let mut places = 0;
    for cuts in [true, false] {
        for room in 0..len {
            // While it is written down what is done, nothing waits for a disk.
            traced::start();
            let shelf = Shelf::new();
            shelf.append(&["before"]);
            let before = std::fs::read(shelf.path("active.jsonl")).unwrap();
            set_fault(Some(Fault { room, cuts }));
            let failed = append(&shelf.spool, &[Encoded::waiting(&record("x")).unwrap()]);
            set_fault(None);
            let Appended::Failed(why) = failed else { panic!("it was acknowledged: {room} {cuts}") };
            assert_eq!(why.to_string().contains("taking it back failed too"), !cuts, "{why}");
            let bytes = std::fs::read(shelf.path("active.jsonl")).unwrap();
            assert_eq!(bytes.len() - before.len(), if cuts { 0 } else { room });
            // All but the line feed is a record: more than was acknowledged, and never less.
            let is_whole = !cuts && room == len - 1;
            let is_torn = !cuts && room > 0 && !is_whole;
            let mut expected = vec!["before"];
            expected.extend(is_whole.then_some("x"));
            assert_eq!(shelf.waiting(), expected, "{room} {cuts}");
            shelf.append(&["after"]);
            expected.push("after");
            shelf.seal();
            assert_eq!(shelf.accept_all(), expected, "{room} {cuts}");
            // What was torn, and the line feed that fences it off.
            let set_aside = if is_torn { room as u64 + 1 } else { 0 };
            assert_eq!(shelf.survey().quarantined_bytes, set_aside, "{room} {cuts}");
            traced::take();
            places += 1;
        }
    }
    println!("{places} failed appends, half of them not taken back: 0 records lost, 0 torn ones believed");
}

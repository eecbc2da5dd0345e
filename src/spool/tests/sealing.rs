//! When a capture turns `active.jsonl` into a segment, and what that is called.

use super::*;

#[test]
fn an_active_file_is_sealed_by_a_capture_when_it_is_longer_than_1_mib() {
    for (len, sealed) in [(1024 * 1024, 0), (1024 * 1024 + 1, 1)] {
        let shelf = Shelf::new();
        let mut bytes = Encoded::waiting(&record("a")).unwrap().as_bytes().to_vec();
        // Empty lines are skipped.
        bytes.resize(len, b'\n');
        std::fs::write(shelf.path("active.jsonl"), bytes).unwrap();
        shelf.append(&["b"]);
        assert_eq!(shelf.spool.segments().unwrap().len(), sealed, "{len} bytes");
        assert_eq!(shelf.waiting(), ["a", "b"]);
    }
}

#[test]
fn a_clock_that_stands_still_costs_no_segment() {
    let shelf = Shelf::new();
    let name = shelf.spool.free_name(7);
    std::fs::write(shelf.path(&name), "").unwrap();
    assert_ne!(shelf.spool.free_name(7), name);
}

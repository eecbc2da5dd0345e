//! The program that is given away has nothing in it that makes it die or go wrong when it is told to.

use crate::PROGRAM;

#[test]
fn the_program_has_no_failpoints_and_no_mutants() {
    let program = std::fs::read(PROGRAM).unwrap();
    for marker in ["ENGRAM_FAILPOINT", "ENGRAM_MUTANT", "append.locked"] {
        let found = program.windows(marker.len()).any(|window| window == marker.as_bytes());
        assert!(!found, "{marker}");
    }
}

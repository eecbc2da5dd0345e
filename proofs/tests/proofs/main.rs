//! The program dies where it hurts, or makes a mistake it was told to make: nothing is lost, and the mistake is noticed.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on must fail, where it stands"
)]

extern crate engram_hook_proofs as engram_hook;

mod adoption;
mod erasing;
mod failpoints;
mod home;
mod leaving;
mod mutants;
mod promises;
#[path = "../../../tests/hook/sandbox.rs"]
#[expect(dead_code, reason = "shared with the tests of the program itself, which need more of it")]
mod sandbox;
mod sessions;
mod stuck;
mod torn;

/// The program with failpoints and mutants in it.
const PROGRAM: &str = env!("CARGO_BIN_EXE_engram-hook-proofs");

#[test]
fn the_program_that_is_proved_upon_has_failpoints() {
    // That the program itself has none is looked at where it is built: `tests/hook/plain.rs` and `.ci/run`.
    let program = std::fs::read(PROGRAM).unwrap();
    let marker = b"ENGRAM_FAILPOINT";
    assert!(program.windows(marker.len()).any(|window| window == marker));
}

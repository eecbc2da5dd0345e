//! Kills from outside, at any moment, of the program itself: what was acknowledged is delivered, and nothing is stranded.
//!
//! `ENGRAM_SOAK=1` makes them ten times as many.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on must fail, where it stands"
)]

mod commands;
mod exit;
mod random;
mod reaper;
#[path = "../hook/sandbox.rs"]
#[expect(dead_code, reason = "shared with the other tests, which need more of it")]
mod sandbox;

/// What is run.
const PROGRAM: &str = env!("CARGO_BIN_EXE_engram-hook");

/// The size of a test: as much as a change has time for, or as much as it takes to believe it.
fn size(in_a_change: usize, in_a_soak: usize) -> usize {
    if std::env::var_os("ENGRAM_SOAK").is_some() { in_a_soak } else { in_a_change }
}

/// A small generator: the same numbers for the same seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

//! The program from outside: the real binary in a home of its own, against the real local API.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::expect_used,
    clippy::panic,
    clippy::string_slice,
    reason = "a test that cannot go on must fail, where it stands"
)]

mod bad_input;
mod burst;
mod command_line;
mod config;
mod destinations;
mod doctor;
mod fixtures;
mod leaks;
mod lost_and_found;
mod notices;
mod plain;
mod revocation;
mod sandbox;
mod sessions;
mod verdicts;
mod versions;
mod wrong_turns;

/// What is run.
const PROGRAM: &str = env!("CARGO_BIN_EXE_engram-hook");

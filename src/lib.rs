//! engram-hook: turns Claude Code's hook events into memories, spools them, and delivers them in the background.
//!
//! The way of a memory, and the room for each step:
//!
//! ```text
//! stdin ─ hook::wire ─ hook::Event ─ hook::memory ─ hook::redact ─ spool::append ─ detach      (capture: half a millisecond)
//!                                                                        │
//!                                                  spool::drain ─ net::Courier ─ the API        (flush: detached, or by hand)
//! ```
//!
//! A row of rooms uses the rows below it, never above (`tests/layering.rs` keeps it so):
//!
//! ```text
//! dispatch · fuzz
//! ui
//! cmd
//! net · detach · settings · cli · log · stdin · notice
//! hook · spool
//! config · memory · key · origin · paths · clock · digest · sys · arena · fault · exit
//! ```

pub mod arena;
pub mod cli;
pub mod clock;
pub mod cmd;
pub mod config;
pub mod detach;
pub mod digest;
pub mod dispatch;
pub mod exit;
mod fault;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzz;
pub mod hook;
pub mod key;
pub mod log;
pub mod memory;
pub mod net;
pub mod notice;
pub mod origin;
pub mod paths;
pub mod settings;
pub mod spool;
pub mod stdin;
pub mod sys;
pub mod ui;

use std::ffi::OsString;

pub use exit::Exit;

/// Runs one command. `capture` is told apart before anything else is looked at: it is what Claude Code waits for.
pub fn run(mut arguments: impl Iterator<Item = OsString>) -> Exit {
    let program = arguments.next();
    match arguments.next() {
        Some(word) if word == "capture" => cmd::capture::run(),
        word => dispatch::run(program.into_iter().chain(word).chain(arguments)),
    }
}

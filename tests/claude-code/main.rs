//! The real Claude Code runs the hook: headless, on a scripted model that listens on this machine, with the hooks where
//! `engram-hook install` or the plugin puts them, delivering to the real `engram-local`.
//!
//! Every scene is played twice, on a machine with our hooks and on one without: what Claude Code prints and how it exits
//! must be the same. `tests/claude-code/run.sh` gets the program and runs all of this; without it these tests are ignored.

#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::string_slice,
    reason = "a test that cannot go on must fail, where it stands"
)]

mod commits;
mod cut_short;
mod hostile;
mod machine;
mod model;
mod outages;
mod pace;
mod plans;
mod plugin;
mod processes;
mod record;
mod scene;
mod screen;
mod script;
mod session;
mod terminal;
mod together;
mod turns;

//! Attacks, each with the real program: what a hostile repository, network, neighbour or payload tries, and what it gets.

mod attacker;
pub mod authority;
mod documented;
mod elsewhere;
mod flushing;
#[expect(dead_code, reason = "the secrets are wanted here, and not the look-alikes")]
#[path = "../redaction/labelled.rs"]
mod labelled;
mod payloads;
mod tls;
mod traces;
mod wipe;

use attacker::{Attacker, Manner};

use crate::sandbox::{Sandbox, session_start, stop};

/// What no attacker may read.
const PLAN: &str = "orchard-gate-1789";

/// Everything that sends: a capture with the flush it starts, a session that begins, and a flush by hand.
fn tries_everything(sandbox: &Sandbox) {
    sandbox.capture(stop("s", &format!("we meet at the {PLAN}")));
    sandbox.run_with(&["capture"], session_start("startup").as_bytes()).unseen_but_for_a_notice();
    // It waits for the one in the background.
    let flushed = sandbox.run(&["flush", "-v"]);
    assert!(matches!(flushed.code, Some(0 | 1 | 75 | 77)), "{flushed:?}");
    sandbox.run(&["flush", "--retry-key"]);
}

//! Claude Code is stopped in the middle: what was captured before is delivered all the same.

use crate::machine::memory;
use crate::scene::play;
use crate::script::{Reply, Script, runs};

#[track_caller]
fn stopped_by(signal: &str) {
    let script =
        Script::default().play("cut", [runs("git commit --allow-empty -m 'Just in time'"), Reply::Silence]);
    let machine = play(&script, |machine| {
        let session = machine.session("[[cut]] Begin.").start();
        machine.model.wait_for("cut", 1, 1);
        session.signal(signal);
        vec![session.wait()]
    });
    machine.keeps(&[memory("note", "Just in time", "Just in time", &["commit"])]);
}

#[test]
#[ignore = "needs Claude Code: tests/claude-code/run.sh"]
fn an_interrupted_session_has_delivered_its_commit() {
    stopped_by("INT");
}

#[test]
#[ignore = "needs Claude Code: tests/claude-code/run.sh"]
fn a_terminated_session_has_delivered_its_commit() {
    stopped_by("TERM");
}

#[test]
#[ignore = "needs Claude Code: tests/claude-code/run.sh"]
fn a_killed_session_has_delivered_its_commit() {
    stopped_by("KILL");
}

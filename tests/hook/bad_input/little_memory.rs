//! A limit on memory: what `std` does when there is none left, a sentence and an abort, must not be seen of a hook.

use serde_json::json;

use super::topics;
use crate::sandbox::{Sandbox, stop};

const MIB: usize = 1024;

/// Captures with so many KiB of address space.
fn capture_in(sandbox: &Sandbox, kib: usize, payload: &str) -> crate::sandbox::Ran {
    sandbox.run_shell(&format!("ulimit -v {kib}; exec \"$0\" capture"), payload.as_bytes())
}

#[test]
fn memory_that_runs_out_anywhere_is_met_in_silence_and_noted() {
    let sandbox = Sandbox::unsent();
    // With less, the program cannot be loaded, and what is seen of that is not ours.
    let least = (8 * MIB..512 * MIB).step_by(2 * MIB).find(|kib| {
        capture_in(&sandbox, *kib, &stop("s", "short")).code == Some(0) && topics(&sandbox) == ["short"]
    });
    let least = least.expect("a short turn is kept in 512 MiB");
    // Escapes, so that it is decoded into room of its own.
    let plan = json!({
        "session_id": "s", "cwd": "/srv/none", "hook_event_name": "PostToolUse", "tool_name": "ExitPlanMode",
        "tool_use_id": "plan", "tool_input": {"plan": format!("# The plan\n{}", "a \\ line\u{1}\n".repeat(150_000))},
    })
    .to_string();
    let mut quiet_ends = 0;
    for kib in (least..).step_by(MIB) {
        capture_in(&sandbox, kib, &plan).unseen();
        if topics(&sandbox).len() == 2 {
            break;
        }
        let notes = sandbox.notes("payload");
        quiet_ends += usize::from(
            notes.iter().any(|note| note["text"].as_str().unwrap().contains("not enough memory")),
        );
    }
    assert_eq!(topics(&sandbox), ["short", "The plan"]);
    assert!(quiet_ends > 0, "it ran out of memory somewhere: {:?}", sandbox.notes("payload"));
}

//! Payloads as Claude Code sends them, a test a file: `capture` is unseen, and what waits afterwards is what the table of
//! DESIGN.md §4 says.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::sandbox::Sandbox;

mod made;
mod odd;

/// What becomes of a payload with the default settings.
enum Expected {
    /// Nothing is kept; `explain` says this.
    Nothing(&'static str),
    /// One memory waits.
    Kept(Value),
    /// Nothing is kept, unless the settings turn this kind on.
    Off(&'static str, &'static str, Value),
}
use Expected::{Kept, Nothing, Off};

const NOT_KEPT: &str = "nothing is kept of this event";
const BOUNDARY: &str = "nothing is kept of this event; it delivers what waits";
const NO_COMMIT: &str = "the command made no commit and no pull request";
const NO_PLAN: &str = "the file is not in Claude Code's plans directory";

fn directory() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/payloads"))
}

/// The bytes of a recorded payload.
fn recorded(file: &str) -> Vec<u8> {
    std::fs::read(directory().join(file)).unwrap()
}

/// A recorded payload, to be changed.
fn shape(file: &str) -> Value {
    serde_json::from_slice(&recorded(file)).unwrap()
}

/// A memory of the recorded project, as it waits.
fn memory(memory_type: &str, topic: &str, content: &str, tags: &[&str]) -> Value {
    json!({
        "topic": topic, "content": content, "memory_type": memory_type, "project": "acme-api", "tags": tags,
    })
}

/// The payload is captured unseen, and these memories wait; `explain` says the same of it before.
#[track_caller]
fn keeps(sandbox: &Sandbox, payload: impl AsRef<[u8]>, memories: &[Value]) {
    let explained = sandbox.explained(payload.as_ref());
    sandbox.capture(payload.as_ref());
    let waiting = sandbox.listed();
    let kept: Vec<_> = waiting.iter().map(|record| record["memory"].clone()).collect();
    assert_eq!(kept, memories);
    let promised = explained["memories"].as_array().unwrap();
    let pair = |id: &Value, memory: &Value| (id.clone(), memory.clone());
    assert_eq!(
        promised.iter().map(|one| pair(&one["id"], &one["memory"])).collect::<Vec<_>>(),
        waiting.iter().map(|one| pair(&one["id"], &one["memory"])).collect::<Vec<_>>(),
    );
    assert_eq!(explained["why_not"].is_null(), !memories.is_empty(), "{explained}");
}

/// The payload is captured unseen, nothing waits, and `explain` says why.
#[track_caller]
fn keeps_nothing(sandbox: &Sandbox, payload: impl AsRef<[u8]>, why: &str) {
    assert_eq!(sandbox.explained(payload.as_ref())["why_not"], why);
    keeps(sandbox, payload, &[]);
    assert!(sandbox.notes("payload").is_empty());
    assert!(!sandbox.state().join("spool").exists(), "nothing is made for nothing");
}

#[track_caller]
fn holds(file: &str, expected: Expected) {
    let payload = recorded(file);
    match expected {
        // What a session's start tells the user has tests of its own.
        Nothing(why) => keeps_nothing(&Sandbox::unsent().without_notices(), payload, why),
        Kept(memory) => keeps(&Sandbox::unsent(), payload, &[memory]),
        Off(kind, why, memory) => {
            keeps_nothing(&Sandbox::unsent(), &payload, why);
            let turned_on = Sandbox::unsent();
            turned_on.configure(&json!({"capture": {kind: true}}).to_string());
            keeps(&turned_on, payload, &[memory]);
        }
    }
}

macro_rules! payloads {
    ($($name:ident: $file:literal => $expected:expr;)*) => {
        $(
            #[test]
            fn $name() {
                holds($file, $expected);
            }
        )*

        const TESTED: &[&str] = &[$($file),*];
    };
}

payloads! {
    a_change_of_the_configuration_keeps_nothing: "ConfigChange-skills.json" => Nothing(NOT_KEPT);
    a_change_of_directory_keeps_nothing: "CwdChanged.json" => Nothing(NOT_KEPT);
    a_changed_file_keeps_nothing: "FileChanged.json" => Nothing(NOT_KEPT);
    a_displayed_message_keeps_nothing: "MessageDisplay.json" => Nothing(NOT_KEPT);
    a_call_for_input_keeps_nothing: "Notification-agent_needs_input.json" => Nothing(NOT_KEPT);
    a_call_for_permission_keeps_nothing: "Notification-permission_prompt.json" => Nothing(NOT_KEPT);
    a_request_for_permission_keeps_nothing: "PermissionRequest-Bash.json" => Nothing(NOT_KEPT);
    a_compaction_keeps_its_summary_without_the_analysis: "PostCompact.json" => Kept(memory(
        "note",
        "Primary Request and Intent: FAKE COMPACT SUMMARY.",
        "1. Primary Request and Intent: FAKE COMPACT SUMMARY.",
        &["claude-code", "summary"],
    ));
    a_batch_of_tool_calls_keeps_nothing_of_the_commit_in_it: "PostToolBatch.json" => Nothing(NOT_KEPT);
    a_subagent_in_the_foreground_keeps_nothing: "PostToolUse-Agent-foreground.json" =>
        Nothing("nothing is kept of the tool Agent");
    a_started_subagent_keeps_nothing: "PostToolUse-Agent.json" => Nothing("nothing is kept of the tool Agent");
    a_commit_keeps_its_message: "PostToolUse-Bash-git-commit.json" => Kept(memory(
        "decision",
        "feat: añadir módulo 日本語 ✓",
        "feat: añadir módulo 日本語 ✓",
        &["claude-code", "commit", "feat"],
    ));
    a_command_of_a_subagent_keeps_nothing: "PostToolUse-Bash-in-subagent.json" => Nothing(NO_COMMIT);
    a_command_with_much_output_keeps_nothing: "PostToolUse-Bash-large.json" => Nothing(NO_COMMIT);
    a_command_that_is_no_commit_keeps_nothing: "PostToolUse-Bash.json" => Nothing(NO_COMMIT);
    an_edit_of_a_file_that_is_no_plan_keeps_nothing: "PostToolUse-Edit.json" => Nothing(NO_PLAN);
    a_plan_that_was_approved_keeps_what_was_written_before: "PostToolUse-ExitPlanMode.json" =>
        Kept(memory("commitment", "A plan", "# A plan\n\n1. Do it", &["claude-code", "plan"]));
    a_read_keeps_nothing: "PostToolUse-Read.json" => Nothing("nothing is kept of the tool Read");
    a_written_file_that_is_no_plan_keeps_nothing: "PostToolUse-Write.json" => Nothing(NO_PLAN);
    a_command_that_failed_keeps_nothing: "PostToolUseFailure-Bash.json" => Nothing(NOT_KEPT);
    a_read_that_failed_keeps_nothing: "PostToolUseFailure-Read.json" => Nothing(NOT_KEPT);
    a_compaction_to_come_keeps_nothing: "PreCompact.json" => Nothing(NOT_KEPT);
    a_background_subagent_to_come_keeps_nothing: "PreToolUse-Agent-background.json" => Nothing(NOT_KEPT);
    a_foreground_subagent_to_come_keeps_nothing: "PreToolUse-Agent-foreground.json" => Nothing(NOT_KEPT);
    a_subagent_to_come_keeps_nothing: "PreToolUse-Agent.json" => Nothing(NOT_KEPT);
    a_background_command_to_come_keeps_nothing: "PreToolUse-Bash-background.json" => Nothing(NOT_KEPT);
    a_command_with_binary_output_to_come_keeps_nothing: "PreToolUse-Bash-binary-ansi.json" => Nothing(NOT_KEPT);
    a_command_that_will_change_directory_keeps_nothing: "PreToolUse-Bash-cwd-changed.json" => Nothing(NOT_KEPT);
    a_commit_to_come_keeps_nothing: "PreToolUse-Bash-git-commit.json" => Nothing(NOT_KEPT);
    a_command_of_a_subagent_to_come_keeps_nothing: "PreToolUse-Bash-in-subagent.json" => Nothing(NOT_KEPT);
    a_command_that_will_time_out_keeps_nothing: "PreToolUse-Bash-timeout.json" => Nothing(NOT_KEPT);
    a_command_to_come_keeps_nothing: "PreToolUse-Bash.json" => Nothing(NOT_KEPT);
    an_edit_to_come_keeps_nothing: "PreToolUse-Edit.json" => Nothing(NOT_KEPT);
    a_read_to_come_keeps_nothing: "PreToolUse-Read.json" => Nothing(NOT_KEPT);
    a_write_to_come_keeps_nothing: "PreToolUse-Write.json" => Nothing(NOT_KEPT);
    a_tool_of_a_server_to_come_keeps_nothing: "PreToolUse-mcp__demo__echo.json" => Nothing(NOT_KEPT);
    a_session_that_ends_keeps_nothing: "SessionEnd-other.json" => Nothing(BOUNDARY);
    a_session_that_the_user_leaves_keeps_nothing: "SessionEnd-prompt_input_exit.json" => Nothing(BOUNDARY);
    a_session_that_was_cleared_keeps_nothing: "SessionStart-clear-interactive.json" => Nothing(BOUNDARY);
    a_session_that_was_compacted_keeps_nothing: "SessionStart-compact-interactive.json" => Nothing(BOUNDARY);
    a_printing_session_that_was_compacted_keeps_nothing: "SessionStart-compact-print.json" => Nothing(BOUNDARY);
    a_session_that_goes_on_keeps_nothing: "SessionStart-resume-interactive.json" => Nothing(BOUNDARY);
    a_printing_session_that_goes_on_keeps_nothing: "SessionStart-resume-print.json" => Nothing(BOUNDARY);
    a_session_that_starts_keeps_nothing: "SessionStart-startup-interactive.json" => Nothing(BOUNDARY);
    a_printing_session_that_starts_keeps_nothing: "SessionStart-startup-print.json" => Nothing(BOUNDARY);
    a_turn_that_ends_in_few_words_keeps_nothing: "Stop-background-shell.json" =>
        Nothing("the last message has fewer than 40 characters");
    a_turn_keeps_its_last_message: "Stop.json" => Kept(memory(
        "note",
        "All done: committed, wrote notes, edited. Ünïcödé ✓",
        "All done: committed, wrote notes, edited. Ünïcödé ✓",
        &["claude-code", "turn"],
    ));
    a_turn_that_failed_keeps_nothing: "StopFailure.json" => Nothing(NOT_KEPT);
    a_subagent_that_starts_keeps_nothing: "SubagentStart.json" => Nothing(NOT_KEPT);
    a_subagent_keeps_its_last_message_when_the_user_wants_it: "SubagentStop-general-purpose.json" => Off(
        "subagents",
        "capture.subagents is off in config.json",
        memory(
            "note",
            "Subagent report: there are files.",
            "Subagent report: there are files.",
            &["claude-code", "subagent"],
        ),
    );
    what_wrote_a_compactions_summary_keeps_nothing: "SubagentStop-of-no-type.json" =>
        Nothing("the subagent has no type: it is the one that compacts");
    an_expanded_prompt_keeps_nothing: "UserPromptExpansion.json" => Nothing(NOT_KEPT);
    a_prompt_is_kept_when_the_user_wants_it: "UserPromptSubmit.json" => Off(
        "prompts",
        "no line of the prompt asks for something to be remembered",
        memory("note", "please do it — ünï ✓", "please do it — ünï ✓", &["claude-code", "prompt"]),
    );
}

#[test]
fn every_recorded_payload_has_a_test() {
    let mut files: Vec<_> = std::fs::read_dir(directory())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    let mut tested = TESTED.to_vec();
    tested.sort_unstable();
    assert_eq!(files, tested);
    assert_eq!(files.len(), 53);
}

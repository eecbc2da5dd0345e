//! What Claude Code gives its hooks, recorded anew: a hook that keeps every payload, in sessions that show most events.
//! Compared with `tests/fixtures/payloads` by shape, so that the next version's changes are seen: `just record`.
//!
//! The files are put where `CLAUDE_CODE_PAYLOADS` says, one for each shape; to make them the fixtures is somebody's decision.

mod names;
mod shape;

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::machine::{Hooks, Machine};
use crate::plans::leave_plan_mode;
use crate::scene::tell;
use crate::script::{PLAN_FILE, Script, calls, runs, says, write};
use crate::terminal::Terminal;
use names::Names;
use shape::Shapes;

/// The events whose payloads are among the fixtures.
const EVENTS: [&str; 20] = [
    "ConfigChange",
    "CwdChanged",
    "FileChanged",
    "MessageDisplay",
    "Notification",
    "PermissionRequest",
    "PostCompact",
    "PostToolBatch",
    "PostToolUse",
    "PostToolUseFailure",
    "PreCompact",
    "PreToolUse",
    "SessionEnd",
    "SessionStart",
    "Stop",
    "StopFailure",
    "SubagentStart",
    "SubagentStop",
    "UserPromptExpansion",
    "UserPromptSubmit",
];
/// Keeps its stdin under the time it came.
const RECORDER: &str = "#!/bin/sh\nexec cat >\"$HOME/recorded/$(date +%s%N)-$$\"\n";
const SESSION: &str = "6a1f7c1e-8f0b-4c57-9d56-3f0f6f0f9a01";

#[test]
#[ignore = "needs Claude Code: tests/claude-code/run.sh"]
fn what_the_hooks_are_given_is_recorded_and_compared() {
    let machine = recording_machine();
    headless(&machine);
    leave_plan_mode(&machine);
    interactive(&machine);

    let mut names = Names::of(machine.home(), &machine.project());
    let recorded: Vec<String> =
        files(&machine.home().join("recorded")).iter().map(|text| names.plain(text)).collect();
    let (now, before) = (Shapes::of(&recorded), Shapes::of(&files(&fixtures())));
    for difference in now.differences_to(&before) {
        tell(&difference);
    }
    if let Some(directory) = std::env::var_os("CLAUDE_CODE_PAYLOADS").map(PathBuf::from) {
        keep(&recorded, &directory);
        tell(&format!("{} payloads, those of a new shape in {}", recorded.len(), directory.display()));
    }

    let hooks = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/hooks/hooks.json")).unwrap();
    let hooks: Value = serde_json::from_str(&hooks).unwrap();
    let ours: BTreeSet<&str> = hooks["hooks"].as_object().unwrap().keys().map(String::as_str).collect();
    let seen = now.events();
    assert!(ours.is_subset(&seen), "not one payload of some of {ours:?}: {seen:?}");
}

fn recording_machine() -> Machine {
    let agent = json!({"description": "Look around", "prompt": "[[inside]] Look.", "subagent_type": "general-purpose"});
    let notes = "{{home}}/work/notes.md";
    let edit = json!({"file_path": notes, "old_string": "two", "new_string": "three"});
    let script = Script::default()
        .play(
            "all",
            [
                runs("git commit --allow-empty -m 'feat: number invoices' -m 'Per tenant.'"),
                runs("ls /nowhere"),
                calls([write(notes, "one\ntwo\n")]),
                calls([("Read", json!({"file_path": notes}))]),
                calls([("Edit", edit)]),
                calls([("Read", json!({"file_path": "{{home}}/work/none"}))]),
                calls([("Agent", agent)]),
                runs("mkdir -p deep && cd deep"),
                says("All of it is done, and it stands in the history for everybody to see."),
            ],
        )
        .play("inside", [runs("ls"), says("Report of the subagent: there are files.")])
        .play(
            "plan",
            [calls([write(PLAN_FILE, "# A plan\n\n1. Do it")]), calls([("ExitPlanMode", json!({}))])],
        )
        .play("talk", [says("It was talked about.")]);
    let mut machine = Machine::new(script, Hooks::None);
    // So that the ids of commits are the same each time.
    for name in ["GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"] {
        machine.set(name, "2026-01-01T00:00:00Z");
    }
    machine.git(&["commit", "--quiet", "--allow-empty", "--amend", "--reset-author", "--no-edit"]);
    let recorder = machine.home().join("recorder");
    fs::create_dir_all(machine.home().join("recorded")).unwrap();
    fs::write(&recorder, RECORDER).unwrap();
    fs::set_permissions(&recorder, fs::Permissions::from_mode(0o700)).unwrap();
    let hook = json!([{"hooks": [{"type": "command", "command": recorder, "args": [], "timeout": 10}]}]);
    let hooks: serde_json::Map<String, Value> =
        EVENTS.iter().map(|event| ((*event).to_owned(), hook.clone())).collect();
    fs::create_dir_all(machine.home().join(".claude")).unwrap();
    fs::write(machine.home().join(".claude/settings.json"), json!({"hooks": hooks}).to_string()).unwrap();
    machine
}

fn headless(machine: &Machine) {
    let resumed = ["--resume", SESSION];
    machine.session("[[all]] Do all of it.").with(&["--session-id", SESSION]).run();
    machine.session("/compact").with(&resumed).run();
    machine.session("[[talk]] Go on.").with(&resumed).run();
}

fn interactive(machine: &Machine) {
    let terminal = Terminal::open(machine);
    terminal.shows("bypass permissions");
    terminal.types("[[talk]] Talk.");
    terminal.shows("talked about");
    terminal.types("/compact");
    terminal.shows("Compacted");
    terminal.types("/clear");
    terminal.shows_no_longer("Compacted");
    terminal.shows("bypass permissions");
    terminal.types("/exit");
    terminal.ends();
}

fn fixtures() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/payloads"))
}

/// The texts of a directory's files, by their names.
fn files(directory: &Path) -> Vec<String> {
    let mut paths: Vec<_> = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| fs::read_to_string(path).unwrap()).collect()
}

/// One file for each shape, named as the fixtures are.
fn keep(recorded: &[String], directory: &Path) {
    drop(fs::remove_dir_all(directory));
    fs::create_dir_all(directory).unwrap();
    let mut known = BTreeSet::new();
    for text in recorded {
        let (group, shape) = shape::of(text);
        if known.insert((group.clone(), shape)) {
            let number = known.iter().filter(|(of, _)| *of == group).count();
            let number = if number == 1 { String::new() } else { format!("-{number}") };
            fs::write(directory.join(format!("{group}{number}.json")), text).unwrap();
        }
    }
}

//! Plans: left by plan mode, or written to Claude Code's directory for them.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::Stdio;

use serde_json::{Value, json};

use crate::machine::{Machine, memory, turn};
use crate::scene::play;
use crate::script::{PLAN_FILE, Script, calls, says, write};
use crate::session::Ended;

const PLAN: &str = "# Number the invoices\n\n1. A sequence per tenant\n2. A migration";

#[test]
#[ignore = "needs Claude Code: tests/claude-code/run.sh"]
fn a_plan_that_was_written_and_approved_is_one_memory() {
    const DONE: &str = "The plan is approved, and the work on it can begin right away now.";
    let script = Script::default()
        .play("plan", [calls([write(PLAN_FILE, PLAN)]), calls([("ExitPlanMode", json!({}))]), says(DONE)]);
    let machine = play(&script, |machine| vec![leave_plan_mode(machine)]);
    // Write and ExitPlanMode have it both, under one id.
    machine
        .keeps_after_repeats(&[memory("commitment", "Number the invoices", PLAN, &["plan"]), turn(DONE)], 1);
}

/// Plan mode needs somebody who approves: a program that speaks Claude Code's protocol on stdin and stdout.
pub fn leave_plan_mode(machine: &Machine) -> Ended {
    let mut session = machine
        .session_without_a_prompt()
        .with(&["--input-format", "stream-json", "--output-format", "stream-json", "--verbose"])
        .with(&["--permission-prompt-tool", "stdio", "--permission-mode", "plan"])
        .start_asking(Stdio::piped());
    let mut stdin = session.child.stdin.take().unwrap();
    let prompt = json!({"type": "user", "message": {"role": "user", "content": "[[plan]] Plan it."}});
    writeln!(stdin, "{prompt}").unwrap();
    let mut said = String::new();
    for line in BufReader::new(session.child.stdout.take().unwrap()).lines() {
        let message: Value = serde_json::from_str(&line.unwrap()).unwrap();
        match message["type"].as_str().unwrap() {
            "control_request" => {
                let answer = json!({"behavior": "allow", "updatedInput": message["request"]["input"]});
                let response =
                    json!({"subtype": "success", "request_id": message["request_id"], "response": answer});
                writeln!(stdin, "{}", json!({"type": "control_response", "response": response})).unwrap();
            }
            "result" => {
                said = message["result"].to_string();
                break;
            }
            _ => {}
        }
    }
    drop(stdin);
    Ended { stdout: said, ..session.wait() }
}

#[test]
#[ignore = "needs Claude Code: tests/claude-code/run.sh"]
fn a_file_written_into_the_plans_directory_is_a_plan_and_another_is_not() {
    let script = Script::default().play(
        "write",
        [
            calls([
                write("{{home}}/.claude/plans/invoices.md", PLAN),
                write("{{home}}/work/plan.md", "# Not one\n\nof these"),
            ]),
            says("Done."),
        ],
    );
    let machine = play(&script, |machine| vec![machine.session("[[write]] Write it down.").run()]);
    machine.keeps(&[memory("commitment", "Number the invoices", PLAN, &["plan"])]);
}

#[test]
#[ignore = "needs Claude Code: tests/claude-code/run.sh"]
fn a_plan_of_three_megabytes_is_cut_and_delays_nobody() {
    let plan = format!("# Everything\n\n{}", "All of it, line by line.\n".repeat(120_000));
    let script = Script::default()
        .play("write", [calls([write("{{home}}/.claude/plans/everything.md", &plan)]), says("Done.")]);
    let machine = play(&script, |machine| vec![machine.session("[[write]] Write it all down.").run()]);
    machine.settle();
    let kept = machine.kept();
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0][1], "Everything");
    let content = kept[0][2].as_str().unwrap();
    assert!(content.ends_with('…') && plan.starts_with(content.trim_end_matches('…').trim_end()));
    assert!((1990..=2000).contains(&content.encode_utf16().count()));
}

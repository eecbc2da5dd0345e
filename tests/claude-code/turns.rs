//! What is said: turns, remembered lines, compactions, resumed sessions, subagents.

use crate::machine::{memory, turn};
use crate::scene::play;
use crate::script::{Script, calls, runs, says, says_escaped};

use serde_json::json;

#[test]
#[ignore = "needs Claude Code: tests/claude-code/run.sh"]
fn a_turn_is_its_last_message_cut_to_what_the_service_takes() {
    let long = format!("A long report. {}", "🚀 and on it goes. ".repeat(400));
    let script = Script::default().play("long", [runs("true"), says(&long)]);
    let machine = play(&script, |machine| vec![machine.session("[[long]] Report.").run()]);
    machine.settle();
    let kept = machine.kept();
    assert_eq!(kept.len(), 1);
    let content = kept[0][2].as_str().unwrap();
    let units = content.encode_utf16().count();
    assert!((1990..=2000).contains(&units), "{units} units");
    assert!(content.ends_with('…') && long.starts_with(content.trim_end_matches('…')));
}

#[test]
#[ignore = "needs Claude Code: tests/claude-code/run.sh"]
fn a_lone_surrogate_becomes_a_replacement_character_and_an_emoji_stays() {
    let script = Script::default().play(
        "odd",
        [says_escaped(r"A rocket \ud83d\ude80 is whole, and half of one \ud83d is not, so it goes.")],
    );
    let machine = play(&script, |machine| vec![machine.session("[[odd]] Say it.").run()]);
    machine.keeps(&[turn("A rocket 🚀 is whole, and half of one \u{fffd} is not, so it goes.")]);
}

#[test]
#[ignore = "needs Claude Code: tests/claude-code/run.sh"]
fn a_short_turn_is_not_kept() {
    let script = Script::default().play("short", [runs("true"), says("Done.")]);
    play(&script, |machine| vec![machine.session("[[short]] Do it.").run()]).keeps(&[]);
}

#[test]
#[ignore = "needs Claude Code: tests/claude-code/run.sh"]
fn lines_of_a_prompt_that_ask_for_it_are_remembered() {
    const DONE: &str = "It is noted, and from now on everybody will know about it.";
    let script = Script::default().play("note", [says(DONE)]);
    let prompt = "[[note]] Hello,\nremember: the staging database is called blue\nand the other one green\n\n\
                  Decision: amounts are integers of cents\nThat is all.\n\n<private>todo: call me</private>";
    let machine = play(&script, |machine| vec![machine.session(prompt).run()]);
    let blue = "the staging database is called blue";
    machine.keeps(&[
        memory("note", blue, &format!("{blue}\nand the other one green"), &["remember"]),
        memory(
            "decision",
            "amounts are integers of cents",
            "amounts are integers of cents\nThat is all.",
            &["remember"],
        ),
        turn(DONE),
    ]);
}

#[test]
#[ignore = "needs Claude Code: tests/claude-code/run.sh"]
fn a_compaction_leaves_its_summary_and_a_resumed_session_goes_on() {
    const FIRST: &str = "The first half of the work is done, the second half is left to do.";
    const SECOND: &str = "The second half of the work is done as well, after what came between.";
    const SESSION: &str = "6a1f7c1e-8f0b-4c57-9d56-3f0f6f0f9a01";
    let script = Script::default()
        .play("first", [runs("git commit --allow-empty -m 'Number the invoices'"), says(FIRST)])
        .play("second", [says(SECOND)]);
    let machine = play(&script, |machine| {
        vec![
            machine.session("[[first]] Begin.").with(&["--session-id", SESSION]).run(),
            machine.session("/compact").with(&["--resume", SESSION]).run(),
            machine.session("[[second]] Go on.").with(&["--resume", SESSION]).run(),
        ]
    });
    let summary = "The invoices are numbered per tenant.";
    machine.keeps(&[
        memory("note", "Number the invoices", "Number the invoices", &["commit"]),
        turn(FIRST),
        memory("note", summary, summary, &["summary"]),
        turn(SECOND),
    ]);
}

#[test]
#[ignore = "needs Claude Code: tests/claude-code/run.sh"]
fn a_subagents_commit_is_kept_and_its_report_is_not() {
    const DONE: &str = "The subagent has been sent out and will come back with its report.";
    let agent =
        json!({"description": "look", "prompt": "[[inside]] Look.", "subagent_type": "general-purpose"});
    let inside = "Report of the subagent: there is a commit more than there was before.";
    let script = Script::default()
        .play("outside", [calls([("Agent", agent)]), says(DONE)])
        .play("inside", [runs("git commit --allow-empty -m 'chore: sweep'"), says(inside)]);
    let machine = play(&script, |machine| vec![machine.session("[[outside]] Send one.").run()]);
    machine.keeps(&[memory("note", "chore: sweep", "chore: sweep", &["commit", "chore"]), turn(DONE)]);
}

#[test]
#[ignore = "needs Claude Code: tests/claude-code/run.sh"]
fn a_subagents_report_is_kept_by_whoever_wants_it() {
    const DONE: &str = "The subagent has been sent out and will come back with its report.";
    let agent =
        json!({"description": "look", "prompt": "[[inside]] Look.", "subagent_type": "general-purpose"});
    let inside = "Report of the subagent: there is nothing that was not there before.";
    let script = Script::default()
        .play("outside", [calls([("Agent", agent)]), says(DONE)])
        .play("inside", [runs("ls"), says(inside)]);
    let machine = play(&script, |machine| {
        machine.configure(r#"{"capture":{"subagents":true,"turns":false}}"#);
        vec![machine.session("[[outside]] Send one.").run()]
    });
    machine.keeps(&[memory("note", inside, inside, &["subagent"])]);
}

//! The interactive program in a terminal, beside one that has no hooks: what Claude Code says of every hook by itself, and
//! a notice that is due, are all that can be told apart.

use crate::machine::{Hooks, Machine, memory, turn};
use crate::script::{Reply, Script, runs, says};
use crate::terminal::{Terminal, compacted};

const DONE: &str = "The work is done, and it stands in the history for everybody to see.";

fn script() -> Script {
    Script::default()
        .play("work", [runs("git commit --allow-empty -m 'fix: mend it'"), says(DONE)])
        .play("silent", [Reply::Silence])
}

fn commit() -> serde_json::Value {
    memory("note", "fix: mend it", "fix: mend it", &["commit", "fix"])
}

#[test]
#[ignore = "needs Claude Code: tests/claude-code/run.sh"]
fn an_interactive_session_looks_like_one_without_hooks_from_its_start_to_its_exit() {
    let (bare, machine) = (Machine::new(script(), Hooks::None), Machine::new(script(), Hooks::Installed));
    let (beside, terminal) = (Terminal::open(&bare), Terminal::open(&machine));
    let both = [&beside, &terminal];
    let after = |act: &dyn Fn(&Terminal<'_>)| {
        both.into_iter().for_each(act);
        terminal.looks_like(&beside);
        assert_eq!(beside.of_ours(), [] as [&str; 0]);
    };
    after(&|terminal| terminal.shows("bypass permissions"));
    after(&|terminal| {
        terminal.types("[[work]] Work.");
        terminal.shows("stands in the history");
    });
    for (terminal, machine) in both.into_iter().zip([&bare, &machine]) {
        terminal.types("[[silent]] Say nothing.");
        machine.model.wait_for("silent", 0, 1);
    }
    after(&|terminal| terminal.shows("esc to interrupt"));
    after(&|terminal| {
        terminal.presses("Escape");
        // Interrupted before anything was said, it puts the prompt back where it was typed.
        terminal.shows_no_longer("esc to interrupt");
    });
    after(&|terminal| terminal.presses("C-u"));
    assert_eq!(terminal.of_ours(), [] as [&str; 0]);
    after(&|terminal| {
        terminal.types("/compact");
        terminal.shows("Compacted");
    });
    assert_eq!(terminal.of_ours(), [compacted()]);
    after(&|terminal| {
        terminal.types("/clear");
        terminal.shows_no_longer("Compacted");
        terminal.shows("bypass permissions");
    });
    assert_eq!(terminal.of_ours(), [] as [&str; 0]);
    for terminal in both {
        terminal.types("/exit");
        terminal.ends();
    }
    let summary = "The invoices are numbered per tenant.";
    machine.keeps(&[commit(), turn(DONE), memory("note", summary, summary, &["summary"])]);
}

#[test]
#[ignore = "needs Claude Code: tests/claude-code/run.sh"]
fn a_notice_that_is_due_is_on_the_screen_of_one_session_and_not_of_the_next() {
    let bare = Machine::new(script(), Hooks::None);
    let mut machine = Machine::new(script(), Hooks::Installed);
    machine.unset("ENGRAM_API_KEY");
    let beside = Terminal::open(&bare);
    beside.shows("bypass permissions");
    let notice = format!(
        "SessionStart:startup says: engram-hook captures nothing: there is no API key; set ENGRAM_API_KEY, or put \
         the key into {}/.config/engram-hook/api-key and chmod 600 it (`engram-hook doctor` says more.)",
        machine.home().display()
    );
    let first = Terminal::open_knowing(&machine, notice.clone());
    first.shows("captures nothing");
    for terminal in [&beside, &first] {
        terminal.types("[[work]] Work.");
        terminal.shows("stands in the history");
    }
    first.looks_like(&beside);
    assert_eq!(first.of_ours(), [notice]);
    first.types("/exit");
    first.ends();

    let second = Terminal::open(&machine);
    second.shows("bypass permissions");
    second.types("[[work]] Work.");
    second.shows("stands in the history");
    second.looks_like(&beside);
    assert_eq!(second.of_ours(), [] as [&str; 0]);
    machine.keeps(&[]);
}

#[test]
#[ignore = "needs Claude Code: tests/claude-code/run.sh"]
fn a_terminal_that_is_closed_loses_nothing() {
    let machine = Machine::new(script(), Hooks::Installed);
    let terminal = Terminal::open(&machine);
    terminal.shows("bypass permissions");
    terminal.types("[[work]] Work.");
    terminal.shows("stands in the history");
    terminal.closes();
    terminal.ends();
    machine.keeps(&[commit(), turn(DONE)]);
}

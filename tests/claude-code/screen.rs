//! The interactive program in a terminal: what Claude Code says of every hook by itself is all there is.

use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::machine::{HOOK, Hooks, Machine, memory, turn};
use crate::model::DEADLINE;
use crate::script::{Reply, Script, runs, says};
use crate::session::claude;

const DONE: &str = "The work is done, and it stands in the history for everybody to see.";

/// A terminal with a server of its own, which goes with it.
pub struct Terminal<'m>(&'m Machine);

impl<'m> Terminal<'m> {
    pub fn open(machine: &'m Machine) -> Self {
        let terminal = Self(machine);
        let program = format!("{} --dangerously-skip-permissions", claude().display());
        terminal.tmux(&["-f", "/dev/null", "new-session", "-d", "-x", "250", "-y", "45", &program]);
        terminal
    }

    #[track_caller]
    fn tmux(&self, arguments: &[&str]) -> String {
        let socket = self.0.home().join("tmp/terminal");
        let mut command = self.0.command("tmux");
        command.arg("-S").arg(socket).args(arguments).stdin(Stdio::null());
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    }

    pub fn types(&self, text: &str) {
        self.tmux(&["send-keys", "-l", text]);
        // The program takes what comes all at once for something pasted, a line end included.
        std::thread::sleep(Duration::from_millis(300));
        self.tmux(&["send-keys", "Enter"]);
    }

    /// The lines of the screen that speak of a hook or of us, without the spinner's.
    fn of_ours(&self) -> Vec<String> {
        let screen = self.tmux(&["capture-pane", "-p"]);
        let lines = screen.lines().filter(|line| !is_spinner(line)).filter(|line| {
            let line = line.to_lowercase();
            line.contains("engram") || line.contains("hook")
        });
        lines
            .map(|line| line.trim_matches(|each: char| each.is_whitespace() || each == '⎿').to_owned())
            .collect()
    }

    /// Waits until the screen shows this; meanwhile it shows nothing of ours but the line that cannot be helped.
    #[track_caller]
    pub fn shows(&self, text: &str) {
        let end = Instant::now() + DEADLINE;
        loop {
            let unexpected: Vec<_> = self.of_ours().into_iter().filter(|line| *line != compacted()).collect();
            assert_eq!(unexpected, [] as [&str; 0]);
            let screen = self.tmux(&["capture-pane", "-p"]);
            if screen.contains(text) {
                return;
            }
            assert!(Instant::now() < end, "no {text:?} on the screen:\n{screen}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Waits until the screen does not show this any more.
    #[track_caller]
    pub fn shows_no_longer(&self, text: &str) {
        let end = Instant::now() + DEADLINE;
        while self.tmux(&["capture-pane", "-p"]).contains(text) {
            assert!(Instant::now() < end, "still on the screen:\n{}", self.tmux(&["capture-pane", "-p"]));
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    #[track_caller]
    fn waits_for_input(&self) {
        let end = Instant::now() + DEADLINE;
        while self.tmux(&["capture-pane", "-p"]).contains("esc to interrupt") {
            assert!(Instant::now() < end, "it goes on:\n{}", self.tmux(&["capture-pane", "-p"]));
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    #[track_caller]
    pub fn ends(&self) {
        let end = Instant::now() + DEADLINE;
        while !self.tmux(&["list-sessions"]).is_empty() {
            assert!(Instant::now() < end, "it does not end:\n{}", self.tmux(&["capture-pane", "-p"]));
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Terminal<'_> {
    fn drop(&mut self) {
        self.tmux(&["kill-server"]);
    }
}

/// The spinner names the event while hooks of any kind run: `(running Stop hook · 0s)`.
fn is_spinner(line: &str) -> bool {
    line.contains("(running ") && line.contains(" hook") && line.contains(" · ")
}

/// What Claude Code says under `Compacted` of every hook of `PostCompact`; docs/claude-code.md tells what was tried.
fn compacted() -> String {
    format!("PostCompact [{HOOK} capture] completed successfully")
}

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
fn an_interactive_session_shows_nothing_of_ours_from_its_start_to_its_exit() {
    let machine = Machine::new(script(), Hooks::Installed);
    let terminal = Terminal::open(&machine);
    terminal.shows("bypass permissions");
    terminal.types("[[work]] Work.");
    terminal.shows("stands in the history");
    terminal.types("[[silent]] Say nothing.");
    machine.model.wait_for("silent", 0, 1);
    terminal.tmux(&["send-keys", "Escape"]);
    // Interrupted before anything was said, it puts the prompt back where it was typed.
    terminal.waits_for_input();
    terminal.tmux(&["send-keys", "C-u"]);
    assert_eq!(terminal.of_ours(), [] as [&str; 0]);
    terminal.types("/compact");
    terminal.shows("Compacted");
    assert_eq!(terminal.of_ours(), [compacted()]);
    terminal.types("/clear");
    terminal.shows_no_longer("Compacted");
    terminal.shows("bypass permissions");
    assert_eq!(terminal.of_ours(), [] as [&str; 0]);
    terminal.types("/exit");
    terminal.ends();
    let summary = "The invoices are numbered per tenant.";
    machine.keeps(&[commit(), turn(DONE), memory("note", summary, summary, &["summary"])]);
}

#[test]
#[ignore = "needs Claude Code: tests/claude-code/run.sh"]
fn a_terminal_that_is_closed_loses_nothing() {
    let machine = Machine::new(script(), Hooks::Installed);
    let terminal = Terminal::open(&machine);
    terminal.shows("bypass permissions");
    terminal.types("[[work]] Work.");
    terminal.shows("stands in the history");
    terminal.tmux(&["kill-pane"]);
    terminal.ends();
    machine.keeps(&[commit(), turn(DONE)]);
}

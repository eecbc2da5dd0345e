//! The interactive program in a terminal, and what its screen shows.

use std::fs;
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::machine::{HOOK, Machine};
use crate::model::DEADLINE;
use crate::session::claude;

/// A terminal with a server of its own, which goes with it.
pub struct Terminal<'m> {
    machine: &'m Machine,
    /// The lines of ours that it may show.
    known: Vec<String>,
}

impl<'m> Terminal<'m> {
    /// One that shows nothing of ours but the line that cannot be helped.
    pub fn open(machine: &'m Machine) -> Self {
        Self::open_knowing(machine, compacted())
    }

    /// One that shows no line of ours but this.
    pub fn open_knowing(machine: &'m Machine, line: String) -> Self {
        let terminal = Self { machine, known: vec![line] };
        let settings = machine.home().join("tmp/tmux.conf");
        // Without it, Claude Code recommends it.
        fs::write(&settings, "set -g focus-events on\n").unwrap();
        let program = format!("{} --dangerously-skip-permissions", claude().display());
        let settings = settings.to_str().unwrap();
        terminal.tmux(&["-f", settings, "new-session", "-d", "-x", "300", "-y", "45", &program]);
        terminal
    }

    #[track_caller]
    fn tmux(&self, arguments: &[&str]) -> String {
        let socket = self.machine.home().join("tmp/terminal");
        let mut command = self.machine.command("tmux");
        command.arg("-S").arg(socket).args(arguments).stdin(Stdio::null());
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    }

    fn screen(&self) -> String {
        self.tmux(&["capture-pane", "-p"])
    }

    pub fn types(&self, text: &str) {
        self.tmux(&["send-keys", "-l", text]);
        // The program takes what comes all at once for something pasted, a line end included.
        std::thread::sleep(Duration::from_millis(300));
        self.presses("Enter");
    }

    pub fn presses(&self, key: &str) {
        self.tmux(&["send-keys", key]);
    }

    /// Closes it under the program.
    pub fn closes(&self) {
        self.tmux(&["kill-pane"]);
    }

    /// The lines of the screen that speak of a hook or of us, without the spinner's.
    pub fn of_ours(&self) -> Vec<String> {
        self.screen().lines().filter(|line| !is_spinner(line) && is_of_ours(line)).map(bare).collect()
    }

    /// Waits until the screen shows this; meanwhile it shows nothing of ours that is not known.
    #[track_caller]
    pub fn shows(&self, text: &str) {
        self.waits(&format!("no {text:?}"), |screen| screen.contains(text));
    }

    /// Waits until the screen does not show this any more.
    #[track_caller]
    pub fn shows_no_longer(&self, text: &str) {
        self.waits(&format!("still {text:?}"), |screen| !screen.contains(text));
    }

    /// Waits until this screen and the other are the same, but for the known lines and for what is another one each time.
    #[track_caller]
    pub fn looks_like(&self, other: &Self) {
        let lines = |screen: &str| {
            let lines: Vec<_> = screen.lines().map(bare).filter(|line| !self.known.contains(line)).collect();
            lines.iter().map(|line| plain(line)).filter(|line| !line.is_empty()).collect::<Vec<_>>()
        };
        let end = Instant::now() + DEADLINE;
        loop {
            let (ours, theirs) = (lines(&self.screen()), lines(&other.screen()));
            if ours == theirs {
                return;
            }
            assert!(Instant::now() < end, "other screens:\n{ours:#?}\n{theirs:#?}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    #[track_caller]
    fn waits(&self, why: &str, is_there: impl Fn(&str) -> bool) {
        let end = Instant::now() + DEADLINE;
        loop {
            let unexpected: Vec<_> =
                self.of_ours().into_iter().filter(|line| !self.known.contains(line)).collect();
            assert_eq!(unexpected, [] as [&str; 0]);
            let screen = self.screen();
            if is_there(&screen) {
                return;
            }
            assert!(Instant::now() < end, "{why} on the screen:\n{screen}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    #[track_caller]
    pub fn ends(&self) {
        let end = Instant::now() + DEADLINE;
        while !self.tmux(&["list-sessions"]).is_empty() {
            assert!(Instant::now() < end, "it does not end:\n{}", self.screen());
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Terminal<'_> {
    fn drop(&mut self) {
        self.tmux(&["kill-server"]);
    }
}

/// What Claude Code says under `Compacted` of every hook of `PostCompact`; docs/claude-code.md tells what was tried.
pub fn compacted() -> String {
    format!("PostCompact [{HOOK} capture] completed successfully")
}

fn is_of_ours(line: &str) -> bool {
    let line = line.to_lowercase();
    line.contains("engram") || line.contains("hook")
}

/// The spinner names the event while hooks of any kind run: `(running Stop hook · 0s)`.
fn is_spinner(line: &str) -> bool {
    line.contains("(running ") && line.contains(" hook") && line.contains(" · ")
}

fn bare(line: &str) -> String {
    line.trim_matches(|each: char| each.is_whitespace() || each == '⎿').to_owned()
}

/// A line without what Claude Code makes another one each time: the picture that moves, the word for working and how long
/// it took, tips, what appears at the bottom after a while, the number of a commit.
fn plain(line: &str) -> String {
    let line = line.trim_start_matches(|each: char| each.is_whitespace() || ('▀'..='▟').contains(&each));
    let spins = line.chars().next().is_some_and(|first| "·✢✳✶✻✽*".contains(first));
    let of_the_moment = ["Tip: ", "◐ medium", "◐ high"].iter().any(|start| line.starts_with(start));
    if spins || of_the_moment {
        return String::new();
    }
    let line = line.trim_end_matches(" · ← for agents");
    let words = line.split(' ').map(|word| {
        let is_commit = word.len() == 7 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
        if is_commit { "1234567" } else { word }
    });
    words.collect::<Vec<_>>().join(" ")
}

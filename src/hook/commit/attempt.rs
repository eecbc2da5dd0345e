//! One `git` call of a command, as far as it matters for commits.

use super::super::shell::{Call, Chance, Files, Reach, Text, program};
use super::evidence::Evidence;
use super::message::Message;
use super::options;

/// What a `git` call does.
pub(super) enum Deed {
    Attempt(Attempt),
    /// It prints a status, which may say "nothing to commit" with nothing amiss.
    Status,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Commit,
    /// `git revert`: its lines say `Revert "…"`.
    Revert,
    /// Another subcommand that prints lines like those of `git commit`.
    Other,
}

/// A call that prints a `[branch hash] subject` line if it succeeds.
#[derive(Debug)]
pub(super) struct Attempt {
    pub(super) kind: Kind,
    pub(super) message: Message,
    pub(super) quiet: bool,
    pub(super) reach: Reach,
    /// The file it prints to.
    pub(super) file: Option<String>,
    pub(super) chance: Chance,
    pub(super) repeats: bool,
    pub(super) run: usize,
    pub(super) gates: bool,
    /// What is printed if it succeeded, and only then.
    pub(super) success: Option<String>,
    /// What is printed if it failed, and only then.
    pub(super) failure: Option<String>,
}

impl Attempt {
    /// Notes a later call, which may show the file it prints to.
    pub(super) fn note(&mut self, call: &Call<'_>) {
        let shown = |file: &str| call.words.iter().skip(1).any(|word| word.marked() == file);
        if call.reach != Reach::Nothing && self.file.as_deref().is_some_and(shown) {
            let is_cat = call.words.first().and_then(Text::as_known) == Some("cat");
            self.reach = if is_cat { call.reach } else { Reach::Parts };
        }
    }

    /// Whether an `echo` told that it failed, or that it did not succeed.
    pub(super) fn failed(&self, evidence: &Evidence<'_>) -> bool {
        self.failure.as_deref().is_some_and(|line| evidence.has_line(line))
            || !evidence.is_cut && self.success.as_deref().is_some_and(|line| !evidence.has_line(line))
    }

    /// Whether an `echo` told that it succeeded, or that it did not fail.
    pub(super) fn succeeded(&self, evidence: &Evidence<'_>) -> bool {
        self.success.as_deref().is_some_and(|line| evidence.has_line(line))
            || !evidence.is_cut && self.failure.as_deref().is_some_and(|line| !evidence.has_line(line))
    }
}

/// Reads a call; `None` if it is nothing to us.
pub(super) fn deed(call: &Call<'_>, files: &Files) -> Option<Deed> {
    let ("git", arguments) = program(call.words)? else {
        return None;
    };
    let (subcommand, arguments) = subcommand(arguments)?;
    let (kind, message, quiet) = match subcommand {
        "commit" => {
            let Some(commit) = options::read(arguments, call.stdin, files) else {
                // Most of what makes no commit is `--dry-run`.
                return (call.reach != Reach::Nothing).then_some(Deed::Status);
            };
            (Kind::Commit, commit.message, commit.quiet)
        }
        "revert" => (Kind::Revert, Message::unknown(), false),
        "cherry-pick" | "rebase" => (Kind::Other, Message::unknown(), false),
        "merge" if arguments.iter().any(|option| option.marked() == "--continue") => {
            (Kind::Other, Message::unknown(), false)
        }
        "status" => {
            let short = arguments.iter().filter_map(Text::as_known).any(|option| {
                option.starts_with("--short")
                    || option.starts_with("--porcelain")
                    || is_cluster_with(option, 's')
            });
            return (!short && call.reach != Reach::Nothing).then_some(Deed::Status);
        }
        "stash" => {
            let pops = ["pop", "apply"];
            let action = arguments.first().and_then(Text::as_known)?;
            return pops.contains(&action).then_some(Deed::Status);
        }
        _ => return None,
    };
    Some(Deed::Attempt(Attempt {
        kind,
        message,
        quiet,
        reach: call.reach,
        file: call.file.map(str::to_owned),
        chance: call.chance,
        repeats: call.repeats,
        run: call.run,
        gates: call.gates,
        success: call.witness.success.map(str::to_owned),
        failure: call.witness.failure.map(str::to_owned),
    }))
}

fn is_cluster_with(option: &str, letter: char) -> bool {
    option.strip_prefix('-').is_some_and(|letters| !letters.starts_with('-') && letters.contains(letter))
}

/// The subcommand behind git's own options, and its arguments. `None` where git does something else, such as `--help`.
fn subcommand(arguments: &[Text]) -> Option<(&str, &[Text])> {
    const VALUED: [&str; 8] = [
        "-C",
        "-c",
        "--git-dir",
        "--work-tree",
        "--namespace",
        "--super-prefix",
        "--config-env",
        "--attr-source",
    ];
    const INSTEAD: [&str; 8] =
        ["-h", "--help", "-v", "--version", "--exec-path", "--html-path", "--man-path", "--info-path"];
    let mut rest = arguments;
    loop {
        let (first, behind) = rest.split_first()?;
        let option = first.marked();
        if INSTEAD.contains(&option) {
            return None;
        }
        if !option.starts_with('-') {
            return Some((first.as_known()?, behind));
        }
        rest = behind.get(usize::from(VALUED.contains(&option))..)?;
    }
}

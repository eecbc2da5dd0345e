//! Finds the commits a shell command made, with their messages, judged by what the shell printed.
//!
//! The hook learns of a command whose exit code was 0, which says little about a `git commit` in the middle of
//! it. What counts, in this order:
//!
//! 1. git prints `[branch hash] subject` for every commit that is not `--quiet`. Such lines are aligned with the
//!    attempts, in order, by subject; a line that fits an attempt proves it. What git says replaces the first
//!    paragraph of a message that is not known from the command alone.
//! 2. Without a line, an attempt behind `!` failed, and one whose failure would have failed the whole command
//!    (the end of the last `&&` chain) succeeded.
//! 3. An `echo` joined to the attempt by `&&` or `||` tells how it ended.
//! 4. An attempt in a branch, a loop, a function or behind `||` or a test needs a line, or at least
//!    `hash subject` as `git log --oneline` prints it.
//! 5. Of the rest, an attempt whose line had to be visible failed, and what `&&` joins to it did not run. One that ends in `| tail` shows at least the
//!    tail of git's summary, or failed. A quiet or redirected one, and any when the output was cut, counts unless
//!    the output shows a failure that nothing else explains.
//!
//! An attempt in a loop or a function gives one commit for each line that fits it. `git revert`, `cherry-pick`,
//! `rebase` and `merge --continue` print such lines too; they take part in the alignment so that nobody else takes
//! their lines, and give nothing.
//!
//! What cannot be seen: a quiet commit that a hook of the user's own stopped in its own words, in a command that
//! went on. It counts.

mod alignment;
mod attempt;
mod conventional;
mod evidence;
mod message;
mod options;
mod unproved;

#[cfg(test)]
mod tests;

use super::shell;
use attempt::{Attempt, Deed, Kind};
pub use conventional::conventional;
use evidence::Evidence;

/// Nobody makes more commits by one command; the bound keeps the alignment small.
const MAX_ATTEMPTS: usize = 128;

/// A commit somebody made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// The whole message, trimmed as git does.
    pub message: String,
}

/// The head of a subject that follows Conventional Commits: `feat(api)!: …`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conventional<'a> {
    /// `feat`, `fix`, … as written.
    pub kind: &'a str,
    /// What is in the parentheses, if anything is.
    pub scope: Option<&'a str>,
    /// A `!` stands before the colon.
    pub breaking: bool,
}

/// Every commit that `command` made, judged by what the shell printed. `stdout` and `stderr` are those of the
/// whole command, which exited with 0.
pub fn commits(command: &str, stdout: &str, stderr: &str) -> Vec<Commit> {
    // Most commands have nothing to do with git, and looking is cheaper than reading.
    if !(command.contains("git") && command.contains("commit")) {
        return Vec::new();
    }
    let mut attempts: Vec<Attempt> = Vec::new();
    let mut statuses = 0;
    shell::calls(command, &mut |call, files| {
        for attempt in &mut attempts {
            attempt.note(call);
        }
        if attempts.len() < MAX_ATTEMPTS {
            match attempt::deed(call, files) {
                Some(Deed::Attempt(attempt)) => attempts.push(attempt),
                Some(Deed::Status) => statuses += 1,
                None => {}
            }
        }
    });
    if !attempts.iter().any(|attempt| attempt.kind == Kind::Commit) {
        return Vec::new();
    }
    judge(&attempts, &Evidence::new(stdout, stderr, statuses))
}

fn judge(attempts: &[Attempt], evidence: &Evidence<'_>) -> Vec<Commit> {
    let subjects = &evidence.subjects;
    let by_line = alignment::align(attempts, evidence);
    let mut proved = vec![false; attempts.len()];
    for index in by_line.iter().flatten() {
        proved.get_mut(*index).into_iter().for_each(|proved| *proved = true);
    }
    let by_attempt = unproved::messages(attempts, &proved, evidence)
        .into_iter()
        .enumerate()
        .filter_map(|(index, message)| Some((index, message?)));
    let mut messages = by_attempt.collect::<Vec<_>>();
    for (subject, owner) in subjects.iter().zip(&by_line) {
        let Some((index, attempt)) = owner.and_then(|index| Some((index, attempts.get(index)?))) else {
            continue;
        };
        if attempt.kind == Kind::Commit {
            messages.push((index, attempt.message.with_subject(subject)));
        }
    }
    messages.retain(|(_, message)| !message.trim().is_empty());
    messages.sort_by_key(|(index, _)| *index);
    messages.into_iter().map(|(_, message)| Commit { message }).collect()
}

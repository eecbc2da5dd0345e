//! What a command's output says about commits.

use super::super::shell::Text;
use super::message::Message;

/// Claude Code cuts what a command prints at 30,000 characters; this is a little less, since ends are trimmed.
const CUT_BYTES: usize = 29_900;

/// No output is longer; the bound keeps the search short whatever is sent.
const MAX_BYTES: usize = 128 * 1024;

/// Lines beyond this are not looked at; it keeps the alignment small.
pub(super) const MAX_SUBJECTS: usize = 512;

/// Errors within so few lines are one failure that takes several lines to say.
const LINES_OF_A_FAILURE: usize = 8;

pub(super) struct Evidence<'a> {
    stdout: &'a str,
    /// The subjects of the `[branch hash] subject` lines.
    pub(super) subjects: Vec<&'a str>,
    /// Statuses nobody asked for, as `git commit` prints one when there is nothing to commit.
    pub(super) statuses: usize,
    /// Other things that git and the runners of hooks say when a commit failed.
    pub(super) errors: usize,
    /// Ends of what `git commit` prints, without their first line.
    pub(super) summaries: usize,
    /// The end of the output is missing.
    pub(super) is_cut: bool,
}

impl<'a> Evidence<'a> {
    /// `statuses`: how many commands print a status with nothing amiss.
    pub(super) fn new(stdout: &'a str, stderr: &'a str, statuses: usize) -> Self {
        let is_cut = stdout.len() >= CUT_BYTES;
        let [stdout, stderr] =
            [stdout, stderr].map(|text| text.get(..text.floor_char_boundary(MAX_BYTES)).unwrap_or(text));
        let lines = || stdout.lines().chain(stderr.lines());
        Self {
            stdout,
            subjects: lines().filter_map(subject_of_commit).take(MAX_SUBJECTS).collect(),
            statuses: count_statuses(lines).saturating_sub(statuses),
            errors: count_errors(lines()),
            summaries: count_summaries(lines()),
            is_cut,
        }
    }

    /// Whether the first line of `text` was printed as a line.
    pub(super) fn has_line(&self, text: &str) -> bool {
        let wanted = text.lines().next().unwrap_or_default().trim();
        self.stdout.lines().any(|line| line.trim() == wanted)
    }

    /// The subject of a commit of this message that `git log --oneline` printed.
    pub(super) fn logged(&self, message: &Message) -> Option<&'a str> {
        let wanted = message.subject().filter(Text::says_something)?;
        self.stdout.lines().filter_map(subject_of_log).find(|subject| wanted.fits(subject.trim()))
    }
}

/// The subject in `[branch hash] subject`. The branch may hold brackets but no space; `(root-commit)` and
/// `detached HEAD` come in the user's language.
fn subject_of_commit(line: &str) -> Option<&str> {
    let inside = line.strip_prefix('[')?;
    // A subject may hold brackets too, so the first that closes behind a hash is the one.
    inside.match_indices(']').take(16).find_map(|(place, _)| {
        let (head, behind) = inside.split_at_checked(place)?;
        let (branch, hash) = head.rsplit_once(' ')?;
        let subject = behind.strip_prefix(']')?;
        let fits = !branch.is_empty() && is_hash(hash) && (subject.is_empty() || subject.starts_with(' '));
        fits.then(|| subject.strip_prefix(' ').unwrap_or(subject).trim_end())
    })
}

/// The subject in `hash subject` or `hash (HEAD -> main) subject`.
fn subject_of_log(line: &str) -> Option<&str> {
    let (hash, rest) = line.trim_start_matches(['*', ' ']).split_once(' ')?;
    let decorated = rest.strip_prefix('(').and_then(|names| names.split_once(") "));
    is_hash(hash).then(|| decorated.map_or(rest, |(_, subject)| subject))
}

fn is_hash(word: &str) -> bool {
    (7..=64).contains(&word.len()) && word.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

/// ` 1 file changed, …`
fn counts_files(line: &str) -> bool {
    let (number, rest) = line.trim_start().split_once(' ').unwrap_or_default();
    let digits = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    digits && (rest.starts_with("file changed") || rest.starts_with("files changed"))
}

/// ` create mode 100644 …` and the like.
fn tells_of_a_file(line: &str) -> bool {
    const STARTS: [&str; 5] = ["create mode ", "delete mode ", "mode change ", "rename ", "rewrite "];
    STARTS.iter().any(|start| line.trim_start().starts_with(start))
}

/// How many ends of a summary stand without their beginning. A whole one is the line of the commit, date and author
/// where they are unusual, the count of files, and a line for some of the files.
fn count_summaries<'l>(lines: impl Iterator<Item = &'l str>) -> usize {
    #[derive(PartialEq)]
    enum Last {
        Other,
        Commit,
        Count,
    }
    let mut count = 0;
    let mut last = Last::Other;
    for line in lines {
        last = if subject_of_commit(line).is_some() {
            Last::Commit
        } else if counts_files(line) {
            count += usize::from(last != Last::Commit);
            Last::Count
        } else if tells_of_a_file(line) {
            count += usize::from(last != Last::Count);
            Last::Count
        } else if [" Date: ", " Author: "].iter().any(|start| line.starts_with(start)) {
            last
        } else {
            Last::Other
        };
    }
    count
}

/// How many statuses were printed: by their first line or by
/// what they end in, since a pipe may have cut off either.
fn count_statuses<'l, L: Iterator<Item = &'l str>>(lines: impl Fn() -> L) -> usize {
    const STARTS: [&str; 2] = ["On branch ", "HEAD detached "];
    const ENDS: [&str; 3] = ["nothing to commit", "no changes added to commit", "nothing added to commit"];
    let starts = lines().filter(|line| STARTS.iter().any(|start| line.starts_with(start))).count();
    let ends = lines().filter(|line| ENDS.iter().any(|end| line.contains(end))).count();
    starts.max(ends)
}

/// What git says when it refuses to commit, and what the usual runners of hooks say when a hook failed.
fn says_failed(line: &str) -> bool {
    const PHRASES: [&str; 30] = [
        "Aborting commit",
        "Author identity unknown",
        "Committing is not possible",
        "Exiting because of an unresolved conflict",
        "One or more pre-commit hooks failed",
        "Please supply the message using",
        "Please tell me who you are",
        "There was a problem with the editor",
        "You have nothing to amend",
        "cannot be used together",
        "cannot lock ref 'HEAD'",
        "commit-msg hook failed",
        "could not read log file",
        "detected dubious ownership",
        "did not match any file(s) known to git",
        "error: switch `",
        "error: unknown option `",
        "error: unknown switch `",
        "failed to write commit object",
        "files were modified by this hook",
        "gpg failed to sign",
        "hook declined",
        "hook exited with",
        "index.lock': File exists",
        "insufficient permission for adding an object",
        "lint-staged prevented",
        "not a git repository",
        "pre-commit hook failed",
        "unable to auto-detect email address",
        "with -a does not make sense",
    ];
    let husky = line.starts_with("husky - ") && (line.contains("failed") || line.contains("exited"));
    let framework = line.starts_with("- exit code: ") || line.starts_with('✖') && line.contains("problems");
    husky || framework || PHRASES.iter().any(|phrase| line.contains(phrase))
}

/// How many failures the lines tell of, statuses aside.
fn count_errors<'l>(lines: impl Iterator<Item = &'l str>) -> usize {
    let mut count = 0;
    let mut last: Option<usize> = None;
    for (number, _) in lines.enumerate().filter(|(_, line)| says_failed(line)) {
        if last.is_none_or(|last| number - last > LINES_OF_A_FAILURE) {
            count += 1;
        }
        last = Some(number);
    }
    count
}

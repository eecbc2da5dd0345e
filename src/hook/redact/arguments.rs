//! Secrets that a command takes as a bare argument: `wandb login value`, `rabbitmqctl add_user name value`.

use super::Finding;
use super::calls;
use super::looks::Candidate;
use super::names::{self, Weight};
use super::rows;
use super::source::{BLANK, Set, Source, WORD};
use super::tally::Tally;
use super::values::{Place, value_at};
use super::words::is_wordy;
use super::written::{LONGEST_NAME, NAME};
use Weight::{Password, Secret};

/// What is called, how many arguments stand before the secret one, and what that is.
const COMMANDS: [(&str, usize, &str, Weight); 12] = [
    ("wandb login", 0, "api-key", Secret),
    ("vault login", 0, "token", Secret),
    ("cargo login", 0, "token", Secret),
    ("railway login", 0, "token", Secret),
    ("snyk auth", 0, "token", Secret),
    ("ngrok authtoken", 0, "token", Secret),
    ("config add-authtoken", 0, "token", Secret),
    ("net user", 1, "password", Password),
    ("rabbitmqctl add_user", 1, "password", Password),
    ("bundle config", 1, "credential", Secret),
    ("poetry config", 1, "token", Secret),
    ("composer config", 1, "token", Secret),
];
/// A token as an argument; a path or an assignment is none.
const TOKEN: Set = Set::of("0-9A-Za-z_.:|~+-");
const SHORTEST_TOKEN: usize = 16;
const SOLID: Set = Set::of("!-~");
const LONGEST_ARGUMENT: usize = 200;

/// `at` is three letters before the blank behind the command's last word.
pub(super) fn argument(source: Source, at: usize) -> Option<Finding> {
    let end = at + 3;
    if source.at(end) == b'-' {
        return rows::openvpn(source, at);
    }
    if source.at(end) == b':' {
        return before_its_user(source, end);
    }
    if source.at(end) != b' ' {
        return None;
    }
    if matches!(source.at(end + 1), b'"' | b'\'') {
        return calls::without_brackets(source, end);
    }
    let called = |(words, ..): &&(&str, usize, &str, Weight)| {
        source.said_before(end, words).is_some_and(|start| !WORD.has(source.before(start)))
    };
    let Some((words, skipped, kind, weight)) = COMMANDS.iter().find(called).copied() else {
        return configured(source, end);
    };
    let mut start = past_flags(source, end);
    for _ in 0..skipped {
        let next = source.run_within(start, SOLID, LONGEST_ARGUMENT);
        if !BLANK.has(source.at(next)) {
            return None;
        }
        start = past_flags(source, next);
    }
    let value = value_at(source, start, Place::Flag)?;
    let bytes = source.slice(value.start, value.end);
    let is_token = weight == Password
        || bytes.len() >= SHORTEST_TOKEN && TOKEN.has_all(bytes) && Tally::of(bytes).digits > 0;
    let candidate = Candidate { value: bytes, weight, place: Place::Flag, is_quoted: value.is_quoted };
    if words == "net user" && !source.has(value.end, " /add") {
        return None;
    }
    (is_token && candidate.looks_secret())
        .then_some(Finding::new(value.start, value.end, kind).read_to(value.read))
}

/// `config set --secret dbPassword value`, whatever is configured; `at` is the blank behind the word.
fn configured(source: Source, at: usize) -> Option<Finding> {
    source.said_before(at, "config")?;
    let start = past_flags(source, at);
    let end = source.run_within(start, SOLID, LONGEST_ARGUMENT);
    let value = value_at(source, end, Place::Flag)?;
    if value.start == end {
        return None;
    }
    let name = names::announced_by(source.slice(source.run_back(end, NAME, LONGEST_NAME), end))?;
    let bytes = source.slice(value.start, value.end);
    let tally = Tally::of(bytes);
    let is_told = match name.weight {
        Password => tally.digits > 0 && !is_wordy(bytes),
        Secret => bytes.len() >= SHORTEST_TOKEN && TOKEN.has_all(bytes) && tally.is_random(),
        _ => false,
    };
    let candidate =
        Candidate { value: bytes, weight: name.weight, place: Place::Flag, is_quoted: value.is_quoted };
    (is_told && candidate.looks_secret())
        .then_some(Finding::new(value.start, value.end, name.kind).read_to(value.read))
}

/// `net use X: \\host\share value /user:name`; `at` is the colon behind the word "user".
fn before_its_user(source: Source, at: usize) -> Option<Finding> {
    let flag = source.said_before(at, " /user")?;
    let line = source.line_start(flag, LONGEST_ARGUMENT);
    memchr::memmem::find(source.slice(line, flag), b"net use ")?;
    let start = source.run_back(flag, SOLID, LONGEST_ARGUMENT);
    let bytes = source.slice(start, flag);
    let is_share = bytes.starts_with(b"\\\\") || bytes.starts_with(b"/") || bytes.ends_with(b":");
    let candidate = Candidate { value: bytes, weight: Password, place: Place::Flag, is_quoted: false };
    (!is_share && candidate.looks_secret()).then_some(Finding::new(start, flag, "password").read_to(at + 1))
}

/// Past `--relogin`, `--global` and the verb of `config set`.
fn past_flags(source: Source, at: usize) -> usize {
    let mut start = source.past_blanks(at);
    while source.has(start, "--") || source.has(start, "set ") {
        let end = source.run_within(start, SOLID, LONGEST_ARGUMENT);
        let next = source.past_blanks(end);
        if next == end {
            break;
        }
        start = next;
    }
    start
}

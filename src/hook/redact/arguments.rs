//! Secrets that a command takes as a bare argument: `wandb login value`, `rabbitmqctl add_user name value`.

use super::Finding;
use super::looks::Candidate;
use super::names::Weight;
use super::rows;
use super::source::{BLANK, Set, Source, WORD};
use super::tally::Tally;
use super::values::{Place, value_at};
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
    if source.at(end) != b' ' {
        return None;
    }
    let called = |(words, ..): &&(&str, usize, &str, Weight)| {
        source.said_before(end, words).is_some_and(|start| !WORD.has(source.before(start)))
    };
    let (words, skipped, kind, weight) = *COMMANDS.iter().find(called)?;
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

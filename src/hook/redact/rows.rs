//! Passwords behind their users and nothing else: lines of `.pgpass` and of `auth-user-pass`, `dev@example.com / value`.

use super::Finding;
use super::looks::Candidate;
use super::names::Weight;
use super::source::{DIGIT, Set, Source};
use super::tally::Tally;
use super::values::{Place, value_at};
use super::words::{is_wordy, strong_symbols};

const FIELD: Set = Set::of("0-9A-Za-z_.*-");
const LONGEST_FIELD: usize = 100;
/// What a password in a line of its own is made of.
const PASSWORD: Set = Set::of("!-9;-~");
/// A line.
const LINE: Set = Set::of(" -~");
/// Users that stand before a slash and their password.
const USERS: [&str; 5] = ["admin", "root", "user", "demo", "test"];

/// `host:port:database:user:password`, with a port as `PostgreSQL` has it, or any; `at` is the first colon.
pub(super) fn pgpass(source: Source, at: usize) -> Option<Finding> {
    let host = source.run_back(at, FIELD, LONGEST_FIELD);
    let port = source.run_within(at + 1, const { Set::of("0-9*") }, 5);
    let is_port = matches!(source.slice(at + 1, port), b"*" | [b'5' | b'6', b'4', _, _]);
    let is_first = host < at && matches!(source.before(host), b'\n' | 0 | b' ' | b'`' | b'\'' | b'"' | b'+');
    if !is_first || !is_port || source.at(port) != b':' {
        return None;
    }
    let database = source.run_within(port + 1, FIELD, LONGEST_FIELD);
    let user = source.run_within(database + 1, FIELD, LONGEST_FIELD);
    let is_record = database > port + 1 && user > database + 1;
    if !is_record || source.at(database) != b':' || source.at(user) != b':' {
        return None;
    }
    let value = value_at(source, user + 1, Place::Flag)?;
    let bytes = source.slice(value.start, value.end);
    let is_told = bytes.len() >= 6 && PASSWORD.has_all(bytes) && !is_wordy(bytes);
    let candidate =
        Candidate { value: bytes, weight: Weight::Password, place: Place::Flag, is_quoted: value.is_quoted };
    (is_told && candidate.looks_secret())
        .then_some(Finding::new(value.start, value.end, "password").read_to(value.read))
}

/// `dev@example.com / value`, `admin / value`; `at` is the blank before the slash.
pub(super) fn behind_slash(source: Source, at: usize) -> Option<Finding> {
    const ADDRESS: Set = Set::of("0-9A-Za-z_.@+-");
    let user = source.slice(source.run_back(at, ADDRESS, LONGEST_FIELD), at);
    let is_address = memchr::memchr(b'@', user).is_some_and(|name| name > 0);
    let is_user = is_address || USERS.iter().any(|name| user.eq_ignore_ascii_case(name.as_bytes()));
    if !is_user {
        return None;
    }
    let value = value_at(source, at + 3, Place::Sentence)?;
    let bytes = source.slice(value.start, value.end);
    let tally = Tally::of(bytes);
    let is_told = bytes.len() >= 6
        && tally.digits > 0
        && tally.lower > 0
        && (strong_symbols(bytes) > 0 || bytes.ends_with(b"!") || tally.upper > 0 && !is_wordy(bytes))
        && memchr::memchr3(b'@', b'/', b'.', bytes).is_none();
    let candidate = Candidate {
        value: bytes,
        weight: Weight::Password,
        place: Place::Sentence,
        is_quoted: value.is_quoted,
    };
    (is_told && candidate.looks_secret())
        .then_some(Finding::new(value.start, value.end, "password").read_to(value.read))
}

/// The second line below `<auth-user-pass>`; `at` is the second letter.
pub(super) fn openvpn(source: Source, at: usize) -> Option<Finding> {
    if !source.has(at, "uth-user-pass>\n") || source.before(at - 1) != b'<' {
        return None;
    }
    let user = source.run_within(at + "uth-user-pass>\n".len(), LINE, LONGEST_FIELD);
    let end = source.run_within(user + 1, LINE, LONGEST_FIELD);
    (source.at(user) == b'\n' && end > user + 4 && source.at(end) == b'\n')
        .then_some(Finding::new(user + 1, end, "password").read_to(end + 1))
}

/// `<app>|<27>`, an access token of an app of Facebook's; `at` is the last digit before the bar.
pub(super) fn facebook(source: Source, at: usize) -> Option<Finding> {
    let start = source.run_back(at + 1, DIGIT, 18);
    let end = source.run_within(at + 2, super::source::TOKEN, 28);
    let is_token = (13..=17).contains(&(at + 1 - start)) && end - at - 2 == 27 && source.starts_word(start);
    (is_token && Tally::of(source.slice(at + 2, end)).is_mixed())
        .then_some(Finding::new(start, end, "facebook-token").read_to(end + 1))
}

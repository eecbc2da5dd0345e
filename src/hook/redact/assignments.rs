//! Values given to secret names: `password=`, `"api_key":`, `--token`, `setenv("SECRET", …)`, `<password>…`.

use super::Finding;
use super::anchored;
use super::commands;
use super::foreign;
use super::headers;
use super::jwt;
use super::looks::Candidate;
use super::names::{self, Name, Weight};
use super::source::{BLANK, Set, Source, WORD};
use super::tally::Tally;
use super::tokens;
use super::values::{Place, Value, to_its_end, value_at};
use super::words::is_wordy;
use super::written::{
    LONGEST_NAME, NAME, answered_before, before_operator, declared_before, paired_before, written_before,
};

/// Anything but white space.
const SOLID: Set = Set::of("!-~");

/// `name = value`, `name := value`, `"name" => value`; `at` is the equals sign.
pub(super) fn equals(source: Source, at: usize) -> Option<Finding> {
    let value = if source.at(at + 1) == b'>' { at + 2 } else { at + 1 };
    let is_tight = !BLANK.has(source.before(at)) && !BLANK.has(source.at(value));
    let end = before_operator(source, source.before_blanks(at));
    let is_comparison = matches!(source.before(at), b'=' | b'!');
    if matches!(source.before(at), b'<' | b'>') {
        return None;
    }
    let begins_quoted = || matches!(source.at(source.past_blanks(value)), b'"' | b'\'' | b'`');
    let written = match written_before(source, end) {
        Some(written) => written,
        None if begins_quoted() => declared_before(source, end).or_else(|| paired_before(source, end))?,
        None => paired_before(source, end)?,
    };
    if is_comparison && !begins_quoted() {
        return None;
    }
    let place =
        if is_tight && !is_comparison { tight_place(source, written.start, end) } else { Place::Setting };
    assigned(source, value, written.name, place)
}

/// `name: value`, `"name": value`; `at` is the colon.
pub(super) fn colon(source: Source, at: usize) -> Option<Finding> {
    let before = source.before(at);
    let end = if matches!(before, b' ' | b'\t') { source.before_blanks(at) } else { at };
    let written = match written_before(source, end).or_else(|| foreign::before(source, end)) {
        Some(written) => written,
        None => paired_before(source, end).or_else(|| answered_before(source, end))?,
    };
    // A part of something longer: `arn:aws:secretsmanager:eu-west-1:123456789012:secret:name`.
    if source.before(written.start) == b':' {
        return None;
    }
    // Test runners report `PASS: name`.
    let is_report = matches!(source.slice(written.start, end), b"PASS" | b"Pass");
    let value = past_marks(source, at + 1);
    if is_report && !Tally::of(source.slice(value, source.run_within(value, SOLID, 64))).is_random() {
        return None;
    }
    assigned(source, value, written.name, Place::Setting)
}

/// The same with a colon of full width, three bytes long.
pub(super) fn wide_colon(source: Source, at: usize) -> Option<Finding> {
    let written = written_before(source, at).or_else(|| foreign::before(source, at))?;
    assigned(source, at + 3, written.name, Place::Setting)
}

/// `("name", "value")`; `at` is the quote before the comma.
pub(super) fn comma(source: Source, at: usize) -> Option<Finding> {
    let start = source.run_back(at, NAME, LONGEST_NAME);
    let value = source.past_blanks(at + 2);
    let is_quoted = matches!(source.at(value), b'"' | b'\'');
    if source.before(start) != source.at(at) || !is_quoted {
        return None;
    }
    let name = names::announced_by(source.slice(start, at))?;
    let found = assigned(source, value, name, Place::Setting)?;
    // Lists of names look the same; there, a value that could be one does not count.
    let is_call = source.before(start - 1) == b'(' && source.at(source.past_blanks(found.end + 1)) == b')';
    let is_odd = is_call || !is_wordy(source.slice(found.start, found.end));
    (is_odd || found.kind == "authorization").then_some(found)
}

/// `<name>value</name>`; `at` is the bracket before the value.
pub(super) fn element(source: Source, at: usize) -> Option<Finding> {
    let start = source.run_back(at, NAME, LONGEST_NAME);
    if source.before(start) != b'<' {
        return None;
    }
    let name = names::announced_by(source.slice(start, at)).or_else(|| key_of_string(source, start, at))?;
    let finding = assigned(source, at + 1, name, Place::Element)?;
    source.has(finding.end, "</").then_some(finding)
}

/// `<key>name</key> <string>`, as in property lists; the word "string" is from `start` to `end`.
fn key_of_string(source: Source, start: usize, end: usize) -> Option<Name> {
    if source.slice(start, end) != b"string" {
        return None;
    }
    let key = source.run_back(start - 1, const { Set::of(" \t\n") }, LONGEST_NAME);
    let key = source.said_before(key, "</key>")?;
    names::announced_by(source.slice(source.run_back(key, NAME, LONGEST_NAME), key))
}

/// `--name value`; `at` is the first dash.
pub(super) fn flag(source: Source, at: usize) -> Option<Finding> {
    if WORD.has(source.before(at)) || source.before(at) == b'-' {
        return None;
    }
    let end = source.run_within(at + 2, NAME, LONGEST_NAME);
    let value = source.past_blanks(end);
    if value == end || source.at(value) == b'-' {
        return None;
    }
    let name = names::announced_by(source.slice(at + 2, end));
    name.and_then(|name| assigned(source, value, name, Place::Flag))
        .or_else(|| commands::long_flag(source, at + 2, end))
}

/// The secret in the value at `at`, if it looks like one.
pub(super) fn assigned(source: Source, at: usize, name: Name, place: Place) -> Option<Finding> {
    match name.weight {
        Weight::Authorization => return headers::credentials(source, at),
        Weight::Cookie => return headers::cookies(source, at, name.kind),
        _ => {}
    }
    let value = value_at(source, at, place)?;
    let candidate = |value: Value| Candidate {
        value: source.slice(value.start, value.end),
        weight: name.weight,
        place,
        is_quoted: value.is_quoted,
    };
    let is_type = !value.is_quoted && place == Place::Setting && is_type(source, value.end);
    if !is_type && candidate(value).looks_secret() {
        return Some(named(source, to_its_end(source, value, place), name.kind));
    }
    if name.weight == Weight::Weak && headers::is_user_and_password(source, value.start) {
        return Some(named(source, value, name.kind));
    }
    if value.is_quoted {
        return headers::scheme(source, value.start).and_then(|_| headers::credentials(source, at));
    }
    let fallback = literal_behind(source, value)?;
    let is_argument = source.before(fallback.start - 1) == b'(';
    let argument = source.slice(fallback.start, fallback.end);
    let is_odd = !is_argument || argument.len() >= 16 && Tally::of(argument).is_random();
    (is_odd && candidate(fallback).looks_secret()).then(|| named(source, fallback, name.kind))
}

/// The kind of a token the table knows is told more exactly than its name does.
fn named(source: Source, value: Value, kind: &'static str) -> Finding {
    let token = tokens::find(source, value.start)
        .or_else(|| jwt::token(source, value.start))
        .or_else(|| anchored::find(source, value.start, value.end));
    match token {
        Some(token) if token.start == value.start => token.at_least_to(value.end).read_to(value.read),
        _ => Finding::new(value.start, value.end, kind).read_to(value.read),
    }
}

/// Whether what ends here was the type in `name: type = value` or the start of `name: Type<…>`.
fn is_type(source: Source, end: usize) -> bool {
    let behind = source.past_blanks(end);
    source.at(end) == b'<' || source.at(behind) == b'=' && behind > end
}

/// A literal behind what is no value: `Secret::new("…")`, `process.env.TOKEN || "…"`, `str = "…"`.
fn literal_behind(source: Source, value: Value) -> Option<Value> {
    let end = source.run_within(value.start, const { Set::of("0-9A-Za-z_.:&$<>[]'!") }, 80);
    let behind = source.past_blanks(end);
    let quote = match (source.at(end), source.at(behind)) {
        (b'(', _) => end + 1,
        (_, b'=') if source.at(behind + 1) != b'=' => source.past_blanks(behind + 1),
        (_, b'|' | b'?') if source.at(behind) == source.at(behind + 1) => source.past_blanks(behind + 2),
        (_, b'o') if source.has(behind, "or ") => source.past_blanks(behind + 3),
        _ => return None,
    };
    let is_literal = end > value.start && matches!(source.at(quote), b'"' | b'\'');
    is_literal.then(|| value_at(source, quote, Place::Setting))?
}

/// Behind the end of bold type, as in `**Password:** value`; and behind the mark of a block scalar of YAML, whose value is
/// on the next line.
fn past_marks(source: Source, at: usize) -> usize {
    let at = if source.has(at, "**") { at + 2 } else { at };
    let mark = source.past_blanks(at);
    let end = source.run_within(mark, const { Set::of("|>+-") }, 2);
    if end > mark && source.at(end) == b'\n' { end + 1 } else { at }
}

/// What kind of assignment `name=value` without blanks is.
fn tight_place(source: Source, start: usize, end: usize) -> Place {
    let before = source.before(start);
    let is_upper = source.slice(start, end).iter().all(|byte| !byte.is_ascii_lowercase());
    if matches!(before, b'?' | b'&') || source.said_before(start, "&amp;").is_some() {
        Place::Query
    } else if source.has(start, "--") {
        Place::Flag
    } else if is_upper && !matches!(before, b'.' | b'"' | b'\'') {
        Place::Environment
    } else {
        Place::Setting
    }
}

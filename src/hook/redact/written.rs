//! Finds the name that stands before `=` or `:`, by whatever is between the two.

use super::names::{self, Name, Weight};
use super::source::{Set, Source, WORD};

/// What names are written with, in any language.
pub(super) const NAME: Set = Set::of("0-9A-Za-z_.$-");
pub(super) const LONGEST_NAME: usize = 64;
/// What stands between a name and `=` where types are declared.
const TYPE: Set = Set::of("0-9A-Za-z_<>[]&'*?|. ");
const QUOTES: Set = Set::of("\"'\\");

/// Where a secret name begins, and what it announces.
pub(super) struct Written {
    pub(super) start: usize,
    pub(super) name: Name,
}

/// The first half of `:=`, `?=`, `||=`, `==`, `!=` and the like, and blanks before it.
pub(super) fn before_operator(source: Source, at: usize) -> usize {
    let start = source.run_back(at, const { Set::of(":?|+=!") }, 2);
    if start == at { at } else { source.before_blanks(start) }
}

/// The secret name that ends at `end`, maybe in quotes, maybe in brackets.
pub(super) fn written_before(source: Source, end: usize) -> Option<Written> {
    let mut end = end;
    if source.before(end) == b']' {
        end -= 1;
    }
    let is_quoted = matches!(source.before(end), b'"' | b'\'');
    if matches!(source.before(end), b'"' | b'\'' | b'`' | b'*') {
        end -= 1;
        while matches!(source.before(end), b'\\' | b'*') {
            end -= 1;
        }
    }
    let mut start = source.run_back(end, NAME, LONGEST_NAME);
    // "Unseal Key 1" is one of several.
    if end - start == 1 && source.at(start).is_ascii_digit() && source.said_before(start, "key ").is_some() {
        end = start - 1;
        start = source.run_back(end, NAME, LONGEST_NAME);
    }
    // "API key" is two words in a sentence.
    if source.slice(start, end).eq_ignore_ascii_case(b"key") && source.before(start) == b' ' {
        start = source.run_back(start - 1, WORD, 16);
    }
    // `AWS::IAM::AccessKey` is a type.
    let is_type = source.before(start) == b':' && source.before(start - 1) == b':';
    let name = match names::announced_by(source.slice(start, end)) {
        // `Configuration["Jwt:Key"]` is a path.
        None if is_quoted && source.before(start) == b':' => {
            start = source.run_back(start - 1, NAME, LONGEST_NAME);
            names::announced_by(source.slice(start, end))
        }
        name => name,
    };
    name.filter(|_| !is_type).map(|name| Written { start, name })
}

/// `name: type =`, `name string =`.
pub(super) fn declared_before(source: Source, end: usize) -> Option<Written> {
    let word = source.run_back(end, WORD, 16);
    let is_string =
        ["string", "str", "text", "char"].iter().any(|name| source.slice(word, end) == name.as_bytes());
    if is_string && let Some(written) = written_before(source, source.before_blanks(word)) {
        return Some(written);
    }
    let colon = source.run_back(end, TYPE, 40);
    if source.before(colon) != b':' || colon == end {
        return None;
    }
    written_before(source, source.before_blanks(colon - 1))
}

/// `"name": "DB_PASSWORD", "value":` and `key="ApiKey" value=`: the name is the value before.
pub(super) fn paired_before(source: Source, end: usize) -> Option<Written> {
    const GAP: Set = Set::of(" \t\n\"',;\\-");
    let value = source.run_back(end, QUOTES, 4);
    if !matches!(source.before(value), b'e' | b'E') {
        return None;
    }
    let start = source.said_before(value, "value")?;
    if WORD.has(source.before(start)) {
        return None;
    }
    let name_end = source.run_back(start, GAP, 64);
    let name_start = source.run_back(name_end, NAME, LONGEST_NAME);
    let key = source.run_back(name_start, const { Set::of(" \t\"'\\:=") }, 8);
    let is_pair = ["name", "key"].iter().any(|word| source.said_before(key, word).is_some());
    let name = names::announced_by(source.slice(name_start, name_end))?;
    (is_pair && key < name_start && name_end < start).then_some(Written { start, name })
}

/// `New value:` below a command that resets a password.
pub(super) fn answered_before(source: Source, end: usize) -> Option<Written> {
    let start = source.said_before(end, "\nnew value")?;
    let command = source.slice(source.line_start(start, 200), start);
    let name = Name { kind: "password", weight: Weight::Password };
    memchr::memmem::find(command, b"reset-password").map(|_| Written { start, name })
}

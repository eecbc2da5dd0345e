//! Where a value ends, by the way it is written.

use super::source::{BLANK, Set, Source};

/// How a value came to its name, which decides where it ends and how much it must prove.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Place {
    /// `NAME=value`, as in a shell or a `.env` file.
    Environment,
    /// `?name=value&`.
    Query,
    /// `--name value`.
    Flag,
    /// `<name>value</name>`.
    Element,
    /// A setting, an object's field, an argument: anything else with `=` or `:`.
    Setting,
    /// `password 'value'`, `the password is value`.
    Sentence,
}

/// A value's bytes, without its quotes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Value {
    pub(super) start: usize,
    pub(super) end: usize,
    /// How far it was read to tell its end.
    pub(super) read: usize,
    pub(super) is_quoted: bool,
}

/// No secret in quotes is longer, but for keys in armour.
const LONGEST_QUOTED: usize = 4096;
/// A value without quotes is read this far before it is believed.
const JUDGED_BARE: usize = 192;
/// And this far afterwards.
const LONGEST_BARE: usize = 16 * 1024;

/// What ends a value without quotes in code, in sentences and most files.
const CODE_END: Set = Set::of(" \t\n\"'`,;<>|)]}&");
/// In a file of settings, a value goes on to the next white space.
const LINE_END: Set = Set::of(" \t\n\"'`");
const QUERY_END: Set = Set::of(" \t\n\"'`<>)]}&#;,|\\");

/// The value that begins at `at`, behind blanks, a string prefix and its opening quote.
pub(super) fn value_at(source: Source, at: usize, place: Place) -> Option<Value> {
    let mut start = source.past_blanks(at);
    // b"…", f"…", @"…"; and a call around a literal: Secret::new("…").
    if matches!(source.at(start), b'b' | b'f' | b'r' | b'u' | b'@' | b'$')
        && matches!(source.at(start + 1), b'"' | b'\'')
    {
        start += 1;
    }
    match opening_quote(source, start) {
        Some(quote) => quoted(source, start, quote, place),
        None => Some(bare(source, start, place, JUDGED_BARE)),
    }
}

/// A value that has been believed, to its end.
pub(super) fn to_its_end(source: Source, value: Value, place: Place) -> Value {
    let is_cut = !value.is_quoted && value.read - value.start == JUDGED_BARE;
    if is_cut { bare(source, value.start, place, LONGEST_BARE) } else { value }
}

/// How a quotation ends.
#[derive(Clone, Copy)]
struct Quote {
    /// Bytes of the opening quote.
    length: usize,
    close: &'static str,
}

fn opening_quote(source: Source, at: usize) -> Option<Quote> {
    [
        ("\"\"\"", "\"\"\""),
        ("\"", "\""),
        ("'''", "'''"),
        ("'", "'"),
        ("`", "`"),
        ("\\\"", "\\\""),
        ("\\'", "\\'"),
        ("\\\\\\\"", "\\\\\\\""),
        ("“", "”"),
        ("‘", "’"),
        ("«", "»"),
        ("&quot;", "&quot;"),
        ("&#34;", "&#34;"),
    ]
    .into_iter()
    .find(|(open, _)| source.has(at, open))
    .map(|(open, close)| Quote { length: open.len(), close })
}

fn quoted(source: Source, at: usize, quote: Quote, place: Place) -> Option<Value> {
    let start = at + quote.length;
    let (first, _) = quote.close.as_bytes().split_first()?;
    let mut here = start;
    let limit = source.len().min(start + LONGEST_QUOTED);
    while let Some(offset) = memchr::memchr2(*first, b'\\', source.slice(here, limit)) {
        here += offset;
        if source.has(here, quote.close) {
            return Some(Value { start, end: here, read: here, is_quoted: true });
        }
        here += if source.at(here) == b'\\' { 2 } else { 1 };
    }
    // The text was cut off inside the quotes. Inside a marker's neighbourhood, nobody knows.
    (limit == source.len() && !source.goes_on())
        .then(|| Value { is_quoted: true, ..bare(source, start, place, LONGEST_BARE) })
}

fn bare(source: Source, start: usize, place: Place, longest: usize) -> Value {
    let ends = match place {
        Place::Environment => LINE_END,
        Place::Query => QUERY_END,
        Place::Element => const { Set::of("<\n") },
        Place::Flag => const { Set::of(" \t\n\"'`") },
        Place::Setting | Place::Sentence => CODE_END,
    };
    let bytes = source.rest(start);
    let mut length = 0;
    while let Some(byte) = bytes.get(length).filter(|_| length < longest) {
        let is_escape = *byte == b'\\'
            && matches!(source.at(start + length + 1), b'n' | b't' | b'r' | b'"' | b'\'' | b'\n');
        if ends.has(*byte) || is_escape || ends_sentence(source, start + length) {
            break;
        }
        length += 1;
    }
    let value = bytes.get(..length).unwrap_or_default();
    let trimmed = value
        .iter()
        .rposition(|byte| !matches!(byte, b'.' | b',' | b';' | b':' | b')' | b']' | b'}'))
        .map_or(0, |last| last + 1);
    // Brackets and full stops at the end belong to the sentence; in a file they belong to the value.
    let keeps_all = place == Place::Environment && !matches!(value.last(), Some(b',' | b';' | b'.'));
    Value {
        start,
        end: start + if keeps_all { length } else { trimmed },
        read: start + length,
        is_quoted: false,
    }
}

/// General punctuation (U+2000 to U+206F), its CJK and full-width kin: no part of a value without quotes.
fn ends_sentence(source: Source, at: usize) -> bool {
    match source.at(at) {
        0xE2 => matches!(source.at(at + 1), 0x80 | 0x81),
        0xE3 => source.at(at + 1) == 0x80,
        0xEF => matches!(source.at(at + 1), 0xBC | 0xBD),
        0xC2 => matches!(source.at(at + 1), 0xA0 | 0xAB | 0xBB),
        _ => false,
    }
}

/// Without the line end of a value that was broken inside its quotes, this is one value: a run on either side.
pub(super) fn is_broken_once(value: &[u8]) -> bool {
    let mut lines = value.split(|byte| *byte == b'\n');
    let (Some(first), Some(second), None) = (lines.next(), lines.next(), lines.next()) else { return false };
    let solid = |line: &[u8]| {
        let line = line.trim_ascii();
        line.len() >= 4 && !line.iter().any(|byte| BLANK.has(*byte))
    };
    solid(first) && solid(second)
}

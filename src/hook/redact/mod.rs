//! Takes secrets out of text before it reaches the disk.
//!
//! One pass over the bytes, no regular expressions, nothing built at start, nothing allocated when nothing is found. The
//! text between two replacements is looked at as if it were alone, so that doing it again changes nothing.

mod anchored;
mod arguments;
mod assignments;
mod calls;
mod commands;
mod endings;
mod fingerprints;
mod foreign;
mod headers;
mod joint;
mod jwt;
mod known;
mod looks;
mod names;
mod pem;
mod pipes;
mod placeholders;
mod rows;
mod rule;
mod rules;
mod scan;
mod source;
mod spoken;
mod tables;
mod tally;
mod tokens;
mod urls;
mod values;
mod words;
mod written;

use std::borrow::Cow;

pub use fingerprints::Fingerprint;
pub use known::KnownSecrets;
use source::Source;

/// A text without its secrets.
#[derive(Debug)]
pub struct Redacted<'a> {
    /// The text, with `[redacted:<kind>]` for each secret; borrowed when there was none.
    pub text: Cow<'a, str>,
    /// The kind of each secret, in order; empty and unallocated when there was none.
    pub kinds: Vec<&'static str>,
}

/// A secret: where it is, and what.
#[derive(Clone, Copy, Debug)]
struct Finding {
    start: usize,
    end: usize,
    /// How far the text was read to tell where it ends; with a full stop behind it, that is further.
    read: usize,
    kind: &'static str,
}

impl Finding {
    fn new(start: usize, end: usize, kind: &'static str) -> Self {
        Self { start, end, read: end, kind }
    }

    fn read_to(self, read: usize) -> Self {
        Self { read: read.max(self.read), ..self }
    }

    fn at_least_to(self, end: usize) -> Self {
        Self { end: end.max(self.end), ..self }.read_to(end)
    }
}

const MARKER: &str = "[redacted:";
const LONGEST_KIND: usize = 40;

/// Takes the secrets out of a text, which is whole and [clean](super::text::clean). What was redacted before stays as it
/// is.
pub fn redact<'a>(text: &'a str, known: &KnownSecrets<'_>) -> Redacted<'a> {
    let mut findings = Vec::new();
    let mut from = 0;
    for wall in walls(text, known) {
        search(Source::new(text.as_bytes(), from).until(wall.start), from, &mut findings);
        from = wall.end;
        if wall.kind != MARKER {
            findings.push(wall);
        }
    }
    search(Source::new(text.as_bytes(), from), from, &mut findings);
    if findings.is_empty() {
        return Redacted { text: Cow::Borrowed(text), kinds: Vec::new() };
    }
    Redacted {
        text: Cow::Owned(replaced(text, &findings)),
        kinds: findings.iter().map(|found| found.kind).collect(),
    }
}

/// What nothing is searched across: values that are known, those of tables, and the markers of an earlier redaction.
fn walls(text: &str, known: &KnownSecrets<'_>) -> Vec<Finding> {
    let mut walls = Vec::new();
    // As with known values: a text without a bracket has no marker.
    if memchr::memchr(b'[', text.as_bytes()).is_some() {
        let markers = memchr::memmem::find_iter(text.as_bytes(), MARKER);
        walls.extend(
            markers.filter_map(|start| Some(Finding::new(start, end_of_marker(text, start)?, MARKER))),
        );
    }
    let markers = walls.len();
    for range in known.occurrences(text) {
        let is_apart =
            walls.iter().take(markers).all(|marker| range.end <= marker.start || marker.end <= range.start);
        if is_apart {
            walls.push(Finding::new(range.start, range.end, known::KIND));
        }
    }
    walls.sort_unstable_by_key(|wall| wall.start);
    let others = walls.len();
    tables::cells(text.as_bytes(), |cell| {
        let before = walls.get(..others).unwrap_or_default();
        let next = before.partition_point(|wall| wall.end <= cell.start);
        if before.get(next).is_none_or(|wall| cell.end <= wall.start) {
            walls.push(cell);
        }
    });
    walls.sort_unstable_by_key(|wall| wall.start);
    walls
}

/// A marker holds a kind and nothing else, or anything could be smuggled past in one.
fn end_of_marker(text: &str, start: usize) -> Option<usize> {
    let kind = text.get(start + MARKER.len()..)?;
    let (kind, _) = kind.get(..kind.floor_char_boundary(LONGEST_KIND))?.split_once(']')?;
    let is_kind = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (!kind.is_empty() && kind.bytes().all(is_kind)).then_some(start + MARKER.len() + kind.len() + 1)
}

/// Adds what is found in the source from `from` on, in order.
fn search(mut source: Source, mut from: usize, findings: &mut Vec<Finding>) {
    while let Some((trigger, found)) = scan::next(source, from) {
        // What gave it away may stand well before it, with another secret between the two: `-u name:password`.
        search(source.until(found.start), trigger + 1, findings);
        findings.push(found);
        from = found.end;
        source = source.after(found.end);
    }
}

fn replaced(text: &str, findings: &[Finding]) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut from = 0;
    for found in findings {
        kept.push_str(text.get(from..found.start).unwrap_or_default());
        kept.push_str(MARKER);
        kept.push_str(found.kind);
        kept.push(']');
        from = found.end;
    }
    kept.push_str(text.get(from..).unwrap_or_default());
    kept
}

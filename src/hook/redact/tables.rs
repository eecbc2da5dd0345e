//! Secrets in the columns of tables whose head says so, `| user | password |`, and behind a name in their first column.
//!
//! All cells are found at once and before anything else, for a cell can be far from its head, with other secrets between.

use super::looks::Candidate;
use super::names::{self, Weight};
use super::placeholders::is_placeholder;
use super::source::{Set, TOKEN};
use super::tally::Tally;
use super::values::Place;
use super::words::is_wordy;
use super::{Finding, MARKER};

/// The line below the head: `|---|:--:|`, `----+----`.
const RULER: Set = Set::of("-|+: \r");
const HEAD: Set = Set::of("0-9A-Za-z _-");
/// More columns than this no table of passwords has.
const MOST_COLUMNS: usize = 16;
const LONGEST_LINE: usize = 1024;

/// Hands each of them to `found`, in order.
pub(super) fn cells(text: &[u8], mut found: impl FnMut(Finding)) {
    // Hardly any text has a table, and this asks for one byte.
    if memchr::memchr(b'|', text).is_none() {
        return;
    }
    let mut from = 0;
    while let Some(offset) = memchr::memmem::find(text.get(from..).unwrap_or_default(), b"--") {
        let at = from + offset;
        let (start, end) = (line_start(text, at), line_end(text, at));
        from = end;
        let ruler = text.get(start..end).unwrap_or_default();
        let has_columns = ruler.len() <= LONGEST_LINE && memchr::memchr2(b'|', b'+', ruler).is_some();
        if start == 0 || !has_columns || !RULER.has_all(ruler) {
            continue;
        }
        let head = text.get(line_start(text, start - 1)..start - 1).unwrap_or_default();
        if head.len() > LONGEST_LINE || memchr::memmem::find(head, MARKER.as_bytes()).is_some() {
            continue;
        }
        let mut is_told = false;
        for (column, cell) in columns(head).enumerate().take(MOST_COLUMNS) {
            let name = cell.trim_ascii();
            let name = if HEAD.has_all(name) { names::announced_by(name) } else { None };
            if let Some(name) = name.filter(|name| matches!(name.weight, Weight::Password | Weight::Secret)) {
                is_told = true;
                from = column_of(text, end + 1, column, name, &mut found).max(from);
            }
        }
        if !is_told {
            from = behind_names(text, end + 1, &mut found).max(from);
        }
    }
}

/// The second cells of rows whose first is a name that announces a secret; and where the table ends.
fn behind_names(text: &[u8], first: usize, found: &mut impl FnMut(Finding)) -> usize {
    rows(text, first, |line, start| {
        let mut cells = columns(line).map(|cell| without_marks(cell.trim_ascii()));
        let name = cells.next().filter(|name| HEAD.has_all(name)).and_then(names::announced_by);
        if let (Some(name), Some(value)) = (name, cells.next()) {
            let is_strong = name.weight == Weight::Password || name.weight == Weight::Secret;
            // Beside a name, a type or a default may stand as well.
            if is_strong && !is_wordy(value) && looks_secret(value, name.weight) {
                let begin = start + (value.as_ptr() as usize - line.as_ptr() as usize);
                found(Finding::new(begin, begin + value.len(), name.kind));
            }
        }
    })
}

/// Shows each row from `first` on, and where it begins, to the end of the table; and where that is.
fn rows(text: &[u8], first: usize, mut see: impl FnMut(&[u8], usize)) -> usize {
    let mut start = first;
    loop {
        let end = line_end(text, start);
        let line = text.get(start..end).unwrap_or_default();
        if !is_row(line) {
            return start.saturating_sub(1);
        }
        see(line, start);
        start = end + 1;
    }
}

/// Where something was replaced, nobody can tell how many lines and columns there were.
fn is_row(line: &[u8]) -> bool {
    line.len() <= LONGEST_LINE
        && memchr::memchr(b'|', line).is_some()
        && memchr::memmem::find(line, MARKER.as_bytes()).is_none()
}

fn without_marks(cell: &[u8]) -> &[u8] {
    let is_code = cell.len() > 2 && cell.starts_with(b"`") && cell.ends_with(b"`");
    if is_code { cell.get(1..cell.len() - 1).unwrap_or_default() } else { cell }
}

/// The cells of one column; and where the table ends.
fn column_of(
    text: &[u8],
    first: usize,
    column: usize,
    name: names::Name,
    found: &mut impl FnMut(Finding),
) -> usize {
    rows(text, first, |line, start| {
        if let Some(cell) = columns(line).nth(column) {
            let value = without_marks(cell.trim_ascii());
            if looks_secret(value, name.weight) {
                let begin = start + (value.as_ptr() as usize - line.as_ptr() as usize);
                found(Finding::new(begin, begin + value.len(), name.kind));
            }
        }
    })
}

fn looks_secret(value: &[u8], weight: Weight) -> bool {
    let tally = Tally::of(value);
    let is_whole = !value.iter().any(|byte| byte.is_ascii_whitespace() || matches!(byte, b'`' | b'('));
    let is_told = match weight {
        Weight::Password => tally.digits > 0,
        _ => value.len() >= 16 && TOKEN.has_all(value) && tally.is_random(),
    };
    let candidate = Candidate { value, weight, place: Place::Setting, is_quoted: false };
    is_whole && is_told && !is_placeholder(value) && candidate.looks_secret()
}

fn columns(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    line.strip_prefix(b"|").unwrap_or(line).split(|byte| *byte == b'|')
}

fn line_start(text: &[u8], at: usize) -> usize {
    memchr::memrchr(b'\n', text.get(..at).unwrap_or_default()).map_or(0, |newline| newline + 1)
}

fn line_end(text: &[u8], at: usize) -> usize {
    memchr::memchr(b'\n', text.get(at..).unwrap_or_default()).map_or(text.len(), |newline| at + newline)
}

//! Private keys in armour: PEM, OpenSSH, PGP, SSH2 and `PuTTY`.

use super::Finding;
use super::source::{BASE64, Set, Source};
use super::tally::Tally;

pub(super) const KIND: &str = "private-key";
const LABEL_BYTES: usize = 80;
/// Longer than a key of 4,096 bits.
const REACH_BYTES: usize = 4 * 1024;
/// What may stand between the lines of a key that was quoted, commented, indented or put into a string.
const FILLER: Set = Set::of(" \t\n\\\"'>#|*+,/rn");
const HEADERS: [&str; 6] = ["Proc-Type", "DEK-Info", "Version", "Comment", "Hash", "Subject"];
/// Base64 that is no word.
const SHORTEST_LINE: usize = 16;

/// The key whose `-----BEGIN` stands at `at`; without an end, all that follows.
pub(super) fn armoured(source: Source, at: usize) -> Option<Finding> {
    let dashes = if source.has(at, "-----BEGIN ") { "-----" } else { "----" };
    let label = at + dashes.len() + if dashes == "-----" { 6 } else { 7 };
    if dashes == "----" && !source.has(at, "---- BEGIN ") {
        return None;
    }
    let body = label + end_of_label(source.slice(label, label + LABEL_BYTES), dashes)?;
    let end_mark = if dashes == "-----" { "-----END " } else { "---- END " };
    let is_key = begins_key(source, body);
    if !is_key && !begins_something(source, body) {
        return None;
    }
    // What may turn out to be no key is not searched to the end of the text.
    let reach = if is_key { source.len() } else { body + REACH_BYTES };
    let end = match memchr::memmem::find(source.slice(body, reach), end_mark.as_bytes()) {
        None => is_key.then_some(source.len())?,
        Some(mark) => {
            let label = body + mark + end_mark.len();
            let length = memchr::memmem::find(source.slice(label, label + LABEL_BYTES), dashes.as_bytes());
            length.map_or(label, |length| label + length + dashes.len())
        }
    };
    Some(Finding::new(at, end, KIND))
}

/// Behind the dashes that end the label of a private key. The label may be broken over two lines.
fn end_of_label(label: &[u8], dashes: &str) -> Option<usize> {
    let end = memchr::memmem::find(label, dashes.as_bytes())?;
    let label = label.get(..end)?;
    let private = memchr::memmem::find(label, b"PRIVATE")?;
    let is_label = label
        .iter()
        .all(|byte| matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b' ' | b'\n' | b'-' | b'>' | b'#'));
    memchr::memmem::find(label.get(private..)?, b"KEY").filter(|_| is_label)?;
    Some(end + dashes.len())
}

/// Whether a line of a key follows: enough of it to do without the end of the armour.
fn begins_key(source: Source, body: usize) -> bool {
    let (start, end) = first_line(source, body);
    let tally = Tally::of(source.slice(start, end));
    let is_base64 = end - start >= SHORTEST_LINE && tally.upper > 0 && tally.lower + tally.digits > 0;
    is_base64 || HEADERS.iter().any(|header| source.has(start, header))
}

/// Whether something other than dots and placeholders follows.
fn begins_something(source: Source, body: usize) -> bool {
    let (start, end) = first_line(source, body);
    end - start >= 4 && !Tally::of(source.slice(start, end)).is_blank()
}

/// The first run of base64 behind the label. An `n` or `r` at its front may be lost with an escape, which does not matter.
fn first_line(source: Source, body: usize) -> (usize, usize) {
    let start = source.run_within(body, FILLER, 256);
    (start, source.run_within(start, BASE64, 512))
}

/// The private half of a `.ppk` file; `at` is its `Private-Lines`.
pub(super) fn putty(source: Source, at: usize) -> Option<Finding> {
    if !source.has(at, "Private-Lines:") {
        return None;
    }
    let start = at + memchr::memchr(b'\n', source.slice(at, at + 40))? + 1;
    if source.run_within(start, BASE64, SHORTEST_LINE) < start + SHORTEST_LINE {
        return None;
    }
    let mac = memchr::memmem::find(source.rest(start), b"Private-MAC");
    let lines = source.slice(start, mac.map_or(source.len(), |mac| start + mac));
    Some(Finding::new(start, start + lines.trim_ascii_end().len(), KIND))
}

//! One record: how it is written, and how it is found again among bytes that may be torn. Pure.

use serde::{Deserialize, Serialize};

use crate::clock::Instant;
use crate::fault;
use crate::memory::Memory;

/// Nothing larger is written, and nothing larger is believed when it is read.
pub const MAX_RECORD_BYTES: usize = 64 * 1024;
/// `E1 <st> <len> <crc> `.
pub(super) const HEADER_BYTES: usize = 23;
/// Where the status byte stands in a record.
pub(super) const STATUS_OFFSET: u64 = 3;

/// What the spool keeps of one memory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The memory's id, the same however often it is sent.
    pub id: String,
    /// When it was captured.
    pub at: Instant,
    /// The session's directory, for ignore rules that come later.
    #[serde(default)]
    pub dir: String,
    /// The memory itself, in our own form.
    pub memory: Memory,
}

/// What has become of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// To be sent.
    Waiting,
    /// The API has it.
    Accepted,
    /// The API will never take it, or it was dropped.
    Dead,
}

impl Status {
    pub(super) const fn byte(self) -> u8 {
        match self {
            Self::Waiting => b'.',
            Self::Accepted => b'A',
            Self::Dead => b'X',
        }
    }

    /// A byte that is none of the three is a damaged one, and then the memory is sent once more rather than lost.
    const fn of(byte: u8) -> Self {
        match byte {
            b'A' => Self::Accepted,
            b'X' => Self::Dead,
            _ => Self::Waiting,
        }
    }
}

/// The bytes of a record, line feed included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoded(Vec<u8>);

impl Encoded {
    /// `None` when the record would be larger than [`MAX_RECORD_BYTES`].
    pub fn waiting<T: Serialize>(record: &T) -> Option<Self> {
        Self::with_status(record, Status::Waiting)
    }

    pub(super) fn with_status<T: Serialize>(record: &T, status: Status) -> Option<Self> {
        let mut bytes = Vec::with_capacity(1024);
        bytes.extend_from_slice(&[b'E', b'1', b' ', status.byte(), b' ']);
        bytes.extend_from_slice(b"llllllll cccccccc ");
        serde_json::to_writer(&mut bytes, record).ok()?;
        let json = bytes.get(HEADER_BYTES..)?;
        if json.len() > MAX_RECORD_BYTES {
            return None;
        }
        let length = hex(u32::try_from(json.len()).ok()?);
        let check = hex(checksum(&length, json));
        bytes.get_mut(5..13)?.copy_from_slice(&length);
        bytes.get_mut(14..22)?.copy_from_slice(&check);
        bytes.push(b'\n');
        Some(Self(bytes))
    }

    /// The bytes as they go to the file.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// What stands at the start of some bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found<'a> {
    /// A record; `len` bytes in all, line feed included when it is there.
    Record { status: Status, json: &'a [u8], len: usize },
    /// A line of a newer format; `len` bytes in all.
    Newer { len: usize },
    /// `len` bytes that are no record.
    Garbage { len: usize },
    /// More bytes are needed to say.
    Incomplete,
}

/// Whether more bytes may follow the ones at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tail {
    More,
    End,
}

/// Says what stands at the start of `bytes`; never [`Found::Incomplete`] at the end of the file.
pub(super) fn find(bytes: &[u8], tail: Tail) -> Found<'_> {
    match parse(bytes) {
        Parsed::Record { status, json } => {
            let end = HEADER_BYTES + json.len();
            match bytes.get(end) {
                Some(b'\n') => Found::Record { status, json, len: end + 1 },
                Some(_) => Found::Record { status, json, len: end },
                None if tail == Tail::End => Found::Record { status, json, len: end },
                None => Found::Incomplete,
            }
        }
        Parsed::Short if tail == Tail::More => Found::Incomplete,
        Parsed::Newer => match memchr::memchr(b'\n', bytes) {
            Some(at) => Found::Newer { len: at + 1 },
            None if tail == Tail::End => Found::Newer { len: bytes.len() },
            // A newer format may have longer lines than we keep at hand: what we hold of it is passed over.
            None if bytes.len() > MAX_RECORD_BYTES => Found::Newer { len: bytes.len() },
            None => Found::Incomplete,
        },
        Parsed::Short | Parsed::Nothing => Found::Garbage { len: garbage_length(bytes, tail) },
    }
}

/// How far to the next place where a record may start: after a line feed, or at a header of ours that checks out. A record
/// whose line feed was damaged is followed by such a header in the middle of a line, and so is a hole that a power cut left.
/// A header that the bytes at hand end in is kept for a look at more of them.
fn garbage_length(bytes: &[u8], tail: Tail) -> usize {
    let line_end = memchr::memchr(b'\n', bytes).map_or(bytes.len(), |at| at + 1);
    let line = bytes.get(..line_end).unwrap_or(bytes);
    for at in memchr::memmem::find_iter(line.get(1..).unwrap_or(&[]), b"E1 ") {
        let at = at + 1;
        let rest = bytes.get(at..).unwrap_or(&[]);
        match parse(rest) {
            Parsed::Record { .. } => return at,
            Parsed::Short if tail == Tail::More => return at,
            Parsed::Short | Parsed::Newer | Parsed::Nothing => {}
        }
    }
    match line {
        [.., b'E', b'1'] if tail == Tail::More => line_end.saturating_sub(2).max(1),
        [.., b'E'] if tail == Tail::More => line_end.saturating_sub(1).max(1),
        _ => line_end,
    }
}

enum Parsed<'a> {
    Record { status: Status, json: &'a [u8] },
    Newer,
    Short,
    Nothing,
}

fn parse(bytes: &[u8]) -> Parsed<'_> {
    let Some(header) = bytes.first_chunk::<HEADER_BYTES>() else {
        return if is_header_start(bytes) { Parsed::Short } else { Parsed::Nothing };
    };
    let [b'E', version, b' ', status, b' ', ref rest @ ..] = *header else {
        return if is_newer(bytes) { Parsed::Newer } else { Parsed::Nothing };
    };
    if version != b'1' {
        return if is_newer(bytes) { Parsed::Newer } else { Parsed::Nothing };
    }
    let [length @ .., b' ', _, _, _, _, _, _, _, _, b' '] = rest else { return Parsed::Nothing };
    let Some(check) = rest.get(9..17) else { return Parsed::Nothing };
    let (Some(json_bytes), Some(check)) = (unhex(length), unhex(check)) else { return Parsed::Nothing };
    let json_bytes = json_bytes as usize;
    if json_bytes > MAX_RECORD_BYTES {
        return Parsed::Nothing;
    }
    let Some(json) = bytes.get(HEADER_BYTES..HEADER_BYTES + json_bytes) else { return Parsed::Short };
    if fault::mutant!(BelievesLines) || checksum(length, json) == check {
        Parsed::Record { status: Status::of(status), json }
    } else {
        Parsed::Nothing
    }
}

/// Whether the few bytes at hand may become a header.
fn is_header_start(bytes: &[u8]) -> bool {
    b"E1 ".starts_with(bytes.get(..bytes.len().min(3)).unwrap_or(&[]))
        || matches!(bytes, [b'E'] | [b'E', b'1'..=b'9', ..])
}

/// `E<n> ` with an `n` we do not know.
fn is_newer(bytes: &[u8]) -> bool {
    let Some((b'E', rest)) = bytes.split_first() else { return false };
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    (1..=4).contains(&digits)
        && rest.get(digits) == Some(&b' ')
        && rest.first() != Some(&b'0')
        && rest.get(..digits) != Some(b"1")
}

fn checksum(length: &[u8], json: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(length);
    hasher.update(json);
    hasher.finalize()
}

fn hex(value: u32) -> [u8; 8] {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut digits = [b'0'; 8];
    for (place, digit) in digits.iter_mut().enumerate() {
        let nibble = (value >> (28 - 4 * place)) & 15;
        if let Some(found) = DIGITS.get(nibble as usize) {
            *digit = *found;
        }
    }
    digits
}

/// Only the digits we write ourselves: an upper-case one is a flipped bit.
fn unhex(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0_u32, |value, digit| {
        let nibble = match digit {
            b'0'..=b'9' => digit - b'0',
            b'a'..=b'f' => digit - b'a' + 10,
            _ => return None,
        };
        value.checked_mul(16)?.checked_add(u32::from(nibble))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(text: &str) -> Vec<u8> {
        Encoded::waiting(&text).unwrap().as_bytes().to_vec()
    }

    #[test]
    fn the_bytes_of_a_record_are_the_documented_ones() {
        assert_eq!(encoded("a"), b"E1 . 00000003 fd0b2fdd \"a\"\n");
    }

    #[test]
    fn a_record_is_found_with_or_without_its_line_feed() {
        let bytes = encoded("hello");
        let Found::Record { status, json, len } = find(&bytes, Tail::End) else { panic!("not found") };
        assert_eq!((status, json, len), (Status::Waiting, b"\"hello\"".as_slice(), bytes.len()));
        let torn = &bytes[..bytes.len() - 1];
        assert!(matches!(find(torn, Tail::End), Found::Record { len, .. } if len == torn.len()));
        assert_eq!(find(torn, Tail::More), Found::Incomplete);
    }

    #[test]
    fn every_shorter_piece_is_incomplete_until_the_file_ends() {
        let bytes = encoded("hello");
        for cut in 1..bytes.len() {
            assert_eq!(find(&bytes[..cut], Tail::More), Found::Incomplete, "{cut}");
            let found = find(&bytes[..cut], Tail::End);
            let whole = cut == bytes.len() - 1;
            assert_eq!(matches!(found, Found::Record { .. }), whole, "{cut}: {found:?}");
        }
    }

    #[test]
    fn a_newer_format_is_known_by_its_number() {
        for (line, newer) in
            [("E2 whatever\n", true), ("E17 x\n", true), ("E0 x\n", false), ("EX x\n", false)]
        {
            let line = format!("{line}{}", "-".repeat(40));
            assert_eq!(matches!(find(line.as_bytes(), Tail::End), Found::Newer { .. }), newer, "{line}");
        }
    }

    #[test]
    fn a_record_behind_a_damaged_line_feed_is_found() {
        let mut bytes = encoded("first");
        let first = bytes.len();
        bytes[first - 1] = 0x0b;
        bytes.extend(encoded("second"));
        let Found::Record { len, .. } = find(&bytes, Tail::End) else { panic!("first") };
        assert_eq!(len, first - 1);
        assert_eq!(find(&bytes[len..], Tail::End), Found::Garbage { len: 1 });
        assert!(matches!(find(&bytes[first..], Tail::End), Found::Record { .. }));
    }

    #[test]
    fn a_record_beyond_the_cap_is_not_made() {
        assert!(Encoded::waiting(&"x".repeat(MAX_RECORD_BYTES)).is_none());
        assert!(Encoded::waiting(&"x".repeat(MAX_RECORD_BYTES - 2)).is_some());
    }
}

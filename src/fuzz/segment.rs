//! A file of records in which anything may stand: what the reader finds is what a plain search over the bytes finds.
//!
//! The first byte of an input says how it is read: `r` and the rest is the file as it is; anything else and the input is a
//! list of pieces (records, torn and flipped ones, zeros, lines of a newer format), because no fuzzer guesses a checksum.

use std::fs;
use std::path::Path;

use crate::clock;
use crate::key::Key;
use crate::memory::{Memory, MemoryType};
use crate::origin::Origin;
use crate::spool::{Destination, Encoded, MAX_RECORD_BYTES, Record, Spool, Survey, Waiting};

const HEADER_BYTES: usize = 23;
const NAME: &str = "seal-04102444800000000000-1.jsonl";
/// A file no larger than a few of the reader's windows.
const MOST_BYTES: usize = 400 * 1024;

/// Reads the input as a segment, below `state`, and compares.
pub fn segment(state: &Path, input: &[u8]) {
    let bytes = match input.split_first() {
        Some((b'r', rest)) => rest.to_vec(),
        _ => built(input),
    };
    let Some(spool) = open(state) else { return };
    if fs::write(spool.dir().path().join(NAME), &bytes).is_err() {
        return;
    }
    let mut found = Vec::new();
    let read = Waiting::each(&spool, |waiting| found.push(waiting.record.id));
    assert!(read.is_ok(), "{read:?}");
    assert_eq!(found, expected(&bytes), "of {} bytes", bytes.len());
    assert!(Survey::of(&spool).is_ok());
    assert!(fs::read(spool.dir().path().join(NAME)).is_ok_and(|after| after == bytes), "a look changed it");
}

fn open(state: &Path) -> Option<Spool> {
    let key = Key::parse("eng_fuzzed_0123").ok()?;
    Spool::open_or_make(state, &Destination { origin: Origin::default(), key }).ok()
}

/// The ids of the waiting records, found by looking at every byte.
fn expected(bytes: &[u8]) -> Vec<String> {
    let mut ids = Vec::new();
    let (mut at, mut is_start) = (0, true);
    while at < bytes.len() {
        let rest = bytes.get(at..).unwrap_or_default();
        if let Some((status, json)) = record(rest) {
            if !matches!(status, b'A' | b'X')
                && let Ok(record) = serde_json::from_slice::<Record>(json)
            {
                ids.push(record.id);
            }
            at += HEADER_BYTES + json.len();
            // The line feed belongs to the record when it is there.
            at += usize::from(bytes.get(at) == Some(&b'\n'));
            is_start = true;
        } else if is_start && is_newer(rest) {
            at += rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |end| end + 1);
        } else {
            is_start = rest.first() == Some(&b'\n');
            at += 1;
        }
    }
    ids
}

fn record(bytes: &[u8]) -> Option<(u8, &[u8])> {
    let header = bytes.get(..HEADER_BYTES)?;
    let spaces = [2, 4, 13, 22].iter().all(|at| header.get(*at) == Some(&b' '));
    if !header.starts_with(b"E1") || !spaces {
        return None;
    }
    let (digits, check) = (header.get(5..13)?, number(header.get(14..22)?)?);
    let length = usize::try_from(number(digits)?).ok().filter(|length| *length <= MAX_RECORD_BYTES)?;
    let json = bytes.get(HEADER_BYTES..HEADER_BYTES + length)?;
    (checksum(digits.iter().chain(json)) == check).then_some((*header.get(3)?, json))
}

fn number(digits: &[u8]) -> Option<u32> {
    let ours = digits.iter().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'));
    ours.then(|| u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok())?
}

/// CRC-32, bit by bit: not the one that is tested.
fn checksum<'a>(bytes: impl Iterator<Item = &'a u8>) -> u32 {
    !bytes.fold(u32::MAX, |sum, byte| {
        (0..8).fold(
            sum ^ u32::from(*byte),
            |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 },
        )
    })
}

fn is_newer(bytes: &[u8]) -> bool {
    let Some((b'E', rest)) = bytes.split_first() else { return false };
    let digits: Vec<_> = rest.iter().copied().take_while(u8::is_ascii_digit).collect();
    rest.get(digits.len()) == Some(&b' ')
        && (1..=4).contains(&digits.len())
        && digits.first() != Some(&b'0')
        && digits != b"1"
}

/// A file made of pieces: a byte says which, the next two how much of it.
fn built(input: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (number, piece) in input.chunks(3).enumerate() {
        let (kind, size) = match *piece {
            [kind, low, high] => (kind, usize::from(u16::from_le_bytes([low, high]))),
            [kind, low] => (kind, usize::from(low)),
            [kind] => (kind, 0),
            _ => break,
        };
        if bytes.len() > MOST_BYTES {
            break;
        }
        let whole = encoded(number, size);
        match kind % 8 {
            0 | 1 => bytes.extend(whole),
            2 => bytes.extend(whole.iter().take(size % (whole.len() + 1))),
            3 => bytes
                .extend(whole.iter().enumerate().map(|(at, byte)| byte ^ u8::from(at == size % whole.len()))),
            // Whole, but for its line feed.
            4 => bytes.extend(whole.split_last().map_or(&[][..], |(_, rest)| rest)),
            5 => bytes.resize(bytes.len() + size * 8, 0),
            6 => bytes.extend(std::iter::repeat_n(b"E1 . 0000\n", 1 + size % 8).flatten().take(size)),
            _ => bytes.extend(format!("E{} {}\n", 2 + size % 9, "n".repeat(size % 512)).bytes()),
        }
    }
    bytes
}

fn encoded(number: usize, size: usize) -> Vec<u8> {
    let memory = Memory {
        topic: String::new(),
        content: "E1 . x".repeat(size % 10_000),
        memory_type: MemoryType::Note,
        project: None,
        scope: None,
        tags: Vec::new(),
    };
    let record = Record { id: number.to_string(), at: clock::now(), dir: String::new(), memory };
    Encoded::waiting(&record).map(|encoded| encoded.as_bytes().to_vec()).unwrap_or_default()
}

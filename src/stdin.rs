//! Reading the payload: to its end, but never for longer than a second and never more than 16 MiB.

use std::io;
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use crate::sys;

/// A larger payload is no event of ours.
pub const MAX_PAYLOAD_BYTES: usize = 16 * 1024 * 1024;
/// A stdin that is not closed by then is not waited for.
const DEADLINE: Duration = Duration::from_secs(1);
/// A writer that forgot to close is noticed after this pause, if what it wrote is a whole JSON value.
const PAUSE: Duration = Duration::from_millis(20);
/// Most payloads fit.
const FIRST_READ_BYTES: usize = 4 * 1024;
/// So much of a longer payload is read before somebody asks whether the rest is worth keeping.
const BEGINNING_BYTES: usize = 64 * 1024;

/// What stdin held.
#[derive(Debug)]
pub enum Payload {
    /// All of it.
    Whole(Vec<u8>),
    /// More than [`MAX_PAYLOAD_BYTES`]; the rest was read and let go.
    TooLarge,
    /// It neither ended nor became a JSON value in time.
    Unfinished,
}

/// Reads stdin. What it could not read it reports as [`Payload::Unfinished`]: there is nothing a hook could do.
pub fn read() -> Payload {
    read_from(io::stdin(), |_| true).unwrap_or(Payload::Unfinished)
}

/// The same, but `None` for a long payload whose beginning is of no use: the rest was read and let go.
pub fn read_if(is_of_use: impl FnOnce(&[u8]) -> bool) -> Option<Payload> {
    read_from(io::stdin(), is_of_use)
}

/// Reads stdin to its end, however long that takes: somebody types, or a program that was started by hand computes.
pub fn read_patiently() -> io::Result<Payload> {
    let mut bytes = Vec::new();
    io::Read::read_to_end(&mut io::Read::take(io::stdin().lock(), MAX_PAYLOAD_BYTES as u64 + 1), &mut bytes)?;
    Ok(if bytes.len() > MAX_PAYLOAD_BYTES { Payload::TooLarge } else { Payload::Whole(bytes) })
}

fn read_from(source: impl AsFd, is_of_use: impl FnOnce(&[u8]) -> bool) -> Option<Payload> {
    let started = Instant::now();
    let mut bytes = Vec::with_capacity(FIRST_READ_BYTES);
    let mut is_of_use = Some(is_of_use);
    loop {
        let Some(left) = DEADLINE.checked_sub(started.elapsed()) else {
            return Some(Payload::Unfinished);
        };
        let may_be_whole = bytes.trim_ascii_end().ends_with(b"}");
        match sys::wait_readable(&source, if may_be_whole { PAUSE.min(left) } else { left }) {
            Ok(true) => {}
            Ok(false) if may_be_whole && is_json(&bytes) => break,
            Ok(false) => continue,
            Err(_) => return Some(Payload::Unfinished),
        }
        if bytes.len() >= BEGINNING_BYTES
            && let Some(is_of_use) = is_of_use.take()
            && !is_of_use(&bytes)
        {
            let_go_of_the_rest(&source, started, bytes);
            return None;
        }
        if bytes.len() == bytes.capacity() && bytes.try_reserve(bytes.len()).is_err() {
            // Under a limit on memory: an allocation that fails elsewhere would be seen.
            let_go_of_the_rest(&source, started, bytes);
            return Some(Payload::TooLarge);
        }
        match sys::read(&source, &mut bytes) {
            Ok(0) => break,
            Ok(_) => {}
            Err(error) if matches!(error.kind(), io::ErrorKind::Interrupted | io::ErrorKind::WouldBlock) => {}
            Err(_) => return Some(Payload::Unfinished),
        }
        if bytes.len() > MAX_PAYLOAD_BYTES {
            let_go_of_the_rest(&source, started, bytes);
            return Some(Payload::TooLarge);
        }
    }
    Some(Payload::Whole(bytes))
}

fn is_json(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    serde_json::from_slice::<serde::de::IgnoredAny>(bytes).is_ok()
}

/// The writer must not meet a closed pipe: read on, within the deadline, over what was read before.
fn let_go_of_the_rest(source: &impl AsFd, started: Instant, mut scratch: Vec<u8>) {
    while let Some(left) = DEADLINE.checked_sub(started.elapsed()) {
        match sys::wait_readable(source, left) {
            Ok(true) => {}
            Ok(false) | Err(_) => break,
        }
        scratch.clear();
        match sys::read(source, &mut scratch) {
            Ok(0) => break,
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => break,
        }
    }
}

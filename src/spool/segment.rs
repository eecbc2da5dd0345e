//! One sealed segment: reading it in bounded pieces, and changing a status byte in place.

use std::io::{self, Read as _};
use std::os::unix::fs::FileExt as _;

use super::record::{self, Found, HEADER_BYTES, MAX_RECORD_BYTES, STATUS_OFFSET, Status, Tail};
use crate::sys::{Access, Dir, File, Refused};

/// Room for the largest record and its neighbours.
const WINDOW_BYTES: usize = 2 * (MAX_RECORD_BYTES + HEADER_BYTES + 1);

/// Whether a name is one of a segment's.
pub(super) fn is_segment(name: &str) -> bool {
    sealed_at(name).is_some()
}

/// When a segment was sealed, in nanoseconds since 1970, from its name.
pub(super) fn sealed_at(name: &str) -> Option<u64> {
    let stem = name.strip_suffix(".jsonl")?;
    let rest = stem.strip_prefix("seal-").or_else(|| stem.strip_prefix("one-"))?;
    let (nanoseconds, process) = rest.split_once('-')?;
    process.parse::<u32>().ok()?;
    (nanoseconds.len() == 20).then(|| nanoseconds.parse().ok())?
}

/// The names of the segments in a directory, the oldest first.
pub(super) fn names(dir: &Dir) -> io::Result<Vec<String>> {
    let mut names: Vec<_> = dir.names()?.into_iter().filter(|name| is_segment(name)).collect();
    names.sort_by_key(|name| sealed_at(name));
    Ok(names)
}

/// What stands at a place in a file of records.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// A record at `offset`.
    Record { offset: u64, status: Status, json: Vec<u8> },
    /// A line of a newer format.
    Newer { bytes: Vec<u8> },
    /// `bytes` that are no record.
    Garbage { bytes: Vec<u8> },
}

/// Reads a file of records from its start, holding at most two records of it in memory.
#[derive(Debug)]
pub(super) struct Reader {
    file: File,
    window: Vec<u8>,
    /// Where in the window the next piece starts.
    start: usize,
    /// Where in the file the window ends.
    end: u64,
    at_end: bool,
}

impl Reader {
    /// Opens a file of records by name.
    pub(super) fn open(dir: &Dir, name: &str, access: Access) -> Result<Self, Refused> {
        let file = dir.open_file(name, access)?.file;
        Ok(Self { file, window: Vec::new(), start: 0, end: 0, at_end: false })
    }

    /// The next piece; `None` at the end.
    pub(super) fn next_piece(&mut self) -> io::Result<Option<Piece>> {
        loop {
            let rest = self.window.get(self.start..).unwrap_or(&[]);
            if rest.is_empty() && self.at_end {
                // A segment in which something still waits stays open, and there may be many of them.
                (self.window, self.start) = (Vec::new(), 0);
                return Ok(None);
            }
            let tail = if self.at_end { Tail::End } else { Tail::More };
            let offset = self.end.saturating_sub(rest.len() as u64);
            let (piece, len) = match record::find(rest, tail) {
                Found::Record { status, json, len } => {
                    (Some(Piece::Record { offset, status, json: json.to_vec() }), len)
                }
                Found::Newer { len } => {
                    (Some(Piece::Newer { bytes: rest.get(..len).unwrap_or(rest).to_vec() }), len)
                }
                // Garbage at the end of the window may be the start of something.
                Found::Garbage { len } if len == rest.len() && !self.at_end && rest.len() < WINDOW_BYTES => {
                    (None, 0)
                }
                Found::Garbage { len } => {
                    (Some(Piece::Garbage { bytes: rest.get(..len).unwrap_or(rest).to_vec() }), len)
                }
                Found::Incomplete => (None, 0),
            };
            match piece {
                Some(Piece::Garbage { bytes }) if bytes == b"\n" => self.start += len,
                Some(piece) => {
                    self.start += len;
                    return Ok(Some(piece));
                }
                None => self.fill()?,
            }
        }
    }

    fn fill(&mut self) -> io::Result<()> {
        self.window.drain(..self.start);
        self.start = 0;
        let read = (&self.file).take(WINDOW_BYTES as u64).read_to_end(&mut self.window)?;
        self.end += read as u64;
        self.at_end = read < WINDOW_BYTES;
        Ok(())
    }

    /// Writes the status of the record at `offset`, in place.
    pub(super) fn mark(&self, offset: u64, status: Status) -> io::Result<()> {
        self.file.write_all_at(&[status.byte()], offset + STATUS_OFFSET)
    }

    /// Which file this is.
    pub(super) fn identity(&self) -> Option<(u64, u64)> {
        crate::sys::identity(&self.file)
    }

    /// Puts what the kernel holds of this file on the disk.
    pub(super) fn sync(&self) -> io::Result<()> {
        self.file.sync_data()
    }
}

/// Marks every record that waits in a segment as one that waits no more here.
pub(super) fn end_all(dir: &Dir, name: &str) -> Result<(), Refused> {
    let mut reader = Reader::open(dir, name, Access::ReadWrite)?;
    while let Some(piece) = reader.next_piece()? {
        if let Piece::Record { offset, status: Status::Waiting, .. } = piece {
            reader.mark(offset, Status::Dead)?;
        }
    }
    Ok(reader.sync()?)
}

/// How many records of each status a file holds, and what else is in it.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) waiting: u64,
    pub(super) accepted: u64,
    pub(super) dead: u64,
    pub(super) newer: u64,
    pub(super) garbage: Vec<u8>,
}

/// At most this many bytes of garbage are kept of one segment: as many as the quarantine takes.
const MAX_GARBAGE_BYTES: usize = 1024 * 1024;

impl Tally {
    /// Counts one piece.
    pub(super) fn count(&mut self, piece: &Piece) {
        match piece {
            Piece::Record { status: Status::Waiting, .. } => self.waiting += 1,
            Piece::Record { status: Status::Accepted, .. } => self.accepted += 1,
            Piece::Record { status: Status::Dead, .. } => self.dead += 1,
            Piece::Newer { .. } => self.newer += 1,
            Piece::Garbage { bytes } => {
                let room = MAX_GARBAGE_BYTES.saturating_sub(self.garbage.len());
                self.garbage.extend(bytes.iter().take(room));
            }
        }
    }

    /// Counts a whole file.
    pub(super) fn of(dir: &Dir, name: &str) -> Result<Self, Refused> {
        let mut reader = Reader::open(dir, name, Access::Read)?;
        let mut tally = Self::default();
        while let Some(piece) = reader.next_piece()? {
            tally.count(&piece);
        }
        Ok(tally)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_are_known_by_their_whole_name() {
        for (name, ns) in [
            ("seal-00000000000000000012-7.jsonl", Some(12)),
            ("one-00000000000000000012-7.jsonl", Some(12)),
            ("seal-12-7.jsonl", None),
            ("seal-00000000000000000012-7.jsonl.bak", None),
            ("seal-00000000000000000012-x.jsonl", None),
            ("active.jsonl", None),
            ("dead.jsonl", None),
        ] {
            assert_eq!(sealed_at(name), ns, "{name}");
        }
    }
}

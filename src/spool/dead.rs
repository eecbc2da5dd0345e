//! Dead letters: memories the API refused for good, kept with the refusal so that somebody can look and try again.

use std::io::{self, Write as _};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::Spool;
use super::durable::sync_names;
use super::ledger::{DropReason, Ledger};
use super::lock::FlushLock;
use super::record::{Encoded, Record, Status};
use super::segment::{Piece, Reader};
use super::small_file::Rest;
use crate::clock::{self, Instant};
use crate::fault;
use crate::sys::{Access, Dir, Refused};

pub(super) const NAME: &str = "dead.jsonl";
/// The member of a dead letter that its record did not have.
const REFUSED: &str = "refused";
const MAX_BYTES: u64 = 8 * 1024 * 1024;
const MAX_AGE: Duration = Duration::from_hours(30 * 24);

/// What the API said when it refused a memory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// When it was refused.
    pub at: Instant,
    /// The HTTP status.
    pub status: u16,
    /// The first 4 KiB of the answer's body.
    #[serde(default)]
    pub body: String,
}

/// A memory and its refusal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadLetter {
    /// The record as it waited.
    #[serde(flatten)]
    pub record: Record,
    /// Why it waits no more.
    pub refused: Refusal,
}

/// A dead letter and all its words, those of a newer version among them.
#[derive(Debug)]
struct Kept {
    letter: DeadLetter,
    words: Rest,
}

/// The dead letters of a spool.
#[derive(Debug)]
pub struct DeadLetters;

impl DeadLetters {
    /// Adds one and puts it on the disk, before its record stops waiting.
    ///
    /// The record is given as it stands on the disk: what a newer version put into it is kept.
    pub(super) fn bury(dir: &Dir, record: &[u8], refused: &Refusal) -> Result<(), Refused> {
        let opened = dir.open_file(NAME, Access::Append)?;
        let mut words: Rest = serde_json::from_slice(record).map_err(io::Error::from)?;
        let mut encoded = |refused: &Refusal| {
            words.insert(REFUSED.to_owned(), serde_json::to_value(refused).ok()?);
            Encoded::with_status(&words, Status::Dead)
        };
        // A refusal whose body does not fit beside the memory goes without it: the status says enough.
        let bytes = encoded(refused)
            .or_else(|| encoded(&Refusal { body: String::new(), ..refused.clone() }))
            .ok_or_else(|| io::Error::other("no room for a refusal beside the memory"))?;
        (&opened.file).write_all(b"\n")?;
        fault::cut!("bury.write", &opened.file, bytes.as_bytes());
        (&opened.file).write_all(bytes.as_bytes())?;
        opened.file.sync_data()?;
        if opened.len == 0 {
            // Made just now: its name must be there before the memory's other place is gone.
            sync_names(dir)?;
        }
        fault::point!("bury.written");
        Ok(())
    }

    /// All of them, the oldest first, each id once.
    pub fn read(spool: &Spool) -> Result<Vec<DeadLetter>, Refused> {
        Ok(Self::read_with_newer(spool)?.0.into_iter().map(|kept| kept.letter).collect())
    }

    /// All of them, and the bytes of what only a newer version can read.
    fn read_with_newer(spool: &Spool) -> Result<(Vec<Kept>, Vec<u8>), Refused> {
        let (mut letters, mut newer) = (Vec::<Kept>::new(), Vec::new());
        let mut reader = match Reader::open(spool.dir(), NAME, Access::Read) {
            Err(refused) if refused.is_not_found() => return Ok((letters, newer)),
            opened => opened?,
        };
        while let Some(piece) = reader.next_piece()? {
            let json = match piece {
                Piece::Record { json, .. } => json,
                Piece::Newer { bytes } => {
                    newer.extend(bytes);
                    continue;
                }
                Piece::Garbage { .. } => continue,
            };
            match serde_json::from_slice::<DeadLetter>(&json) {
                Ok(letter) if letters.iter().any(|earlier| earlier.letter.record.id == letter.record.id) => {}
                Ok(letter) => {
                    let words = serde_json::from_slice(&json).map_err(io::Error::from)?;
                    letters.push(Kept { letter, words });
                }
                Err(_) => newer.extend(
                    serde_json::from_slice::<&RawValue>(&json)
                        .ok()
                        .and_then(|json| Encoded::with_status(&json, Status::Dead))
                        .iter()
                        .flat_map(Encoded::as_bytes),
                ),
            }
        }
        Ok((letters, newer))
    }

    /// Replaces the file by these letters and what only a newer version can read.
    fn rewrite<'a>(
        dir: &Dir,
        letters: impl Iterator<Item = &'a Kept>,
        newer: &[u8],
        before_it_counts: impl FnOnce() -> Result<(), Refused>,
    ) -> Result<(), Refused> {
        let temporary = format!("tmp-{NAME}-{}", std::process::id());
        dir.unlink(&temporary)?;
        let mut file = dir.open_file(&temporary, Access::CreateNew)?.file;
        for letter in letters {
            if let Some(bytes) = Encoded::with_status(&letter.words, Status::Dead) {
                file.write_all(bytes.as_bytes())?;
            }
        }
        file.write_all(newer)?;
        file.sync_data()?;
        before_it_counts()?;
        Ok(dir.rename(&temporary, NAME)?)
    }

    /// Puts all of them back among the memories that wait; answers how many.
    pub fn revive(spool: &Spool, _flush_lock: &FlushLock) -> Result<usize, Refused> {
        let (letters, newer) = Self::read_with_newer(spool)?;
        if letters.is_empty() {
            return Ok(0);
        }
        let dir = spool.dir();
        let stamp = format!("{:020}-{}", clock::nanoseconds(), std::process::id());
        let temporary = format!("tmp-{stamp}");
        let mut file = dir.open_file(&temporary, Access::CreateNew)?.file;
        let records = letters.iter().filter_map(|kept| {
            let mut words = kept.words.clone();
            words.remove(REFUSED);
            Encoded::waiting(&words)
        });
        for record in records {
            file.write_all(record.as_bytes())?;
        }
        file.sync_data()?;
        // First the segment, then the letters: a crash in between sends a memory twice under its id, and loses none.
        dir.rename(&temporary, &format!("one-{stamp}.jsonl"))?;
        dir.sync()?;
        fault::point!("revive.renamed");
        if newer.is_empty() {
            dir.unlink(NAME)?;
        } else {
            Self::rewrite(dir, std::iter::empty(), &newer, || Ok(()))?;
        }
        Ok(letters.len())
    }

    /// Lets go of what is beyond the caps: 30 days, and the oldest beyond 8 MiB.
    pub(super) fn sweep(spool: &Spool, ledger: &mut Ledger) -> Result<(), Refused> {
        let dir = spool.dir();
        let Some((bytes, _)) = dir.stat(NAME) else { return Ok(()) };
        let (letters, newer) = Self::read_with_newer(spool)?;
        let now = clock::now();
        let old = letters.iter().filter(|kept| kept.letter.refused.at.until(now) > MAX_AGE).count();
        // Half of the cap is let go at once, so that the file is not rewritten for every letter after the last.
        let surplus = if bytes > MAX_BYTES { letters.len().div_ceil(2) } else { 0 };
        let gone = old.max(surplus);
        if gone == 0 {
            return Ok(());
        }
        Self::rewrite(dir, letters.iter().skip(gone), &newer, || {
            ledger.drop_for(DropReason::Dead, gone as u64);
            ledger.write(dir)
        })
    }
}

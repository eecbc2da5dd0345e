//! Putting records at the end of a spool: the part of a capture that must not lose anything. Hot.

use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::FileExt as _;
use std::time::Duration;

use super::lock::Lock;
use super::record::Encoded;
use super::tombstone::Tombstone;
use super::{FlushLock, Spool, sweep};
use crate::sys::{Access, File, Refused};
use crate::{clock, fault};

pub(super) const ACTIVE: &str = "active.jsonl";
/// How long a capture waits for `lock` before it writes a segment of its own.
const PATIENCE: Duration = Duration::from_millis(25);
/// A longer active file is sealed by the capture itself, so that a spool nobody drains still loses only its oldest part
/// when it meets its cap.
const ROLL_BYTES: u64 = 1024 * 1024;

/// What became of an append.
#[derive(Debug)]
pub enum Appended {
    /// On disk, in `active.jsonl` or in a segment of its own.
    Stored,
    /// The API refused this key before: nothing is kept for it.
    KeyRevoked,
    /// Nothing was stored, and nothing that was there before has changed.
    Failed(Refused),
}

/// Appends the records as one write: all of them, or none.
pub fn append(spool: &Spool, records: &[Encoded]) -> Appended {
    let result = match Lock::take(spool.dir(), PATIENCE) {
        Ok(Some(lock)) => append_under(&lock, spool, records),
        Ok(None) => append_alone(spool, records),
        Err(refused) => Err(refused),
    };
    result.unwrap_or_else(Appended::Failed)
}

fn append_under(lock: &Lock, spool: &Spool, records: &[Encoded]) -> Result<Appended, Refused> {
    fault::point!("append.locked");
    // Looked at under `lock`, because a flush erases under `lock`: a record cannot slip in behind the erasing.
    if Tombstone::stands(spool.dir()) {
        return Ok(Appended::KeyRevoked);
    }
    let mut opened = spool.dir().open_file(ACTIVE, Access::Append)?;
    fault::point!("append.opened");
    if opened.len > ROLL_BYTES {
        roll(lock, spool)?;
        opened = spool.dir().open_file(ACTIVE, Access::Append)?;
    }
    let mut bytes =
        Vec::with_capacity(1 + records.iter().map(|record| record.as_bytes().len()).sum::<usize>());
    if opened.len > 0 && !fault::mutant!(NoFence) && !ends_in_line_feed(&opened.file, opened.len)? {
        // The fence: what a killed capture left unfinished must not swallow this record.
        bytes.push(b'\n');
    }
    for record in records {
        bytes.extend_from_slice(record.as_bytes());
    }
    fault::cut!("append.write", &opened.file, &bytes);
    if let Err(error) = (&opened.file).write_all(&bytes) {
        if fault::mutant!(NotTakenBack) {
            return Err(error.into());
        }
        // Part of it may be there: take it back, so that the file is what was acknowledged and nothing else. Should even
        // that fail, the fence and the checksum keep the torn tail from harming its neighbours.
        return match opened.file.set_len(opened.len) {
            Ok(()) => Err(error.into()),
            Err(second) => {
                Err(io::Error::new(error.kind(), format!("{error}; taking it back failed too: {second}"))
                    .into())
            }
        };
    }
    fault::point!("append.written");
    Ok(Appended::Stored)
}

fn ends_in_line_feed(file: &File, len: u64) -> io::Result<bool> {
    let mut last = [0_u8];
    file.read_exact_at(&mut last, len.saturating_sub(1))?;
    Ok(last == *b"\n")
}

/// Seals a long active file and, when no flush lives, makes room below the caps.
fn roll(lock: &Lock, spool: &Spool) -> Result<(), Refused> {
    spool.seal(lock)?;
    fault::point!("roll.sealed");
    if let Some(flush_lock) = FlushLock::take(spool.dir(), Duration::ZERO)? {
        sweep::make_room_soon(spool, &flush_lock);
    }
    Ok(())
}

/// Somebody holds `lock` for longer than a capture may wait: the records become a segment of their own.
pub(super) fn append_alone(spool: &Spool, records: &[Encoded]) -> Result<Appended, Refused> {
    let dir = spool.dir();
    if Tombstone::stands(dir) {
        return Ok(Appended::KeyRevoked);
    }
    fault::point!("alone.looked");
    let stamp = format!("{:020}-{}", clock::nanoseconds(), std::process::id());
    let (temporary, name) = (format!("tmp-{stamp}"), format!("one-{stamp}.jsonl"));
    let mut file = dir.open_file(&temporary, Access::CreateNew)?.file;
    let written = records.iter().try_for_each(|record| file.write_all(record.as_bytes()));
    fault::point!("alone.written");
    if let Err(error) = written.and_then(|()| dir.rename(&temporary, &name)) {
        // Only a leftover of ours remains if this fails as well; the next flush sweeps it.
        drop(dir.unlink(&temporary));
        return Err(error.into());
    }
    fault::point!("alone.renamed");
    // No lock was held: the key may have been refused between the look and the rename.
    if !fault::mutant!(LooksBeforeOnly) && Tombstone::stands(dir) {
        dir.unlink(&name)?;
        return Ok(Appended::KeyRevoked);
    }
    Ok(Appended::Stored)
}

impl Spool {
    /// Turns `active.jsonl` into a segment. True when there was something to seal.
    pub fn seal(&self, _lock: &Lock) -> Result<bool, Refused> {
        match self.dir().stat(ACTIVE) {
            None | Some((0, _)) => Ok(false),
            Some(_) => {
                let name = self.free_name(clock::nanoseconds());
                self.dir().rename(ACTIVE, &name)?;
                fault::point!("seal.renamed");
                Ok(true)
            }
        }
    }
}

impl Spool {
    /// The name of a segment that is sealed at this moment. A clock that stands still or was set back must not cost the
    /// segment that has the name already.
    pub(super) fn free_name(&self, at: u64) -> String {
        let mut name = String::new();
        for at in at..=u64::MAX {
            name = format!("seal-{at:020}-{}.jsonl", std::process::id());
            if !self.dir().holds(&name) {
                break;
            }
        }
        name
    }
}

/// Reads the whole of a small file that is already open.
pub(super) fn read_to_end(mut file: &File, limit: u64) -> io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(0))?;
    let mut bytes = Vec::new();
    file.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}

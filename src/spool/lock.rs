//! The two locks of a spool, as types. The only room that uses `fs2`.
//!
//! `flock` belongs to the open file: it ends with the last descriptor of it, so there is no pid file and no stale lock, and
//! a child that inherits the descriptor inherits the lock.

use std::thread;
use std::time::{Duration, Instant};

use crate::sys::{Access, Dir, File, Refused};

const LOCK: &str = "lock";
const FLUSH_LOCK: &str = "flush.lock";
/// `flock` cannot wait with a deadline, and `lock` is held for microseconds: look again this soon…
const LOOK_AGAIN: Duration = Duration::from_micros(100);
/// …and no less often than this: `flush.lock` is held for as long as a flush lives.
const LOOK_AGAIN_LATER: Duration = Duration::from_millis(50);

/// Holds `lock`: the right to append and to seal. Dropping it lets go.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes `lock`, waiting for it at most `patience`; `None` when somebody held it for longer.
    pub fn take(dir: &Dir, patience: Duration) -> Result<Option<Self>, Refused> {
        Ok(take(dir, LOCK, patience)?.map(|file| Self { _file: file }))
    }
}

/// Holds `flush.lock`: the right to touch segments, the ledger and everything else that is not `active.jsonl`.
#[derive(Debug)]
pub struct FlushLock {
    /// Absent once it was handed over.
    file: Option<File>,
}

impl Drop for FlushLock {
    fn drop(&mut self) {
        // Said aloud, because closing is not enough: an inherited lock is also open as stdin. A failure leaves it to the
        // end of the process.
        if let Some(file) = &self.file {
            drop(unlock(file));
        }
    }
}

impl FlushLock {
    /// Takes `flush.lock`, waiting at most `patience`; `None` when a flush lives on.
    pub fn take(dir: &Dir, patience: Duration) -> Result<Option<Self>, Refused> {
        Ok(take(dir, FLUSH_LOCK, patience)?.map(|file| Self { file: Some(file) }))
    }

    /// The lock that a capture took and handed over as our stdin. `None` when stdin is no such lock.
    pub fn inherited(dir: &Dir, stdin: File) -> Option<Self> {
        let ours = dir.stat_identity(FLUSH_LOCK)?;
        if crate::sys::identity(&stdin)? != ours {
            return None;
        }
        // The descriptor shares its lock with the capture's: taking it again is a no-op for the one who has it.
        try_lock(&stdin).ok()?;
        Some(Self { file: Some(stdin) })
    }

    /// The locked file, to be handed to a child, which then holds the lock.
    pub fn into_file(mut self) -> Option<File> {
        self.file.take()
    }
}

fn try_lock(file: &std::fs::File) -> std::io::Result<()> {
    fs2::FileExt::try_lock_exclusive(file)
}

fn unlock(file: &std::fs::File) -> std::io::Result<()> {
    fs2::FileExt::unlock(file)
}

fn take(dir: &Dir, name: &str, patience: Duration) -> Result<Option<File>, Refused> {
    let file = dir.open_file(name, Access::ReadWriteCreate)?.file;
    if try_lock(&file).is_ok() {
        return Ok(Some(file));
    }
    let started = Instant::now();
    while started.elapsed() < patience {
        thread::sleep((started.elapsed() / 8).clamp(LOOK_AGAIN, LOOK_AGAIN_LATER));
        if try_lock(&file).is_ok() {
            return Ok(Some(file));
        }
    }
    Ok(None)
}

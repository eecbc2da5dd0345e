//! One install or uninstall of a settings directory at a time.
//!
//! The lock is on the directory itself, so it leaves no file behind and holds whatever state directory the others use.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

use crate::sys::open_directory;

/// Others hold it for milliseconds.
const PATIENCE: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(10);

/// Held until dropped.
#[derive(Debug)]
pub(super) struct DirectoryLock(
    #[expect(dead_code, reason = "closing the file lets go of the lock")] Option<File>,
);

impl DirectoryLock {
    pub(super) fn of(directory: &Path) -> anyhow::Result<DirectoryLock> {
        let shown = directory.display();
        let file =
            open_directory(directory).with_context(|| format!("cannot open {shown}; check the directory"))?;
        let until = Instant::now() + PATIENCE;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(DirectoryLock(Some(file))),
                Err(TryLockError::WouldBlock) if Instant::now() < until => sleep(PAUSE),
                Err(TryLockError::WouldBlock) => {
                    bail!("cannot lock {shown}: another program holds it; wait for it and try again")
                }
                // Some network file systems have no lock for a directory. The comparison before the rename remains.
                Err(TryLockError::Error(_)) => return Ok(DirectoryLock(None)),
            }
        }
    }
}

//! Putting what waits on the disk for good: the files first, then the names that lead to them.

use std::io;
use std::time::Duration;

use super::Spool;
use super::append::ACTIVE;
use super::lock::Lock;
use super::segment::{self, Reader};
use crate::sys::{Access, Dir, Refused};

/// From a destination's directory up to the one that holds the state directory: each was made by a capture, which waits for no disk.
const LEVELS_ABOVE: usize = 4;
/// Longer than a capture keeps `lock`.
const PATIENCE: Duration = Duration::from_millis(25);

/// The names in a destination's directory and those that lead to it.
pub(super) fn sync_names(dir: &Dir) -> io::Result<()> {
    dir.sync_with_those_above(LEVELS_ABOVE)
}

impl Spool {
    /// When this returns, no power cut takes what waits. One file that cannot be synced does not keep the others.
    ///
    /// The active file is sealed first. Sealed later, its name would be given to a new file, and a disk that keeps no order of
    /// names could have the new file's name and not the old one's. Where somebody keeps `lock`, it is synced as it is.
    pub fn sync(&self) -> Result<(), Refused> {
        let lock = Lock::take(self.dir(), PATIENCE);
        let mut done = lock.and_then(|lock| lock.map_or(Ok(()), |lock| self.seal(&lock).map(drop)));
        for name in segment::names(self.dir())?.into_iter().chain([ACTIVE.to_owned()]) {
            let synced = Reader::open(self.dir(), &name, Access::Read).and_then(|reader| Ok(reader.sync()?));
            if synced.as_ref().is_err_and(|refused| !refused.is_not_found()) {
                done = done.and(synced);
            }
        }
        sync_names(self.dir())?;
        done
    }

    /// The same, when there is nobody to tell of a failure but the log.
    pub(super) fn sync_or_say(&self) {
        if let Err(refused) = self.sync() {
            tracing::warn!(%refused, "could not put what waits on the disk");
        }
    }
}

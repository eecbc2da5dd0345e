//! Putting what waits on the disk for good: the files first, then the names that lead to them.

use std::io;

use super::Spool;
use super::append::ACTIVE;
use super::segment::{self, Reader};
use crate::sys::{Access, Dir, Refused};

/// From a destination's directory up to the one that holds the state directory: each was made by a capture, which waits for no disk.
const LEVELS_ABOVE: usize = 4;

/// The names in a destination's directory and those that lead to it.
pub(super) fn sync_names(dir: &Dir) -> io::Result<()> {
    dir.sync_with_those_above(LEVELS_ABOVE)
}

impl Spool {
    /// When this returns, no power cut takes what waits. One file that cannot be synced does not keep the others.
    pub fn sync(&self) -> Result<(), Refused> {
        let mut done = Ok(());
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

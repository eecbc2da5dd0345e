//! Moving what waits from one destination's spool to another's.

use super::Spool;
use super::append::{Appended, append};
use super::lock::{FlushLock, Lock};
use super::record::Encoded;
use super::survey::Waiting;
use crate::fault;
use crate::sys::Refused;

/// Records are moved in groups of this many: each group is one append.
const GROUP: usize = 100;

impl Spool {
    /// Moves what waits in `theirs`, whose locks are held, to this spool. Answers what became of the last group, and how
    /// many memories were moved.
    ///
    /// First they are written here and put on the disk, then they are taken away there: a crash or a power cut in between
    /// sends a memory twice under its id, and loses none.
    pub fn adopt(
        &self,
        theirs: &Self,
        flush_lock: &FlushLock,
        lock: &Lock,
    ) -> Result<(Appended, u64), Refused> {
        theirs.seal(lock)?;
        // A capture that cannot have `lock` writes a segment beside us: what comes after this list is not read, and stays.
        let segments = theirs.segments()?;
        let mut records = Vec::new();
        Waiting::each_in(theirs, &segments, |json| records.extend(Encoded::waiting(&json)))?;
        let mut moved = 0;
        for group in records.chunks(GROUP) {
            match append(self, group) {
                Appended::Stored => moved += group.len() as u64,
                not_stored => return Ok((not_stored, moved)),
            }
        }
        self.sync()?;
        fault::point!("adopt.moved");
        let segments = if fault::mutant!(HandsOverUnread) { theirs.segments()? } else { segments };
        theirs.hand_over(flush_lock, &segments)?;
        Ok((Appended::Stored, moved))
    }
}

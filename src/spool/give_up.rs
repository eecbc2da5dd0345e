//! Giving up on one memory: the server fails on it again and again while it takes others.

use super::dead::{DeadLetters, Refusal};
use super::ledger::Ledger;
use super::lock::FlushLock;
use super::record::{Record, Status};
use super::segment::{self, Piece, Reader, Tally};
use super::{Spool, sweep};
use crate::sys::{Access, Refused};

impl Spool {
    /// The names of the sealed segments, the oldest first.
    pub fn segments(&self) -> Result<Vec<String>, Refused> {
        Ok(segment::names(self.dir())?)
    }

    /// Makes a dead letter of a memory the server keeps failing on; answers whether it was found waiting.
    pub fn give_up_on(&self, _flush_lock: &FlushLock, id: &str, refused: &Refusal) -> Result<bool, Refused> {
        for name in self.segments()? {
            // What cannot be used is named by `status`; it is not where this memory is.
            let Ok(mut reader) = Reader::open(self.dir(), &name, Access::ReadWrite) else { continue };
            while let Some(piece) = reader.next_piece()? {
                let Piece::Record { offset, status: Status::Waiting, json } = piece else { continue };
                let Ok(record) = serde_json::from_slice::<Record>(&json) else { continue };
                if record.id != id {
                    continue;
                }
                DeadLetters::bury(self.dir(), &json, refused)?;
                let mut ledger = Ledger::read(self.dir());
                ledger.dead += 1;
                ledger.write(self.dir())?;
                reader.mark(offset, Status::Dead)?;
                let tally = Tally::of(self.dir(), &name)?;
                if tally.waiting == 0 && tally.newer == 0 {
                    sweep::retire(self, &mut ledger, &name, &tally)?;
                }
                return Ok(true);
            }
        }
        Ok(false)
    }
}

//! The end of a drain: what still waits is put on the disk, and what was done is told.

use super::Drain;
use crate::fault;
use crate::spool::letter::Drained;
use crate::spool::postponed::Postponed;
use crate::sys::Refused;

impl Drain<'_> {
    /// Nothing is delivered for a while: what waits is put on the disk.
    pub fn rest(&self) {
        self.spool.sync_or_say();
    }

    /// Ends the drain: what still waits is put on the disk, the ledger is written, and what was done is told.
    pub fn finish(mut self) -> Result<(Drained, Postponed), Refused> {
        // Failed once, and then the delivery stopped: suspected all the same.
        self.drained
            .failed
            .extend(self.behind.drain(..).filter(|(_, failed)| *failed).map(|(flight, _)| flight.record.id));
        for (name, open) in &self.open {
            if open.read && open.unsettled == 0 {
                self.drained.at_rest.push(name.clone());
            } else {
                self.drained.left.push(name.clone());
            }
        }
        for name in self.queue.iter().filter(|name| !self.open.contains_key(*name)) {
            self.drained.left.push(name.clone());
        }
        if !self.drained.left.is_empty() {
            self.spool.sync_or_say();
        }
        fault::point!("drain.synced");
        if let Err(refused) = self.ledger.write(self.spool.dir()) {
            // Segments that went have been counted; what is missing is when the last delivery was.
            tracing::warn!(%refused, "could not write the ledger");
        }
        Ok((self.drained, self.postponed))
    }
}

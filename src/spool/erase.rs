//! A revoked key: everything of its destination is erased, and a tombstone says how much that was.

use std::io;

use super::append::ACTIVE;
use super::dead::{self, DeadLetters};
use super::durable::sync_names;
use super::ledger::Ledger;
use super::lock::{FlushLock, Lock};
use super::record::{Record, Status};
use super::segment::{self, Piece, Reader, Tally};
use super::small_file::Rest;
use super::sweep::QUARANTINE;
use super::tombstone::Tombstone;
use super::{Spool, ended};
use crate::sys::{Access, Refused};
use crate::{clock, fault};

impl Spool {
    /// The key was revoked: erases every memory of this destination and leaves a tombstone without content.
    ///
    /// Holding `lock` keeps captures out until the tombstone stands; they look at it before they write.
    pub fn forget(&self, _flush_lock: &FlushLock, _lock: &Lock) -> Result<Tombstone, Refused> {
        let dir = self.dir();
        let mut tombstone = Tombstone {
            at: clock::now(),
            erased: 0,
            dead_erased: 0,
            oldest: None,
            newest: None,
            rest: Rest::new(),
        };
        let mut doomed = segment::names(dir)?;
        doomed.push(ACTIVE.to_owned());
        let mut ledger = Ledger::read(dir);
        for name in &doomed {
            // What cannot be read cannot be counted; it goes all the same.
            if let Err(refused) = count_erased(self, name, &mut tombstone, &mut ledger) {
                tracing::warn!(segment = name, %refused, "could not count what is erased");
            }
        }
        tombstone.dead_erased = DeadLetters::read(self).map_or(0, |letters| letters.len() as u64);
        if let Some(earlier) = Tombstone::read(dir) {
            // An erasing that a crash cut short goes on: what it had counted stays counted.
            tombstone.erased = tombstone.erased.max(earlier.erased);
            tombstone.dead_erased = tombstone.dead_erased.max(earlier.dead_erased);
            tombstone.oldest = tombstone.oldest.min(earlier.oldest).or(earlier.oldest);
            tombstone.newest = tombstone.newest.max(earlier.newest);
            tombstone.rest = earlier.rest;
        }
        (ledger.last_segment, ledger.last) = (None, None);
        // Before anything is erased; on a full disk, after it: the text must go whatever happens.
        fault::point!("forget.counted");
        let say = || tombstone.write(dir).and_then(|()| ledger.write(dir));
        let said = if fault::mutant!(ErasesFirst) { Err(io::Error::other("not yet").into()) } else { say() };
        fault::point!("forget.said");
        let mut kept = Ok(());
        for name in dir.names()?.iter().filter(|name| holds_text(name)) {
            // One that cannot be taken away must not keep the others.
            kept = kept.and(dir.unlink(name));
            fault::point!("forget.unlinked");
        }
        if said.is_err() {
            say()?;
        }
        kept?;
        sync_names(dir)?;
        Ok(tombstone)
    }

    /// Whether an erasing was cut short: the tombstone stands, and text is left beside it.
    pub fn is_half_erased(&self) -> bool {
        Tombstone::stands(self.dir())
            && self.dir().names().is_ok_and(|names| names.iter().any(|name| holds_text(name)))
    }
}

fn holds_text(name: &str) -> bool {
    let begins = |prefix| name.starts_with(prefix);
    segment::is_segment(name) || begins("tmp-") || begins(ended::PREFIX) || ERASED.contains(&name)
}

/// What holds text of memories, or speaks of single ones.
const ERASED: [&str; 4] = [ACTIVE, dead::NAME, QUARANTINE, "retry"];

fn count_erased(
    spool: &Spool,
    name: &str,
    tombstone: &mut Tombstone,
    ledger: &mut Ledger,
) -> Result<(), Refused> {
    let mut reader = match Reader::open(spool.dir(), name, Access::Read) {
        Err(refused) if refused.is_not_found() => return Ok(()),
        opened => opened?,
    };
    let mut tally = Tally::default();
    while let Some(piece) = reader.next_piece()? {
        tally.count(&piece);
        if let Piece::Record { status: Status::Waiting, json, .. } = &piece
            && let Ok(record) = serde_json::from_slice::<Record>(json)
        {
            tombstone.oldest = Some(tombstone.oldest.map_or(record.at, |oldest| oldest.min(record.at)));
            tombstone.newest = tombstone.newest.max(Some(record.at));
        }
    }
    tombstone.erased += tally.waiting;
    if ledger.last_segment.as_deref() != Some(name) {
        ledger.accepted += tally.accepted;
    }
    Ok(())
}

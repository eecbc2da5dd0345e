//! Sessions that ended and are to be told: a small file each, `session-<id>`, written by a capture at the end of the
//! session and taken away by a flush once the memory it makes of it stands in the spool.
//!
//! Named after the memory's id, so that two registrations of the hook write one file. It holds where the transcript is and
//! no text of it. A crash between the append and the unlink makes the memory again, under the same id.

use std::time::Duration;

use super::small_file::{self, Durability};
use super::{FlushLock, Spool, Tombstone};
use crate::clock::{self, Instant};
use crate::hook::session::Ended;
use crate::sys::Refused;

pub(super) const PREFIX: &str = "session-";
/// More sessions do not wait: nobody delivers for this destination.
const MOST: usize = 256;
/// Claude Code keeps transcripts for as long.
const MAX_AGE: Duration = Duration::from_hours(30 * 24);

impl Spool {
    /// Writes down that a session ended. Nothing is written for a key that was refused.
    pub fn note_end(&self, ended: &Ended) -> Result<(), Refused> {
        if Tombstone::stands(self.dir()) || self.ended_sessions().len() >= MOST {
            return Ok(());
        }
        small_file::write(self.dir(), &format!("{PREFIX}{}", ended.id), ended, Durability::Lazy)
    }

    /// The names of the sessions that are to be told.
    pub fn ended_sessions(&self) -> Vec<String> {
        let mut names = self.dir().names().unwrap_or_default();
        names.retain(|name| name.starts_with(PREFIX));
        names.sort();
        names
    }

    /// What was written down; `None` when that cannot be understood or is too old.
    pub fn ended_session(&self, name: &str) -> Option<Ended> {
        let ended: Ended = small_file::read(self.dir(), name)?;
        (ended.at.until(clock::now()) <= MAX_AGE).then_some(ended)
    }

    /// Takes it away: it was told, or there is nothing to tell.
    pub fn session_is_told(&self, _flush_lock: &FlushLock, name: &str) -> Result<(), Refused> {
        Ok(self.dir().unlink(name)?)
    }

    /// Takes away what is too old to be told.
    pub(super) fn forget_old_sessions(&self) -> Result<(), Refused> {
        let now = clock::now();
        for name in self.ended_sessions() {
            let changed = self.dir().stat(&name).map(|(_, changed)| Instant::from_nanoseconds(changed));
            if changed.is_some_and(|changed| changed.until(now) > MAX_AGE) {
                self.dir().unlink(&name)?;
            }
        }
        Ok(())
    }
}

//! Sessions that ended and are to be told: a small file each, `session-<id>`, written by a capture at the end of the
//! session and taken away by a flush once the memory it makes of it stands in the spool.
//!
//! Named after the memory's id, so that two registrations of the hook write one file. It holds where the transcript is and
//! no text of it. A crash between the append and the unlink makes the memory again, under the same id.

use std::time::Duration;

use super::small_file::{self, Durability, Rest};
use super::{FlushLock, Spool, Tombstone};
use crate::clock::{self, Instant};
use crate::hook::session::Ended;
use crate::sys::Refused;

pub(super) const PREFIX: &str = "session-";
/// More sessions do not wait: nobody delivers for this destination.
const MOST: usize = 256;
/// Claude Code keeps transcripts for as long.
const MAX_AGE: Duration = Duration::from_hours(30 * 24);

/// What stands in the file of an ended session.
#[derive(Debug)]
pub enum Noted {
    /// A session to be told.
    Session(Box<Ended>),
    /// What only a newer version can read: it is left to it.
    Newer,
    /// Nothing that could be told: torn, or too old.
    Nothing,
}

#[derive(serde::Deserialize)]
#[serde(untagged)]
enum Words {
    Ours(Box<Ended>),
    Newer(#[expect(dead_code, reason = "that there is something is all that is asked")] Rest),
}

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

    /// What was written down.
    pub fn ended_session(&self, name: &str) -> Noted {
        match small_file::read(self.dir(), name) {
            Some(Words::Ours(ended)) if ended.at.until(clock::now()) > MAX_AGE => Noted::Nothing,
            Some(Words::Ours(ended)) => Noted::Session(ended),
            Some(Words::Newer(_)) => Noted::Newer,
            None => Noted::Nothing,
        }
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

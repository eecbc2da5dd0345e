//! Tells ended sessions: what a capture wrote down at the end of a session becomes a memory like any other, in the spool.
//!
//! It is taken away once the memory stands there. What cannot be told now, because the disk is full, say, is left for the
//! next flush and not looked at again by this one.

use std::collections::HashSet;

use crate::fault;
use crate::hook::redact::KnownSecrets;
use crate::hook::session::Ended;
use crate::key::Key;
use crate::spool::{Appended, Encoded, FlushLock, Noted, Record, Spool, append};
use crate::sys::Refused;

/// The ended sessions of one spool.
pub struct Sessions<'a> {
    spool: &'a Spool,
    key: &'a Key,
    is_ignored: &'a dyn Fn(&str) -> bool,
    left: HashSet<String>,
}

/// What became of the file of an ended session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    /// It is gone.
    Done,
    /// It is left to a newer version.
    Left,
}

impl<'a> Sessions<'a> {
    /// Of this spool, told without the secrets that this key's fingerprints know.
    pub fn new(spool: &'a Spool, key: &'a Key, is_ignored: &'a dyn Fn(&str) -> bool) -> Self {
        Self { spool, key, is_ignored, left: HashSet::new() }
    }

    /// Whether a session waits to be told that this flush has not given up on.
    pub fn wait(&self) -> bool {
        self.spool.ended_sessions().iter().any(|name| !self.left.contains(name))
    }

    /// Tells every session that waits.
    pub fn become_memories(&mut self, flush_lock: &FlushLock) {
        for name in self.spool.ended_sessions() {
            if self.left.contains(&name) {
                continue;
            }
            match self.tell(flush_lock, &name) {
                Ok(Told::Done) => {}
                Ok(Told::Left) => drop(self.left.insert(name)),
                Err(refused) => {
                    tracing::warn!(%refused, "could not tell an ended session");
                    self.left.insert(name);
                }
            }
        }
    }

    fn tell(&self, flush_lock: &FlushLock, name: &str) -> Result<Told, Refused> {
        let record = match self.spool.ended_session(name) {
            Noted::Newer => return Ok(Told::Left),
            Noted::Session(ended) if !(self.is_ignored)(&ended.dir) => self.record(&ended),
            Noted::Session(_) | Noted::Nothing => None,
        };
        if let Some(record) = record {
            match append(self.spool, &[record]) {
                Appended::Failed(refused) => return Err(refused),
                Appended::Stored | Appended::KeyRevoked => {}
            }
        }
        fault::point!("session.told");
        self.spool.session_is_told(flush_lock, name)?;
        Ok(Told::Done)
    }

    fn record(&self, ended: &Ended) -> Option<Encoded> {
        let story = match ended.story() {
            Ok(story) => story,
            Err(refused) => {
                // A session in which nothing was said has no transcript.
                tracing::info!(%refused, "a session has no transcript to be told from");
                return None;
            }
        };
        let secrets = ended.recognise(&story, self.key);
        let finished = ended.memory(&story, &KnownSecrets::exactly(&secrets))?;
        let (id, memory) = (finished.id, finished.memory);
        Encoded::waiting(&Record { id, at: ended.at, dir: ended.dir.clone(), memory })
    }
}

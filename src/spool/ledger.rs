//! The ledger: how many memories have left a spool, and why. Written by the holder of `flush.lock` only.
//!
//! A segment's records are counted when the segment goes, and the ledger names the last segment it counted: a crash
//! between the two neither loses a count nor counts twice.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::record::Record;
use super::segment::{self, Tally};
use super::small_file::{self, Durability, Rest};
use crate::clock::Instant;
use crate::sys::{Dir, Refused};

const NAME: &str = "ledger";

/// Why a memory left a spool without having been delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DropReason {
    /// The spool was full: the oldest segment went.
    Cap,
    /// It was older than 30 days and could not be delivered.
    Age,
    /// Its directory is ignored since it was captured.
    Ignored,
    /// The user dropped it.
    User,
    /// A dead letter that was older than 30 days, or the oldest of too many.
    Dead,
}

impl DropReason {
    /// The word in the ledger and in `status`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cap => "cap",
            Self::Age => "age",
            Self::Ignored => "ignored",
            Self::User => "user",
            Self::Dead => "dead",
        }
    }
}

/// The counts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Ledger {
    /// The API has them.
    pub accepted: u64,
    /// The API refused them for good.
    pub dead: u64,
    /// They left undelivered, by reason; a newer version may know other reasons than [`DropReason`].
    pub dropped: BTreeMap<String, u64>,
    /// Bytes that were no record.
    pub quarantined_bytes: u64,
    /// When the API last accepted one.
    pub last_delivery: Option<Instant>,
    /// When the newest memory that ever reached a flush was captured.
    pub newest: Option<Instant>,
    /// What that memory was, without its text.
    pub last: Option<LastSeen>,
    /// The last segment that was counted.
    pub last_segment: Option<String>,
    /// What a newer version counts besides.
    #[serde(flatten)]
    pub rest: Rest,
}

/// What is remembered of a memory once it has left: what `explain --last` tells, and nothing of its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastSeen {
    /// Its id.
    pub id: String,
    /// When it was captured.
    pub at: Instant,
    /// What kind of memory it was; in words, because a newer version may know other kinds.
    pub memory_type: String,
    /// Its tags; what it was made from is among them.
    pub tags: Vec<String>,
    /// The project's label.
    pub project: Option<String>,
    /// How long its content was, in characters.
    pub characters: u64,
}

impl LastSeen {
    /// Of a record, what may stay.
    pub fn of(record: &Record) -> Self {
        let memory = &record.memory;
        Self {
            id: record.id.clone(),
            at: record.at,
            memory_type: memory.memory_type.as_str().to_owned(),
            tags: memory.tags.clone(),
            project: memory.project.clone(),
            characters: memory.content.chars().count() as u64,
        }
    }
}

impl Ledger {
    /// What the file says, or zeros.
    pub fn read(dir: &Dir) -> Self {
        small_file::read(dir, NAME).unwrap_or_default()
    }

    /// The same, to be counted on in. A segment that it counted and that a crash left standing goes first: behind an older
    /// one it would be counted again. One in which something waits stays, whatever its name is.
    pub(super) fn take_up(dir: &Dir) -> Self {
        let ledger = Self::read(dir);
        if let Some(name) = ledger.last_segment.as_deref().filter(|name| segment::is_segment(name))
            && Tally::of(dir, name).is_ok_and(|tally| tally.waiting == 0 && tally.newer == 0)
            && let Err(error) = dir.unlink(name)
        {
            tracing::warn!(segment = name, %error, "could not take away a segment that was counted");
        }
        ledger
    }

    pub(super) fn write(&self, dir: &Dir) -> Result<(), Refused> {
        small_file::write(dir, NAME, self, Durability::Whole)
    }

    /// Counts memories that leave undelivered.
    pub fn drop_for(&mut self, reason: DropReason, memories: u64) {
        if memories > 0 {
            *self.dropped.entry(reason.as_str().to_owned()).or_default() += memories;
        }
    }

    /// Remembers a memory that a flush has seen, when no newer one was.
    pub(super) fn saw(&mut self, record: &Record) {
        if self.newest <= Some(record.at) {
            self.newest = Some(record.at);
            self.last = Some(LastSeen::of(record));
        }
    }
}

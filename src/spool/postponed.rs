//! The file `retry`: when to try next, which attempt that is, and which memories are suspected of being what fails.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::small_file::{self, Durability, Rest};
use crate::clock::{self, Instant};
use crate::fault;
use crate::sys::{Dir, Refused};

const NAME: &str = "retry";
/// A `next_at` further away than any wait we ever write is a clock that was set back: it is due.
const FURTHEST: Duration = Duration::from_hours(2);
/// More suspects than these are not remembered; they are found again when they fail again.
const MAX_SUSPECTS: usize = 256;

/// What a flush leaves for the next one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Postponed {
    /// Not before then; `None`: at any time.
    pub next_at: Option<Instant>,
    /// How many flushes in a row have failed.
    pub attempt: u32,
    /// What stopped the last one, in a sentence.
    pub because: Option<String>,
    /// Memories that the server failed on.
    pub suspects: Vec<Suspect>,
    /// What a newer version leaves for the next flush besides.
    #[serde(flatten)]
    pub rest: Rest,
}

/// A memory that the server answered 5xx to, or not at all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspect {
    /// The memory's id.
    pub id: String,
    /// How often it failed while others were accepted.
    pub strikes: u32,
    /// When it last failed.
    pub failed_at: Instant,
    /// Not before then.
    pub next_at: Option<Instant>,
    /// What a newer version knows of it besides.
    #[serde(default, flatten)]
    pub rest: Rest,
}

impl Postponed {
    /// What the file says; nothing postponed when there is none.
    pub fn read(dir: &Dir) -> Self {
        small_file::read(dir, NAME).unwrap_or_default()
    }

    /// Replaces the file, or takes it away when nothing is postponed.
    pub fn write(&mut self, dir: &Dir) -> Result<(), Refused> {
        self.suspects.truncate(MAX_SUSPECTS);
        if *self == Self::default() {
            dir.unlink(NAME)?;
            fault::point!("retry.cleared");
            return Ok(());
        }
        small_file::write(dir, NAME, self, Durability::Lazy)
    }

    /// Whether a flush may be started.
    pub fn is_due(&self) -> bool {
        self.next_at.is_none_or(has_come)
    }

    /// The suspect of that id.
    pub fn suspect(&self, id: &str) -> Option<&Suspect> {
        self.suspects.iter().find(|suspect| suspect.id == id)
    }
}

impl Suspect {
    /// Whether it may be tried.
    pub fn is_due(&self) -> bool {
        self.next_at.is_none_or(has_come)
    }
}

fn has_come(next_at: Instant) -> bool {
    let now = clock::now();
    next_at <= now || now.plus(FURTHEST) < next_at
}

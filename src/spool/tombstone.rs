//! The tombstone: the API refused the key, and what waited for it was erased. Holds counts and times, no content.

use serde::{Deserialize, Serialize};

use super::small_file::{self, Durability, Rest};
use crate::clock::Instant;
use crate::sys::{Dir, Refused};

pub(super) const NAME: &str = "tombstone";

/// What is left of a spool whose key was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tombstone {
    /// When the API refused the key.
    pub at: Instant,
    /// How many waiting memories were erased.
    pub erased: u64,
    /// How many dead letters were erased.
    #[serde(default)]
    pub dead_erased: u64,
    /// When the oldest of them was captured.
    pub oldest: Option<Instant>,
    /// When the newest of them was captured.
    pub newest: Option<Instant>,
    /// What a newer version says besides.
    #[serde(default, flatten)]
    pub rest: Rest,
}

impl Tombstone {
    /// The tombstone of a spool, when there is one that can be read.
    pub fn read(dir: &Dir) -> Option<Self> {
        small_file::read(dir, NAME)
    }

    /// Whether there is one. Something else of that name is none: a tombstone is written whole or not at all.
    pub fn stands(dir: &Dir) -> bool {
        // Most of the time there is nothing, which one system call says.
        dir.holds(NAME) && Self::read(dir).is_some()
    }

    pub(super) fn write(&self, dir: &Dir) -> Result<(), Refused> {
        small_file::write(dir, NAME, self, Durability::Synced)
    }

    /// Takes it away: the key works again. It must not come back with a power cut and erase what is captured from now on.
    pub fn remove(dir: &Dir) -> std::io::Result<()> {
        dir.unlink(NAME)?;
        dir.sync()
    }
}

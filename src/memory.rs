//! A memory: what we keep and send, in our own form. What a service wants to be sent is made of it in `net`.

use serde::{Deserialize, Serialize};

/// The kinds of memory the API knows (DESIGN.md §2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MemoryType {
    /// A choice that was made.
    Decision,
    /// Something that will be done.
    Commitment,
    /// Something in the way.
    Blocker,
    /// How somebody likes things.
    Preference,
    /// Something that recurs.
    Pattern,
    /// Anything else worth keeping.
    Note,
    /// Something that happened.
    Event,
    /// Something that is so.
    Fact,
}

impl MemoryType {
    /// Every type, in the order help texts name them.
    pub const ALL: [Self; 8] = [
        Self::Decision,
        Self::Commitment,
        Self::Blocker,
        Self::Preference,
        Self::Pattern,
        Self::Note,
        Self::Event,
        Self::Fact,
    ];

    /// The word the API uses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Decision => "decision",
            Self::Commitment => "commitment",
            Self::Blocker => "blocker",
            Self::Preference => "preference",
            Self::Pattern => "pattern",
            Self::Note => "note",
            Self::Event => "event",
            Self::Fact => "fact",
        }
    }
}

/// One memory, already cleaned, redacted and cut.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    /// At most 256 UTF-16 units, one line.
    pub topic: String,
    /// At most 2,000 UTF-16 units; never empty.
    pub content: String,
    /// What kind of memory it is.
    pub memory_type: MemoryType,
    /// The project's label; absent when the session has no directory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    /// `work`, `personal` or another scope the user set; absent when none is set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// At most 32, each at most 64 UTF-16 units.
    #[serde(default)]
    pub tags: Vec<String>,
}

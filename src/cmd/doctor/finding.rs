//! One thing that was looked at, and what was found.

use serde::Serialize;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// As it should be.
    Good,
    /// Works, and is worth knowing.
    Note,
    /// Something is not captured or not delivered because of it.
    Bad,
    /// Not looked at, for the reason that is said.
    Skipped,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was looked at, in a word or two.
    pub check: &'static str,
    /// How bad it is.
    pub level: Level,
    /// What was found, in a sentence; never the key.
    pub says: String,
    /// What mends it: a command, or what to write where.
    pub mend: Option<String>,
}

impl Finding {
    /// As it should be.
    pub fn good(check: &'static str, says: impl Into<String>) -> Self {
        Self { check, level: Level::Good, says: says.into(), mend: None }
    }

    /// Worth knowing.
    pub fn note(check: &'static str, says: impl Into<String>) -> Self {
        Self { check, level: Level::Note, says: says.into(), mend: None }
    }

    /// To be mended, by this.
    pub fn bad(check: &'static str, says: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { check, level: Level::Bad, says: says.into(), mend: Some(mend.into()) }
    }

    /// Not looked at.
    pub fn skipped(check: &'static str, says: impl Into<String>) -> Self {
        Self { check, level: Level::Skipped, says: says.into(), mend: None }
    }

    /// With something that can be done about it.
    #[must_use]
    pub fn with(self, mend: impl Into<String>) -> Self {
        Self { mend: Some(mend.into()), ..self }
    }
}

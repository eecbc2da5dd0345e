//! What passes between a drain and whoever delivers: memories out, and how each one ended back in.

use super::dead::Refusal;
use super::record::Record;

/// A memory to be sent.
#[derive(Debug)]
pub struct Letter {
    /// Names it in [`settle`](super::Drain::settle).
    pub ticket: u64,
    /// What is sent.
    pub record: Record,
}

/// How the sending of a letter ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settled {
    /// The API has it.
    Accepted,
    /// The API will never take it.
    Refused(Refusal),
    /// The server failed on it: try again, behind the others.
    Failed,
    /// The server asked for a pause: it is handed out again, before the others.
    Again,
    /// It was not the memory's fault: it stays where it is.
    Kept,
}

/// Whether memories that are suspected wait until they are due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Patience {
    /// They do.
    Keep,
    /// They are tried now: somebody asked.
    Lose,
}

/// What a drain did.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Drained {
    /// Memories the API took, second records of one id included.
    pub accepted: u64,
    /// Memories that became dead letters.
    pub dead: u64,
    /// Memories dropped because their directory is ignored.
    pub ignored: u64,
    /// Ids the server failed on, twice or when it was already suspected.
    pub failed: Vec<String>,
    /// Segments in which something still waits.
    pub left: Vec<String>,
    /// Segments in which nothing waits and that are left alone: records of a newer format, or no room for what is no record.
    pub at_rest: Vec<String>,
}

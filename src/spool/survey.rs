//! Looking at a spool without touching it: for `status`, `list` and `doctor`. Takes no lock: a look must never make a
//! capture believe that a flush lives.

use serde_json::value::RawValue;

use super::Spool;
use super::append::ACTIVE;
use super::dead::DeadLetters;
use super::ended;
use super::ledger::Ledger;
use super::postponed::Postponed;
use super::record::{Record, Status};
use super::segment::{self, Piece, Reader};
use super::tombstone::Tombstone;
use crate::clock::Instant;
use crate::sys::{Access, Refused};

/// What is in a spool at this moment.
#[derive(Debug, Clone)]
pub struct Survey {
    /// Memories that wait.
    pub waiting: u64,
    /// Of those, the ones whose words only a newer version knows.
    pub foreign: u64,
    /// Bytes of the files they wait in.
    pub bytes: u64,
    /// When the oldest of them was captured.
    pub oldest: Option<Instant>,
    /// When the newest memory of this destination was captured, delivered or not.
    pub last_capture: Option<Instant>,
    /// Sessions that ended and are not told yet.
    pub sessions: u64,
    /// Dead letters.
    pub dead: u64,
    /// Bytes that are no record: in quarantine, and still in segments.
    pub quarantined_bytes: u64,
    /// Lines of a newer format, left alone.
    pub newer: u64,
    /// Files that stand where segments should and are not used, with the reason.
    pub refused: Vec<String>,
    /// What has left the spool; accepted ones in segments that are still there included.
    pub ledger: Ledger,
    /// What the next flush was told.
    pub postponed: Postponed,
    /// The key was refused.
    pub tombstone: Option<Tombstone>,
}

/// A memory that waits, and where.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// The record.
    pub record: Record,
}

impl Survey {
    /// Looks at everything; again when a flush counted a segment meanwhile, which would be in neither count.
    pub fn of(spool: &Spool) -> Result<Self, Refused> {
        const MOST_LOOKS: usize = 3;
        for _ in 1..MOST_LOOKS {
            let before = Ledger::read(spool.dir());
            let survey = Self::once(spool, before.clone())?;
            if Ledger::read(spool.dir()) == before {
                return Ok(survey);
            }
        }
        Self::once(spool, Ledger::read(spool.dir()))
    }

    fn once(spool: &Spool, ledger: Ledger) -> Result<Self, Refused> {
        let dir = spool.dir();
        let mut survey = Self {
            waiting: 0,
            foreign: 0,
            bytes: 0,
            oldest: None,
            last_capture: None,
            sessions: spool.ended_sessions().len() as u64,
            dead: DeadLetters::read(spool).map_or(0, |letters| letters.len() as u64),
            quarantined_bytes: 0,
            newer: 0,
            refused: Vec::new(),
            ledger,
            postponed: Postponed::read(dir),
            tombstone: Tombstone::read(dir),
        };
        survey.last_capture = survey.ledger.newest;
        survey.quarantined_bytes = survey.ledger.quarantined_bytes;
        let counted = survey.ledger.last_segment.clone();
        survey.refused = each_piece(spool, |name, piece| match piece {
            Piece::Record { status: Status::Waiting, json, .. } => {
                survey.waiting += 1;
                survey.foreign += u64::from(serde_json::from_slice::<Record>(&json).is_err());
                if let Ok(Dated { at }) = serde_json::from_slice(&json) {
                    survey.oldest = Some(survey.oldest.map_or(at, |oldest| oldest.min(at)));
                    survey.last_capture = survey.last_capture.max(Some(at));
                }
            }
            // Delivered, and its segment not yet counted: what the ledger is going to say.
            Piece::Record { status: Status::Accepted, json, .. } if counted.as_deref() != Some(name) => {
                survey.ledger.accepted += 1;
                if let Ok(Dated { at }) = serde_json::from_slice(&json) {
                    survey.last_capture = survey.last_capture.max(Some(at));
                }
                let marked = dir.stat(name).map(|(_, changed)| Instant::from_nanoseconds(changed));
                survey.ledger.last_delivery = survey.ledger.last_delivery.max(marked);
            }
            Piece::Record { .. } => {}
            Piece::Newer { .. } => survey.newer += 1,
            Piece::Garbage { bytes } => survey.quarantined_bytes += bytes.len() as u64,
        })?;
        for name in segment::names(dir)?.into_iter().chain([ACTIVE.to_owned()]) {
            survey.bytes += dir.stat(&name).map_or(0, |(bytes, _)| bytes);
        }
        Ok(survey)
    }
}

#[derive(serde::Deserialize)]
struct Dated {
    at: Instant,
}

impl Waiting {
    /// Every memory that waits, the oldest segment first; `see` is called for each.
    pub fn each(spool: &Spool, mut see: impl FnMut(Self)) -> Result<(), Refused> {
        let refused = each_piece(spool, |_, piece| {
            if let Piece::Record { status: Status::Waiting, json, .. } = piece
                && let Ok(record) = serde_json::from_slice(&json)
            {
                see(Self { record });
            }
        })?;
        for file in refused {
            tracing::warn!(file, "a file of the spool is not used");
        }
        Ok(())
    }

    /// The JSON of every memory that waits in these segments, also of one whose words a newer version knows and we do not.
    pub(super) fn each_in(
        spool: &Spool,
        segments: &[String],
        mut see: impl FnMut(&RawValue),
    ) -> Result<(), Refused> {
        for name in segments {
            let Some(mut reader) = open(spool, name)? else { continue };
            while let Some(piece) = reader.next_piece()? {
                if let Piece::Record { status: Status::Waiting, json, .. } = piece
                    && let Ok(json) = serde_json::from_slice(&json)
                {
                    see(json);
                }
            }
        }
        Ok(())
    }
}

impl Spool {
    /// Whether something was captured since the last seal.
    pub fn is_appended_to(&self) -> bool {
        self.dir().stat(ACTIVE).is_some_and(|(bytes, _)| bytes > 0)
    }

    /// Whether anything may wait: a segment, or an active file that is not empty. Reads no record.
    pub fn holds_anything(&self) -> bool {
        self.is_appended_to()
            || self.dir().names().is_ok_and(|names| {
                names.iter().any(|name| segment::is_segment(name) || name.starts_with(ended::PREFIX))
            })
            || self.is_half_erased()
    }
}

/// Shows every piece of every file; answers which files are not used, and why.
fn each_piece(spool: &Spool, mut see: impl FnMut(&str, Piece)) -> Result<Vec<String>, Refused> {
    let dir = spool.dir();
    let mut refused = Vec::new();
    // Opened before the segments are listed: were it sealed in between, its records would be in neither.
    let active = open(spool, ACTIVE).unwrap_or_else(|why| {
        refused.push(format!("{}: {why}", dir.path().join(ACTIVE).display()));
        None
    });
    let identity = active.as_ref().and_then(Reader::identity);
    for name in segment::names(dir)? {
        // Sealed while we looked: it is read as the active file.
        if identity.is_some() && dir.stat_identity(&name) == identity {
            continue;
        }
        match open(spool, &name) {
            Ok(Some(mut reader)) => {
                while let Some(piece) = reader.next_piece()? {
                    see(&name, piece);
                }
            }
            Ok(None) => {}
            Err(why) => refused.push(format!("{}: {why}", dir.path().join(&name).display())),
        }
    }
    if let Some(mut reader) = active {
        while let Some(piece) = reader.next_piece()? {
            see(ACTIVE, piece);
        }
    }
    Ok(refused)
}

/// `None` when it was delivered while we looked.
fn open(spool: &Spool, name: &str) -> Result<Option<Reader>, Refused> {
    match Reader::open(spool.dir(), name, Access::Read) {
        Err(refused) if refused.is_not_found() => Ok(None),
        opened => opened.map(Some),
    }
}

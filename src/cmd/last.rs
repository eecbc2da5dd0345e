//! `explain --last`: the newest memory, where it is now, and what went wrong since. Reads only; needs no key, but then
//! there is no destination to look for it in.
//!
//! A capture writes nothing for this. While the memory waits, its record says all; when it has left, the ledger says what
//! it was, without its text. What a capture could not keep is in the notes. An event that keeps nothing leaves no trace:
//! a trace would cost every tool call a write.

use serde::Serialize;

use super::status::REJECTED;
use super::{Session, explain};
use crate::clock::Instant;
use crate::memory::Memory;
use crate::spool::{DeadLetters, LastSeen, Ledger, Note, Notes, Record, Spool, Tombstone, Waiting};

/// What is known of the last capture.
#[derive(Debug, Serialize)]
pub struct Last {
    /// The newest memory; absent when there was none for this key.
    pub seen: Option<LastSeen>,
    /// Where it is.
    pub whereabouts: Whereabouts,
    /// The memory as it will be sent, while it waits.
    pub memory: Option<Memory>,
    /// The kinds of secrets that were redacted in it, while it waits.
    pub redacted: Vec<String>,
    /// The service rejected the key: what waited then was erased, whatever it was.
    pub rejected: Option<Tombstone>,
    /// What went wrong since, the newest first.
    pub notes: Vec<Note>,
    /// Something that keeps a capture from storing anything now.
    pub but: Option<String>,
}

/// Where the newest memory is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "state")]
pub enum Whereabouts {
    /// There is none.
    Nowhere,
    /// In the spool.
    Waits,
    /// Among the dead letters.
    Dead,
    /// It has left, and the last delivery was after it was captured.
    Delivered {
        /// When the service last took a memory.
        at: Instant,
    },
    /// It has left, and nothing was delivered since it was captured.
    Dropped {
        /// So many left undelivered, in all.
        count: u64,
    },
}

/// Looks for it.
pub fn run(session: &Session) -> anyhow::Result<Last> {
    let state = &session.paths.state;
    let but = session.config.broken.clone().or_else(|| explain::but(session));
    let mut last = Last {
        seen: None,
        whereabouts: Whereabouts::Nowhere,
        memory: None,
        redacted: Vec::new(),
        rejected: None,
        notes: Notes::read(state),
        but,
    };
    let spool = session.destination().ok().map(|destination| Spool::open(state, &destination.name()));
    match spool {
        Some(Ok(spool)) => look_into(&spool, &mut last)?,
        Some(Err(refused)) if !refused.is_not_found() => {
            anyhow::bail!("cannot use the spool in {}: {refused}", state.display())
        }
        _ => {}
    }
    let at = last.seen.as_ref().map(|seen| seen.at);
    last.notes.retain(|note| Some(note.at) > at);
    Ok(last)
}

fn look_into(spool: &Spool, last: &mut Last) -> anyhow::Result<()> {
    last.rejected = Tombstone::read(spool.dir());
    if last.rejected.is_some() {
        last.but.get_or_insert_with(|| REJECTED.to_owned());
    }
    let mut waiting: Option<Record> = None;
    Waiting::each(spool, |each| {
        if waiting.as_ref().is_none_or(|newest| newest.at <= each.record.at) {
            waiting = Some(each.record);
        }
    })?;
    let ledger = Ledger::read(spool.dir());
    match (waiting, ledger.last) {
        (Some(record), seen) if seen.as_ref().is_none_or(|seen| seen.at <= record.at) => {
            last.seen = Some(LastSeen::of(&record));
            last.whereabouts = Whereabouts::Waits;
            last.redacted = redacted(&record.memory.content);
            last.memory = Some(record.memory);
        }
        (_, Some(seen)) => {
            let is_dead = DeadLetters::read(spool)?.iter().any(|letter| letter.record.id == seen.id);
            last.whereabouts = match ledger.last_delivery {
                _ if is_dead => Whereabouts::Dead,
                Some(at) if at >= seen.at => Whereabouts::Delivered { at },
                _ => Whereabouts::Dropped { count: ledger.dropped.values().sum() },
            };
            last.seen = Some(seen);
        }
        (_, None) => {}
    }
    Ok(())
}

/// The kinds that stand in the markers of a text.
fn redacted(text: &str) -> Vec<String> {
    let markers = text.split("[redacted:").skip(1);
    markers.filter_map(|rest| Some(rest.split_once(']')?.0.to_owned())).collect()
}

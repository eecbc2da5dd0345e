//! `list`: the memories that wait, or the dead letters with the refusal of each.

use anyhow::Context as _;

use super::Session;
use crate::spool::{DeadLetter, DeadLetters, Record, Spool, Waiting};

/// What `list` found.
#[derive(Debug)]
pub enum Listed {
    /// Memories that wait, the oldest first.
    Waiting(Vec<Record>),
    /// Memories the API refused.
    Dead(Vec<DeadLetter>),
}

/// Lists one or the other.
pub fn run(session: &Session, dead: bool) -> anyhow::Result<Listed> {
    let name = session.destination()?.name();
    let spool = match Spool::open(&session.paths.state, &name) {
        Err(refused) if refused.is_not_found() => None,
        opened => Some(
            opened.with_context(|| format!("cannot use the spool in {}", session.paths.state.display()))?,
        ),
    };
    let Some(spool) = spool else {
        return Ok(if dead { Listed::Dead(Vec::new()) } else { Listed::Waiting(Vec::new()) });
    };
    if dead {
        return Ok(Listed::Dead(DeadLetters::read(&spool).context("cannot read the dead letters")?));
    }
    let mut records = Vec::new();
    Waiting::each(&spool, |waiting| records.push(waiting.record)).context("cannot read the spool")?;
    Ok(Listed::Waiting(records))
}

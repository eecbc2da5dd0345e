//! `retry-dead`: puts dead letters back among the memories that wait.

use std::time::Duration;

use anyhow::{Context as _, anyhow};

use super::Session;
use crate::spool::{DeadLetters, FlushLock, Spool};

const PATIENCE: Duration = Duration::from_secs(30);

/// Moves them; answers the sentence that says so.
pub fn run(session: &Session) -> anyhow::Result<String> {
    let destination = session.destination()?;
    let name = destination.name();
    let spool = match Spool::open(&session.paths.state, &name) {
        Err(refused) if refused.is_not_found() => return Ok("there are no dead letters\n".to_owned()),
        opened => {
            opened.with_context(|| format!("cannot use the spool in {}", session.paths.state.display()))?
        }
    };
    let flush_lock =
        FlushLock::take(spool.dir(), PATIENCE).context("cannot lock the spool")?.ok_or_else(|| {
            anyhow!("cannot move dead letters: a flush is at work; wait for it to end and try again")
        })?;
    let revived = DeadLetters::revive(&spool, &flush_lock).context("cannot move the dead letters")?;
    drop(flush_lock);
    if spool.is_appended_to() {
        session.hand_on(&spool, &destination);
    }
    Ok(match revived {
        0 => "there are no dead letters\n".to_owned(),
        1 => "1 memory waits again; deliver it with `engram-hook flush -v`\n".to_owned(),
        several => format!("{several} memories wait again; deliver them with `engram-hook flush -v`\n"),
    })
}

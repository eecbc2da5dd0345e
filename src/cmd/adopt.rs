//! `adopt`: moves what waits for another key of the same origin to the current key. Only when somebody says so: memories
//! captured under one key are never sent with another on their own.

use std::time::Duration;

use anyhow::{Context as _, anyhow};

use super::Session;
use crate::fault;
use crate::spool::{Appended, FlushLock, Lock, Spool, Survey, others};

const PATIENCE: Duration = Duration::from_secs(30);

/// What waits for other keys of this origin.
#[derive(Debug)]
pub struct Orphans {
    mine: Spool,
    theirs: Vec<Spool>,
    waiting: u64,
    origin: String,
}

/// Looks for them.
pub fn orphans(session: &Session) -> anyhow::Result<Orphans> {
    let destination = session.destination()?;
    let state = &session.paths.state;
    let mine = Spool::open_or_make(state, &destination)
        .with_context(|| format!("cannot use the spool in {}", state.display()))?;
    let origin = destination.origin.to_string();
    let mut orphans = Orphans { mine, theirs: Vec::new(), waiting: 0, origin };
    for name in others(state, Some(orphans.mine.name())) {
        let Ok(spool) = Spool::open(state, &name) else { continue };
        let waiting = Survey::of(&spool).context("cannot read the spool")?.waiting;
        if spool.origin().as_deref() == Some(orphans.origin.as_str()) && waiting > 0 {
            orphans.waiting += waiting;
            orphans.theirs.push(spool);
        }
    }
    Ok(orphans)
}

impl Orphans {
    /// What the user is asked; `None` when there is nothing to move.
    pub fn question(&self) -> Option<String> {
        (self.waiting > 0).then(|| {
            let (waiting, were) = match self.waiting {
                1 => ("1 memory".to_owned(), "was"),
                several => (format!("{several} memories"), "were"),
            };
            format!(
                "Send {waiting} that {were} captured under another key of {} with the current one?",
                self.origin
            )
        })
    }
}

/// Moves them; answers the sentence that says so.
pub fn run(orphans: &Orphans) -> anyhow::Result<String> {
    let mut moved = 0_u64;
    for spool in &orphans.theirs {
        let busy = || anyhow!("cannot adopt: a flush is at work; wait for it to end and try again");
        let flushed = if fault::mutant!(AdoptsBesideAFlush) { &orphans.mine } else { spool };
        let flush_lock =
            FlushLock::take(flushed.dir(), PATIENCE).context("cannot lock the spool")?.ok_or_else(busy)?;
        let lock = Lock::take(spool.dir(), PATIENCE).context("cannot lock the spool")?.ok_or_else(busy)?;
        let (appended, moved_now) = orphans
            .mine
            .adopt(spool, &flush_lock, &lock)
            .context("cannot move what waits from one spool to the other")?;
        // In this order, as a flush leaves: who appends there next finds `flush.lock` free.
        drop(flush_lock);
        drop(lock);
        moved += moved_now;
        match appended {
            Appended::Stored => {}
            Appended::KeyRevoked => {
                return Err(anyhow!("cannot adopt: the API rejected the current key; set a new one"));
            }
            Appended::Failed(refused) => return Err(anyhow!("cannot write to the spool: {refused}")),
        }
    }
    Ok(match moved {
        1 => "1 memory waits for the current key; deliver it with `engram-hook flush -v`\n".to_owned(),
        several => {
            format!("{several} memories wait for the current key; deliver them with `engram-hook flush -v`\n")
        }
    })
}

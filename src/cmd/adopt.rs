//! `adopt`: moves what waits for another key of the same origin to the current key. Only when somebody says so: memories
//! captured under one key are never sent with another on their own.

use std::time::Duration;

use anyhow::{Context as _, anyhow};

use super::Session;
use crate::fault;
use crate::spool::{Appended, Encoded, FlushLock, Lock, Spool, Survey, Waiting, append, others};

const PATIENCE: Duration = Duration::from_secs(30);
/// Records are moved in groups of this many: each group is one append.
const GROUP: usize = 100;

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
            format!(
                "Send {} memories that were captured under another key of {} with the current one?",
                self.waiting, self.origin
            )
        })
    }
}

/// Moves them; answers the sentence that says so.
pub fn run(orphans: &Orphans) -> anyhow::Result<String> {
    let mut moved = 0_u64;
    for spool in &orphans.theirs {
        let busy = || anyhow!("cannot adopt: a flush is at work; wait for it to end and try again");
        let flush_lock =
            FlushLock::take(spool.dir(), PATIENCE).context("cannot lock the spool")?.ok_or_else(busy)?;
        let lock = Lock::take(spool.dir(), PATIENCE).context("cannot lock the spool")?.ok_or_else(busy)?;
        spool.seal(&lock).context("cannot seal the other spool")?;
        // A capture that cannot have `lock` writes a segment beside us: what comes after this list is not read, and stays.
        let segments = spool.segments().context("cannot read the spool")?;
        let mut records = Vec::new();
        Waiting::each_in(spool, &segments, |waiting| records.extend(Encoded::waiting(&waiting.record)))
            .context("cannot read the spool")?;
        for group in records.chunks(GROUP) {
            match append(&orphans.mine, group) {
                Appended::Stored => moved += group.len() as u64,
                Appended::KeyRevoked => {
                    return Err(anyhow!("cannot adopt: the API rejected the current key; set a new one"));
                }
                Appended::Failed(refused) => return Err(anyhow!("cannot write to the spool: {refused}")),
            }
        }
        // Only now: a crash before this moves a memory twice under its id, and loses none.
        fault::point!("adopt.moved");
        let segments = if fault::mutant!(HandsOverUnread) { spool.segments()? } else { segments };
        spool.hand_over(&flush_lock, &segments).context("cannot clear the other spool")?;
    }
    Ok(format!("{moved} memories wait for the current key; deliver them with `engram-hook flush -v`\n"))
}

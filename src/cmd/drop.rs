//! `drop`: erases what waits, because the user says so. Counted in the ledger like every other end.

use std::time::Duration;

use anyhow::{Context as _, anyhow};

use super::Session;
use crate::spool::{DeadLetters, FlushLock, Lock, Spool, Survey, others};
use crate::sys::Refused;

const PATIENCE: Duration = Duration::from_secs(30);

/// What would be dropped.
#[derive(Debug)]
pub struct Doomed {
    spools: Vec<Spool>,
    waiting: u64,
    sessions: u64,
    dead: u64,
    and_dead: bool,
}

/// Looks at what would be dropped: of this destination, or with `all` of every one and the dead letters too.
pub fn doomed(session: &Session, all: bool) -> anyhow::Result<Doomed> {
    let state = &session.paths.state;
    let mine = session.destination().map(|destination| destination.name());
    let names = match (all, mine) {
        (true, _) => others(state, None),
        (false, mine) => vec![mine?],
    };
    let mut doomed = Doomed { spools: Vec::new(), waiting: 0, sessions: 0, dead: 0, and_dead: all };
    for name in names {
        let spool = match Spool::open(state, &name) {
            Err(refused) if refused.is_not_found() => continue,
            opened => {
                opened.with_context(|| format!("cannot use the spool {name} in {}", state.display()))?
            }
        };
        let survey = Survey::of(&spool).context("cannot read the spool")?;
        doomed.waiting += survey.waiting;
        doomed.sessions += survey.sessions;
        if all {
            doomed.dead += DeadLetters::read(&spool).context("cannot read the dead letters")?.len() as u64;
        }
        doomed.spools.push(spool);
    }
    Ok(doomed)
}

impl Doomed {
    /// Whether there is nothing to drop.
    pub fn is_empty(&self) -> bool {
        self.waiting == 0 && self.sessions == 0 && self.dead == 0
    }

    /// What the user is asked.
    pub fn question(&self) -> String {
        let dead = if self.and_dead {
            format!(" and {}", counted(self.dead, "dead letter", "dead letters"))
        } else {
            String::new()
        };
        let sessions = match self.sessions {
            0 => String::new(),
            sessions => {
                let told = counted(sessions, "ended session", "ended sessions");
                format!(", {told} not told yet")
            }
        };
        let waiting = counted(self.waiting, "waiting memory", "waiting memories");
        format!("Erase {waiting}{sessions}{dead}? They cannot be brought back.")
    }
}

/// Erases it; answers the sentence that says so.
pub fn run(session: &Session, doomed: &Doomed) -> anyhow::Result<String> {
    let (mut waiting, mut dead) = (0, 0);
    let mut in_the_way = Ok(());
    for spool in &doomed.spools {
        let busy = || anyhow!("cannot drop: a flush is at work; wait for it to end and try again");
        let flush_lock =
            FlushLock::take(spool.dir(), PATIENCE).context("cannot lock the spool")?.ok_or_else(busy)?;
        let lock = Lock::take(spool.dir(), PATIENCE).context("cannot lock the spool")?.ok_or_else(busy)?;
        // What cannot be erased here does not keep what can be erased elsewhere.
        match spool.drop_waiting(&flush_lock, &lock) {
            Ok(gone) => waiting += gone,
            Err(refused) => {
                in_the_way = in_the_way.and(Err(not_erased(spool, &refused)));
            }
        }
        if doomed.and_dead {
            dead += spool.drop_dead(&flush_lock).context("cannot erase the dead letters")?;
        }
    }
    // The locks are let go: what was captured meanwhile is not what was to be dropped.
    if let Ok(destination) = session.destination() {
        for spool in
            doomed.spools.iter().filter(|spool| spool.name() == destination.name() && spool.holds_anything())
        {
            session.hand_on(spool, &destination);
        }
    }
    in_the_way?;
    let waiting = counted(waiting, "waiting memory", "waiting memories");
    Ok(format!("dropped {waiting} and {}\n", counted(dead, "dead letter", "dead letters")))
}

/// Why something of a spool is still there, and whether it is all that is.
fn not_erased(spool: &Spool, refused: &Refused) -> anyhow::Error {
    let survey = Survey::of(spool).ok().filter(|survey| survey.waiting == 0);
    match survey.and_then(|survey| survey.refused.into_iter().next()) {
        Some(file) => anyhow!("cannot erase {file} (all else was dropped)"),
        None => anyhow!("cannot erase the spool {}: {refused}", spool.dir().path().display()),
    }
}

fn counted(count: u64, one: &str, several: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { several })
}

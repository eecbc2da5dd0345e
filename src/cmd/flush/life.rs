//! The life of one flush: seal, deliver, look again, and leave in a way that strands nothing.
//!
//! The exit rule: `flush.lock` is let go only while `lock` is held and nothing new was seen under it. A capture appends
//! under `lock` and then tries `flush.lock`; either the flush sees its record, or the capture gets the lock.
//! `tests/interleavings/` explores it; its steps are named there as they stand here.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use super::sessions::Sessions;
use crate::clock;
use crate::fault;
use crate::key::Key;
use crate::net::{Courier, Delivery, Outcome, Wait, wait_after};
use crate::spool::{
    Drain, Drained, FlushLock, Ledger, Lock, Patience, Postponed, Refusal, Spool, Survey, Suspect, Tombstone,
};
use crate::sys::Refused;

/// `lock` is held for microseconds; whoever holds it for so long is stopped, and the next flush tries again.
const LOCK_PATIENCE: Duration = Duration::from_secs(5);
/// A flush gives way after this, whatever is left.
const LONGEST_LIFE: Duration = Duration::from_mins(10);
/// So many segments are delivered before the next ones are looked at: one in which something waits stays open until then,
/// and a process may often have no more than 256 or 1,024 files. A spool of full segments has no more at its cap.
const MOST_AT_ONCE: usize = 64;
/// How often a lingering flush looks whether something was captured.
const LOOK_AGAIN: Duration = Duration::from_millis(200);
/// In so many flushes a memory may fail while others are accepted.
const MAX_STRIKES: u32 = 5;

/// How a flush behaves.
#[derive(Debug, Clone, Copy)]
pub struct Manner {
    /// How long it stays on an idle connection for what may come.
    pub linger: Duration,
    /// Whether memories that are suspected are tried before they are due.
    pub patience: Patience,
}

/// How a flush ended.
#[derive(Debug)]
pub enum End {
    /// Nothing is left.
    Empty,
    /// Something is left, for this reason.
    Left(String),
    /// The API refused the key; the spool was erased.
    KeyRevoked(Tombstone),
    /// Nobody could be kept out of the spool for long enough; something may be left.
    Locked,
}

/// What a flush did.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Done {
    /// Memories the API took.
    pub accepted: u64,
    /// Memories that became dead letters.
    pub dead: u64,
    /// Memories dropped because their directory is ignored.
    pub ignored: u64,
}

/// One flush of one spool.
pub struct Life<'a> {
    /// What is flushed.
    pub spool: &'a Spool,
    /// Who delivers.
    pub courier: &'a Courier,
    /// The ignore rules.
    pub is_ignored: &'a dyn Fn(&str) -> bool,
    /// Whose secrets ended sessions are told without.
    pub key: &'a Key,
    /// How to behave.
    pub manner: Manner,
}

impl Life<'_> {
    /// Lives until nothing is left, or there is a reason to stop.
    pub fn live(
        &self,
        mut flush_lock: FlushLock,
        watch: &mut dyn FnMut(&Delivery<'_>),
    ) -> Result<(Done, End), Refused> {
        let until = Instant::now() + LONGEST_LIFE;
        let mut done = Done::default();
        let mut resting: HashSet<String> = HashSet::new();
        let mut last_delivery = None::<Instant>;
        if let Err(refused) = self.spool.tidy(&flush_lock) {
            tracing::warn!(%refused, "could not tidy the spool");
        }
        if Tombstone::stands(self.spool.dir()) {
            // An erasing that was cut short is finished; nothing is kept for a key that was refused.
            return Ok((done, self.forget(&flush_lock)?));
        }
        let mut sessions = Sessions::new(self.spool, self.key, self.is_ignored);
        loop {
            sessions.become_memories(&flush_lock);
            // Without it nothing is sealed, but what is sealed is delivered all the same.
            let lock = Lock::take(self.spool.dir(), LOCK_PATIENCE)?;
            let locked_out = lock.is_none();
            if let Some(lock) = &lock {
                self.spool.seal(lock)?;
            }
            fault::point!("life.sealed");
            let todo = self.todo(&resting)?;
            if todo.is_empty() {
                if sessions.wait() && !locked_out {
                    continue;
                }
                if !locked_out
                    && last_delivery.is_some_and(|last| last.elapsed() < self.manner.linger)
                    && Instant::now() < until
                {
                    drop(lock);
                    self.courier.pause(LOOK_AGAIN);
                    continue;
                }
                fault::point!("life.empty");
                if fault::mutant!(LeavesLate) {
                    drop(lock);
                    fault::point!("life.late");
                    drop(flush_lock);
                    return Ok((done, self.end_with(&resting)));
                }
                drop(flush_lock);
                fault::point!("life.left");
                drop(lock);
                fault::point!("life.unlocked");
                if fault::mutant!(LooksOnce) {
                    return Ok((done, self.end_with(&resting)));
                }
                // A capture that could not get `lock` writes a segment without it, and one at the end of a session a
                // file: what was renamed between the look and the letting go found `flush.lock` taken, and is seen only
                // now.
                // And `lock` may have been let go after all, by a capture that found `flush.lock` taken. Who holds it now finds
                // it free.
                let is_let_go = locked_out && Lock::take(self.spool.dir(), Duration::ZERO)?.is_some();
                let sees_more = !self.todo(&resting)?.is_empty() || (!locked_out && sessions.wait());
                if !is_let_go && !sees_more {
                    let end = if locked_out { End::Locked } else { self.end_with(&resting) };
                    return Ok((done, end));
                }
                match FlushLock::take(self.spool.dir(), Duration::ZERO)? {
                    Some(again) => flush_lock = again,
                    None => return Ok((done, self.end_with(&resting))),
                }
                continue;
            }
            drop(lock);
            let mut drain = Drain::new(self.spool, &flush_lock, todo, self.is_ignored, self.manner.patience);
            let outcome = self.courier.deliver(&mut drain, until, watch)?;
            let (drained, postponed) = drain.finish()?;
            done.accepted += drained.accepted;
            done.dead += drained.dead;
            done.ignored += drained.ignored;
            if drained.accepted > 0 {
                last_delivery = Some(Instant::now());
            }
            if outcome == Outcome::KeyRevoked {
                return Ok((done, self.forget(&flush_lock)?));
            }
            done.dead += self.postpone(&flush_lock, &outcome, &drained, postponed, done.accepted > 0);
            match outcome {
                Outcome::Stopped(stop) => {
                    if let Err(refused) = self.spool.expire(&flush_lock) {
                        tracing::warn!(%refused, "could not let go of all that is old");
                    }
                    return Ok((done, End::Left(stop.because)));
                }
                Outcome::OutOfTime => {
                    return Ok((done, End::Left("it takes longer than 10 minutes".to_owned())));
                }
                Outcome::Emptied | Outcome::KeyRevoked => {
                    resting.extend(drained.left);
                    resting.extend(drained.at_rest);
                }
            }
        }
    }

    /// What is to be delivered next: the oldest segments that do not rest.
    fn todo(&self, resting: &HashSet<String>) -> Result<Vec<String>, Refused> {
        let mut segments = self.spool.segments()?;
        segments.retain(|name| !resting.contains(name));
        segments.truncate(MOST_AT_ONCE);
        Ok(segments)
    }

    /// What rests are memories the server fails on, and records of a newer format.
    fn end_with(&self, resting: &HashSet<String>) -> End {
        let (waiting, foreign) = Survey::of(self.spool)
            .map_or((resting.len() as u64, 0), |survey| (survey.waiting, survey.foreign));
        let memories = |count| match count {
            1 => "1 memory".to_owned(),
            several => format!("{several} memories"),
        };
        let (failing, newer) = (waiting.saturating_sub(foreign), memories(foreign));
        match (failing, foreign) {
            (0, 0) => End::Empty,
            (_, 0) => End::Left(format!("the API fails on {}", memories(failing))),
            (0, _) => End::Left(format!("{newer} can be read by a newer version only")),
            _ => End::Left(format!(
                "the API fails on {}, and {newer} can be read by a newer version only",
                memories(failing)
            )),
        }
    }

    fn forget(&self, flush_lock: &FlushLock) -> Result<End, Refused> {
        let Some(lock) = Lock::take(self.spool.dir(), LOCK_PATIENCE)? else { return Ok(End::Locked) };
        Ok(End::KeyRevoked(self.spool.forget(flush_lock, &lock)?))
    }

    /// Writes down when to try next, and gives up on memories that failed too often while others were accepted.
    fn postpone(
        &self,
        flush_lock: &FlushLock,
        outcome: &Outcome,
        drained: &Drained,
        mut postponed: Postponed,
        others_accepted: bool,
    ) -> u64 {
        let mut given_up = 0;
        let now = clock::now();
        let last_delivery = Ledger::read(self.spool.dir()).last_delivery;
        for id in &drained.failed {
            let (strikes, failed_at) =
                postponed.suspect(id).map_or((0, now), |suspect| (suspect.strikes, suspect.failed_at));
            // Others were taken, in this flush or since it failed last: then it is not the server that fails.
            let rest = postponed.suspect(id).map(|suspect| suspect.rest.clone()).unwrap_or_default();
            let is_strike = others_accepted || last_delivery > Some(failed_at);
            let strikes = strikes + u32::from(is_strike);
            postponed.suspects.retain(|suspect| suspect.id != *id);
            // It stays a suspect where no dead letter can be written; when to try next must be, in any case.
            if strikes >= MAX_STRIKES {
                let body = format!("the API failed on it in {strikes} flushes while it took others");
                let refusal = Refusal { at: clock::now(), status: 500, body };
                match self.spool.give_up_on(flush_lock, id, &refusal) {
                    Ok(found) => {
                        given_up += u64::from(found);
                        continue;
                    }
                    Err(refused) => tracing::warn!(%refused, "could not give up on a memory"),
                }
            }
            let next_at = is_strike.then(|| now.plus(wait_after(strikes.saturating_sub(1))));
            postponed.suspects.push(Suspect { id: id.clone(), strikes, failed_at: now, next_at, rest });
        }
        let attempt = if others_accepted { 0 } else { postponed.attempt };
        let wait = match outcome {
            Outcome::Stopped(stop) => Some((
                stop.because.clone(),
                match stop.wait {
                    Wait::Backoff => wait_after(attempt),
                    // The longest there is: the attempt at which the backoff has reached its end.
                    Wait::Long => wait_after(u32::MAX),
                    Wait::Exactly(pause) => pause,
                },
            )),
            Outcome::Emptied if !drained.failed.is_empty() && !others_accepted => {
                Some(("the API failed on all that waits".to_owned(), wait_after(attempt)))
            }
            _ => None,
        };
        if let Some((because, wait)) = wait {
            postponed.next_at = Some(clock::now().plus(wait));
            postponed.because = Some(because);
            postponed.attempt = if fault::mutant!(NeverBacksOff) { 0 } else { attempt.saturating_add(1) };
        } else {
            (postponed.next_at, postponed.because, postponed.attempt) = (None, None, 0);
        }
        if let Err(refused) = postponed.write(self.spool.dir()) {
            tracing::warn!(%refused, "could not write down when to try next");
        }
        given_up
    }
}

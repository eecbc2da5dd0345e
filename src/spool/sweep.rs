//! Letting go of what is beyond the caps and of what a user drops. Counted first, always.

use std::io::Write as _;
use std::time::Duration;

use super::append::ACTIVE;
use super::dead::{self, DeadLetters};
use super::ledger::{DropReason, Ledger};
use super::lock::{FlushLock, Lock};
use super::segment::{self, Reader, Tally};
use super::{Spool, ended};
use crate::clock::{self, Instant};
use crate::fault;
use crate::sys::{Access, Refused};

const MAX_SPOOL_BYTES: u64 = 64 * 1024 * 1024;
const MAX_AGE: Duration = Duration::from_hours(30 * 24);
/// A temporary file that old belongs to nobody who lives.
const ABANDONED: Duration = Duration::from_hours(1);
pub(super) const QUARANTINE: &str = "quarantine.bin";
const MAX_QUARANTINE_BYTES: u64 = 1024 * 1024;

/// Unlinks the oldest segments while the spool is larger than its cap. What cannot be unlinked stays; it is tried again.
pub(super) fn make_room(spool: &Spool, flush_lock: &FlushLock) {
    make_room_below(MAX_SPOOL_BYTES, spool, flush_lock, |_| true);
}

/// The same for a capture, which has no time: a segment that is larger than the cap by itself came about in no way of ours.
/// To count what waits in it may take minutes; a flush does.
pub(super) fn make_room_soon(spool: &Spool, flush_lock: &FlushLock) {
    make_room_below(MAX_SPOOL_BYTES, spool, flush_lock, |bytes| bytes <= MAX_SPOOL_BYTES);
}

pub(super) fn make_room_below(
    most_bytes: u64,
    spool: &Spool,
    _flush_lock: &FlushLock,
    is_looked_at: impl Fn(u64) -> bool,
) {
    let dir = spool.dir();
    let mut ledger = Ledger::take_up(dir);
    let size = |name: &str| dir.stat(name).map_or(0, |(bytes, _)| bytes);
    let Ok(mut names) = segment::names(dir) else { return };
    names.retain(|name| is_looked_at(size(name)));
    let sum = |names: &[String]| size(ACTIVE) + names.iter().map(|name| size(name)).sum::<u64>();
    if sum(&names) <= most_bytes {
        return;
    }
    // No memory goes to make room for a file that cannot be used, and none stays because of it.
    names.retain(|name| Reader::open(dir, name, Access::Read).is_ok());
    let mut total = sum(&names);
    for name in &names {
        if total <= most_bytes {
            break;
        }
        let bytes = size(name);
        let gone =
            Tally::of(dir, name).and_then(|tally| let_go(spool, &mut ledger, name, &tally, DropReason::Cap));
        if gone.is_err() {
            break;
        }
        total = total.saturating_sub(bytes);
    }
}

/// Counts what waits in a segment as dropped and unlinks it.
fn let_go(
    spool: &Spool,
    ledger: &mut Ledger,
    name: &str,
    tally: &Tally,
    reason: DropReason,
) -> Result<(), Refused> {
    // Unless a crash came between this and the unlinking. Records of a newer format may wait as well.
    if ledger.last_segment.as_deref() != Some(name) {
        ledger.drop_for(reason, tally.waiting + tally.newer);
    }
    retire(spool, ledger, name, tally)
}

/// The same for all of these; answers how many memories waited in them. One that cannot be used does not keep the others,
/// and is told in the end.
fn let_go_of_all(
    spool: &Spool,
    names: impl Iterator<Item = String>,
    reason: DropReason,
) -> Result<u64, Refused> {
    let mut ledger = Ledger::take_up(spool.dir());
    let (mut gone, mut unusable) = (0, Ok(()));
    for name in names {
        match Tally::of(spool.dir(), &name) {
            Ok(tally) => {
                let_go(spool, &mut ledger, &name, &tally, reason)?;
                gone += tally.waiting;
            }
            Err(refused) if refused.is_not_found() => {}
            Err(refused) => unusable = unusable.and(Err(refused)),
        }
    }
    unusable.map(|()| gone)
}

/// Takes a segment away: what is no record goes to quarantine, what was accepted is counted, then it is unlinked.
pub(super) fn retire(spool: &Spool, ledger: &mut Ledger, name: &str, tally: &Tally) -> Result<(), Refused> {
    if ledger.last_segment.as_deref() != Some(name) {
        quarantine(spool, &tally.garbage)?;
        ledger.accepted += tally.accepted;
        ledger.quarantined_bytes += tally.garbage.len() as u64;
        ledger.last_segment = Some(name.to_owned());
        if ledger.write(spool.dir()).is_err() {
            // A full disk: the segment makes the room that its count needs.
            spool.dir().unlink(name)?;
            return ledger.write(spool.dir());
        }
    }
    fault::point!("retire.counted");
    spool.dir().unlink(name)?;
    fault::point!("retire.unlinked");
    Ok(())
}

fn quarantine(spool: &Spool, bytes: &[u8]) -> Result<(), Refused> {
    if bytes.is_empty() {
        return Ok(());
    }
    let opened = spool.dir().open_file(QUARANTINE, Access::Append)?;
    let room = usize::try_from(MAX_QUARANTINE_BYTES.saturating_sub(opened.len)).unwrap_or(0);
    (&opened.file).write_all(bytes.get(..room.min(bytes.len())).unwrap_or(bytes))?;
    fault::point!("quarantine.written");
    Ok(opened.file.sync_data()?)
}

impl Spool {
    /// Keeps the spool below its caps and takes abandoned temporary files away. To be called by every flush.
    pub fn tidy(&self, flush_lock: &FlushLock) -> Result<(), Refused> {
        make_room(self, flush_lock);
        let now = clock::now();
        for name in self.dir().names()?.iter().filter(|name| name.starts_with("tmp-")) {
            let changed = self.dir().stat(name).map(|(_, changed)| Instant::from_nanoseconds(changed));
            if changed.is_some_and(|changed| changed.until(now) > ABANDONED) {
                self.dir().unlink(name)?;
            }
        }
        self.forget_old_sessions()?;
        DeadLetters::sweep(self, &mut Ledger::read(self.dir()))
    }

    /// Lets go of segments that were sealed more than 30 days ago. To be called only after an attempt to deliver them, or
    /// for a destination nobody delivers to any more: a clock that jumps must not cost a memory that could have been sent.
    pub fn expire(&self, _flush_lock: &FlushLock) -> Result<u64, Refused> {
        let now = clock::now();
        let is_old = |name: &String| {
            let sealed = segment::sealed_at(name).map(Instant::from_nanoseconds);
            sealed.is_some_and(|sealed| sealed.until(now) > MAX_AGE)
        };
        let old = segment::names(self.dir())?.into_iter().filter(is_old);
        let_go_of_all(self, old, DropReason::Age)
    }

    /// Seals an active file that nobody has appended to for 30 days, under the time of its last append.
    pub fn seal_when_old(&self, _lock: &Lock) -> Result<(), Refused> {
        let Some((_, changed)) = self.dir().stat(ACTIVE) else { return Ok(()) };
        if Instant::from_nanoseconds(changed).until(clock::now()) > MAX_AGE {
            self.dir().rename(ACTIVE, &format!("seal-{changed:020}-{}.jsonl", std::process::id()))?;
        }
        Ok(())
    }

    /// Drops everything that waits, because the user says so; answers how many memories that were.
    pub fn drop_waiting(&self, _flush_lock: &FlushLock, lock: &Lock) -> Result<u64, Refused> {
        self.seal(lock)?;
        let gone = let_go_of_all(self, segment::names(self.dir())?.into_iter(), DropReason::User);
        for name in self.ended_sessions() {
            self.dir().unlink(&name)?;
        }
        // What the user dropped must not come back with a power cut and be sent.
        self.dir().sync()?;
        gone
    }

    /// Takes these segments away after what waits in them was written to another spool: counted there, so not here.
    pub fn hand_over(&self, _flush_lock: &FlushLock, segments: &[String]) -> Result<(), Refused> {
        let mut ledger = Ledger::take_up(self.dir());
        for name in segments.iter().filter(|name| self.dir().holds(name)) {
            let tally = Tally::of(self.dir(), name)?;
            match tally.newer {
                0 => retire(self, &mut ledger, name, &tally)?,
                // It stays for a newer version, and what was moved must not be moved again.
                _ => segment::end_all(self.dir(), name)?,
            }
        }
        // Nor must it come back with a power cut, when it was delivered or erased there.
        self.dir().sync()?;
        Ok(())
    }

    /// Drops the dead letters, because the user says so; answers how many.
    pub fn drop_dead(&self, _flush_lock: &FlushLock) -> Result<u64, Refused> {
        let letters = DeadLetters::read(self)?.len() as u64;
        let mut ledger = Ledger::read(self.dir());
        ledger.drop_for(DropReason::User, letters);
        let counted = ledger.write(self.dir());
        self.dir().unlink(dead::NAME)?;
        if counted.is_err() {
            // A full disk: there is room now.
            ledger.write(self.dir())?;
        }
        self.dir().sync()?;
        Ok(letters)
    }

    /// Whether something is beyond its cap or abandoned. A look that takes no lock: a capture that found `flush.lock` taken
    /// by a sweep would leave its memory to a flush that does not live.
    pub fn needs_sweeping(&self) -> bool {
        let now = clock::now();
        let is_old = |at: u64| Instant::from_nanoseconds(at).until(now) > MAX_AGE;
        let Ok(names) = self.dir().names() else { return false };
        let mut total = 0;
        names.iter().any(|name| {
            let (bytes, changed) = self.dir().stat(name).unwrap_or((0, clock::nanoseconds()));
            total += bytes;
            let waits = segment::is_segment(name)
                || name == ACTIVE
                || name == dead::NAME
                || name.starts_with(ended::PREFIX);
            // A young one belongs to somebody at work there.
            let is_abandoned = || Instant::from_nanoseconds(changed).until(now) > ABANDONED;
            (waits && is_old(changed))
                || (name.starts_with("tmp-") && is_abandoned())
                || total > MAX_SPOOL_BYTES
        })
    }
}

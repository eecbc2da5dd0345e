//! The real spool beside the model: each deed is done to both.

use std::collections::BTreeSet;
use std::path::Path;

use super::*;
use crate::spool::append::append_alone;
use crate::spool::sweep;

pub(super) struct World {
    spool: Spool,
    other: Spool,
    pub(super) model: Model,
    /// How many effects there were when the deed began.
    began: usize,
}

impl World {
    pub(super) fn open(state: &Path) -> Self {
        let spool = Spool::open_or_make(state, &destination("eng_one_0123")).unwrap();
        let other = Spool::open_or_make(state, &destination("eng_two_0123")).unwrap();
        Self { spool, other, model: Model::default(), began: 0 }
    }

    fn fresh(&self, count: usize) -> (Vec<Record>, Vec<Encoded>) {
        let first = self.model.memories.len();
        let records: Vec<_> = (first..first + count).map(|number| record(&format!("m{number}"))).collect();
        let encoded = records.iter().map(|record| Encoded::waiting(record).unwrap()).collect();
        (records, encoded)
    }

    pub(super) fn locks(spool: &Spool) -> (FlushLock, Lock) {
        let flush_lock = FlushLock::take(spool.dir(), A_FORK).unwrap().unwrap();
        (flush_lock, Lock::take(spool.dir(), A_FORK).unwrap().unwrap())
    }

    /// Every memory of this spool with that fate.
    fn mine(&self, fate: Fate) -> BTreeSet<String> {
        let of = |known: &Known| known.fate() == fate && !known.under_another_key;
        self.model.memories.iter().filter(|(_, known)| of(known)).map(|(id, _)| id.clone()).collect()
    }

    fn born(&mut self, records: Vec<Record>, under_another_key: bool, appended: &Appended) {
        if matches!(appended, Appended::KeyRevoked) {
            assert!(self.model.key_is_refused);
            return;
        }
        assert!(matches!(appended, Appended::Stored), "{appended:?}");
        let fates = vec![(self.began, traced::len(), Fate::Waits)];
        for record in records {
            let known = Known { record, under_another_key, fates: fates.clone(), promised: Vec::new() };
            self.model.memories.insert(known.record.id.clone(), known);
        }
    }

    fn becomes(&mut self, ids: impl IntoIterator<Item = String>, fate: Fate) {
        for id in ids {
            self.model.memories.get_mut(&id).unwrap().fates.push((self.began, traced::len(), fate));
        }
    }

    /// From here on a power cut changes nothing about these.
    fn promise(&mut self, ids: impl IntoIterator<Item = String>) {
        for id in ids {
            let known = self.model.memories.get_mut(&id).unwrap();
            known.promised.push((traced::len(), known.fate()));
        }
    }

    pub(super) fn does(&mut self, deed: &Deed) {
        self.began = traced::len();
        match deed {
            Deed::Append(count) | Deed::AppendAlone(count) => {
                let (records, encoded) = self.fresh(*count);
                let appended = match deed {
                    Deed::Append(_) => append(&self.spool, &encoded),
                    _ => append_alone(&self.spool, &encoded).unwrap(),
                };
                self.born(records, false, &appended);
            }
            Deed::AppendUnderAnotherKey(count) => {
                let (records, encoded) = self.fresh(*count);
                let appended = append(&self.other, &encoded);
                self.born(records, true, &appended);
                self.other.sync().unwrap();
                let ids: Vec<_> = self
                    .model
                    .memories
                    .keys()
                    .filter(|id| {
                        self.model.memories[*id].under_another_key
                            && self.model.memories[*id].fate() == Fate::Waits
                    })
                    .cloned()
                    .collect();
                self.promise(ids);
            }
            Deed::Seal => drop(self.spool.seal(&Self::locks(&self.spool).1).unwrap()),
            Deed::Flush(..) if self.model.key_is_refused => {}
            Deed::Flush(ends, most) => self.flush(ends, *most),
            Deed::Expire => {
                let Some(name) = self.spool.segments().unwrap().first().cloned() else { return };
                let waiting = ids_in(&self.spool, &name);
                let month_ago = clock::nanoseconds() - 31 * 24 * 3600 * 1_000_000_000;
                self.spool.dir().rename(&name, &format!("seal-{month_ago:020}-1.jsonl")).unwrap();
                let gone = self.spool.expire(&Self::locks(&self.spool).0).unwrap();
                assert_eq!(gone, waiting.len() as u64);
                self.becomes(waiting, Fate::Dropped);
            }
            Deed::MeetCap(bytes) => {
                let before = self.mine(Fate::Waits);
                sweep::make_room_below(*bytes, &self.spool, &Self::locks(&self.spool).0, |_| true);
                let left: BTreeSet<_> = waiting(&self.spool).into_keys().collect();
                assert!(left.is_subset(&before));
                self.becomes(before.difference(&left).cloned(), Fate::Dropped);
            }
            Deed::KeyRefused => {
                let (flush_lock, lock) = Self::locks(&self.spool);
                let (waited, refused) = (self.mine(Fate::Waits), self.mine(Fate::Dead));
                let tombstone = self.spool.forget(&flush_lock, &lock).unwrap();
                assert!(self.model.key_is_refused || tombstone.erased == waited.len() as u64);
                self.model.key_is_refused = true;
                self.model.refusals.push((self.began, traced::len(), true));
                self.becomes(waited.iter().chain(&refused).cloned(), Fate::Erased);
                self.promise(waited.into_iter().chain(refused));
            }
            Deed::KeyTakenAgain => {
                Tombstone::remove(self.spool.dir()).unwrap();
                self.model.key_is_refused = false;
                self.model.refusals.push((self.began, traced::len(), false));
            }
            Deed::RetryDead => {
                let refused = self.mine(Fate::Dead);
                let revived = DeadLetters::revive(&self.spool, &Self::locks(&self.spool).0).unwrap();
                assert_eq!(revived, refused.len());
                self.becomes(refused.clone(), Fate::Waits);
                self.promise(refused);
            }
            Deed::GiveUp => {
                let Some(id) =
                    self.spool.segments().unwrap().iter().find_map(|name| ids_in(&self.spool, name).pop())
                else {
                    return;
                };
                assert!(self.spool.give_up_on(&Self::locks(&self.spool).0, &id, &refusal()).unwrap());
                self.becomes([id.clone()], Fate::Dead);
                self.promise([id]);
            }
            Deed::Adopt => {
                let (flush_lock, lock) = Self::locks(&self.other);
                let (appended, moved) = self.spool.adopt(&self.other, &flush_lock, &lock).unwrap();
                if self.model.key_is_refused {
                    assert_eq!(moved, 0);
                    return;
                }
                assert!(matches!(appended, Appended::Stored));
                for known in self.model.memories.values_mut().filter(|known| known.under_another_key) {
                    known.under_another_key = false;
                    // It waits here now, and that is promised anew.
                    known.promised.push((traced::len(), known.fate()));
                }
            }
            Deed::Drop => {
                let waited = self.mine(Fate::Waits);
                let (flush_lock, lock) = Self::locks(&self.spool);
                assert_eq!(self.spool.drop_waiting(&flush_lock, &lock).unwrap(), waited.len() as u64);
                self.becomes(waited.clone(), Fate::Dropped);
                self.promise(waited);
            }
        }
    }

    fn flush(&mut self, ends: &[u8], most: usize) {
        let (flush_lock, lock) = Self::locks(&self.spool);
        self.spool.seal(&lock).unwrap();
        drop(lock);
        let nothing = |_: &str| false;
        let segments = self.spool.segments().unwrap();
        let mut drain = Drain::new(&self.spool, &flush_lock, segments, &nothing, Patience::Lose);
        let (mut accepted, mut dead) = (Vec::new(), Vec::new());
        for number in 0..most {
            let Some(letter) = drain.next_letter().unwrap() else { break };
            let settled = match ends[number % ends.len()] {
                0 => Settled::Accepted,
                1 => Settled::Refused(refusal()),
                2 => Settled::Failed,
                _ => Settled::Kept,
            };
            match settled {
                Settled::Accepted => accepted.push(letter.record.id),
                Settled::Refused(_) => dead.push(letter.record.id),
                _ => {}
            }
            drain.settle(letter.ticket, settled).unwrap();
        }
        drain.finish().unwrap();
        self.becomes(accepted, Fate::Accepted);
        self.becomes(dead.clone(), Fate::Dead);
        // What it could not deliver, and what was refused, is on the disk.
        self.promise(self.mine(Fate::Waits).into_iter().chain(dead));
    }

    /// Whether the real spool is as the model has it.
    pub(super) fn agrees(&self) {
        assert_eq!(waiting(&self.spool).into_keys().collect::<BTreeSet<_>>(), self.mine(Fate::Waits));
        let dead: BTreeSet<_> = dead(&self.spool).into_keys().collect();
        assert_eq!(dead, self.mine(Fate::Dead));
        assert_eq!(Tombstone::stands(self.spool.dir()), self.model.key_is_refused);
        let survey = Survey::of(&self.spool).unwrap();
        assert_eq!(survey.ledger.accepted, self.mine(Fate::Accepted).len() as u64, "accepted");
        assert_eq!((survey.quarantined_bytes, survey.newer), (0, 0));
        let dropped: u64 = survey.ledger.dropped.values().sum();
        assert_eq!(dropped, self.mine(Fate::Dropped).len() as u64, "dropped");
    }
}

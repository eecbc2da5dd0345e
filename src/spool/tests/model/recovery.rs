//! What the model allows after a crash, and whether the real recovery finds that and nothing else.

use std::collections::BTreeSet;
use std::path::Path;

use super::*;

impl Model {
    /// The fates a memory may have after a crash behind the first `at` effects; `None` is never having been.
    fn allowed(known: &Known, at: usize, crash: Crash) -> BTreeSet<Option<Fate>> {
        let mut allowed = BTreeSet::from([None]);
        for (began, ended, fate) in &known.fates {
            if *began < at {
                let is_over = *ended < at || *ended == at && crash == Crash::Kill;
                if is_over && crash != Crash::PowerCut {
                    allowed.clear();
                }
                allowed.insert(Some(*fate));
            }
        }
        if crash == Crash::PowerCut
            && let Some((promised, _)) = known.promised.iter().rev().find(|(promised, _)| *promised <= at)
        {
            let since = known.fates.iter().rposition(|(_, ended, _)| ended <= promised).unwrap();
            let begun = |fates: &[(usize, usize, Fate)]| -> BTreeSet<_> {
                fates.iter().filter(|(began, ..)| *began < at).map(|(.., fate)| Some(*fate)).collect()
            };
            allowed = begun(&known.fates[since..]);
            if !matches!(known.fates[since].2, Fate::Dropped | Fate::Erased) {
                // A mark that was lost: it is sent once more, or is dead beside. It is not lost, and that is the promise.
                let before = begun(&known.fates[..since]);
                allowed
                    .extend(before.into_iter().filter(|fate| matches!(fate, Some(Fate::Waits | Fate::Dead))));
            }
        }
        allowed
    }

    /// Whether the tombstone may, or must, stand.
    fn may_be_refused(&self, at: usize) -> (bool, bool) {
        let (mut may, mut must) = (false, false);
        for (began, ended, refused) in &self.refusals {
            if *ended <= at {
                (may, must) = (*refused, *refused);
            } else if *began < at {
                (may, must) = (may || *refused, must && *refused);
            }
        }
        (may, must)
    }
}

/// What a recovery found and did.
pub(super) struct Recovered {
    /// The ids that waited, under either key.
    waited: BTreeSet<String>,
    dead: BTreeSet<String>,
    was_refused: bool,
    /// The ids that were accepted, and how many effects there were when they were.
    accepted: Vec<(usize, String)>,
}

fn open(state: &Path, key: &str) -> Result<Spool, String> {
    Spool::open_or_make(state, &destination(key)).map_err(|refused| refused.to_string())
}

/// Looks at an image with the real recovery; a sentence about what the model does not allow.
pub(super) fn recover(state: &Path, model: &Model, at: usize, crash: Crash) -> Result<Recovered, String> {
    let (spool, other) = (open(state, "eng_one_0123")?, open(state, "eng_two_0123")?);
    let mut found = waiting(&spool);
    found.extend(waiting(&other));
    let letters = dead(&spool);
    let is_refused = Tombstone::stands(spool.dir());
    let (may, must) = model.may_be_refused(at);
    if is_refused && !may || must && !is_refused {
        return Err(format!("the tombstone stands: {is_refused}"));
    }
    for (id, known) in &model.memories {
        let allowed = Model::allowed(known, at, crash);
        let may = |fate| allowed.contains(&Some(fate));
        let (waits, is_dead) = (found.get(id), letters.get(id));
        let wrong = match (waits, is_dead) {
            (None, None) => {
                !(allowed.contains(&None) || may(Fate::Accepted) || may(Fate::Dropped) || may(Fate::Erased))
            }
            (waits, is_dead) => waits.is_some() && !may(Fate::Waits) || is_dead.is_some() && !may(Fate::Dead),
        };
        if wrong {
            let (waits, is_dead) = (waits.is_some(), is_dead.is_some());
            return Err(format!("{id} may be {allowed:?}; it waits: {waits}, is dead: {is_dead}"));
        }
        if waits.into_iter().chain(is_dead).any(|record| *record != known.record) {
            return Err(format!("{id} is not what was captured"));
        }
    }
    let accepted = go_on(&spool, is_refused)?;
    if !is_refused && crash != Crash::PowerCut {
        counts(&spool, model, at, crash, &accepted)?;
    }
    let (waited, dead) = (found.into_keys().collect(), letters.into_keys().collect());
    Ok(Recovered { waited, dead, was_refused: is_refused, accepted })
}

/// What the next capture and flush do; what was accepted.
fn go_on(spool: &Spool, is_refused: bool) -> Result<Vec<(usize, String)>, String> {
    let next = append(spool, &[Encoded::waiting(&record("next")).unwrap()]);
    assert!(matches!(next, Appended::Stored) != is_refused, "{next:?}");
    let (flush_lock, lock) = World::locks(spool);
    let mut accepted = Vec::new();
    if is_refused {
        spool.forget(&flush_lock, &lock).unwrap();
        let left = spool.dir().names().unwrap();
        return match left.iter().find(|name| name.contains(".jsonl") || name.starts_with("tmp-")) {
            Some(name) => Err(format!("{name} outlived the refusal")),
            None => Ok(accepted),
        };
    }
    let mut due = waiting(spool);
    spool.seal(&lock).unwrap();
    let nothing = |_: &str| false;
    let mut drain = Drain::new(spool, &flush_lock, spool.segments().unwrap(), &nothing, Patience::Keep);
    while let Some(letter) = drain.next_letter().unwrap() {
        due.remove(&letter.record.id);
        accepted.push((traced::len(), letter.record.id));
        drain.settle(letter.ticket, Settled::Accepted).unwrap();
    }
    let (drained, _) = drain.finish().unwrap();
    if !due.is_empty() || !drained.left.is_empty() || !spool.segments().unwrap().is_empty() {
        return Err(format!("{due:?} and {drained:?} are left after a flush"));
    }
    Ok(accepted)
}

/// After a kill, what has left is counted, and nothing twice. What the kill hit may be counted either way; what it hit
/// while it was dropped may be sent after all, and stays counted as dropped.
fn counts(
    spool: &Spool,
    model: &Model,
    at: usize,
    crash: Crash,
    accepted: &[(usize, String)],
) -> Result<(), String> {
    let ledger = Survey::of(spool).unwrap().ledger;
    let dropped: u64 = ledger.dropped.values().sum();
    let is_sent = |id: &str| accepted.iter().any(|(_, sent)| sent == id);
    // Of what was not sent now: how many have left in one of these ways for certain, and how many may have.
    let left = |fates: &[Fate]| {
        let others = model.memories.iter().filter(|(id, _)| !is_sent(id));
        let allowed = others.map(|(_, known)| Model::allowed(known, at, crash));
        let is_one = |fate: &Option<Fate>| fate.is_some_and(|fate| fates.contains(&fate));
        let (mut least, mut most) = (0, 0);
        for allowed in allowed {
            least += u64::from(allowed.iter().all(is_one));
            most += u64::from(allowed.iter().any(is_one));
        }
        (least, most)
    };
    let sent = accepted.len() as u64;
    let (least, most) = left(&[Fate::Accepted, Fate::Dropped]);
    let all = ledger.accepted + dropped;
    let (_, most_accepted) = left(&[Fate::Accepted]);
    let (least_dropped, _) = left(&[Fate::Dropped]);
    let is_right = (sent + least..=sent + most).contains(&all)
        && ledger.accepted <= sent + most_accepted
        && dropped >= least_dropped;
    if is_right {
        return Ok(());
    }
    Err(format!(
        "{} are counted as accepted and {dropped} as dropped; {sent} were sent now, {least} to {most} had left before",
        ledger.accepted
    ))
}

/// Looks at what a second crash, behind the first `at` effects of a recovery, has left, and recovers from that.
pub(super) fn recover_again(state: &Path, first: &Recovered, at: usize) -> Result<(), String> {
    let (spool, other) = (open(state, "eng_one_0123")?, open(state, "eng_two_0123")?);
    let is_refused = Tombstone::stands(spool.dir());
    if is_refused != first.was_refused {
        return Err(format!("the tombstone stands: {is_refused}"));
    }
    if !is_refused {
        let mut there: BTreeSet<_> = waiting(&spool).into_keys().chain(waiting(&other).into_keys()).collect();
        there.extend(first.accepted.iter().filter(|(began, _)| *began < at).map(|(_, id)| id.clone()));
        let letters: BTreeSet<_> = dead(&spool).into_keys().collect();
        let lost: Vec<_> = first.waited.difference(&there).chain(first.dead.difference(&letters)).collect();
        if !lost.is_empty() {
            return Err(format!("{lost:?} went with the recovery"));
        }
    }
    go_on(&spool, is_refused).map(drop)
}

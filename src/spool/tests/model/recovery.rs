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

/// Looks at an image with the real recovery; a sentence about what the model does not allow.
pub(super) fn recover(state: &Path, model: &Model, at: usize, crash: Crash) -> Result<(), String> {
    let spool =
        Spool::open_or_make(state, &destination("eng_one_0123")).map_err(|refused| refused.to_string())?;
    let other =
        Spool::open_or_make(state, &destination("eng_two_0123")).map_err(|refused| refused.to_string())?;
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
    // What the next capture and flush do.
    let next = append(&spool, &[Encoded::waiting(&record("next")).unwrap()]);
    assert!(matches!(next, Appended::Stored) != is_refused, "{next:?}");
    let (flush_lock, lock) = World::locks(&spool);
    if is_refused {
        spool.forget(&flush_lock, &lock).unwrap();
        let left = spool.dir().names().unwrap();
        return match left.iter().find(|name| name.contains(".jsonl") || name.starts_with("tmp-")) {
            Some(name) => Err(format!("{name} outlived the refusal")),
            None => Ok(()),
        };
    }
    let mut due = waiting(&spool);
    spool.seal(&lock).unwrap();
    let nothing = |_: &str| false;
    let mut drain = Drain::new(&spool, &flush_lock, spool.segments().unwrap(), &nothing, Patience::Keep);
    while let Some(letter) = drain.next_letter().unwrap() {
        due.remove(&letter.record.id);
        drain.settle(letter.ticket, Settled::Accepted).unwrap();
    }
    let (drained, _) = drain.finish().unwrap();
    if !due.is_empty() || !drained.left.is_empty() || !spool.segments().unwrap().is_empty() {
        return Err(format!("{due:?} and {drained:?} are left after a flush"));
    }
    Ok(())
}

//! A file of dead letters that is written anew, and a power cut: it is the old one or the new one, and whole.

use std::io::Write as _;

use super::*;
use crate::sys::Access;

const NEWER: &str = "E2 of a version to come";

/// What is done when a letter is tried again beside one that only a newer version can read; and where that begins.
fn a_letter_is_tried_again(state: &Path) -> (usize, Vec<Effect>) {
    traced::start();
    let spool = Spool::open_or_make(state, &destination("eng_one_0123")).unwrap();
    assert!(matches!(append(&spool, &[Encoded::waiting(&record("a")).unwrap()]), Appended::Stored));
    let (flush_lock, lock) = World::locks(&spool);
    spool.seal(&lock).unwrap();
    assert!(spool.give_up_on(&flush_lock, "a", &refusal()).unwrap());
    let letters = spool.dir().open_file("dead.jsonl", Access::Append).unwrap().file;
    writeln!(&letters, "{NEWER}").unwrap();
    letters.sync_data().unwrap();
    let begin = traced::len();
    assert_eq!(DeadLetters::revive(&spool, &flush_lock).unwrap(), 1);
    (begin, traced::take())
}

/// How many of the disks that power cuts leave have lost what is a newer version's.
fn losses(forget: Forgets) -> usize {
    let room = in_memory();
    let (begin, effects) = a_letter_is_tried_again(&room.path().join("state"));
    let played = |(number, effect): (usize, &Effect)| match effect {
        effect if number >= begin && forget(effect) => Effect::Nothing,
        effect => effect.clone(),
    };
    let effects: Vec<_> = effects.iter().enumerate().map(played).collect();
    let mut chance = Chance(7);
    let loses = |_: &usize| {
        let (at, image) = (begin + chance.below(effects.len() + 1 - begin), in_memory());
        images::make(&effects[..at], Crash::PowerCut, &mut chance, room.path(), image.path());
        let spool = Spool::open_or_make(&image.path().join("state"), &destination("eng_one_0123")).unwrap();
        let letters = std::fs::read_to_string(spool.dir().path().join("dead.jsonl"));
        !letters.is_ok_and(|letters| letters.contains(NEWER))
    };
    (0..400).filter(loses).count()
}

#[test]
fn what_is_a_newer_versions_outlives_a_power_cut_while_the_others_are_tried_again() {
    assert_eq!(losses(|_| false), 0);
    assert_ne!(losses(|effect| matches!(effect, Effect::Synced(_))), 0, "nothing would have been noticed");
}

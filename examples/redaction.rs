//! Prints how much of the labelled texts the redactor finds, and how much it finds that is not there, kind by kind.
#![expect(clippy::print_stdout, reason = "a report on a terminal")]

use std::collections::BTreeMap;

use engram_hook::hook::redact::{KnownSecrets, redact};
use labelled::{
    broken_samples, held_back_innocents, held_back_samples, innocents, known_values, samples,
    samples_beyond_rules, samples_in_other_languages, unseen_samples, wild_samples,
};

#[path = "../tests/redaction/labelled.rs"]
mod labelled;

/// Counts for one kind.
#[derive(Default)]
struct Count {
    labelled: usize,
    recalled: usize,
    reported: usize,
    right: usize,
}

fn main() {
    let mut counts: BTreeMap<String, Count> = BTreeMap::new();
    let mut misses = Vec::new();
    let whole = samples();
    let known_values = known_values(&whole);
    let known = KnownSecrets::of(known_values.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    let (whole_count, broken) = (whole.len(), broken_samples());
    let (mut whole_recalled, mut broken_recalled) = (0, 0);
    for (number, sample) in whole.iter().chain(&broken).enumerate() {
        let text = sample.text();
        let redacted = redact(&text, &known);
        let count = counts.entry(sample.kind.clone()).or_default();
        count.labelled += 1;
        if sample.leak(&redacted.text).is_some() {
            misses.push(format!(
                "missed {} ({}): {:?} -> {:?}",
                sample.kind, sample.place, text, redacted.text
            ));
        } else {
            count.recalled += 1;
            *if number < whole_count { &mut whole_recalled } else { &mut broken_recalled } += 1;
        }
        let rest =
            redacted.text.strip_prefix(&sample.before).and_then(|text| text.strip_suffix(&sample.after));
        for kind in &redacted.kinds {
            let count = counts.entry((*kind).to_owned()).or_default();
            count.reported += 1;
            if rest.is_some() && (*kind == sample.kind || is_of(sample, kind)) {
                count.right += 1;
            } else {
                misses.push(format!(
                    "said {kind} of {} ({}): {:?} -> {:?}",
                    sample.kind, sample.place, text, redacted.text
                ));
            }
        }
    }
    let (wild, unseen, held_back) = (wild_samples(), unseen_samples(), held_back_samples());
    let (languages, beyond) = (samples_in_other_languages(), samples_beyond_rules());
    let written =
        [&wild, &unseen, &held_back, &languages, &beyond].map(|samples| recalled(samples, &mut misses));
    let (innocents, held_back_innocents) = (innocents(), held_back_innocents());
    let (mut harmed, mut held_back_harmed) = (0, 0);
    for (number, innocent) in innocents.iter().chain(&held_back_innocents).enumerate() {
        let redacted = redact(&innocent.text, &known);
        *if number < innocents.len() { &mut harmed } else { &mut held_back_harmed } +=
            usize::from(!redacted.kinds.is_empty());
        for kind in &redacted.kinds {
            counts.entry((*kind).to_owned()).or_default().reported += 1;
            misses.push(format!("innocent {}: {:?} -> {:?}", innocent.about, innocent.text, redacted.text));
        }
    }
    let mut arguments = std::env::args().skip_while(|argument| argument != "--left").skip(1);
    if let Some(directory) = arguments.next() {
        leave(
            &directory,
            &[
                ("whole", &whole),
                ("broken", &broken),
                ("wild", &wild),
                ("unseen", &unseen),
                ("held-back", &held_back),
                ("languages", &languages),
            ],
            &known,
        );
    }
    if std::env::args().any(|argument| argument == "-v") {
        for miss in &misses {
            println!("{miss}");
        }
    }
    println!("{:<24} {:>9} {:>9} {:>9}", "kind", "labelled", "recall", "precision");
    for (kind, count) in &counts {
        let recall = percent(count.recalled, count.labelled);
        println!("{kind:<24} {:>9} {recall:>9} {:>9}", count.labelled, percent(count.right, count.reported));
    }
    println!("{} kinds", counts.len());
    println!("whole: {whole_recalled} of {whole_count} found ({})", percent(whole_recalled, whole_count));
    println!(
        "broken over a line end: {broken_recalled} of {} found ({})",
        broken.len(),
        percent(broken_recalled, broken.len())
    );
    let sets = [
        ("as people write them", &wild),
        ("first held back", &unseen),
        ("held back still", &held_back),
        ("in other languages", &languages),
    ];
    for ((name, samples), kinds) in sets.iter().zip(&written) {
        say_kind_by_kind(name, samples.len(), kinds);
    }
    println!("look-alikes: {harmed} of {} touched", innocents.len());
    println!("held back still: {held_back_harmed} of {} touched", held_back_innocents.len());
    let found =
        written.last().into_iter().flat_map(BTreeMap::values).map(|count| count.recalled).sum::<usize>();
    println!("beyond any rule, and counted nowhere above: {found} of {} found", beyond.len());
}

/// How many of a set are found, and of which kinds of text not all are.
fn say_kind_by_kind(name: &str, samples: usize, kinds: &BTreeMap<String, Count>) {
    let found = kinds.values().map(|count| count.recalled).sum();
    println!("{name}: {found} of {samples} found ({})", percent(found, samples));
    for (kind, count) in kinds.iter().filter(|(_, count)| count.recalled < count.labelled) {
        println!("  {kind:<22} {:>9} {:>9}", count.labelled, percent(count.recalled, count.labelled));
    }
    let whole = kinds.values().filter(|count| count.recalled == count.labelled).count();
    println!("  nothing missed of {whole} other kinds");
}

/// How many are found of each kind of text; the others are told.
fn recalled(samples: &[labelled::Sample], misses: &mut Vec<String>) -> BTreeMap<String, Count> {
    let mut counts: BTreeMap<String, Count> = BTreeMap::new();
    for sample in samples {
        let text = sample.text();
        let redacted = redact(&text, &KnownSecrets::default()).text;
        let count = counts.entry(sample.kind.clone()).or_default();
        count.labelled += 1;
        if sample.leak(&redacted).is_some() {
            misses.push(format!("missed, {} ({}): {text:?} -> {redacted:?}", sample.kind, sample.place));
        } else {
            count.recalled += 1;
        }
    }
    counts
}

/// Writes what redaction leaves of the samples into files, a sample a line, for another detector to look at.
fn leave(directory: &str, files: &[(&str, &Vec<labelled::Sample>)], known: &KnownSecrets<'_>) {
    for (name, samples) in files {
        let mut text = String::new();
        for sample in *samples {
            text.push_str(&redact(&sample.text(), known).text.replace('\n', " "));
            text.push('\n');
        }
        if let Err(error) = std::fs::write(format!("{directory}/{name}.txt"), text) {
            println!("cannot write {directory}/{name}.txt: {error}");
        }
    }
}

fn percent(part: usize, whole: usize) -> String {
    if whole == 0 {
        return "-".to_owned();
    }
    let tenths = (part * 1000) / whole;
    format!("{}.{} %", tenths / 10, tenths % 10)
}

/// Whether the kind says the same less exactly: that it is the value of a name.
fn is_of(sample: &labelled::Sample, kind: &str) -> bool {
    let is_named =
        sample.place == "secret name" || sample.place == "token variable" || sample.place == "bearer header";
    is_named && matches!(kind, "api-key" | "token" | "authorization")
}

//! The labelled texts: what is in the files beside this one, filled in the same way each time.
//!
//! Nothing in the files is a token; `{an:36}` and the like become random characters here, so that no scanner takes the
//! repository for a leak. `{hex:#}` is as long as the number of the repetition.

#![expect(clippy::panic, reason = "labels that cannot be read must stop the test")]

use serde::Deserialize;

use fill::{Random, filled};

mod fill;

/// A text with one secret in it.
pub(crate) struct Sample {
    pub(crate) kind: String,
    pub(crate) place: String,
    pub(crate) before: String,
    pub(crate) secret: String,
    pub(crate) after: String,
    /// What must not be seen: the secret, or the pieces it was broken into.
    pub(crate) pieces: Vec<String>,
}

impl Sample {
    pub(crate) fn text(&self) -> String {
        format!("{}{}{}", self.before, self.secret, self.after)
    }

    /// A stretch of the secret that can be read in `output`, if there is one.
    pub(crate) fn leak<'a>(&'a self, output: &str) -> Option<&'a str> {
        self.pieces.iter().find_map(|piece| leak(piece, output, &format!("{}\0{}", self.before, self.after)))
    }
}

/// Ten characters of a secret in a row are a leak, and so is a shorter one as a whole.
fn leak<'a>(piece: &'a str, output: &str, around: &str) -> Option<&'a str> {
    const LONGEST_HARMLESS: usize = 9;
    let last = piece.len().saturating_sub(LONGEST_HARMLESS + 1);
    let length = piece.len().min(LONGEST_HARMLESS + 1);
    (0..=last).find_map(|start| {
        let part = piece.get(start..start + length)?;
        let is_public = part.trim_matches(|c: char| !c.is_alphanumeric()).is_empty() || is_armour(part);
        (!is_public && output.contains(part) && !around.contains(part)).then_some(part)
    })
}

fn is_armour(part: &str) -> bool {
    ["-BEGIN", "-----END", "PRIVATE KE", "RIVATE KEY", "IVATE KEY-", "KEY-----"]
        .iter()
        .any(|word| part.contains(word))
}

/// A text with no secret in it.
pub(crate) struct Innocent {
    pub(crate) about: String,
    pub(crate) text: String,
}

#[derive(Deserialize)]
struct SecretRow {
    kind: String,
    secret: String,
}

#[derive(Deserialize)]
struct PlaceRow {
    place: String,
    text: String,
}

#[derive(Deserialize)]
struct AssignedRow {
    kind: String,
    text: String,
    secret: String,
}

#[derive(Deserialize)]
struct InnocentRow {
    about: String,
    times: usize,
    text: String,
}

fn rows<T: for<'a> Deserialize<'a>>(lines: &str) -> Vec<T> {
    lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect()
}

/// The value that stands in for a secret of the environment.
pub(crate) const KNOWN_NAME: &str = "ACME_SERVICE_TOKEN";

/// Every secret in every place, and every assignment several times.
pub(crate) fn samples() -> Vec<Sample> {
    let secrets: Vec<SecretRow> = rows(include_str!("secrets.jsonl"));
    let places: Vec<PlaceRow> = rows(include_str!("places.jsonl"));
    let assigned: Vec<AssignedRow> = rows(include_str!("assigned.jsonl"));
    let mut samples = Vec::new();
    for secret in &secrets {
        for place in &places {
            let mut random = Random::of(&format!("{}{}{}", secret.kind, secret.secret, place.place));
            let secret_text = filled(&secret.secret, &mut random, 0);
            samples.push(sample(&secret.kind, &place.place, &place.text, secret_text, &mut random));
        }
    }
    for row in &assigned {
        for turn in 0..5 {
            let mut random = Random::of(&format!("{turn}{}{}", row.text, row.secret));
            let secret_text = filled(&row.secret, &mut random, turn);
            samples.push(sample(&row.kind, "assignment", &row.text, secret_text, &mut random));
        }
    }
    samples
}

fn sample(kind: &str, place: &str, template: &str, secret: String, random: &mut Random) -> Sample {
    let (before, after) =
        template.split_once("{secret}").unwrap_or_else(|| panic!("no {{secret}} in {template}"));
    let (before, after) = (filled(before, random, 0), filled(after, random, 0));
    let pieces = secret.lines().map(str::to_owned).collect();
    Sample { kind: kind.to_owned(), place: place.to_owned(), before, secret, after, pieces }
}

/// Texts as people write them, from the public documentation of what is in them. They were written without a look at the
/// rules; what was missed of them has had its rules since.
pub(crate) fn wild_samples() -> Vec<Sample> {
    written_samples("wild", include_str!("wild.jsonl"))
}

/// More of them, held back until the rules were done: of 380, 309 were found. What was missed has had its rules since.
pub(crate) fn unseen_samples() -> Vec<Sample> {
    written_samples("unseen", include_str!("unseen.jsonl"))
}

/// A second set held back, written without a look at the rules, before these were taught what the first one showed. No
/// rule is made for the sake of these. Of 1,415, 1,245 were found at first.
pub(crate) fn held_back_samples() -> Vec<Sample> {
    written_samples("held back", include_str!("held_back.jsonl"))
}

/// Written with them, in other languages than English: 45 of 140 were found, and the rules were taught these languages.
pub(crate) fn samples_in_other_languages() -> Vec<Sample> {
    written_samples("languages", include_str!("languages.jsonl"))
}

/// Secrets that only somebody who understands the text can tell from what is none; what kind of text it is.
pub(crate) fn samples_beyond_rules() -> Vec<Sample> {
    written_samples("beyond", include_str!("beyond.jsonl"))
}

fn written_samples(place: &str, lines: &str) -> Vec<Sample> {
    let written: Vec<AssignedRow> = rows(lines);
    let turns = written.iter().flat_map(|row| (0..5).map(move |turn| (row, turn)));
    let filled_in = turns.map(|(row, turn)| {
        let mut random = Random::of(&format!("{place} {turn}{}{}", row.text, row.secret));
        let secret = filled(&row.secret, &mut random, turn);
        sample(&row.kind, place, &row.text, secret, &mut random)
    });
    filled_in.collect()
}

/// The secrets of the table broken over a line end, at three points each. Keys in armour have lines of their own.
pub(crate) fn broken_samples() -> Vec<Sample> {
    let secrets: Vec<SecretRow> = rows(include_str!("secrets.jsonl"));
    let places: Vec<PlaceRow> = rows(include_str!("broken.jsonl"));
    let mut samples = Vec::new();
    for row in secrets.iter().filter(|row| row.kind != "private-key") {
        for place in &places {
            for (numerator, denominator) in [(1, 2), (2, 3), (4, 5)] {
                let mut random = Random::of(&format!("{}{}{numerator}", row.secret, place.place));
                let secret = filled(&row.secret, &mut random, 0);
                let (head, tail) = secret.split_at(secret.len() * numerator / denominator);
                let (before, rest) =
                    place.text.split_once("{head}").unwrap_or_else(|| panic!("{}", place.text));
                let (between, after) = rest.split_once("{tail}").unwrap_or_else(|| panic!("{}", place.text));
                samples.push(Sample {
                    kind: row.kind.clone(),
                    place: format!("broken: {}", place.place),
                    before: before.to_owned(),
                    secret: format!("{head}{between}{tail}"),
                    after: after.to_owned(),
                    pieces: vec![head.to_owned(), tail.to_owned()],
                });
            }
        }
    }
    samples
}

/// Every look-alike, as often as its row says, no two the same.
pub(crate) fn innocents() -> Vec<Innocent> {
    look_alikes(include_str!("innocents.jsonl"))
}

/// Those that were written with [`held_back_samples`], of the same places.
pub(crate) fn held_back_innocents() -> Vec<Innocent> {
    look_alikes(include_str!("held_back_innocents.jsonl"))
}

fn look_alikes(lines: &str) -> Vec<Innocent> {
    let lines: Vec<InnocentRow> = rows(lines);
    let mut seen = std::collections::HashSet::new();
    let mut innocents = Vec::new();
    for row in lines {
        for turn in 0..row.times {
            let mut random = Random::of(&format!("{turn}{}", row.text));
            let text = filled(&row.text, &mut random, turn + 1);
            if seen.insert(text.clone()) {
                innocents.push(Innocent { about: row.about.clone(), text });
            }
        }
    }
    innocents
}

/// The values in the samples that the redactor is told of.
pub(crate) fn known_values(samples: &[Sample]) -> Vec<(String, String)> {
    let known = samples.iter().filter(|sample| sample.kind == "environment-secret");
    known.map(|sample| (KNOWN_NAME.to_owned(), sample.secret.clone())).collect()
}

//! Aligns attempts with the subjects git printed: in order, so that they fit as well as they can.

use super::super::shell::{Chance, Reach, Text};
use super::attempt::{Attempt, Kind};
use super::evidence::Evidence;
use super::message::same_words;

/// Words of a subject that are compared when it is not the same.
const COMPARED_WORDS: usize = 32;

/// The attempt each subject belongs to, by place.
pub(super) fn align(attempts: &[Attempt], evidence: &Evidence<'_>) -> Vec<Option<usize>> {
    let subjects = evidence.subjects.as_slice();
    let candidates = attempts.iter().map(|attempt| Candidate::new(attempt, evidence)).collect::<Vec<_>>();
    // What fits one attempt well is no other's by a weak likeness.
    let is_strong = |subject: &&str| candidates.iter().any(|candidate| candidate.fit(subject) >= EXTENDED);
    let strong = subjects.iter().map(is_strong).collect::<Vec<_>>();
    let fit = |candidate: &Candidate<'_>, place: usize, subject: &str| match candidate.fit(subject) {
        fit if fit >= EXTENDED || strong.get(place) != Some(&true) => fit,
        fit if fit >= UNKNOWN_OF_ANOTHER => fit / 2,
        _ => 0,
    };

    // scores[i][j]: how well the attempts from i on and the subjects from j on can fit.
    let width = subjects.len() + 1;
    let mut scores = vec![vec![0_u32; width]];
    for candidate in candidates.iter().rev() {
        let below = scores.last().cloned().unwrap_or_default();
        let mut row = vec![0_u32; width];
        let mut right = 0;
        for (place, subject) in subjects.iter().enumerate().rev() {
            let (skip_attempt, both) = pair_at(&below, place);
            let taken = match fit(candidate, place, subject) {
                0 => 0,
                fit => both + fit,
            };
            right = taken.max(skip_attempt).max(right);
            if let Some(score) = row.get_mut(place) {
                *score = right;
            }
        }
        scores.push(row);
    }
    scores.reverse();

    let mut owners = vec![None; subjects.len()];
    let mut place = 0;
    for (index, candidate) in candidates.iter().enumerate() {
        let (here, below) = (row(&scores, index), row(&scores, index + 1));
        while let Some(subject) = subjects.get(place) {
            let (score, skip_subject) = pair_at(here, place);
            let (skip_attempt, both) = pair_at(below, place);
            let fit = fit(candidate, place, subject);
            if fit > 0 && score == both + fit {
                if let Some(owner) = owners.get_mut(place) {
                    *owner = Some(index);
                }
                place += 1;
                break;
            }
            if score == skip_attempt || score != skip_subject {
                break;
            }
            place += 1;
        }
    }
    give_away_the_rest(&candidates, subjects, &mut owners);
    owners
}

fn row(scores: &[Vec<u32>], index: usize) -> &[u32] {
    scores.get(index).map(Vec::as_slice).unwrap_or_default()
}

/// The score at `place` and the one right of it.
fn pair_at(row: &[u32], place: usize) -> (u32, u32) {
    (row.get(place).copied().unwrap_or(0), row.get(place + 1).copied().unwrap_or(0))
}

/// A loop prints a line each time around; and what went to standard error may stand out of order.
fn give_away_the_rest(candidates: &[Candidate<'_>], subjects: &[&str], owners: &mut [Option<usize>]) {
    let mut has_line = vec![false; candidates.len()];
    for index in owners.iter().flatten() {
        has_line.get_mut(*index).into_iter().for_each(|has| *has = true);
    }
    for (owner, subject) in owners.iter_mut().zip(subjects).filter(|(owner, _)| owner.is_none()) {
        let fits = candidates.iter().zip(&has_line).enumerate().map(|(index, (candidate, has_line))| {
            let least = match (candidate.attempt.repeats, has_line) {
                (true, _) => RELATED,
                (false, false) => FITS_THE_PATTERN,
                (false, true) => return (index, 0),
            };
            let fit = candidate.fit(subject);
            (index, if fit >= least { fit } else { 0 })
        });
        *owner = fits.filter(|(_, fit)| *fit > 0).max_by_key(|(_, fit)| *fit).map(|(index, _)| index);
        owner.and_then(|index| has_line.get_mut(index)).into_iter().for_each(|has| *has = true);
    }
}

const SAME: u32 = 1000;
const FITS_THE_PATTERN: u32 = 800;
const EXTENDED: u32 = 700;
const UNKNOWN: u32 = 500;
const UNKNOWN_OF_ANOTHER: u32 = 400;
const RELATED: u32 = 100;
const STRANGE: u32 = 10;

/// An attempt, and what its line should look like.
struct Candidate<'a> {
    attempt: &'a Attempt,
    subject: Option<Text>,
    /// It prints no line, or failed.
    silent: bool,
    /// A failure was shown, so an attempt takes no subject that has nothing to do with its own.
    strict: bool,
}

impl<'a> Candidate<'a> {
    fn new(attempt: &'a Attempt, evidence: &Evidence<'_>) -> Self {
        let silent = attempt.quiet || attempt.failed(evidence);
        let strict = attempt.reach == Reach::Nothing || evidence.statuses + evidence.errors > 0;
        Self { attempt, subject: attempt.message.subject(), silent, strict }
    }

    /// How well a subject fits the attempt; 0 if it cannot be its own.
    fn fit(&self, subject: &str) -> u32 {
        if self.silent {
            return 0;
        }
        let fit = match (&self.subject, self.attempt.kind) {
            (Some(own), _) if !own.says_something() => UNKNOWN,
            (Some(own), _) => match own.as_known() {
                Some(own) if same_words(own, subject) => SAME,
                Some(own) if is_derived(subject) && !is_derived(own) => return 0,
                _ if self.attempt.reach == Reach::Nothing && own.as_known().is_some() => return 0,
                // A hook put a ticket's number in front, say.
                Some(own) if subject.contains(own) => EXTENDED,
                Some(own) if shares_words(own, subject) => RELATED,
                None if own.fits(&subject.split_whitespace().collect::<Vec<_>>().join(" ")) => {
                    FITS_THE_PATTERN
                }
                _ if self.strict => return 0,
                _ => STRANGE,
            },
            (None, Kind::Revert) if subject.starts_with("Revert \"") => FITS_THE_PATTERN,
            (None, Kind::Revert) => STRANGE,
            (None, Kind::Other) => UNKNOWN_OF_ANOTHER,
            (None, Kind::Commit) => UNKNOWN,
        };
        // Of two attempts alike, the line is of the one that is seen, and of the one that is sure to run.
        let seen = self.attempt.reach != Reach::Nothing;
        fit + u32::from(seen) * 2 + u32::from(self.attempt.chance != Chance::Doubtful)
    }
}

/// Whether git made the subject of that of another commit, which it therefore holds.
fn is_derived(subject: &str) -> bool {
    ["fixup! ", "squash! ", "amend! ", "Revert \""].iter().any(|start| subject.starts_with(start))
}

/// A hook may have cleaned up: half of the words are still there.
fn shares_words(own: &str, subject: &str) -> bool {
    let own = own.split_whitespace().take(COMPARED_WORDS).collect::<Vec<_>>();
    let shared = own
        .iter()
        .filter(|word| subject.split_whitespace().take(COMPARED_WORDS).any(|other| other == **word))
        .count();
    shared > 1 && shared * 2 >= own.len()
}

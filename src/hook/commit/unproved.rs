//! Attempts that no line proves: which of them count all the same.

use super::super::shell::{Chance, Reach};
use super::attempt::{Attempt, Kind};
use super::evidence::Evidence;

/// The message of every attempt that is not proved and that counts all the same, by the place of the attempt.
pub(super) fn messages(
    attempts: &[Attempt],
    proved: &[bool],
    evidence: &Evidence<'_>,
) -> Vec<Option<String>> {
    let unproved = || attempts.iter().zip(proved).filter(|(_, proved)| !**proved).map(|(attempt, _)| attempt);
    let mut unexplained =
        Unexplained::new(evidence, unproved().filter(|attempt| shows_its_tail(attempt)).count());
    // A failure on the screen belongs first to the attempts that ran and visibly failed. One in whose run an unseen
    // attempt stands before it may not have run; what stands behind one that failed did not.
    let mut unseen_in = None;
    let mut stopped_in = None;
    let mut ran = Vec::with_capacity(attempts.len());
    for (attempt, proved) in attempts.iter().zip(proved) {
        ran.push(stopped_in != Some(attempt.run));
        if *proved || stopped_in == Some(attempt.run) {
            continue;
        }
        if !shows_its_line(attempt, evidence) {
            unseen_in = Some(attempt.run);
        } else if matches!(attempt.chance, Chance::Likely | Chance::Refuted) && attempt.kind != Kind::Other {
            if unseen_in != Some(attempt.run) {
                unexplained.blame(attempt);
            }
            if attempt.gates && attempt.chance == Chance::Likely {
                stopped_in = Some(attempt.run);
            }
        }
    }
    // Backwards, since the commit that fails for want of changes is the later one.
    let pairs = attempts.iter().zip(proved).zip(ran).rev();
    let mut messages = pairs
        .map(|((attempt, proved), ran)| {
            if attempt.kind != Kind::Commit || *proved || !ran || !counts(attempt, evidence, &mut unexplained)
            {
                return None;
            }
            let logged = evidence.logged(&attempt.message);
            logged
                .map(|subject| attempt.message.with_subject(subject))
                .or_else(|| attempt.message.as_written())
        })
        .collect::<Vec<_>>();
    messages.reverse();
    messages
}

fn counts(attempt: &Attempt, evidence: &Evidence<'_>, unexplained: &mut Unexplained) -> bool {
    match attempt.chance {
        Chance::Refuted => false,
        Chance::Vouched => true,
        _ if attempt.failed(evidence) => false,
        _ if attempt.succeeded(evidence) => true,
        Chance::Doubtful => !attempt.repeats && evidence.logged(&attempt.message).is_some(),
        Chance::Likely if shows_its_line(attempt, evidence) => false,
        Chance::Likely if shows_its_tail(attempt) => {
            let shown = unexplained.take_summary();
            if !shown {
                unexplained.blame(attempt);
            }
            shown
        }
        Chance::Likely => !unexplained.blame(attempt),
    }
}

/// Whether a success of this attempt would have shown its line.
fn shows_its_line(attempt: &Attempt, evidence: &Evidence<'_>) -> bool {
    !attempt.quiet && attempt.reach == Reach::Whole && !evidence.is_cut
}

/// Whether a success of this attempt would have shown the end of its summary, which the exit code does not tell.
fn shows_its_tail(attempt: &Attempt) -> bool {
    attempt.chance == Chance::Likely && !attempt.quiet && attempt.reach == Reach::Tail
}

/// What the output shows and no attempt explains yet.
struct Unexplained {
    statuses: usize,
    errors: usize,
    summaries: usize,
    /// Attempts that are still to be asked for a summary.
    tails: usize,
}

impl Unexplained {
    fn new(evidence: &Evidence<'_>, tails: usize) -> Self {
        let Evidence { statuses, errors, summaries, .. } = *evidence;
        Self { statuses, errors, summaries, tails }
    }

    /// Explains a failure on the screen by this attempt, if there is one it can have caused.
    fn blame(&mut self, attempt: &Attempt) -> bool {
        // git prints the status on standard output, errors elsewhere.
        let cause = if self.statuses > 0 && attempt.reach != Reach::Nothing {
            &mut self.statuses
        } else {
            &mut self.errors
        };
        let found = *cause > 0;
        *cause = cause.saturating_sub(1);
        found
    }

    /// Whether there is a summary for this attempt when the earlier ones have theirs.
    fn take_summary(&mut self) -> bool {
        let found = self.tails <= self.summaries;
        self.tails = self.tails.saturating_sub(1);
        found
    }
}

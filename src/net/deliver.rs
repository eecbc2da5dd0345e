//! The flush protocol's network half: how many requests are under way, when to go on, when to stop.

use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;

use super::answer::{Answer, ask};
use super::client::{Courier, MOST_IN_FLIGHT};
use super::verdict::Verdict;
use crate::clock;
use crate::fault;
use crate::key::Key;
use crate::spool::{Drain, Record, Refusal, Settled};
use crate::sys::Refused;

/// So many are accepted one after the other before a second request goes beside the first: another connection costs two
/// round trips and a handshake, which a handful of memories does not pay back.
const ACCEPTED_ALONE: usize = 4;
/// So many failures with no acceptance in between are the server's, not some memories'.
const FAILURES_IN_A_ROW: usize = 8;
/// So many pauses with no acceptance in between, and the server is left alone for longer.
const PAUSES_IN_A_ROW: usize = 3;
/// `Retry-After: 0` is no invitation to a loop.
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);

/// One memory that was sent, for whoever watches.
#[derive(Debug)]
pub struct Delivery<'a> {
    /// What was sent.
    pub record: &'a Record,
    /// The HTTP status, or why there is none.
    pub status: Result<u16, &'a str>,
    /// What it means.
    pub verdict: Verdict,
    /// How long it took.
    pub took: Duration,
}

/// How a delivery ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Everything that was to be had was sent and answered.
    Emptied,
    /// The API refused the key.
    KeyRevoked,
    /// It makes no sense to go on now.
    Stopped(Stop),
    /// The time is up; there is nothing wrong.
    OutOfTime,
}

/// Why a delivery stopped, and for how long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// A sentence for `status`.
    pub because: String,
    /// When to try again.
    pub wait: Wait,
}

/// When to try again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// After the backoff of this many failures in a row.
    Backoff,
    /// After an hour: somebody has to mend something.
    Long,
    /// After what the server asked for.
    Exactly(Duration),
}

/// What an answer means for the delivery as a whole.
enum Next {
    GoOn,
    /// Collect what is under way, then wait so long and go on.
    Pause(Duration),
    End(Outcome),
}

impl Courier {
    /// Sends what the drain hands out, until it is empty, the server says no, or `until` has come.
    ///
    /// It starts with one request at a time and, after a few acceptances, doubles with every further one: a server that is
    /// down, or rejects the key, is asked once, and a handful of memories shares one connection.
    pub fn deliver(
        &self,
        drain: &mut Drain<'_>,
        until: Instant,
        watch: &mut dyn FnMut(&Delivery<'_>),
    ) -> Result<Outcome, Refused> {
        self.runtime.block_on(self.deliver_all(drain, until, watch))
    }

    async fn deliver_all(
        &self,
        drain: &mut Drain<'_>,
        until: Instant,
        watch: &mut dyn FnMut(&Delivery<'_>),
    ) -> Result<Outcome, Refused> {
        let mut under_way = FuturesUnordered::new();
        let mut window = 1;
        let mut accepted = 0;
        let mut failures = 0;
        let mut pauses = 0;
        let mut next = Next::GoOn;
        loop {
            // A connection that has just answered is given back by a task of its own, in a few steps: let it take them, before
            // another is opened.
            for _ in 0..4 {
                tokio::task::yield_now().await;
            }
            while matches!(next, Next::GoOn) && under_way.len() < window && Instant::now() < until {
                let Some(letter) = drain.next_letter()? else { break };
                fault::point!("deliver.taken");
                if fault::mutant!(AcceptsUnanswered) {
                    drain.settle(letter.ticket, Settled::Accepted)?;
                }
                match self.request(&letter.record) {
                    Ok(request) => under_way.push(async move {
                        let answer = ask(&self.client, request, self.generation, self.limits).await;
                        (letter.ticket, letter.record, answer)
                    }),
                    Err(error) => {
                        let refusal = Refusal { at: clock::now(), status: 0, body: format!("{error:#}") };
                        drain.settle(letter.ticket, Settled::Refused(refusal))?;
                    }
                }
            }
            let Some((ticket, record, answer)) = under_way.next().await else {
                match next {
                    Next::End(outcome) => return Ok(outcome),
                    Next::Pause(_) if pauses >= PAUSES_IN_A_ROW => {
                        let because = "the API asks for one pause after another".to_owned();
                        return Ok(Outcome::Stopped(Stop { because, wait: Wait::Backoff }));
                    }
                    Next::Pause(pause) => {
                        pauses += 1;
                        drain.rest();
                        tokio::time::sleep(pause).await;
                        (next, window, accepted, failures) = (Next::GoOn, 1, 0, 0);
                        continue;
                    }
                    Next::GoOn if Instant::now() >= until => return Ok(Outcome::OutOfTime),
                    Next::GoOn => return Ok(Outcome::Emptied),
                }
            };
            let verdict = answer.verdict;
            let status = answer.status.as_ref().map(|status| *status).map_err(|none| none.sentence.as_str());
            watch(&Delivery { record: &record, status, verdict, took: answer.took });
            let pausing = !matches!(next, Next::End(_));
            let settled = settle_as(verdict, &answer, &self.key, pausing);
            if verdict == Verdict::Accepted {
                accepted += 1;
                if accepted >= ACCEPTED_ALONE {
                    window = (2 * window).min(MOST_IN_FLIGHT);
                }
                (failures, pauses) = (0, 0);
            } else if verdict == Verdict::Failed {
                failures += 1;
            }
            next = worse(next, after(verdict, &answer, failures, until));
            drain.settle(ticket, settled)?;
        }
    }
}

fn settle_as(verdict: Verdict, answer: &Answer, key: &Key, may_go_on: bool) -> Settled {
    match verdict {
        Verdict::Accepted => Settled::Accepted,
        Verdict::Refused => Settled::Refused(Refusal {
            at: clock::now(),
            status: answer.status.as_ref().map_or(0, |status| *status),
            body: without_key(&String::from_utf8_lossy(&answer.body), key),
        }),
        Verdict::Failed if answer.status.as_ref().is_err_and(|none| none.no_connection) => Settled::Kept,
        Verdict::Failed => Settled::Failed,
        Verdict::SlowDown(Some(_)) if may_go_on => Settled::Again,
        Verdict::KeyRevoked | Verdict::Blocked | Verdict::SlowDown(_) => Settled::Kept,
    }
}

/// A server may say back what it was sent; the part of a key at the end of what was read of it is one, too.
fn without_key(body: &str, key: &Key) -> String {
    const SHORTEST_PART: usize = 4;
    const MARK: &str = "[redacted:key]";
    let key = key.reveal();
    let body = body.replace(key, MARK);
    let parts = (SHORTEST_PART..key.len()).rev().filter_map(|length| key.get(..length));
    match parts.into_iter().find_map(|part| body.strip_suffix(part)) {
        Some(before) => format!("{before}{MARK}"),
        None => body,
    }
}

fn after(verdict: Verdict, answer: &Answer, failures: usize, until: Instant) -> Next {
    let said = match &answer.status {
        Ok(status) => format!("the API answered {status}"),
        Err(none) => none.sentence.clone(),
    };
    let stop = |wait: Wait| Next::End(Outcome::Stopped(Stop { because: said.clone(), wait }));
    match verdict {
        Verdict::KeyRevoked => Next::End(Outcome::KeyRevoked),
        Verdict::Blocked => {
            let advice = answer.status.as_ref().map_or("", |status| advice(*status));
            Next::End(Outcome::Stopped(Stop { because: format!("{said}{advice}"), wait: Wait::Long }))
        }
        Verdict::Failed if answer.status.as_ref().is_err_and(|none| none.no_connection) => {
            stop(Wait::Backoff)
        }
        Verdict::Failed if failures >= FAILURES_IN_A_ROW => stop(Wait::Backoff),
        Verdict::Accepted | Verdict::Refused | Verdict::Failed => Next::GoOn,
        Verdict::SlowDown(None) => stop(Wait::Backoff),
        Verdict::SlowDown(Some(pause)) if Instant::now() + pause < until => {
            Next::Pause(pause.max(SHORTEST_PAUSE))
        }
        Verdict::SlowDown(Some(pause)) => stop(Wait::Exactly(pause)),
    }
}

/// What somebody can do about an answer that keeps everything waiting.
fn advice(status: u16) -> &'static str {
    match status {
        // Nothing but a page is stopped for with one of these.
        200..300 => " with a web page: a sign-in page or a proxy answers in place of the service",
        300..400 => ", a redirect: set ENGRAM_API_URL to where the service is now",
        402 => ": the plan of this account takes no more",
        404 | 405 => ": ENGRAM_API_URL is perhaps not the base URL of the service",
        407 => ": the proxy in HTTPS_PROXY wants a name and a password",
        _ => ": the service, or a proxy before it, does not let this key in",
    }
}

/// What was decided stays decided: a revoked key before a stop, a stop before a pause, the longer pause before the shorter.
fn worse(one: Next, other: Next) -> Next {
    match (one, other) {
        (Next::End(Outcome::KeyRevoked), _) | (_, Next::End(Outcome::KeyRevoked)) => {
            Next::End(Outcome::KeyRevoked)
        }
        (Next::End(outcome), _) | (_, Next::End(outcome)) => Next::End(outcome),
        (Next::Pause(one), Next::Pause(other)) => Next::Pause(one.max(other)),
        (Next::Pause(pause), Next::GoOn) | (Next::GoOn, Next::Pause(pause)) => Next::Pause(pause),
        (Next::GoOn, Next::GoOn) => Next::GoOn,
    }
}

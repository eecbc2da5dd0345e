//! A flush by hand: what it does while it does it, and how it ended.

use std::io::{self, IsTerminal as _};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

use super::words::memories;
use super::{complain, json, say};
use crate::cmd::flush::{Done, End, Flushed, Watcher};
use crate::exit::Exit;
use crate::net::{Delivery, Verdict};

/// Watches a flush by hand: a line a memory, or a progress bar on a terminal, or nothing.
pub struct FlushWatcher {
    verbose: bool,
    bar: ProgressBar,
}

impl FlushWatcher {
    /// A watcher that says what the arguments ask for.
    pub fn new(verbose: bool, json: bool) -> Self {
        let bar = ProgressBar::new(0);
        if verbose || json || !io::stderr().is_terminal() {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
        if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} {per_sec} {msg}") {
            bar.set_style(style);
        }
        Self { verbose, bar }
    }
}

impl Watcher for FlushWatcher {
    fn begins(&mut self, waiting: u64, origin: &str) {
        self.bar.set_length(waiting);
        if self.verbose {
            say(&format!("{} for {origin}\n", memories(waiting)), Exit::Done);
        }
    }

    fn waits_for_another(&mut self) {
        complain("another flush is at work; waiting for it\n", Exit::Done);
    }

    fn sees(&mut self, delivery: &Delivery<'_>) {
        if delivery.verdict == Verdict::Accepted || delivery.verdict == Verdict::Refused {
            self.bar.inc(1);
        }
        if self.verbose {
            let answer = delivery.status.map_or_else(str::to_owned, |status| status.to_string());
            let (id, topic) = (&delivery.record.id, &delivery.record.memory.topic);
            let (verdict, took) = (delivery.verdict.as_str(), delivery.took.as_millis());
            say(&format!("{id}  {answer:>3}  {verdict}  {took} ms  {topic}\n"), Exit::Done);
        }
    }

    fn ends(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// How a flush by hand went.
pub fn flushed(flushed: &Flushed, as_json: bool) -> Exit {
    #[derive(Serialize)]
    struct Line<'a> {
        accepted: u64,
        dead_letters: u64,
        ignored: u64,
        end: &'static str,
        because: Option<&'a str>,
        erased: Option<u64>,
    }
    let (end, because, erased) = match &flushed.end {
        End::Empty => ("empty", None, None),
        End::Left(because) => ("left", Some(because.as_str()), None),
        End::Locked => ("left", Some("the spool is locked by a process that is stopped"), None),
        End::KeyRevoked(tombstone) => ("key-rejected", None, Some(tombstone.erased)),
    };
    let done = &flushed.done;
    if as_json {
        let (accepted, dead_letters, ignored) = (done.accepted, done.dead, done.ignored);
        return say(&json(&Line { accepted, dead_letters, ignored, end, because, erased }), flushed.exit());
    }
    let mut text = match &flushed.end {
        End::Empty if flushed.waited && *done == Done::default() => {
            "the other flush left nothing to do".to_owned()
        }
        _ => format!("{} delivered", memories(done.accepted)),
    };
    if done.dead > 0 {
        text.push_str(&format!(", {} refused for good (`engram-hook list --dead`)", done.dead));
    }
    if done.ignored > 0 {
        text.push_str(&format!(", {} dropped: their directory is ignored", done.ignored));
    }
    match &flushed.end {
        End::Empty => text.push_str("; nothing waits\n"),
        End::Left(_) | End::Locked => {
            let because = because.unwrap_or_default();
            text.push_str(&format!(
                "; the rest waits: {because}. `engram-hook status` says when it is tried again\n"
            ));
        }
        End::KeyRevoked(tombstone) => {
            let erased = memories(tombstone.erased);
            text.push_str(&format!(
                "; the API rejects this key, since {}: {erased} erased. Set a new key; should this one work again, \
                 `engram-hook flush --retry-key`\n",
                tombstone.at
            ));
        }
    }
    say(&text, flushed.exit())
}

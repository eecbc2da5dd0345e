//! The only file that prints.
//!
//! Everything goes through one place that lets a closed stdout be: `engram-hook status | head -1` is no error.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::time::Duration;

use anyhow::bail;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

use crate::clock::{self, Instant};
use crate::cmd::explain::{Explained, Explanation};
use crate::cmd::flush::{End, Flushed, Watcher};
use crate::cmd::list::Listed;
use crate::cmd::status::Status;
use crate::exit::Exit;
use crate::net::{Delivery, Verdict};
use crate::settings::{Outcome, Report};

/// Prints text to stdout.
pub fn say(text: &str, exit: Exit) -> Exit {
    // Whoever closed stdout does not want to hear it.
    drop(io::stdout().write_all(text.as_bytes()));
    exit
}

/// Prints text to stderr.
pub fn complain(text: &str, exit: Exit) -> Exit {
    // There is no third stream to complain to.
    drop(io::stderr().write_all(text.as_bytes()));
    exit
}

/// Prints an error as one sentence.
pub fn fail(error: &anyhow::Error) -> Exit {
    complain(&format!("engram-hook: {error:#}\n"), Exit::Failed)
}

/// Asks a question that only `y` or `yes` answers. Without a terminal nobody can answer it.
pub fn confirms(question: &str) -> anyhow::Result<bool> {
    if !io::stdin().is_terminal() {
        bail!("cannot ask without a terminal: {question} Give --yes to do it");
    }
    complain(&format!("{question} [y/N] "), Exit::Done);
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).map(|line| line + "\n").unwrap_or_default()
}

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
    let mut text = format!("{} delivered", memories(done.accepted));
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
                "; the API rejected the key on {}: {erased} erased. Set a new key, or try --retry-key\n",
                tombstone.at
            ));
        }
    }
    say(&text, flushed.exit())
}

/// What waits, what was delivered, what went wrong.
pub fn status(status: &Status, as_json: bool) -> Exit {
    if as_json {
        return say(&json(status), Exit::Done);
    }
    let mut text = String::new();
    let mut row = |name: &str, value: &str| {
        text.push_str(&format!("{name:<16}{value}\n"));
    };
    row("capture", &status.capture);
    let origin = status.origin.as_deref().unwrap_or("unusable URL");
    row(
        "destination",
        &if status.origin_allowed { origin.to_owned() } else { format!("{origin} (not allowed)") },
    );
    match &status.spool {
        None => row("waiting", "nothing; nothing was captured for this key yet"),
        Some(spool) => {
            let oldest = spool.oldest.map_or_else(String::new, |at| format!(", the oldest for {}", ago(at)));
            row("waiting", &format!("{}, {} bytes{oldest}", memories(spool.waiting), spool.bytes));
            row("last capture", &spool.last_capture.map_or("none".to_owned(), moment));
            row("last delivery", &spool.last_delivery.map_or("none".to_owned(), moment));
            row("delivered", &memories(spool.accepted));
            if spool.dead_letters > 0 {
                row(
                    "dead letters",
                    &format!("{} (`engram-hook list --dead`, `retry-dead`)", spool.dead_letters),
                );
            }
            for (reason, count) in &spool.dropped {
                row("dropped", &format!("{} ({reason})", memories(*count)));
            }
            if spool.quarantined_bytes > 0 {
                row("quarantine", &format!("{} bytes that are no record", spool.quarantined_bytes));
            }
            if spool.newer_records > 0 {
                row("newer format", &format!("{} records, left for a newer version", spool.newer_records));
            }
            if let Some(at) = spool.next_try {
                row(
                    "next try",
                    &format!("{} ({})", moment(at), spool.because.as_deref().unwrap_or("it failed")),
                );
            }
            if spool.suspects > 0 {
                row("suspects", &format!("the API fails on {}", memories(spool.suspects as u64)));
            }
            if let Some(tombstone) = &spool.tombstone {
                let erased = memories(tombstone.erased);
                row("key rejected", &format!("{}; {erased} erased", moment(tombstone.at)));
            }
        }
    }
    for other in &status.others {
        let waiting = other.waiting.map_or("something unreadable".to_owned(), memories);
        let origin = other.origin.as_deref().unwrap_or("an unknown origin");
        if other.origin == status.origin {
            row("other key", &format!("{waiting} for {origin} (`engram-hook adopt`, `drop --all`)"));
        } else {
            row(
                "elsewhere",
                &format!("{waiting} for {origin} (set ENGRAM_API_URL to it and flush, or `drop --all`)"),
            );
        }
    }
    for note in &status.notes {
        let times = if note.times == 1 { "once".to_owned() } else { format!("{} times", note.times) };
        row("note", &format!("{}, {times}: {}", moment(note.at), note.text));
    }
    if let Some(trouble) = &status.trouble {
        row("trouble", trouble);
    }
    row("state", &status.state);
    say(&text, Exit::Done)
}

/// The memories that wait, or the dead letters.
pub fn listed(listed: &Listed, as_json: bool) -> Exit {
    let mut text = String::new();
    match listed {
        Listed::Waiting(records) => {
            for record in records {
                if as_json {
                    text.push_str(&json(record));
                    continue;
                }
                let memory = &record.memory;
                text.push_str(&format!(
                    "{}  {:<10}  {}\n",
                    record.at,
                    memory.memory_type.as_str(),
                    one_line(&memory.topic)
                ));
            }
        }
        Listed::Dead(letters) => {
            for letter in letters {
                if as_json {
                    text.push_str(&json(letter));
                    continue;
                }
                let (refused, topic) = (&letter.refused, one_line(&letter.record.memory.topic));
                text.push_str(&format!(
                    "{}  {}  {topic}\n    {}\n",
                    refused.at,
                    refused.status,
                    one_line(&refused.body)
                ));
            }
        }
    }
    if text.is_empty() && !as_json {
        text.push_str(match listed {
            Listed::Waiting(_) => "nothing waits\n",
            Listed::Dead(_) => "there are no dead letters\n",
        });
    }
    say(&text, Exit::Done)
}

/// What would be captured, and why or why not.
pub fn explained(explained: &Explained, as_json: bool) -> Exit {
    if as_json {
        return say(&json(explained), Exit::Done);
    }
    let mut text = format!("event       {} from {}\n", explained.event, explained.client);
    for Explanation { rule, id, memory, redacted, private, cut } in &explained.memories {
        let mut row = |name: &str, value: &str| {
            text.push_str(&format!("{name:<12}{value}\n"));
        };
        row("memory", id);
        row("rule", rule);
        row("type", memory.memory_type.as_str());
        row("topic", &memory.topic);
        row("project", memory.project.as_deref().unwrap_or("none"));
        row("scope", memory.scope.as_deref().unwrap_or("none"));
        row("tags", &memory.tags.join(", "));
        row("redacted", &if redacted.is_empty() { "nothing".to_owned() } else { redacted.join(", ") });
        row("private", if *private { "cut out" } else { "nothing" });
        row("cut", if *cut { "to 2000 units" } else { "no" });
        row("content", &memory.content.replace('\n', "\n            "));
    }
    if let Some(why) = &explained.why_not {
        text.push_str(&format!("kept        nothing: {why}\n"));
    }
    if let Some(but) = &explained.but {
        text.push_str(&format!("but         a capture keeps nothing now: {but}\n"));
    }
    say(&text, Exit::Done)
}

/// What install or uninstall did.
pub fn settings_changed(report: &Report, dry_run: bool) -> Exit {
    let path = report.path.display();
    let mut text = match (report.outcome, dry_run) {
        (Outcome::Unchanged, _) => format!("{path} is as it should be; nothing was changed\n"),
        (_, true) => format!("{path} would be changed:\n{}", report.diff),
        (Outcome::Created, false) => format!("{path} was created\n"),
        (Outcome::Changed, false) => format!("{path} was changed\n"),
        (Outcome::Removed, false) => format!("{path} was removed: it had been created by an install\n"),
    };
    if let (Some(backup), false) = (&report.backup, dry_run) {
        text.push_str(&format!("the file as it was: {}\n", backup.display()));
    }
    let exit = say(&text, Exit::Done);
    for warning in &report.warnings {
        complain(&format!("engram-hook: {warning}\n"), Exit::Done);
    }
    exit
}

fn memories(count: u64) -> String {
    if count == 1 { "1 memory".to_owned() } else { format!("{count} memories") }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn moment(at: Instant) -> String {
    let now = clock::now();
    if now < at { format!("{at} (in {})", span(now.until(at))) } else { format!("{at} ({} ago)", ago(at)) }
}

fn ago(at: Instant) -> String {
    span(at.until(clock::now()))
}

fn span(span: Duration) -> String {
    match span.as_secs() {
        seconds @ 0..120 => format!("{seconds} s"),
        seconds @ 120..7200 => format!("{} min", seconds / 60),
        seconds @ 7200..172_800 => format!("{} h", seconds / 3600),
        seconds => format!("{} days", seconds / 86_400),
    }
}

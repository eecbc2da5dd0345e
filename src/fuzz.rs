//! What is fuzzed: one function for each thing that reads bytes of somebody else, with what must hold of every input.
//!
//! `fuzz/` runs them under libFuzzer; `tests` runs them over the checked-in corpora and some thousand changes of those, with
//! the stable toolchain. A function that returns is content; one that panics has found something. Not part of the program.

#![expect(clippy::missing_panics_doc, reason = "a panic is what they are for, and each says what must hold")]

mod segment;
#[cfg(test)]
mod tests;

use std::time::{Duration, SystemTime};

pub use segment::segment;

use crate::config::{self, Kinds};
use crate::hook::finish::{Labels, finish};
use crate::hook::redact::{KnownSecrets, redact};
use crate::hook::{Event, commit, memory, pull_request, text, wire};
use crate::origin::Origin;
use crate::spool::{Encoded, Record};
use crate::{clock, net};

/// The value of a secret variable of the session; it must come out of nothing.
const SECRET: (&str, &str) = ("DEPLOY_TOKEN", "kV7-planted-3Qz9-value");
const ALL_KINDS: Kinds = Kinds {
    commits: true,
    plans: true,
    pull_requests: true,
    turns: true,
    summaries: true,
    remember: true,
    prompts: true,
    subagents: true,
    sessions: true,
};

/// A payload becomes memories that the service takes, fit a record, and hold no secret that is known.
pub fn payload(bytes: &[u8]) {
    let repaired = String::from_utf8_lossy(bytes);
    let read = wire::Payload::read(bytes).or_else(|_| wire::Payload::read(repaired.as_bytes()));
    let Ok(payload) = read else { return };
    let event = Event::of(&payload);
    let plans = ["/home/dev/.claude/plans/".to_owned()];
    let Ok(drafts) = memory::drafts(&event, ALL_KINDS, &plans) else { return };
    assert!(!drafts.is_empty(), "no draft and no reason");
    let labels = Labels { project: Some(event.cwd.to_string()), scope: None };
    let known = KnownSecrets::of([SECRET].into_iter());
    for draft in &drafts {
        let Some(finished) = finish(&event, draft, &labels, &known) else { continue };
        let memory = &finished.memory;
        assert!((1..=2000).contains(&units(&memory.content)), "content of {}", units(&memory.content));
        assert!(units(&memory.topic) <= 256 && !memory.topic.contains('\n'), "{:?}", memory.topic);
        assert!(
            memory.tags.len() <= 32 && memory.tags.iter().all(|tag| units(tag) <= 64),
            "{:?}",
            memory.tags
        );
        for part in [&memory.content, &memory.topic] {
            assert!(!part.contains(SECRET.1), "a known secret came through");
            assert!(!part.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')), "{part:?}");
        }
        let dir = text::cut(&event.cwd, 4096).into_owned();
        let record = Record { id: finished.id, at: clock::now(), dir, memory: finished.memory };
        assert!(Encoded::waiting(&record).is_some(), "a finished memory does not fit a record");
    }
}

/// Commits and pull requests of a command, its output and its errors (three texts with NULs between them).
pub fn commits(bytes: &[u8]) {
    let whole = String::from_utf8_lossy(bytes);
    let mut parts = whole.splitn(3, '\0');
    let mut part = || parts.next().unwrap_or_default();
    let (command, stdout, stderr) = (part(), part(), part());
    let found = commit::commits(command, stdout, stderr);
    assert!(found.iter().all(|commit| !commit.message.trim().is_empty()), "a commit without a message");
    assert_eq!(found, commit::commits(command, stdout, stderr), "twice the same, twice something else");
    for commit in &found {
        commit::conventional(&commit.message);
    }
    pull_request::pull_requests(command, stdout);
}

/// Redaction takes a known secret out, touches nothing a second time, and is quick.
pub fn redaction(bytes: &[u8]) {
    let whole = String::from_utf8_lossy(bytes);
    let clean = text::clean(&whole);
    let known = KnownSecrets::of([SECRET].into_iter());
    let once = redact(&clean, &known).text.into_owned();
    let twice = redact(&once, &known).text.into_owned();
    assert_eq!(once, twice, "redacted twice is something else");
    let middle = clean.floor_char_boundary(clean.len() / 2);
    let (before, after) = clean.split_at(middle);
    let planted = format!("{before} {} {after}", SECRET.1);
    assert!(!redact(&planted, &known).text.contains(SECRET.1), "a known secret came through: {planted:?}");
}

/// `Retry-After` is at most an hour, or nothing.
pub fn retry_after(bytes: &[u8]) {
    let value = String::from_utf8_lossy(bytes);
    for now in [SystemTime::UNIX_EPOCH, clock::now().into()] {
        if let Some(pause) = net::retry_after(&value, now) {
            assert!(pause <= Duration::from_hours(1), "{pause:?}");
        }
    }
}

/// `config.json` is read, or there is a sentence about it; what it says can be used.
pub fn settings(bytes: &[u8]) {
    let settings = match config::parse(bytes) {
        Ok(settings) => settings,
        Err(error) => return assert!(!error.contains('\n'), "{error}"),
    };
    for dir in ["/home/dev/acme-api", "/", ""] {
        crate::hook::project::ignored(dir, &settings, None);
    }
    for origin in settings.origins.iter().filter_map(|origin| Origin::parse(origin).ok()) {
        assert_eq!(Origin::parse(origin.as_str()).ok().as_ref().map(Origin::as_str), Some(origin.as_str()));
    }
}

fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

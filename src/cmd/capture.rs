//! `capture`: what Claude Code runs. Reads one payload, puts its memories into the spool, makes sure that a flush lives.
//!
//! It never prints (but for the one line of `notice`, at a session's start), never fails visibly, never waits for the network or for a flush: whatever happens, the exit code is 0
//! and what went wrong is a note for `status`. Hot: half a millisecond is the budget for all of it.

use std::path::Path;

use crate::config::{Config, KeyFound, OriginFound};
use crate::detach::{self, Started, When};
use crate::exit::Exit;
use crate::hook::beginning::Beginning;
use crate::hook::finish::{Finished, Labels, finish};
use crate::hook::redact::KnownSecrets;
use crate::hook::{Event, What, memory, project, session, text, wire};
use crate::key::Key;
use crate::paths::{self, Paths};
use crate::spool::{Appended, Cause, Destination, Encoded, Notes, Record, Spool, append};
use crate::stdin::{self, MAX_PAYLOAD_BYTES, Payload};
use crate::{arena, clock, config, notice, sys};

/// A directory name longer than this is not one a file system has.
const MAX_DIR_UNITS: usize = 4096;

/// Captures; the exit code is 0.
pub fn run() -> Exit {
    be_a_guest();
    // Read to its end whatever comes of it: Claude Code must not meet a closed pipe.
    let payload = stdin::read_if(may_be_kept);
    // Only now: until here, what cannot be had is let go of, and the rest is read all the same.
    arena::end_unseen_when_full(|| {
        if let Some(paths) = Paths::find() {
            Notes::leave(&paths.state, Cause::Payload, "not enough memory: a memory may be missing");
        }
    });
    if let Some(payload) = payload
        && let Some(paths) = Paths::find()
    {
        capture(&paths, payload);
    }
    Exit::Done
}

/// Most long payloads are files that were written and are no plans.
fn may_be_kept(beginning: &[u8]) -> bool {
    let plans = project::plans_directories(paths::home().as_deref());
    memory::may_be_kept(&Beginning::of(beginning), &plans)
}

/// Nothing of ours may be seen, not even our own mistakes.
fn be_a_guest() {
    // It holds the key and a payload that nothing was taken out of yet. Where that cannot be had, it goes on.
    drop(sys::leave_no_core());
    sys::ignore_file_size_signal();
    std::panic::set_hook(Box::new(|panic| {
        if let Some(paths) = Paths::find() {
            // The place only: the message of a panic may quote what it was about.
            let place = panic.location().map(ToString::to_string).unwrap_or_default();
            Notes::leave(
                &paths.state,
                Cause::Panic,
                &format!("capture failed at {place}; please report this"),
            );
        }
        #[expect(clippy::exit, reason = "a panic must not end in its own exit code")]
        std::process::exit(0);
    }));
}

fn capture(paths: &Paths, payload: Payload) {
    let config = Config::read(paths);
    if config.off {
        return;
    }
    let Some(destination) = destination(&config, &paths.state) else {
        if let Payload::Whole(bytes) = payload {
            notice::when_off(&bytes, &config, paths);
        }
        return;
    };
    let bytes = match payload {
        Payload::Whole(bytes) if bytes.trim_ascii().is_empty() => return,
        Payload::Whole(bytes) => bytes,
        Payload::TooLarge => {
            let text =
                format!("a payload was larger than {} MiB: not captured", MAX_PAYLOAD_BYTES / 1024 / 1024);
            return Notes::leave(&paths.state, Cause::Payload, &text);
        }
        Payload::Unfinished => {
            return Notes::leave(&paths.state, Cause::Payload, "stdin did not end within 1 s: not captured");
        }
    };
    let repaired;
    let payload = match wire::Payload::read(&bytes) {
        Ok(payload) => payload,
        Err(first) => {
            repaired = String::from_utf8_lossy(&bytes).into_owned();
            let Ok(payload) = wire::Payload::read(repaired.as_bytes()) else {
                let (line, column) = (first.line(), first.column());
                let text =
                    format!("a payload was no JSON object (line {line}, column {column}): not captured");
                return Notes::leave(&paths.state, Cause::Payload, &text);
            };
            payload
        }
    };
    let event = Event::of(&payload);
    if event.is_session_boundary() {
        if config.settings.capture.sessions && matches!(event.what, What::SessionEnded) {
            note_end(&event, &bytes, &config, &destination, &paths.state);
        }
        at_session_boundary(&config, &destination, &paths.state);
        return notice::at_start(&event, &config, paths);
    }
    let finished = memories(&event, &config, &destination.key);
    if finished.is_empty() {
        return;
    }
    store(&event, finished, &config, &destination, &paths.state);
}

/// The destination, when there is enough to make one; a note when something that was given is unusable.
fn destination(config: &Config, state: &Path) -> Option<Destination> {
    if let Some(sentence) = &config.broken {
        Notes::leave(state, Cause::Settings, sentence);
        return None;
    }
    let key = match &config.key {
        KeyFound::Usable(key, _) => key.clone(),
        KeyFound::Absent => return None,
        KeyFound::Bad(why, _) => {
            Notes::leave(state, Cause::Key, &format!("the API key is unusable: {why}; nothing is captured"));
            return None;
        }
        KeyFound::FileRefused(sentence) => {
            Notes::leave(state, Cause::Key, sentence);
            return None;
        }
    };
    let origin = match &config.origin {
        OriginFound::Allowed(origin) | OriginFound::NotAllowed(origin) => origin.clone(),
        OriginFound::Bad(why) => {
            let text = format!("ENGRAM_API_URL is unusable: {why}; nothing is captured");
            Notes::leave(state, Cause::Origin, &text);
            return None;
        }
    };
    Some(Destination { origin, key })
}

fn memories(event: &Event<'_>, config: &Config, key: &Key) -> Vec<Finished> {
    let home = paths::home();
    let home = home.as_deref();
    if project::ignored(&event.cwd, &config.settings, home).is_some() {
        return Vec::new();
    }
    let Ok(drafts) = memory::drafts(event, config.settings.capture, &project::plans_directories(home)) else {
        return Vec::new();
    };
    let variables = config::variables();
    // The key need not be judged by what it looks like.
    let others = variables.iter().filter(|(_, value)| value != key.reveal());
    let known =
        KnownSecrets::of(others.map(|(name, value)| (name.as_str(), value.as_str()))).and(key.reveal());
    let labels = Labels {
        project: project::label(&event.cwd, config.project.as_deref(), &config.settings, home),
        scope: config.scope.clone(),
    };
    drafts.iter().filter_map(|draft| finish(event, draft, &labels, &known)).collect()
}

fn store(
    event: &Event<'_>,
    finished: Vec<Finished>,
    config: &Config,
    destination: &Destination,
    state: &Path,
) {
    let at = clock::now();
    let dir = text::cut(&event.cwd, MAX_DIR_UNITS);
    let mut records = Vec::with_capacity(finished.len());
    for Finished { id, memory, .. } in finished {
        match Encoded::waiting(&Record { id, at, dir: dir.clone().into_owned(), memory }) {
            Some(record) => records.push(record),
            None => Notes::leave(state, Cause::TooLarge, "a memory was larger than 64 KiB: not captured"),
        }
    }
    let spool = match Spool::open_or_make(state, destination) {
        Ok(spool) => spool,
        Err(refused) => {
            let text =
                format!("cannot use the spool in {}: {refused}; a memory was not captured", state.display());
            return Notes::leave(state, Cause::NotStored, &text);
        }
    };
    match append(&spool, &records) {
        Appended::Stored => {}
        // `status` names the tombstone. An erasing that was cut short is finished, whatever `retry` says.
        Appended::KeyRevoked if spool.is_half_erased() => {
            return start_flush(&spool, config, destination, state, When::Now);
        }
        Appended::KeyRevoked => return,
        Appended::Failed(refused) => {
            let text = format!(
                "cannot write to {}: {refused}; a memory was not captured",
                spool.dir().path().display()
            );
            return Notes::leave(state, Cause::NotStored, &text);
        }
    }
    if config.bad_scope {
        Notes::leave(state, Cause::Scope, "the scope is not like work or client-a: memories go without one");
    }
    start_flush(&spool, config, destination, state, When::Due);
}

/// Writes down that a session ended, for the flush to tell it: the transcript is long, may still be written, and this is
/// the moment in which Claude Code waits least.
#[cold]
fn note_end(event: &Event<'_>, bytes: &[u8], config: &Config, destination: &Destination, state: &Path) {
    let home = paths::home();
    if project::ignored(&event.cwd, &config.settings, home.as_deref()).is_some() {
        return;
    }
    let Some(ended) = session::ended(event, bytes, config, Some(&destination.key), home.as_deref()) else {
        return;
    };
    let noted = Spool::open_or_make(state, destination).and_then(|spool| spool.note_end(&ended));
    if let Err(refused) = noted {
        let text = format!("cannot use the spool in {}: {refused}; a session is not told", state.display());
        Notes::leave(state, Cause::NotStored, &text);
    }
}

/// Nothing is kept of a session's start and end; what waits is delivered.
fn at_session_boundary(config: &Config, destination: &Destination, state: &Path) {
    if let Ok(spool) = Spool::open(state, &destination.name())
        && spool.holds_anything()
    {
        start_flush(&spool, config, destination, state, When::Now);
    }
}

fn start_flush(spool: &Spool, config: &Config, destination: &Destination, state: &Path, when: When) {
    if let OriginFound::NotAllowed(origin) = &config.origin {
        let text = format!(
            "the key is not sent to {origin}: add it to `origins` in config.json, or unset ENGRAM_API_URL"
        );
        return Notes::leave(state, Cause::OriginNotAllowed, &text);
    }
    if let Started::Failed(sentence) = detach::start_flush(spool, destination, state, when) {
        Notes::leave(state, Cause::Flush, &sentence);
    }
}

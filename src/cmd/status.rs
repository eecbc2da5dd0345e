//! `status`: what waits, what was delivered, and what went wrong. Works with anything broken; changes nothing.

use serde::Serialize;

use super::Session;
use crate::clock::Instant;
use crate::config::{KeyFound, OriginFound};
use crate::spool::{Note, Notes, Spool, Survey, Tombstone, others, strangers};
use crate::sys;

/// All is well with it.
const ON: &str = "on";
/// Why a capture keeps nothing while a tombstone stands.
pub(super) const REJECTED: &str =
    "the API rejected this key; set a new one, or try `engram-hook flush --retry-key`";

/// What `status` says.
#[derive(Debug, Serialize)]
pub struct Status {
    /// `on`, or why nothing is captured.
    pub capture: String,
    /// The service's base URL; absent when it is unusable.
    pub origin: Option<String>,
    /// Whether the key may be sent there.
    pub origin_allowed: bool,
    /// Whether there is a usable key.
    pub has_key: bool,
    /// This destination's spool; absent when nothing was captured for it.
    pub spool: Option<SpoolStatus>,
    /// Spools of other keys and origins in which something waits.
    pub others: Vec<OtherStatus>,
    /// What went wrong in silence, the newest first.
    pub notes: Vec<Note>,
    /// What stands in the state directory and is not of this version: left alone.
    pub strangers: Vec<String>,
    /// Settings that have not the effect that was meant.
    pub concerns: Vec<String>,
    /// The state directory.
    pub state: String,
    /// Why the state directory or the spool cannot be used.
    pub trouble: Option<String>,
}

/// One spool.
#[derive(Debug, Serialize)]
pub struct SpoolStatus {
    /// Memories that wait.
    pub waiting: u64,
    /// Bytes of the files they wait in.
    pub bytes: u64,
    /// When the oldest was captured.
    pub oldest: Option<Instant>,
    /// When the newest was captured, delivered or not.
    pub last_capture: Option<Instant>,
    /// When the API last took one.
    pub last_delivery: Option<Instant>,
    /// Memories the API has.
    pub accepted: u64,
    /// Sessions that ended and are not told yet.
    pub sessions: u64,
    /// Dead letters.
    pub dead_letters: u64,
    /// Bytes that are no record.
    pub quarantined_bytes: u64,
    /// Records of a newer format, left alone.
    pub newer_records: u64,
    /// Memories that left undelivered, by reason.
    pub dropped: std::collections::BTreeMap<String, u64>,
    /// When the next flush may try; absent when nothing is put off.
    pub next_try: Option<Instant>,
    /// Why not before.
    pub because: Option<String>,
    /// How many memories the API fails on.
    pub suspects: usize,
    /// The key was refused.
    pub tombstone: Option<Tombstone>,
}

/// A spool of another destination.
#[derive(Debug, Serialize)]
pub struct OtherStatus {
    /// Its name.
    pub name: String,
    /// Its origin, when it is known.
    pub origin: Option<String>,
    /// Memories that wait; absent when it cannot be read.
    pub waiting: Option<u64>,
}

impl Status {
    /// Whether anything stands in the way of capture or delivery.
    pub fn wants_mending(&self) -> bool {
        let held_up = |spool: &SpoolStatus| spool.next_try.is_some() || spool.dead_letters > 0;
        self.capture != ON
            || self.trouble.is_some()
            || !self.concerns.is_empty()
            || self.spool.as_ref().is_some_and(held_up)
    }
}

/// Looks at everything.
pub fn run(session: &Session) -> Status {
    let state = &session.paths.state;
    let (origin, origin_allowed) = match &session.config.origin {
        OriginFound::Allowed(origin) => (Some(origin.to_string()), true),
        OriginFound::NotAllowed(origin) => (Some(origin.to_string()), false),
        OriginFound::Bad(_) => (None, false),
    };
    let mine = session.destination().ok().map(|destination| destination.name());
    let mut trouble = match sys::Dir::open(state) {
        Err(refused) if !refused.is_not_found() => Some(format!("cannot use {}: {refused}", state.display())),
        Ok(_) => sys::check_writable(state).err().map(|error| {
            format!("cannot write to {}: {error}; nothing new is captured until it can be", state.display())
        }),
        Err(_) => {
            state.ancestors().find(|dir| dir.exists()).and_then(|dir| sys::check_writable(dir).err()).map(
                |error| {
                    format!("cannot make {}: {error}; nothing is captured until it can be", state.display())
                },
            )
        }
    };
    let spool = mine.as_deref().and_then(|name| {
        match Spool::open(state, name).and_then(|spool| Survey::of(&spool)) {
            Ok(survey) => {
                if let Some(file) = survey.refused.first() {
                    trouble.get_or_insert(format!("cannot use {file}"));
                }
                Some(SpoolStatus::of(survey))
            }
            Err(refused) if refused.is_not_found() => None,
            Err(refused) => {
                trouble.get_or_insert(format!(
                    "cannot use the spool {}/spool/v1/{name}: {refused}",
                    state.display()
                ));
                None
            }
        }
    });
    Status {
        capture: capture_state(session, spool.as_ref()),
        origin,
        origin_allowed,
        has_key: session.config.usable_key().is_some(),
        spool,
        others: others(state, mine.as_deref()).into_iter().filter_map(|name| other(session, name)).collect(),
        notes: Notes::read(state),
        strangers: strangers(state),
        concerns: super::concerns::concerns(session),
        state: state.display().to_string(),
        trouble,
    }
}

/// Takes the notes away: they were read.
pub fn clear_notes(session: &Session) -> anyhow::Result<()> {
    match Notes::clear(&session.paths.state) {
        Err(refused) if !refused.is_not_found() => {
            Err(anyhow::anyhow!("cannot take the notes in {} away: {refused}", session.paths.state.display()))
        }
        _ => Ok(()),
    }
}

fn capture_state(session: &Session, spool: Option<&SpoolStatus>) -> String {
    let config = &session.config;
    if let Some(sentence) = &config.broken {
        return format!("off: {sentence}");
    }
    match (&config.key, &config.origin) {
        _ if config.off => "off: ENGRAM_CAPTURE is off".to_owned(),
        (KeyFound::Absent, _) => "off: there is no API key; set ENGRAM_API_KEY".to_owned(),
        (KeyFound::Bad(why, _), _) => format!("off: the API key is unusable: {why}"),
        (KeyFound::FileRefused(sentence), _) => format!("off: {sentence}"),
        (_, OriginFound::Bad(why)) => format!("off: ENGRAM_API_URL is unusable: {why}"),
        _ if spool.is_some_and(|spool| spool.tombstone.is_some()) => {
            format!("off: {REJECTED}")
        }
        (_, OriginFound::NotAllowed(origin)) => {
            format!(
                "on, but nothing is sent: add {origin} to `origins` in {}",
                session.paths.config_file().display()
            )
        }
        _ => ON.to_owned(),
    }
}

fn other(session: &Session, name: String) -> Option<OtherStatus> {
    let spool = Spool::open(&session.paths.state, &name).ok();
    let waiting = spool.as_ref().and_then(|spool| Survey::of(spool).ok()).map(|survey| survey.waiting);
    (waiting != Some(0)).then(|| OtherStatus {
        origin: spool.and_then(|spool| spool.origin()),
        name,
        waiting,
    })
}

impl SpoolStatus {
    fn of(survey: Survey) -> Self {
        // A pause outlives what it was for: delivered by hand, or dropped.
        let is_held_up = survey.waiting > 0 || survey.sessions > 0;
        Self {
            waiting: survey.waiting,
            bytes: survey.bytes,
            oldest: survey.oldest,
            last_capture: survey.last_capture,
            last_delivery: survey.ledger.last_delivery,
            accepted: survey.ledger.accepted,
            sessions: survey.sessions,
            dead_letters: survey.dead,
            quarantined_bytes: survey.quarantined_bytes,
            newer_records: survey.newer,
            dropped: survey.ledger.dropped,
            next_try: survey.postponed.next_at.filter(|_| is_held_up),
            because: survey.postponed.because.filter(|_| is_held_up),
            suspects: survey.postponed.suspects.len(),
            tombstone: survey.tombstone,
        }
    }
}

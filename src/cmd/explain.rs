//! `explain`: what would be captured from a payload, and why or why not. Offline, needs no key, writes nothing.

use anyhow::{anyhow, bail};
use serde::Serialize;

use super::Session;
use crate::config::{self, KeyFound};
use crate::hook::finish::{Finished, Labels, finish};
use crate::hook::redact::KnownSecrets;
use crate::hook::{Event, What, memory, project, session, wire};
use crate::memory::Memory;
use crate::paths;
use crate::stdin::Payload;

/// What would become of a payload.
#[derive(Debug, Serialize)]
pub struct Explained {
    /// The event's name.
    pub event: String,
    /// Which program sent it.
    pub client: &'static str,
    /// The memories, as they would be sent.
    pub memories: Vec<Explanation>,
    /// Why nothing is kept, when nothing is.
    pub why_not: Option<String>,
    /// Something that keeps a real capture from storing them.
    pub but: Option<String>,
}

/// One memory that would be kept.
#[derive(Debug, Serialize)]
pub struct Explanation {
    /// What it is made from.
    pub rule: &'static str,
    /// Its id.
    pub id: String,
    /// What would be sent.
    pub memory: Memory,
    /// The kinds of secrets that were redacted.
    pub redacted: Vec<&'static str>,
    /// Whether something private was cut out.
    pub private: bool,
    /// Whether the content was cut to size.
    pub cut: bool,
}

/// Explains a payload.
pub fn run(session: &Session, payload: Payload) -> anyhow::Result<Explained> {
    let bytes = match payload {
        Payload::Whole(bytes) => bytes,
        Payload::TooLarge => {
            bail!("cannot explain: the payload is larger than 16 MiB; a capture would not keep it either")
        }
        Payload::Unfinished => {
            bail!("cannot explain: stdin did not end; use `engram-hook explain < payload.json`")
        }
    };
    if bytes.trim_ascii().is_empty() {
        bail!("cannot explain: stdin is empty; use `engram-hook explain < payload.json`, or --last");
    }
    let text = String::from_utf8_lossy(&bytes);
    let payload = wire::Payload::read(text.as_bytes()).map_err(|error| {
        anyhow!("cannot explain: stdin is no JSON object ({error}); use `engram-hook explain < payload.json`")
    })?;
    let event = Event::of(&payload);
    let mut explained = Explained {
        event: if event.name.is_empty() { "(no name)".to_owned() } else { event.name.clone().into_owned() },
        client: event.client.tag(),
        memories: Vec::new(),
        why_not: None,
        but: but(session),
    };
    let home = paths::home();
    let home = home.as_deref();
    let settings = &session.config.settings;
    if let Some(ignored) = project::ignored(&event.cwd, settings, home) {
        explained.why_not = Some(format!("the directory is ignored by {ignored}"));
        return Ok(explained);
    }
    let variables = config::variables();
    let known = KnownSecrets::of(variables.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    let known = match session.config.usable_key() {
        Some(key) => known.and(key.reveal()),
        None => known,
    };
    if settings.capture.sessions && matches!(event.what, What::SessionEnded) {
        match session_of(session, &event, text.as_bytes(), &known) {
            Ok(finished) => explained.memories.push(finished.into()),
            Err(why) => explained.why_not = Some(why),
        }
        return Ok(explained);
    }
    let drafts = match memory::drafts(&event, settings.capture, &project::plans_directories(home)) {
        Ok(drafts) => drafts,
        Err(why) => {
            explained.why_not = Some(why.to_string());
            return Ok(explained);
        }
    };
    let labels = Labels {
        project: project::label(&event.cwd, session.config.project.as_deref(), settings, home),
        scope: session.config.scope.clone(),
    };
    explained.memories = drafts
        .iter()
        .filter_map(|draft| finish(&event, draft, &labels, &known))
        .map(Explanation::from)
        .collect();
    if explained.memories.is_empty() {
        explained.why_not = Some("nothing is left of it without what is private".to_owned());
    }
    Ok(explained)
}

impl From<Finished> for Explanation {
    fn from(finished: Finished) -> Self {
        Self {
            rule: finished.kind,
            id: finished.id,
            memory: finished.memory,
            redacted: finished.redacted,
            private: finished.was_private,
            cut: finished.was_cut,
        }
    }
}

/// What the flush would tell of the session that ended.
fn session_of(
    session: &Session,
    event: &Event<'_>,
    payload: &[u8],
    known: &KnownSecrets<'_>,
) -> Result<Finished, String> {
    let home = paths::home();
    let Some(ended) = session::ended(event, payload, &session.config, None, home.as_deref()) else {
        return Err("its transcript is not one of Claude Code's own".to_owned());
    };
    let story = ended.story().map_err(|refused| format!("its transcript cannot be read: {refused}"))?;
    ended.memory(&story, known).ok_or_else(|| "the session changed no file and made no commit".to_owned())
}

pub(super) fn but(session: &Session) -> Option<String> {
    match &session.config.key {
        _ if session.config.off => Some("ENGRAM_CAPTURE is off".to_owned()),
        KeyFound::Usable(..) => None,
        KeyFound::Absent => Some("there is no API key; set ENGRAM_API_KEY".to_owned()),
        KeyFound::Bad(why, _) => Some(format!("the API key is unusable: {why}")),
        KeyFound::FileRefused(sentence) => Some(sentence.clone()),
    }
}

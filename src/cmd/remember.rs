//! `remember`: a memory by hand or from a script; the same redaction, limits and spool as for everything else.

use std::borrow::Cow;

use anyhow::{Context as _, anyhow, bail};

use super::Session;
use crate::cli::{RememberArguments, TypeWord};
use crate::config::{self, OriginFound};
use crate::detach::{self, Started, When};
use crate::hook::finish::{Labels, finish};
use crate::hook::memory::{Draft, Kind};
use crate::hook::redact::KnownSecrets;
use crate::hook::{Client, Event, What, project, text};
use crate::memory::MemoryType;
use crate::spool::{Appended, Encoded, Record, Spool, append};
use crate::stdin::{self, Payload};
use crate::{clock, paths};

/// What became of it.
#[derive(Debug)]
pub enum Remembered {
    /// It is in the spool; the sentence that says so.
    Kept(String),
    /// The API refused this key before: nothing is kept for it.
    KeyRejected,
}

/// Puts it into the spool.
pub fn run(session: &Session, arguments: &RememberArguments) -> anyhow::Result<Remembered> {
    let destination = session.destination()?;
    let text = match arguments.text.as_slice() {
        [dash] if dash == "-" => from_stdin()?,
        words => words.join(" "),
    };
    let cwd = std::env::current_dir().map(|dir| dir.to_string_lossy().into_owned()).unwrap_or_default();
    let now = clock::now();
    let event = Event {
        name: Cow::Borrowed("remember"),
        session_id: now.to_string().into(),
        cwd: cwd.into(),
        cause_id: None,
        client: Client::ClaudeCode,
        what: What::Other,
    };
    let home = paths::home();
    let settings = &session.config.settings;
    if let Some(ignored) = project::ignored(&event.cwd, settings, home.as_deref()) {
        bail!(
            "cannot remember it: this directory is ignored by {ignored}; run it from another directory, or change that"
        );
    }
    let project = arguments.project.as_deref().or(session.config.project.as_deref());
    let labels = Labels {
        project: project::label(&event.cwd, project, settings, home.as_deref()),
        scope: session.config.scope.clone(),
    };
    let variables = config::variables();
    let known = KnownSecrets::of(variables.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    let draft = |text: &str| Draft {
        kind: Kind::Remember,
        ordinal: 0,
        text: text.to_owned().into(),
        memory_type: memory_type(arguments.memory_type),
        was_private: false,
    };
    let Some(mut finished) = finish(&event, &draft(&text), &labels, &known) else {
        bail!("cannot remember nothing: the text is empty, or private as a whole");
    };
    if let Some(topic) =
        arguments.topic.as_deref().and_then(|topic| finish(&event, &draft(topic), &labels, &known))
    {
        finished.memory.topic =
            text::cut(&topic.memory.content.replace('\n', " "), text::TOPIC_UNITS).into_owned();
    }
    // Not written by a program that runs hooks.
    finished.memory.tags.retain(|tag| tag != Client::ClaudeCode.tag());
    let record = Record { id: finished.id, at: now, dir: event.cwd.into_owned(), memory: finished.memory };
    let encoded = Encoded::waiting(&record)
        .ok_or_else(|| anyhow!("cannot remember it: it is larger than 64 KiB; shorten it"))?;
    let state = session.paths.state.display();
    let spool = Spool::open_or_make(&session.paths.state, &destination)
        .map_err(|refused| anyhow!("cannot use the spool in {state}: {refused}"))?;
    match append(&spool, &[encoded]) {
        Appended::Stored => {}
        Appended::KeyRevoked => return Ok(Remembered::KeyRejected),
        Appended::Failed(refused) => bail!("cannot write to the spool in {state}: {refused}"),
    }
    if let OriginFound::NotAllowed(origin) = &session.config.origin {
        return Ok(Remembered::Kept(format!(
            "kept; it waits until {origin} is in `origins` in {}\n",
            session.paths.config_file().display()
        )));
    }
    Ok(Remembered::Kept(match detach::start_flush(&spool, &destination, &session.paths.state, When::Due) {
        Started::Yes | Started::LivesAlready => "kept; it is being delivered\n".to_owned(),
        Started::NotDue => "kept; it waits for the next try (`engram-hook status` says when)\n".to_owned(),
        Started::Failed(sentence) => format!("kept; {sentence}\n"),
    }))
}

fn from_stdin() -> anyhow::Result<String> {
    match stdin::read_patiently().context("cannot read the text from stdin")? {
        Payload::Whole(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        Payload::TooLarge | Payload::Unfinished => {
            bail!("cannot remember it: stdin holds more than 16 MiB; give the part that matters")
        }
    }
}

const fn memory_type(word: TypeWord) -> MemoryType {
    match word {
        TypeWord::Decision => MemoryType::Decision,
        TypeWord::Commitment => MemoryType::Commitment,
        TypeWord::Blocker => MemoryType::Blocker,
        TypeWord::Preference => MemoryType::Preference,
        TypeWord::Pattern => MemoryType::Pattern,
        TypeWord::Note => MemoryType::Note,
        TypeWord::Event => MemoryType::Event,
        TypeWord::Fact => MemoryType::Fact,
    }
}

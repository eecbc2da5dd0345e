//! An ended session: what the capture writes down of it for the flush, and the memory that the flush makes of its
//! transcript.
//!
//! A capture at `SessionEnd` has little time and the transcript may still be written, so it notes only where the
//! transcript is. The flush reads its end: a regular file of the user's below Claude Code's own directory, no link
//! followed. Hooks of a hostile project cannot make it read anything else.

use std::borrow::Cow;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::finish::{Finished, Labels, finish};
use super::memory::{Draft, Kind};
use super::redact::{Fingerprint, KnownSecrets, redact};
use super::transcript::Story;
use super::{Client, Event, What, id, private, project, text, wire};
use crate::clock::{self, Instant};
use crate::config::{self, Config};
use crate::key::Key;
use crate::memory::MemoryType;
use crate::sys::{self, Refused};

/// So much of a transcript's end is read.
const TAIL_BYTES: u64 = 4 * 1024 * 1024;
/// So much of a prompt or an answer is looked at.
const MAX_PART_BYTES: usize = 4 * 1024;
const MAX_PATH_BYTES: usize = 4 * 1024;
/// The first prompt says what it was about, the last ones where it went.
const LAST_PROMPTS: usize = 7;
const LAST_COMMITS: usize = 8;
const MOST_FILES: usize = 12;
/// Units of one line of the memory: together they stay below what a memory holds.
const LINE_UNITS: usize = 90;
const ANSWER_UNITS: usize = 200;

/// A session that ended and is to be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// The id of its memory: two registrations of the hook, and two ends without a prompt in between, make one.
    pub id: String,
    /// When it ended.
    pub at: Instant,
    /// Its directory, for ignore rules and for the names of files.
    pub dir: String,
    /// The tag of the program that ran it.
    client: String,
    /// The directory of all transcripts, and where in it this one is.
    root: String,
    below: String,
    /// Already clean and redacted.
    project: Option<String>,
    scope: Option<String>,
    /// What the secrets of the session's environment are recognised by.
    known: Vec<Fingerprint>,
}

/// What is on the machine of the user, for an [`Ended`].
#[derive(Debug)]
pub struct Around<'a> {
    /// The directories that hold transcripts, each with a slash at its end.
    pub roots: &'a [String],
    /// What goes on the memory.
    pub labels: Labels,
    /// The secrets of the environment.
    pub known: &'a KnownSecrets<'a>,
    /// The key, when there is one.
    pub key: Option<&'a Key>,
}

/// The session that a payload says has ended, with everything that its memory needs and a flush does not have.
pub fn ended(
    event: &Event<'_>,
    payload: &[u8],
    config: &Config,
    key: Option<&Key>,
    home: Option<&Path>,
) -> Option<Ended> {
    let transcript = wire::transcript_path(payload)?;
    let variables = config::variables();
    let known = KnownSecrets::of(variables.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    let labels = Labels {
        project: project::label(&event.cwd, config.project.as_deref(), &config.settings, home),
        scope: config.scope.clone(),
    };
    let roots = project::transcript_directories(home);
    Ended::of(event, &transcript, clock::now(), &Around { roots: &roots, labels, known: &known, key })
}

impl Ended {
    /// Notes where the transcript of a session is. `None` when it is nowhere that we would read.
    pub fn of(event: &Event<'_>, transcript: &str, at: Instant, around: &Around<'_>) -> Option<Self> {
        let (root, below) = place_of(transcript, around.roots)?;
        if event.cwd.len() > MAX_PATH_BYTES {
            return None;
        }
        let project = around.labels.project.as_deref().map(|project| {
            let label = redact(text::clean(project).trim(), around.known).text.into_owned();
            text::cut(&label, text::TOPIC_UNITS).into_owned()
        });
        Some(Self {
            id: id::of(event, Kind::Session, 0, ""),
            at,
            dir: event.cwd.clone().into_owned(),
            client: event.client.tag().to_owned(),
            root: root.to_owned(),
            below: below.to_owned(),
            project,
            scope: around.labels.scope.clone(),
            known: around.key.map(|key| Fingerprint::of(around.known, key)).unwrap_or_default(),
        })
    }

    /// Reads what the session was about from the end of its transcript.
    pub fn story(&self) -> Result<Story, Refused> {
        let mut opened = sys::open_below(Path::new(&self.root), &self.below)?;
        let skipped = opened.len.saturating_sub(TAIL_BYTES);
        opened.file.seek(SeekFrom::Start(skipped))?;
        let mut bytes = Vec::new();
        opened.file.take(TAIL_BYTES).read_to_end(&mut bytes)?;
        Ok(Story::read(&bytes).cut_to_what_is_told())
    }

    /// The secrets of the session's environment that occur in its story.
    pub fn recognise(&self, story: &Story, key: &Key) -> Vec<String> {
        let mut found: Vec<_> =
            story.texts().flat_map(|text| Fingerprint::recognise(&self.known, text, key)).collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The memory of the session. `None` when it changed nothing.
    pub fn memory(&self, story: &Story, known: &KnownSecrets<'_>) -> Option<Finished> {
        if story.is_idle() {
            return None;
        }
        let mut redacted = Vec::new();
        let mut safe = |text: &str| {
            let safe = redact(text, known);
            redacted.extend(safe.kinds);
            safe.text.into_owned()
        };
        let line = |text: &str| text::cut(&text::headline(text), LINE_UNITS).into_owned();
        let prompts: Vec<_> = story.prompts.iter().map(|prompt| line(&safe(prompt))).collect();
        let commits: Vec<_> = story.commits.iter().map(|commit| line(&safe(commit))).collect();
        let files: Vec<_> = story
            .files
            .iter()
            .map(|file| {
                text::cut(&safe(file.strip_prefix(&format!("{}/", self.dir)).unwrap_or(file)), LINE_UNITS)
                    .into_owned()
            })
            .collect();
        let answer = story.answer.as_deref().map(&mut safe);
        let mut told = format!(
            "Session: {}\n",
            prompts.first().or(commits.first()).map_or("files were changed", String::as_str)
        );
        list(&mut told, "Also asked", prompts.get(1..).unwrap_or_default());
        list(&mut told, "Committed", &commits);
        list(&mut told, "Changed", &files);
        if let Some(answer) = answer {
            told.push_str(&format!("\nEnded with: {}\n", text::cut(&text::headline(&answer), ANSWER_UNITS)));
        }
        let event = Event {
            name: Cow::Borrowed("SessionEnd"),
            session_id: Cow::Borrowed(""),
            cwd: Cow::Borrowed(&self.dir),
            cause_id: None,
            client: Client::of_tag(&self.client),
            what: What::SessionEnded,
        };
        let draft = Draft {
            kind: Kind::Session,
            ordinal: 0,
            text: Cow::Borrowed(&told),
            memory_type: MemoryType::Note,
            was_private: false,
        };
        let labels = Labels { project: self.project.clone(), scope: self.scope.clone() };
        let mut finished = finish(&event, &draft, &labels, known)?;
        finished.id.clone_from(&self.id);
        redacted.append(&mut finished.redacted);
        finished.redacted = redacted;
        Some(finished)
    }
}

fn list(told: &mut String, name: &str, items: &[String]) {
    if !items.is_empty() {
        told.push_str(&format!("\n{name}:\n"));
        for item in items {
            told.push_str(&format!("- {item}\n"));
        }
    }
}

/// The root that a transcript is below, and the way from there: nothing but names.
fn place_of<'a>(transcript: &'a str, roots: &'a [String]) -> Option<(&'a str, &'a str)> {
    let (root, below) =
        roots.iter().find_map(|root| Some((root.as_str(), transcript.strip_prefix(root.as_str())?)))?;
    let are_names = below.split('/').all(|part| !matches!(part, "" | "." | ".."));
    let is_transcript = Path::new(below).extension().is_some_and(|extension| extension == "jsonl");
    (are_names && is_transcript && transcript.len() <= MAX_PATH_BYTES).then_some((root, below))
}

impl Story {
    /// What a memory has room for; of each text the beginning, without what is private.
    fn cut_to_what_is_told(mut self) -> Self {
        let last = |count: usize, items: &mut Vec<String>| {
            items.drain(..items.len().saturating_sub(count));
        };
        let first = (!self.prompts.is_empty()).then(|| self.prompts.remove(0));
        last(LAST_PROMPTS, &mut self.prompts);
        self.prompts.splice(0..0, first);
        last(LAST_COMMITS, &mut self.commits);
        last(MOST_FILES, &mut self.files);
        let public = |text: &mut String| {
            *text = private::without_private(&text::clean(text)).into_owned();
            if text.len() > MAX_PART_BYTES {
                text.truncate(text.floor_char_boundary(MAX_PART_BYTES));
                // Half a word may be half a secret, which nothing knows.
                let words = text.rfind(char::is_whitespace);
                text.truncate(words.unwrap_or_else(|| text.floor_char_boundary(MAX_PART_BYTES / 2)));
            }
        };
        for items in [&mut self.prompts, &mut self.commits, &mut self.files] {
            items.iter_mut().for_each(public);
            items.retain(|text| !text.trim().is_empty());
        }
        self.answer.iter_mut().for_each(public);
        self.answer = self.answer.filter(|answer| !answer.trim().is_empty());
        self
    }

    fn texts(&self) -> impl Iterator<Item = &str> {
        let lists = self.prompts.iter().chain(&self.commits).chain(&self.files);
        lists.chain(&self.answer).map(String::as_str)
    }
}

#[cfg(test)]
mod tests;

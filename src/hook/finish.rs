//! Draft to memory: clean, cut out what is private, redact, label, cut to size. In that order, because a control character
//! could hide a secret, and a cut could leave half of one.

use std::borrow::Cow;

use super::memory::{Draft, Kind};
use super::redact::{KnownSecrets, redact};
use super::{Event, commit, id, private, text};
use crate::memory::{Memory, MemoryType};

/// A plan may be megabytes, a memory is 2,000 units: so much of it is redacted at first, and all of it only when redaction
/// leaves less than twice [`ENOUGH_BYTES`].
const FIRST_BYTES: usize = 64 * 1024;
/// More than a memory can hold, with room so that the place where the first part was cut is never seen.
const ENOUGH_BYTES: usize = 16 * 1024;
const MAX_TAG_UNITS: usize = 64;

/// A finished memory, and what was done to it on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    /// The memory's id.
    pub id: String,
    /// The memory.
    pub memory: Memory,
    /// What was made of it.
    pub kind: &'static str,
    /// The kinds of secrets that were redacted, one for each place.
    pub redacted: Vec<&'static str>,
    /// Whether something private was cut out.
    pub was_private: bool,
    /// Whether the content was cut to size.
    pub was_cut: bool,
}

/// What is put on every memory of an event.
#[derive(Debug)]
pub struct Labels {
    /// The project's label, not yet clean.
    pub project: Option<String>,
    /// The scope, already looked at.
    pub scope: Option<String>,
}

/// Finishes a draft. `None` when nothing is left of it.
pub fn finish(
    event: &Event<'_>,
    draft: &Draft<'_>,
    labels: &Labels,
    known: &KnownSecrets<'_>,
) -> Option<Finished> {
    let clean = text::clean(&draft.text);
    let public = private::without_private(&clean);
    let was_private = draft.was_private || public.len() != clean.len();
    let (safe, mut redacted) = redact_enough(public.trim(), known);
    let safe = safe.trim();
    if safe.is_empty() {
        return None;
    }
    let topic = match draft.kind {
        // The subject and the title are what their authors wrote them to be.
        Kind::Commit | Kind::PullRequest => Cow::Borrowed(safe.lines().next().unwrap_or_default().trim()),
        _ => text::headline(safe),
    };
    let topic = if topic.is_empty() { Cow::Borrowed(draft.kind.as_str()) } else { topic };
    let content = text::cut(safe, text::CONTENT_UNITS);
    let project = labels.project.as_deref().and_then(|project| {
        let clean = text::clean(project);
        let label = redact(clean.trim(), known);
        redacted.extend(&label.kinds);
        let label = text::cut(&label.text, text::TOPIC_UNITS).replace('\n', " ");
        (!label.is_empty()).then_some(label)
    });
    let memory = Memory {
        topic: text::cut(&topic, text::TOPIC_UNITS).into_owned(),
        memory_type: memory_type(draft, safe),
        project,
        scope: labels.scope.clone(),
        tags: tags(event, draft.kind, safe),
        content: content.clone().into_owned(),
    };
    Some(Finished {
        id: id::of(event, draft.kind, draft.ordinal, &content),
        memory,
        kind: draft.kind.as_str(),
        redacted,
        was_private,
        was_cut: content.len() != safe.len(),
    })
}

fn redact_enough<'a>(text: &'a str, known: &KnownSecrets<'_>) -> (Cow<'a, str>, Vec<&'static str>) {
    if text.len() > FIRST_BYTES {
        let first = text.get(..text.floor_char_boundary(FIRST_BYTES)).unwrap_or(text);
        let redacted = redact(first, known);
        if redacted.text.len() > 2 * ENOUGH_BYTES {
            // What stands near the cut may be half of a secret, which nothing knows: neither content nor topic see it.
            let enough = redacted.text.floor_char_boundary(ENOUGH_BYTES);
            let mut text = redacted.text.into_owned();
            text.truncate(enough);
            return (text.into(), redacted.kinds);
        }
    }
    let redacted = redact(text, known);
    (redacted.text, redacted.kinds)
}

/// `feat` and `refactor` are choices that were made; other commits are notes.
fn memory_type(draft: &Draft<'_>, safe: &str) -> MemoryType {
    if draft.kind != Kind::Commit {
        return draft.memory_type;
    }
    let decides = |head: commit::Conventional<'_>| {
        matches!(head.kind.to_ascii_lowercase().as_str(), "feat" | "refactor")
    };
    if head(safe).is_some_and(decides) { MemoryType::Decision } else { MemoryType::Note }
}

fn head(safe: &str) -> Option<commit::Conventional<'_>> {
    commit::conventional(safe.lines().next().unwrap_or_default())
}

fn tags(event: &Event<'_>, kind: Kind, safe: &str) -> Vec<String> {
    let mut tags = vec![event.client.tag().to_owned(), kind.as_str().to_owned()];
    if kind == Kind::Commit
        && let Some(head) = head(safe)
    {
        let words = std::iter::once(head.kind).chain(head.scope);
        tags.extend(words.map(|word| text::cut(&word.to_lowercase(), MAX_TAG_UNITS).into_owned()));
    }
    let mut seen = Vec::new();
    tags.retain(|tag| {
        !tag.is_empty() && !seen.contains(tag) && {
            seen.push(tag.clone());
            true
        }
    });
    tags
}

//! The `hooks` of a settings file, as far as we understand them; a form we do not know is refused, not guessed at.

use super::document::{Document, Member, Node, Shape};
use super::refusal::{Cause, Refusal};
use super::whose::{Whose, whose};

/// The value of the key `hooks`.
#[derive(Debug)]
pub(super) struct Hooks<'d> {
    pub(super) node: &'d Node,
    pub(super) events: Vec<Event<'d>>,
}

/// One event and its groups.
#[derive(Debug)]
pub(super) struct Event<'d> {
    pub(super) name: String,
    pub(super) node: &'d Node,
    pub(super) groups: Vec<Group<'d>>,
}

/// A matcher and the entries under it.
#[derive(Debug)]
pub(super) struct Group<'d> {
    /// Absent and "everything" are the same to Claude Code.
    pub(super) matcher: Option<String>,
    /// The array of entries.
    pub(super) node: &'d Node,
    pub(super) entries: Vec<Entry<'d>>,
}

/// One hook.
#[derive(Debug)]
pub(super) struct Entry<'d> {
    pub(super) node: &'d Node,
    pub(super) whose: Whose,
}

/// Where an entry stands: event, group, entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) event: usize,
    pub(super) group: usize,
    pub(super) entry: usize,
}

impl<'d> Hooks<'d> {
    /// The hooks of a settings document; `None` when it has no such key.
    pub(super) fn of(document: &'d Document) -> Result<Option<Hooks<'d>>, Refusal> {
        let Shape::Object(_) = &document.root.shape else {
            return Err(unknown(document, &document.root, "the file".to_owned(), "an object"));
        };
        let Some(Member { value: node, .. }) = document.member(&document.root, "hooks")? else {
            return Ok(None);
        };
        let Shape::Object(members) = &node.shape else {
            return Err(unknown(document, node, "\"hooks\"".to_owned(), "an object"));
        };
        let mut events: Vec<Event> = Vec::with_capacity(members.len());
        for member in members {
            let name =
                document.decoded(&member.key).unwrap_or_else(|| document.slice(&member.key).to_owned());
            if events.iter().any(|event| event.name == name) {
                return Err(Refusal::at(document.text, member.key.start, Cause::Twice { key: name }));
            }
            events.push(Event::of(document, name, &member.value)?);
        }
        Ok(Some(Hooks { node, events }))
    }

    /// Every entry with its place, in the order of the text.
    pub(super) fn entries(&self) -> impl Iterator<Item = (Place, &Event<'d>, &Group<'d>, &Entry<'d>)> {
        self.events.iter().enumerate().flat_map(|(e, event)| {
            event.groups.iter().enumerate().flat_map(move |(g, group)| {
                group
                    .entries
                    .iter()
                    .enumerate()
                    .map(move |(h, entry)| (Place { event: e, group: g, entry: h }, event, group, entry))
            })
        })
    }

    pub(super) fn hold_ours(&self) -> bool {
        self.events.iter().any(Event::holds_ours)
    }
}

impl<'d> Event<'d> {
    fn of(document: &'d Document, name: String, node: &'d Node) -> Result<Event<'d>, Refusal> {
        let Shape::Array(groups) = &node.shape else {
            return Err(unknown(document, node, format!("hooks.{}", name.escape_debug()), "an array"));
        };
        let groups = groups
            .iter()
            .enumerate()
            .map(|(at, group)| Group::of(document, &format!("hooks.{}[{at}]", name.escape_debug()), group))
            .collect::<Result<_, _>>()?;
        Ok(Event { name, node, groups })
    }

    pub(super) fn holds_ours(&self) -> bool {
        self.groups.iter().flat_map(|group| &group.entries).any(Entry::is_ours)
    }
}

impl<'d> Group<'d> {
    fn of(document: &'d Document, place: &str, group: &'d Node) -> Result<Group<'d>, Refusal> {
        let Shape::Object(_) = &group.shape else {
            return Err(unknown(document, group, place.to_owned(), "an object"));
        };
        let matcher = match document.member(group, "matcher")? {
            Some(Member { value, .. }) if !matches!(value.shape, Shape::Text) => {
                return Err(unknown(document, value, format!("{place}.matcher"), "a string"));
            }
            Some(Member { value, .. }) => {
                let raw = document.slice(&value.span);
                Some(document.decoded(&value.span).unwrap_or_else(|| raw.to_owned()))
            }
            None => None,
        };
        let matcher = matcher.filter(|matcher| !matcher.is_empty() && matcher != "*");
        let Some(Member { value: node, .. }) = document.member(group, "hooks")? else {
            let found = "an object without \"hooks\"";
            let cause =
                Cause::Shape { place: place.to_owned(), found, wanted: "a group with a \"hooks\" array" };
            return Err(Refusal::at(document.text, group.span.start, cause));
        };
        let Shape::Array(entries) = &node.shape else {
            return Err(unknown(document, node, format!("{place}.hooks"), "an array"));
        };
        let entries = entries
            .iter()
            .enumerate()
            .map(|(at, entry)| Entry::of(document, &format!("{place}.hooks[{at}]"), entry))
            .collect::<Result<_, _>>()?;
        Ok(Group { matcher, node, entries })
    }
}

impl<'d> Entry<'d> {
    fn of(document: &'d Document, place: &str, node: &'d Node) -> Result<Entry<'d>, Refusal> {
        let Shape::Object(_) = &node.shape else {
            return Err(unknown(document, node, place.to_owned(), "an object"));
        };
        for key in ["type", "command", "args"] {
            document.member(node, key)?;
        }
        Ok(Entry { node, whose: whose(document.slice(&node.span)) })
    }

    pub(super) fn is_ours(&self) -> bool {
        matches!(self.whose, Whose::Ours(..))
    }
}

fn unknown(document: &Document, node: &Node, place: String, wanted: &'static str) -> Refusal {
    Refusal::at(document.text, node.span.start, Cause::Shape { place, found: node.kind(), wanted })
}

//! Puts our hooks into a settings text. Pure: text in, text out.
//!
//! It repeats one smallest step until nothing is left to do: add what is missing, bring an older entry of ours up to
//! date where it stands, remove one of ours that is too many. Each step is one edit of a text read anew, so no step
//! has to know what another did to the positions, and a text that needs no step comes back as it was.

use serde_json::Value;

use super::before::Before;
use super::document::Document;
use super::edit::{Child, append, replace};
use super::hooks::{Entry, Event, Group, Hooks};
use super::ours::{OurEntry, OurEvent, OurGroup, OurHooks};
use super::refusal::Refusal;
use super::scan::scan;
use super::take_out::drop_entry;

/// A text with our hooks in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// The whole text, to be written as it is.
    pub text: String,
    /// What to keep for `take_out`.
    pub before: Before,
}

/// Merges `ours` into `text`, which may be empty.
pub fn merge(text: &str, ours: &OurHooks) -> Result<Merged, Refusal> {
    merge_again(text, ours, &Before::default())
}

/// As `merge`, for a text we may have been in before: `prior` is what an earlier merge noted.
pub fn merge_again(text: &str, ours: &OurHooks, prior: &Before) -> Result<Merged, Refusal> {
    if text.trim_matches([' ', '\t', '\r', '\n']).is_empty() {
        let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
        let merged = settle("{}".to_owned(), ours, prior)?.replace('\n', newline);
        return Ok(Merged { text: merged + newline, before: Before::of_blank(text) });
    }
    let document = scan(text)?;
    let before = Before::of(&document, Hooks::of(&document)?.as_ref(), ours, prior);
    Ok(Merged { text: settle(text.to_owned(), ours, &before)?, before })
}

fn settle(mut text: String, ours: &OurHooks, before: &Before) -> Result<String, Refusal> {
    while let Some(next) = step(&text, ours, before)? {
        text = next;
    }
    Ok(text)
}

/// The text after the next edit, or `None` when it is as we want it.
fn step(text: &str, ours: &OurHooks, before: &Before) -> Result<Option<String>, Refusal> {
    let document = scan(text)?;
    let Some(hooks) = Hooks::of(&document)? else {
        let child = Child { key: Some("hooks"), value: ours };
        return Ok(Some(append(&document, &document.root, &child)));
    };
    for our_event in &ours.events {
        if let Some(text) = add_missing(&document, &hooks, our_event) {
            return Ok(Some(text));
        }
    }
    Ok(mend(&document, &hooks, ours, before))
}

/// Adds the first of an event's entries that is not there.
fn add_missing(document: &Document, hooks: &Hooks, our_event: &OurEvent) -> Option<String> {
    let Some(event) = hooks.events.iter().find(|event| event.name == our_event.name) else {
        let child = Child { key: Some(&our_event.name), value: &our_event.groups };
        return Some(append(document, hooks.node, &child));
    };
    our_event.groups.iter().find_map(|our_group| {
        let missing: Vec<OurEntry> = our_group
            .hooks
            .iter()
            .filter(|entry| !is_there(document, event, our_group, entry))
            .cloned()
            .collect();
        let first = missing.first()?;
        // A group with somebody else's entry stays theirs, even under the same matcher.
        let own = event.groups.iter().find(|group| {
            group.matcher == our_group.matcher
                && !group.entries.is_empty()
                && group.entries.iter().all(Entry::is_ours)
        });
        if let Some(group) = own {
            return Some(append(document, group.node, &Child { key: None, value: first }));
        }
        let group = OurGroup { matcher: our_group.matcher.clone(), hooks: missing };
        Some(append(document, event.node, &Child { key: None, value: &group }))
    })
}

fn is_there(document: &Document, event: &Event, our_group: &OurGroup, our_entry: &OurEntry) -> bool {
    event
        .groups
        .iter()
        .filter(|group| group.matcher == our_group.matcher)
        .flat_map(|group| &group.entries)
        .any(|entry| entry.is_ours() && filter_of(&value_of(document, entry)) == our_entry.filter.as_deref())
}

/// Replaces or removes the first entry of ours that is not as we would write it now.
fn mend(document: &Document, hooks: &Hooks, ours: &OurHooks, before: &Before) -> Option<String> {
    let mut seen: Vec<(&str, Option<&str>, Option<&str>)> = Vec::new();
    for (place, event, group, entry) in hooks.entries().filter(|(_, _, _, entry)| entry.is_ours()) {
        let value = value_of(document, entry);
        let Some((our_group, our_entry)) = wanted(ours, event, group, &value) else {
            return Some(drop_entry(document, hooks, place, before));
        };
        let name = (event.name.as_str(), our_group.matcher.as_deref(), our_entry.filter.as_deref());
        if seen.contains(&name) {
            return Some(drop_entry(document, hooks, place, before));
        }
        if serde_json::to_value(our_entry).ok().as_ref() != Some(&value) {
            return Some(replace(document, entry.node, our_entry));
        }
        seen.push(name);
    }
    None
}

/// Our own entry of the same event, matcher and filter.
fn wanted<'o>(
    ours: &'o OurHooks,
    event: &Event,
    group: &Group,
    value: &Value,
) -> Option<(&'o OurGroup, &'o OurEntry)> {
    let our_groups = &ours.event(&event.name)?.groups;
    our_groups.iter().filter(|our_group| our_group.matcher == group.matcher).find_map(|our_group| {
        let entry = our_group.hooks.iter().find(|entry| entry.filter.as_deref() == filter_of(value))?;
        Some((our_group, entry))
    })
}

fn value_of(document: &Document, entry: &Entry) -> Value {
    serde_json::from_str(document.slice(&entry.node.span)).unwrap_or_default()
}

fn filter_of(entry: &Value) -> Option<&str> {
    entry.get("if").and_then(Value::as_str)
}

//! Takes our hooks out of a settings text. Pure: text in, text out.

use super::before::{Before, Was};
use super::document::{Document, Shape};
use super::edit::remove;
use super::hooks::{Hooks, Place};
use super::refusal::Refusal;
use super::scan::scan;

/// A text without our hooks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenOut {
    /// What is left.
    pub text: String,
    /// How many entries were removed.
    pub removed: usize,
    /// The text says nothing any more: an object without a key, or white space.
    pub is_empty: bool,
}

/// Removes every entry of ours, whatever its path and form. `before` is what `merge` noted, or the default when that is lost.
pub fn take_out(text: &str, before: &Before) -> Result<TakenOut, Refusal> {
    let mut text = text.to_owned();
    if text.trim_matches([' ', '\t', '\r', '\n']).is_empty() {
        return Ok(TakenOut { text, removed: 0, is_empty: true });
    }
    let mut removed = 0;
    loop {
        let document = scan(&text)?;
        let hooks = Hooks::of(&document)?;
        let place = hooks
            .as_ref()
            .and_then(|hooks| hooks.entries().find(|(_, _, _, entry)| entry.is_ours()))
            .map(|(place, ..)| place);
        let (Some(hooks), Some(place)) = (&hooks, place) else {
            let is_empty = document.root.children().is_empty();
            let text = match &before.blank {
                Some(blank) if is_empty && removed > 0 => blank.clone(),
                _ => text,
            };
            return Ok(TakenOut { text, removed, is_empty });
        };
        let next = drop_entry(&document, hooks, place, before);
        removed += 1;
        text = next;
    }
}

/// Removes one entry, and with it each container around it that is empty then and was not there before us.
pub(super) fn drop_entry(document: &Document, hooks: &Hooks, place: Place, before: &Before) -> String {
    let Some(event) = hooks.events.get(place.event) else { return document.text.to_owned() };
    let Some(group) = event.groups.get(place.group) else { return document.text.to_owned() };
    if group.entries.len() > 1 {
        return remove(document, group.node, place.entry, "");
    }
    let was = before.event(&event.name);
    if event.groups.len() > 1 || !was.goes() {
        return remove(document, event.node, place.group, was.inside());
    }
    if hooks.events.len() > 1 || !before.hooks.goes() {
        return remove(document, hooks.node, place.event, before.hooks.inside());
    }
    drop_hooks(document, &before.root)
}

fn drop_hooks(document: &Document, root: &Was) -> String {
    let Shape::Object(members) = &document.root.shape else { return document.text.to_owned() };
    match members.iter().position(|member| document.decoded(&member.key).as_deref() == Some("hooks")) {
        Some(index) => remove(document, &document.root, index, root.inside()),
        None => document.text.to_owned(),
    }
}

//! What a settings file held where our hooks went in, so that taking them out leaves exactly that.
//!
//! Removing an entry is its own inverse of adding it, but for one question: is a `hooks` key, or an event's array, that
//! is empty without us ours to remove, or was it there, and with which white space between its brackets? The answer is
//! noted at the first install. Without it (the note was lost, or somebody copied the settings) an emptied event and an
//! emptied `hooks` are taken for ours and removed, which is right for every file but those that had them empty.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::document::{Document, Node};
use super::hooks::Hooks;
use super::ours::OurHooks;

/// The containers as they were before the first install.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Before {
    /// The whole text, when it was nothing but white space.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) blank: Option<String>,
    pub(super) root: Was,
    pub(super) hooks: Was,
    pub(super) events: BTreeMap<String, Was>,
}

/// One container before us.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Was {
    /// We were in it already when somebody looked.
    #[default]
    Unknown,
    Absent,
    /// There, with only this white space between its brackets.
    Empty(String),
    Filled,
}

impl Before {
    /// The note about a text that holds nothing but white space.
    pub(super) fn of_blank(text: &str) -> Before {
        Before { blank: Some(text.to_owned()), ..Before::default() }
    }

    /// Looks at a text before `ours` are merged into it. `prior` answers what cannot be seen because we are there.
    pub(super) fn of(document: &Document, hooks: Option<&Hooks>, ours: &OurHooks, prior: &Before) -> Before {
        let Some(hooks) = hooks else {
            return Before {
                root: Was::of(document, &document.root),
                hooks: Was::Absent,
                ..Before::default()
            };
        };
        let mut before = if hooks.hold_ours() {
            prior.clone()
        } else {
            Before { root: Was::Filled, hooks: Was::of(document, hooks.node), ..Before::default() }
        };
        for event in &hooks.events {
            if !event.holds_ours() && ours.event(&event.name).is_some() {
                before.events.insert(event.name.clone(), Was::of(document, event.node));
            }
        }
        // An event of ours that is not there now is not there for the user either.
        for event in &ours.events {
            if hooks.events.iter().all(|there| there.name != event.name) {
                before.events.insert(event.name.clone(), Was::Absent);
            }
        }
        before
    }

    pub(super) fn event(&self, name: &str) -> &Was {
        self.events.get(name).unwrap_or(&Was::Unknown)
    }
}

impl Was {
    fn of(document: &Document, node: &Node) -> Was {
        if node.children().is_empty() {
            Was::Empty(document.slice(&node.inside()).to_owned())
        } else {
            Was::Filled
        }
    }

    /// Whether the container goes when it is empty without us.
    pub(super) fn goes(&self) -> bool {
        matches!(self, Was::Unknown | Was::Absent)
    }

    /// What stands between its brackets when it stays.
    pub(super) fn inside(&self) -> &str {
        match self {
            Was::Empty(blank) => blank,
            _ => "",
        }
    }
}

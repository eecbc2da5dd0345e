//! What `explain` shows.

use super::words::{memories, moment};
use super::{json, say};
use crate::cmd::explain::{Explained, Explanation};
use crate::cmd::last::{Last, Whereabouts};
use crate::exit::Exit;

/// What would be captured, and why or why not.
pub fn explained(explained: &Explained, as_json: bool) -> Exit {
    if as_json {
        return say(&json(explained), Exit::Done);
    }
    let mut text = format!("event       {} from {}\n", explained.event, explained.client);
    for Explanation { rule, id, memory, redacted, private, cut } in &explained.memories {
        let mut row = |name: &str, value: &str| {
            text.push_str(&format!("{name:<12}{value}\n"));
        };
        row("memory", id);
        row("rule", rule);
        row("type", memory.memory_type.as_str());
        row("topic", &memory.topic);
        row("project", memory.project.as_deref().unwrap_or("none"));
        row("scope", memory.scope.as_deref().unwrap_or("none"));
        row("tags", &memory.tags.join(", "));
        row("redacted", &if redacted.is_empty() { "nothing".to_owned() } else { redacted.join(", ") });
        row("private", if *private { "cut out" } else { "nothing" });
        row("cut", if *cut { "to 2000 units" } else { "no" });
        row("content", &memory.content.replace('\n', "\n            "));
    }
    if let Some(why) = &explained.why_not {
        text.push_str(&format!("kept        nothing: {why}\n"));
    }
    if let Some(but) = &explained.but {
        text.push_str(&format!("but         a capture keeps nothing now: {but}\n"));
    }
    say(&text, Exit::Done)
}

/// The newest memory, and what went wrong since.
pub fn last_explained(last: &Last, as_json: bool) -> Exit {
    if as_json {
        return say(&json(last), Exit::Done);
    }
    let mut text = String::new();
    let mut row = |name: &str, value: &str| {
        text.push_str(&format!("{name:<12}{value}\n"));
    };
    let rejected = last.rejected.as_ref().map(|tombstone| {
        let erased = memories(tombstone.erased);
        format!("the API rejected this key at {}: what waited was erased, {erased}", moment(tombstone.at))
    });
    match (&last.seen, &rejected) {
        (None, Some(rejected)) => row("last", rejected),
        (None, None) => row("last", "nothing was captured for this key yet"),
        (Some(seen), _) => {
            row("last", &moment(seen.at));
            row("memory", &seen.id);
            row("where", &whereabouts(last.whereabouts));
            row("type", seen.memory_type.as_str());
            row("project", seen.project.as_deref().unwrap_or("none"));
            row("tags", &seen.tags.join(", "));
        }
    }
    match &last.memory {
        Some(memory) => {
            row("topic", &memory.topic);
            row(
                "redacted",
                &if last.redacted.is_empty() { "nothing".to_owned() } else { last.redacted.join(", ") },
            );
            row("content", &memory.content.replace('\n', "\n            "));
        }
        None => {
            if let Some(seen) = &last.seen {
                row("content", &format!("{} characters, not kept here any more", seen.characters));
            }
        }
    }
    if let (Some(_), Some(rejected)) = (&last.seen, &rejected) {
        row("since", rejected);
    }
    for note in &last.notes {
        row("since", &format!("{}: {}", moment(note.at), note.text));
    }
    if let Some(but) = &last.but {
        row("but", &format!("a capture keeps nothing now: {but}"));
    }
    text.push_str(
        "an event of which nothing is kept leaves no trace; `engram-hook explain < payload.json` says why\n",
    );
    say(&text, Exit::Done)
}

fn whereabouts(whereabouts: Whereabouts) -> String {
    match whereabouts {
        Whereabouts::Nowhere => "nowhere".to_owned(),
        Whereabouts::Waits => "it waits here to be delivered".to_owned(),
        Whereabouts::Dead => "refused for good: `engram-hook list --dead` says why".to_owned(),
        Whereabouts::Delivered { at } => format!("delivered, at {} or before", moment(at)),
        Whereabouts::Dropped { count } => {
            format!(
                "it is not here any more, and {} left undelivered: `engram-hook status` says why",
                memories(count)
            )
        }
    }
}

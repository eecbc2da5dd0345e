//! What `explain` shows.

use super::{json, say};
use crate::cmd::explain::{Explained, Explanation};
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

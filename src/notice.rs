//! The one thing a capture ever prints: at a session's start, to the user and never to the model, that capture is off for a
//! reason the user can mend. At most once a day and cause; `"notices": false` turns it off.
//!
//! What is printed is one line of JSON with the one field `systemMessage`: Claude Code shows it to the user, and hands
//! plain text, which this is not, to the model.

use std::io::Write as _;

use serde::Serialize;

use crate::config::{Config, KeyFound, OriginFound};
use crate::hook::{Client, Event, What, project, wire};
use crate::paths::{self, Paths};
use crate::spool::{Destination, Spool, Tombstone, is_to_be_told};

/// A longer payload is no session's start.
const MAX_PAYLOAD_BYTES: usize = 16 * 1024;
/// More than this nobody reads.
const MAX_CHARACTERS: usize = 600;

/// Looks at a payload that is not captured, because capture is off.
#[cold]
pub fn when_off(payload: &[u8], config: &Config, paths: &Paths) {
    if payload.len() <= MAX_PAYLOAD_BYTES
        && let Ok(payload) = wire::Payload::read(payload)
    {
        at_start(&Event::of(&payload), config, paths);
    }
}

/// Tells the user, if this is the start of a session and there is something to tell.
pub fn at_start(event: &Event<'_>, config: &Config, paths: &Paths) {
    // What other programs that run Claude Code's hooks do with a line of JSON, nobody has seen.
    let is_start = matches!(event.what, What::SessionStarted) && event.client == Client::ClaudeCode;
    if !is_start || config.off || !config.settings.notices {
        return;
    }
    let Some((cause, sentence)) = off(config, paths) else { return };
    let home = paths::home();
    if project::ignored(&event.cwd, &config.settings, home.as_deref()).is_none()
        && is_to_be_told(&paths.state, cause)
    {
        print(&sentence);
    }
}

/// Why nothing is captured or sent, as a word to remember it by and a sentence with the next step.
fn off(config: &Config, paths: &Paths) -> Option<(&'static str, String)> {
    let nothing = |cause, why: String| Some((cause, format!("engram-hook captures nothing: {why}")));
    if let Some(sentence) = &config.broken {
        return nothing("settings", sentence.clone());
    }
    let key = match &config.key {
        KeyFound::Usable(key, _) => key,
        KeyFound::Absent => {
            let file = paths.key_file();
            let mend = format!("set ENGRAM_API_KEY, or put the key into {} and chmod 600 it", file.display());
            return nothing("no-key", format!("there is no API key; {mend}"));
        }
        KeyFound::Bad(why, from) => {
            let mend = "copy it again from the service's API keys page";
            return nothing("key", format!("what {from} holds is no API key: {why}; {mend}"));
        }
        KeyFound::FileRefused(sentence) => return nothing("key", sentence.clone()),
    };
    let named = &config.origin_from;
    let origin = match &config.origin {
        OriginFound::Allowed(origin) => origin,
        OriginFound::NotAllowed(origin) => {
            let mend = format!(
                "unset {named}, or add it to \"origins\" in {} if you trust it",
                paths.config_file().display()
            );
            let sentence = format!("engram-hook sends nothing: you have not allowed {origin}; {mend}");
            return Some(("origin-not-allowed", sentence));
        }
        OriginFound::Bad(why) => {
            return nothing(
                "origin",
                format!("what {named} holds is no base URL: {why}; correct it or unset it"),
            );
        }
    };
    let destination = Destination { origin: origin.clone(), key: key.clone() };
    let spool = Spool::open(&paths.state, &destination.name()).ok()?;
    let tombstone = Tombstone::read(spool.dir())?;
    let mend = "set a new one or, if it works again: engram-hook flush --retry-key";
    nothing("key-rejected", format!("the service rejected the API key at {}; {mend}", tombstone.at))
}

#[derive(Serialize)]
struct Output {
    #[serde(rename = "systemMessage")]
    system_message: String,
}

fn print(sentence: &str) {
    let short = sentence.char_indices().nth(MAX_CHARACTERS).and_then(|(end, _)| sentence.get(..end));
    let text = format!("{} (`engram-hook doctor` says more.)", short.unwrap_or(sentence));
    // A path may hold anything, and a terminal obeys.
    let system_message = text.replace(char::is_control, " ");
    let Ok(mut line) = serde_json::to_vec(&Output { system_message }) else { return };
    line.push(b'\n');
    // Whoever closed stdout does not want to hear it.
    let mut stdout = std::io::stdout();
    drop(stdout.write_all(&line).and_then(|()| stdout.flush()));
}

//! `config show` and `config path`: every value that decides what is captured and where it goes, and where it came from.

use std::path::PathBuf;

use serde::Serialize;
use serde_json::{Value, json};

use super::Session;
use super::concerns::concerns;
use crate::config::known::{Form, KNOWN, Known};
use crate::config::outline::{Member, members};
use crate::config::{Config, From, KeyFound, OriginFound, Settings, variable};
use crate::digest;
use crate::key::Key;
use crate::net::Generation;
use crate::sys::{self, Presence};

/// What `config show` shows.
#[derive(Debug, Serialize)]
pub struct Shown {
    /// Where `config.json` is, or would be.
    pub file: PathBuf,
    /// Whether it is there.
    pub exists: bool,
    /// Why it cannot be used; then nothing is captured, and the rows are the defaults.
    pub broken: Option<String>,
    /// The values.
    pub values: Vec<Row>,
    /// What has not the effect that was meant.
    pub concerns: Vec<String>,
}

/// One value.
#[derive(Debug, Serialize)]
pub struct Row {
    /// As in the file, or what it is about.
    pub name: String,
    /// The value; never the key itself.
    pub value: Value,
    /// A variable, a file with its line, or `default`.
    pub from: String,
}

/// Looks at everything.
pub fn show(session: &Session) -> Shown {
    let file = session.paths.config_file();
    let mut values = from_outside(session);
    values.extend(from_the_file(session));
    Shown {
        exists: sys::presence(&file) == Presence::There,
        file,
        broken: session.config.broken.clone(),
        values,
        concerns: concerns(session),
    }
}

/// What is not, or not only, in `config.json`.
fn from_outside(session: &Session) -> Vec<Row> {
    let config = &session.config;
    let row = |name: &str, value: Value, from: String| Row { name: name.to_owned(), value, from };
    let key = match &config.key {
        KeyFound::Usable(key, from) => row("key", json!(described(key)), from.to_string()),
        KeyFound::Bad(why, from) => row("key", json!(format!("unusable: {why}")), from.to_string()),
        KeyFound::FileRefused(sentence) => {
            row("key", json!(sentence), session.paths.key_file().display().to_string())
        }
        KeyFound::Absent => row("key", Value::Null, From::Default.to_string()),
    };
    let url = match &config.origin {
        OriginFound::Allowed(origin) => json!(origin.as_str()),
        OriginFound::NotAllowed(origin) => json!(format!("{origin} (not allowed: nothing is sent)")),
        OriginFound::Bad(why) => json!(format!("unusable: {why}")),
    };
    let (spoken, named_by) = generation(config);
    let generation = row("generation", json!(spoken.as_str()), named_by);
    let set = |name: &'static str| match variable(name) {
        Some(_) => From::Variable(name).to_string(),
        None => From::Default.to_string(),
    };
    vec![
        key,
        row("url", url, config.origin_from.to_string()),
        generation,
        row("project", json!(config.project), set("ENGRAM_PROJECT")),
        row("capture", json!(!config.off), set("ENGRAM_CAPTURE")),
    ]
}

/// The generation that is spoken, and what says so.
pub(super) fn generation(config: &Config) -> (Generation, String) {
    let by_key = config.usable_key().and_then(|key| Generation::of_key(key.reveal()));
    match (by_key, config.settings.api) {
        (Some(generation), _) => (generation, "the form of the key".to_owned()),
        (None, Some(_)) => (Generation::V1, "api".to_owned()),
        (None, None) => (Generation::Bearer, From::Default.to_string()),
    }
}

/// The settings, each with the line it stands in.
fn from_the_file(session: &Session) -> Vec<Row> {
    let file = session.paths.config_file();
    let config = &session.config;
    let effective = Settings { scope: config.scope.clone(), ..config.settings.clone() };
    let effective = serde_json::to_value(effective).unwrap_or_default();
    let bytes = config.broken.is_none().then(|| std::fs::read(&file).ok()).flatten().unwrap_or_default();
    let text = String::from_utf8(bytes).unwrap_or_default();
    let top = members(&text, &text).unwrap_or_default();
    let mut rows = Vec::new();
    let mut add = |known: &Known, group: Option<&str>, written: &[Member<'_>], value: &Value| {
        let line = written.iter().find(|member| member.name == known.name).map(|member| member.line);
        let from = match (line, &config.scope_from) {
            (_, From::Variable(name)) if known.name == "scope" => (*name).to_owned(),
            (Some(line), _) => format!("{}:{line}", file.display()),
            (None, _) => From::Default.to_string(),
        };
        let name = group.map_or_else(|| known.name.to_owned(), |group| format!("{group}.{}", known.name));
        rows.push(Row { name, value: value.get(known.name).cloned().unwrap_or_default(), from });
    };
    for known in KNOWN.iter().filter(|known| known.name != "$schema") {
        let Form::Group(inner) = &known.form else {
            add(known, None, &top, &effective);
            continue;
        };
        let group = top.iter().find(|member| member.name == known.name);
        let written = group.and_then(|group| members(&text, group.value.get())).unwrap_or_default();
        let values = effective.get(known.name).cloned().unwrap_or_default();
        for known_inside in *inner {
            add(known_inside, Some(known.name), &written, &values);
        }
    }
    rows
}

/// What may be said of a key: its form, its length, and eight digits that tell two keys apart.
pub fn described(key: &Key) -> String {
    let key = key.reveal();
    let form = match Generation::of_key(key) {
        Some(Generation::Bearer) => "eng_…",
        Some(Generation::V1) => "3ng_…",
        None => "a key of another form",
    };
    let digest = digest::of_bytes(&[b"engram-key-fingerprint\0", key.as_bytes()]);
    format!("{form}, {} characters, fingerprint {}", key.len(), digest::hex_prefix::<4>(&digest))
}

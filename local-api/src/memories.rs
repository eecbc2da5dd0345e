//! What a memory is, and what of a request body becomes one. Pure.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::generation::Generation;

pub(crate) const LONGEST_CONTENT: usize = 2000;
pub(crate) const LONGEST_TOPIC: usize = 256;
pub(crate) const LONGEST_PROJECT: usize = 256;
pub(crate) const LONGEST_SCOPE: usize = 64;
pub(crate) const LONGEST_TAG: usize = 64;
pub(crate) const MOST_TAGS: usize = 32;

pub(crate) const TYPES: [&str; 8] =
    ["decision", "commitment", "blocker", "preference", "pattern", "note", "event", "fact"];
pub(crate) const SOURCES: [&str; 3] = ["manual", "hook", "auto"];
pub(crate) const SCOPES: [&str; 2] = ["work", "personal"];

/// A memory as the database has it. One line of an export is one of these.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoredMemory {
    /// Made by the service.
    pub id: String,
    /// What the client sent as `Idempotency-Key`, if it sent one.
    #[serde(default)]
    pub idempotency_key: Option<String>,
    /// At most 256 UTF-16 units.
    pub topic: String,
    /// Trimmed; at most 2000 UTF-16 units.
    pub content: String,
    /// One of the eight types.
    pub memory_type: String,
    /// The project's label.
    #[serde(default)]
    pub project: Option<String>,
    /// `work` or `personal`; the newer generation allows other words.
    #[serde(default)]
    pub scope: Option<String>,
    /// In the order they were sent, without repetitions.
    #[serde(default)]
    pub tags: Vec<String>,
    /// `manual`, `hook` or `auto`.
    pub source: String,
    /// Unique to the microsecond, so that it also orders the memories.
    pub created_at: Timestamp,
}

/// A memory that is fit to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Draft {
    pub(crate) topic: String,
    pub(crate) content: String,
    pub(crate) memory_type: String,
    pub(crate) project: Option<String>,
    pub(crate) scope: Option<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) source: String,
}

/// The field that stands in the way, and what is wrong with it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Invalid {
    pub(crate) field: String,
    pub(crate) reason: String,
}

impl Invalid {
    pub(crate) fn new(field: &str, reason: impl Into<String>) -> Self {
        Self { field: field.to_owned(), reason: reason.into() }
    }
}

impl Draft {
    /// Reads a request body in the form of `generation`.
    pub(crate) fn read(body: &Value, generation: Generation) -> Result<Self, Invalid> {
        let Value::Object(fields) = body else {
            return Err(Invalid::new("body", "must be a JSON object"));
        };
        let type_field = match generation {
            Generation::AsAsked => "memory_type",
            Generation::V1 => "memoryType",
        };
        if generation == Generation::V1 {
            refuse_unknown(fields, &["topic", "content", type_field, "project", "scope", "tags"])?;
        }
        Ok(Self {
            topic: required(fields, "topic", LONGEST_TOPIC)?,
            content: required(fields, "content", LONGEST_CONTENT)?,
            memory_type: one_of(&required(fields, type_field, LONGEST_TOPIC)?, type_field, &TYPES)?,
            project: optional(fields, "project", LONGEST_PROJECT)?,
            scope: optional(fields, "scope", LONGEST_SCOPE)?
                .map(|scope| read_scope(scope, generation))
                .transpose()?,
            tags: read_tags(fields)?,
            source: match generation {
                Generation::AsAsked => optional(fields, "source", LONGEST_TOPIC)?
                    .map_or_else(|| Ok("manual".to_owned()), |source| one_of(&source, "source", &SOURCES))?,
                Generation::V1 => "manual".to_owned(),
            },
        })
    }
}

fn refuse_unknown(fields: &Map<String, Value>, known: &[&str]) -> Result<(), Invalid> {
    match fields.keys().find(|name| !known.contains(&name.as_str())) {
        Some(name) => Err(Invalid::new(name, "is not a field of a memory")),
        None => Ok(()),
    }
}

fn required(fields: &Map<String, Value>, name: &str, longest: usize) -> Result<String, Invalid> {
    text(fields.get(name).ok_or_else(|| Invalid::new(name, "is required"))?, name, longest)
}

/// Absent and `null` mean the same: none.
fn optional(fields: &Map<String, Value>, name: &str, longest: usize) -> Result<Option<String>, Invalid> {
    match fields.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => text(value, name, longest).map(Some),
    }
}

/// A trimmed text that is not empty, holds no NUL and is at most `longest` UTF-16 units long.
pub(crate) fn text(value: &Value, name: &str, longest: usize) -> Result<String, Invalid> {
    let Value::String(text) = value else {
        return Err(Invalid::new(name, "must be a string"));
    };
    let text = text.trim();
    if text.is_empty() {
        return Err(Invalid::new(name, "must not be empty"));
    }
    if text.contains('\0') {
        return Err(Invalid::new(name, "must not hold a NUL character"));
    }
    if text.encode_utf16().count() > longest {
        return Err(Invalid::new(name, format!("must have at most {longest} UTF-16 units")));
    }
    Ok(text.to_owned())
}

pub(crate) fn one_of(text: &str, name: &str, allowed: &[&str]) -> Result<String, Invalid> {
    if allowed.contains(&text) {
        return Ok(text.to_owned());
    }
    Err(Invalid::new(name, format!("must be one of {}", allowed.join(", "))))
}

fn read_scope(scope: String, generation: Generation) -> Result<String, Invalid> {
    match generation {
        Generation::AsAsked => one_of(&scope, "scope", &SCOPES),
        Generation::V1 => {
            let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
            let fits = scope.bytes().next().is_some_and(plain)
                && scope.bytes().all(|byte| plain(byte) || byte == b'-');
            if fits {
                Ok(scope)
            } else {
                Err(Invalid::new("scope", "must be lower-case letters, digits and hyphens"))
            }
        }
    }
}

fn read_tags(fields: &Map<String, Value>) -> Result<Vec<String>, Invalid> {
    let values = match fields.get("tags") {
        None => return Ok(Vec::new()),
        Some(Value::Array(values)) => values,
        Some(_) => return Err(Invalid::new("tags", "must be a list of strings")),
    };
    if values.len() > MOST_TAGS {
        return Err(Invalid::new("tags", format!("must be at most {MOST_TAGS}")));
    }
    let mut tags = Vec::with_capacity(values.len());
    for value in values {
        let tag = text(value, "tags", LONGEST_TAG)?;
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    Ok(tags)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn body(change: &Value) -> Value {
        let mut body = json!({"topic": "t", "content": "c", "memory_type": "note"});
        for (name, value) in change.as_object().unwrap() {
            body[name] = value.clone();
        }
        body
    }

    fn read(change: &Value) -> Result<Draft, Invalid> {
        Draft::read(&body(change), Generation::AsAsked)
    }

    #[test]
    fn what_is_missing_gets_its_default() {
        let draft = read(&json!({"content": "  kept  "})).unwrap();
        assert_eq!((draft.content.as_str(), draft.source.as_str()), ("kept", "manual"));
        assert_eq!((draft.project, draft.scope, draft.tags.len()), (None, None, 0));
    }

    #[test]
    fn lengths_are_counted_in_utf_16_units_after_trimming() {
        assert!(read(&json!({"content": format!("  {}  ", "🦀".repeat(1000))})).is_ok());
        assert_eq!(read(&json!({"content": "🦀".repeat(1001)})).unwrap_err().field, "content");
        assert_eq!(read(&json!({"topic": "x".repeat(257)})).unwrap_err().field, "topic");
    }

    #[test]
    fn the_field_that_is_wrong_is_named() {
        for (change, field) in [
            (json!({"memory_type": "idea"}), "memory_type"),
            (json!({"memory_type": 3}), "memory_type"),
            (json!({"content": "\u{0}"}), "content"),
            (json!({"content": " \n"}), "content"),
            (json!({"project": ""}), "project"),
            (json!({"scope": "home"}), "scope"),
            (json!({"source": "elsewhere"}), "source"),
            (json!({"tags": "one"}), "tags"),
            (json!({"tags": [1]}), "tags"),
            (json!({"tags": vec!["t"; 33]}), "tags"),
            (json!({"tags": ["x".repeat(65)]}), "tags"),
        ] {
            assert_eq!(read(&change).unwrap_err().field, field, "{change}");
        }
        assert_eq!(Draft::read(&json!([]), Generation::AsAsked).unwrap_err().field, "body");
    }

    #[test]
    fn the_newer_generation_has_its_own_names_and_refuses_what_it_does_not_know() {
        let good = json!({"topic": "t", "content": "c", "memoryType": "fact", "scope": "side-project"});
        assert_eq!(Draft::read(&good, Generation::V1).unwrap().scope.as_deref(), Some("side-project"));
        for (name, field) in [("memory_type", "memory_type"), ("source", "source")] {
            let mut bad = good.clone();
            bad[name] = json!("hook");
            assert_eq!(Draft::read(&bad, Generation::V1).unwrap_err().field, field);
        }
        for scope in ["-x", "Work", "a b"] {
            let mut bad = good.clone();
            bad["scope"] = json!(scope);
            assert_eq!(Draft::read(&bad, Generation::V1).unwrap_err().field, "scope", "{scope}");
        }
    }
}

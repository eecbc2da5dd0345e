//! What differs between the two generations of the service: path, header, body, and how an error names itself. Pure.
//!
//! The form of the key decides which one is spoken: `eng_…` the one we were asked for, `3ng_…` the newer one.

use serde::{Deserialize, Serialize};

use crate::config::is_scope;
use crate::memory::{Memory, MemoryType};

/// A generation of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Generation {
    /// `Authorization: Bearer eng_…`, `POST /api/memories`, `{"detail": …}`.
    Bearer,
    /// `X-API-Key: 3ng_…`, `POST /api/v1/memories`, `{"error": …}`.
    V1,
}

/// A request's body, in the words of either generation.
#[derive(Serialize)]
struct Body<'a> {
    topic: &'a str,
    content: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    memory_type: Option<MemoryType>,
    #[serde(rename = "memoryType", skip_serializing_if = "Option::is_none")]
    camel_memory_type: Option<MemoryType>,
    #[serde(skip_serializing_if = "Option::is_none")]
    project: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<&'a str>,
    tags: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'static str>,
}

impl Generation {
    /// The one a key of this form belongs to; `None` when its form says nothing.
    pub fn of_key(key: &str) -> Option<Self> {
        match key {
            _ if key.starts_with("eng_") => Some(Self::Bearer),
            _ if key.starts_with("3ng_") => Some(Self::V1),
            _ => None,
        }
    }

    /// How it is told apart, for a person.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bearer => "the API of eng_ keys",
            Self::V1 => "the API of 3ng_ keys, v1",
        }
    }

    /// Where memories are posted.
    pub const fn memories_path(self) -> &'static str {
        match self {
            Self::Bearer => "/api/memories",
            Self::V1 => "/api/v1/memories",
        }
    }

    /// A path that only reads and needs the key.
    pub const fn probe_path(self) -> &'static str {
        match self {
            Self::Bearer => "/api/dashboard/summary",
            Self::V1 => "/api/v1/memories?limit=1",
        }
    }

    /// The header that carries the key, and its value.
    pub fn key_header(self, key: &str) -> (&'static str, String) {
        match self {
            Self::Bearer => ("authorization", format!("Bearer {key}")),
            Self::V1 => ("x-api-key", key.to_owned()),
        }
    }

    /// Whether a scope is one of this generation's: a memory without its scope is worth more than one that is refused.
    pub fn takes_scope(self, scope: &str) -> bool {
        match self {
            Self::Bearer => matches!(scope, "work" | "personal"),
            Self::V1 => is_scope(scope),
        }
    }

    /// The body that captures a memory.
    pub fn body(self, memory: &Memory) -> Result<Vec<u8>, serde_json::Error> {
        let body = Body {
            topic: &memory.topic,
            content: &memory.content,
            memory_type: (self == Self::Bearer).then_some(memory.memory_type),
            camel_memory_type: (self == Self::V1).then_some(memory.memory_type),
            project: memory.project.as_deref(),
            scope: memory.scope.as_deref().filter(|scope| self.takes_scope(scope)),
            tags: &memory.tags,
            source: (self == Self::Bearer).then_some("hook"),
        };
        serde_json::to_vec(&body)
    }
}

/// What a refusal's body says of itself, as far as a verdict depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// The service has this content already.
    DuplicateMemory,
    /// An error of this generation's form.
    Error(Generation),
    /// A page: somebody in between answered, or another program.
    Page,
    /// Nothing that tells.
    Unknown,
}

/// Reads what a refusal says of itself from the first bytes of its body.
pub fn name_of(body: &[u8]) -> Named {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body).trim_ascii_start();
    if body.starts_with(b"<") {
        return Named::Page;
    }
    let Ok(error) = serde_json::from_slice::<ErrorBody>(body) else { return by_first_key(body) };
    match error {
        ErrorBody { error: Some(error), .. } if says_duplicate(&error) => Named::DuplicateMemory,
        ErrorBody { detail: Some(detail), .. } if says_duplicate(&detail) => Named::DuplicateMemory,
        ErrorBody { error: Some(_), .. } => Named::Error(Generation::V1),
        ErrorBody { detail: Some(_), .. } => Named::Error(Generation::Bearer),
        ErrorBody { .. } => Named::Unknown,
    }
}

/// An error that is longer than what was read of it still begins with its key.
fn by_first_key(body: &[u8]) -> Named {
    let after_brace = body.strip_prefix(b"{").unwrap_or_default().trim_ascii_start();
    match () {
        () if after_brace.starts_with(b"\"error\"") => Named::Error(Generation::V1),
        () if after_brace.starts_with(b"\"detail\"") => Named::Error(Generation::Bearer),
        () => Named::Unknown,
    }
}

#[derive(Deserialize)]
struct ErrorBody {
    error: Option<serde_json::Value>,
    detail: Option<serde_json::Value>,
}

/// `"duplicate_memory"`, or an object that holds it as `code`, `error` or `type`; a sentence may begin with it.
fn says_duplicate(value: &serde_json::Value) -> bool {
    const NAME: &str = "duplicate_memory";
    match value {
        serde_json::Value::String(text) => text.starts_with(NAME),
        serde_json::Value::Object(fields) => ["code", "error", "type"]
            .iter()
            .any(|name| fields.get(*name).and_then(|value| value.as_str()) == Some(NAME)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn memory() -> Memory {
        Memory {
            topic: "t".into(),
            content: "c".into(),
            memory_type: MemoryType::Decision,
            project: Some("api".into()),
            scope: None,
            tags: vec!["claude-code".into()],
        }
    }

    #[test]
    fn each_generation_gets_its_own_words() {
        let body = |generation: Generation| String::from_utf8(generation.body(&memory()).unwrap()).unwrap();
        assert_eq!(
            body(Generation::Bearer),
            r#"{"topic":"t","content":"c","memory_type":"decision","project":"api","tags":["claude-code"],"source":"hook"}"#
        );
        assert_eq!(
            body(Generation::V1),
            r#"{"topic":"t","content":"c","memoryType":"decision","project":"api","tags":["claude-code"]}"#
        );
        assert_eq!(Generation::Bearer.key_header("eng_x"), ("authorization", "Bearer eng_x".into()));
        assert_eq!(Generation::V1.key_header("3ng_x"), ("x-api-key", "3ng_x".into()));
    }

    #[test]
    fn an_error_is_known_by_its_form() {
        for (body, named) in [
            (r#"{"error":"duplicate_memory"}"#, Named::DuplicateMemory),
            (r#"{"error":{"code":"duplicate_memory","message":"x"}}"#, Named::DuplicateMemory),
            (r#"{"detail":"duplicate_memory"}"#, Named::DuplicateMemory),
            (r#"{"detail":"duplicate_memory: identical content exists"}"#, Named::DuplicateMemory),
            (r#"{"detail":{"code":"duplicate_memory"}}"#, Named::DuplicateMemory),
            (r#"{"error":"unauthorized"}"#, Named::Error(Generation::V1)),
            (r#"{"detail":"no duplicate_memory here"}"#, Named::Error(Generation::Bearer)),
            ("<!doctype html>", Named::Page),
            (" \n<html>", Named::Page),
            ("\u{feff}<html>", Named::Page),
            ("{ \"error\": \"a text that is cut o", Named::Error(Generation::V1)),
            ("", Named::Unknown),
            ("[]", Named::Unknown),
            ("{\"detail\":", Named::Error(Generation::Bearer)),
            ("{\"message\":", Named::Unknown),
        ] {
            assert_eq!(name_of(body.as_bytes()), named, "{body}");
        }
    }

    #[test]
    fn the_form_of_the_key_names_the_generation() {
        assert_eq!(Generation::of_key("eng_0123456789"), Some(Generation::Bearer));
        assert_eq!(Generation::of_key("3ng_abcdefgh_0123456789"), Some(Generation::V1));
        assert_eq!(Generation::of_key("token-0123456789"), None);
    }
}

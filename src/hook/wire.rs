//! The payload as Claude Code sends it: what is where, borrowed from the bytes of stdin, nothing decoded that is not asked for.
//!
//! Everything is optional and of any type: a payload of another version, or of another program that runs Claude's hooks,
//! is still read as far as it goes. A lone surrogate escape (`\ud83d`), which JSON allows and Unicode does not, becomes U+FFFD.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer as _, Visitor};
use serde_json::value::RawValue;

/// A value nobody has looked into yet.
pub type Raw<'a> = Option<&'a RawValue>;

/// The fields we may look at, of every event.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Payload<'a> {
    /// Which event it is.
    #[serde(borrow)]
    pub hook_event_name: Raw<'a>,
    /// The session.
    #[serde(borrow)]
    pub session_id: Raw<'a>,
    /// The session's current directory.
    #[serde(borrow)]
    pub cwd: Raw<'a>,
    /// The prompt that is being worked on.
    #[serde(borrow)]
    pub prompt_id: Raw<'a>,
    /// The tool call.
    #[serde(borrow)]
    pub tool_use_id: Raw<'a>,
    /// The tool.
    #[serde(borrow)]
    pub tool_name: Raw<'a>,
    /// What the tool was given.
    #[serde(borrow)]
    pub tool_input: Raw<'a>,
    /// What the tool answered.
    #[serde(borrow)]
    pub tool_response: Raw<'a>,
    /// `Stop` and `SubagentStop`: what was said last.
    #[serde(borrow)]
    pub last_assistant_message: Raw<'a>,
    /// `PostCompact`: the summary.
    #[serde(borrow)]
    pub compact_summary: Raw<'a>,
    /// `UserPromptSubmit`: the prompt.
    #[serde(borrow)]
    pub prompt: Raw<'a>,
    /// Which subagent it was; empty for the one that compacts.
    #[serde(borrow)]
    pub agent_type: Raw<'a>,
    /// Only Cursor sends it.
    #[serde(borrow)]
    pub cursor_version: Raw<'a>,
    /// Only Copilot sends it.
    #[serde(borrow)]
    pub copilot_version: Raw<'a>,
}

/// What the Bash tool is given and answers.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Shell<'a> {
    /// The command.
    #[serde(borrow)]
    pub command: Raw<'a>,
    /// What it printed.
    #[serde(borrow)]
    pub stdout: Raw<'a>,
    /// What it complained of.
    #[serde(borrow)]
    pub stderr: Raw<'a>,
    /// Given: it was not waited for.
    #[serde(borrow)]
    pub run_in_background: Raw<'a>,
    /// Answered: it was ended before it had ended.
    #[serde(borrow)]
    pub interrupted: Raw<'a>,
}

/// What the tools that write files, and the one that leaves plan mode, are given and answer.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Written<'a> {
    /// The file.
    #[serde(borrow)]
    pub file_path: Raw<'a>,
    /// Write: the whole file.
    #[serde(borrow)]
    pub content: Raw<'a>,
    /// Edit: what was there.
    #[serde(borrow)]
    pub old_string: Raw<'a>,
    /// Edit: what is there now.
    #[serde(borrow)]
    pub new_string: Raw<'a>,
    /// Edit: every place, not the first.
    #[serde(borrow)]
    pub replace_all: Raw<'a>,
    /// Edit's answer: the file before.
    #[serde(rename = "originalFile", borrow)]
    pub original_file: Raw<'a>,
    /// `ExitPlanMode`: the plan.
    #[serde(borrow)]
    pub plan: Raw<'a>,
}

impl<'a> Payload<'a> {
    /// Reads a payload; a byte order mark before it and white space around it are fine.
    pub fn read(bytes: &'a [u8]) -> Result<Self, serde_json::Error> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        // An array would do for a struct's fields in their order.
        if bytes.trim_ascii_start().starts_with(b"[") {
            return Err(serde::de::Error::custom("not an object"));
        }
        serde_json::from_slice(bytes)
    }
}

/// The path of the session's transcript. Read apart from the rest: only the end of a session asks for it.
pub fn transcript_path(bytes: &[u8]) -> Option<String> {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Ended<'a> {
        #[serde(borrow)]
        transcript_path: Raw<'a>,
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let ended: Ended<'_> = serde_json::from_slice(bytes).ok()?;
    text(ended.transcript_path).map(Cow::into_owned)
}

/// An object's fields; the defaults when it is no object.
pub fn fields<'a, T: Deserialize<'a> + Default>(raw: Raw<'a>) -> T {
    raw.and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or_default()
}

/// The text of a JSON string; `None` when it is no string. Borrowed when nothing in it is escaped.
pub fn text(raw: Raw<'_>) -> Option<Cow<'_, str>> {
    let mut deserializer = serde_json::Deserializer::from_str(raw?.get());
    deserializer.deserialize_bytes(Text).ok()
}

/// A JSON string as bytes: `serde_json` gives lone surrogates as the three bytes they would have had.
struct Text;

impl<'de> Visitor<'de> for Text {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_bytes<E>(self, bytes: &'de [u8]) -> Result<Self::Value, E> {
        Ok(match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => Cow::Owned(replace_surrogates(bytes.to_vec())),
        })
    }

    fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Self::Value, E> {
        Ok(Cow::Owned(replace_surrogates(bytes.to_vec())))
    }
}

/// U+FFFD has as many bytes as the encoding of a surrogate: each is replaced in place.
fn replace_surrogates(bytes: Vec<u8>) -> String {
    let mut bytes = match String::from_utf8(bytes) {
        Ok(text) => return text,
        Err(error) => error.into_bytes(),
    };
    let mut at = 0;
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr::memchr(0xed, rest)) {
        at += found;
        if let Some([_, second, third]) = bytes.get_mut(at..at + 3)
            && (0xa0..=0xbf).contains(second)
        {
            (*second, *third) = (0xbf, 0xbd);
            if let Some(first) = bytes.get_mut(at) {
                *first = 0xef;
            }
        }
        at += 1;
    }
    match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(json: &str) -> Option<String> {
        let raw: &RawValue = serde_json::from_str(json).unwrap();
        text(Some(raw)).map(Cow::into_owned)
    }

    #[test]
    fn strings_are_decoded_whatever_they_hold() {
        for (json, text) in [
            (r#""plain""#, Some("plain")),
            (r#""a\nb\u00e9""#, Some("a\nbé")),
            (r#""\ud83d\ude80""#, Some("🚀")),
            (r#""x\ud83dy""#, Some("x\u{fffd}y")),
            (r#""\ude80\ud83d""#, Some("\u{fffd}\u{fffd}")),
            (r#""\ud83d\ud83d\ude80""#, Some("\u{fffd}🚀")),
            (r#""í\ud83d""#, Some("í\u{fffd}")),
            ("12", None),
            ("null", None),
            ("[1]", None),
            (r#"{"a":"b"}"#, None),
        ] {
            assert_eq!(decoded(json).as_deref(), text, "{json}");
        }
    }

    #[test]
    fn a_payload_with_a_byte_order_mark_and_unknown_fields_is_read() {
        let payload =
            Payload::read("\u{feff}{\"hook_event_name\":\"Stop\",\"new\":{\"a\":[1]}}\n".as_bytes()).unwrap();
        assert_eq!(text(payload.hook_event_name).as_deref(), Some("Stop"));
    }

    #[test]
    fn deep_nesting_is_skipped_without_recursion() {
        let deep = format!("{{\"tool_input\":{}{}}}", "[".repeat(200_000), "]".repeat(200_000));
        assert!(Payload::read(deep.as_bytes()).is_ok());
    }
}

//! What the beginning of a long payload says: enough to let go of a file of megabytes that is no plan, unread.
//!
//! Borrowed from a piece that ends anywhere. What does not stand whole in the piece is absent, and nothing is checked that
//! is not looked at: who wants a memory of the payload reads all of it.

use serde_json::value::RawValue;

use super::wire::{Payload, Raw};

/// The fields that may decide that nothing is kept, as far as they stand in the piece.
#[derive(Debug, Default)]
pub struct Beginning<'a> {
    /// `hook_event_name` and `tool_name`; the other fields are absent.
    pub payload: Payload<'a>,
    /// `file_path` in `tool_input`.
    pub path: Raw<'a>,
}

impl<'a> Beginning<'a> {
    /// Looks at a piece.
    pub fn of(bytes: &'a [u8]) -> Self {
        let mut beginning = Self::default();
        let mut piece = Piece { rest: bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes) };
        // Ends where the piece does.
        piece.each_field(|name, piece| {
            match name {
                b"\"hook_event_name\"" => beginning.payload.hook_event_name = piece.raw_string()?,
                b"\"tool_name\"" => beginning.payload.tool_name = piece.raw_string()?,
                b"\"tool_input\"" if piece.next() == Some(b'{') => piece.each_field(|name, piece| {
                    match name {
                        b"\"file_path\"" => beginning.path = piece.raw_string()?,
                        _ => piece.skip_value()?,
                    }
                    Some(())
                })?,
                _ => piece.skip_value()?,
            }
            Some(())
        });
        beginning
    }
}

/// The part of the piece that was not looked at yet. Every step is `None` when the piece ends in it, or holds no JSON.
struct Piece<'a> {
    rest: &'a [u8],
}

impl<'a> Piece<'a> {
    fn next(&mut self) -> Option<u8> {
        self.rest = self.rest.trim_ascii_start();
        self.rest.first().copied()
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        self.next().filter(|next| *next == byte)?;
        self.skip(1)
    }

    fn skip(&mut self, bytes: usize) -> Option<()> {
        self.rest = self.rest.get(bytes..)?;
        Some(())
    }

    /// A string with its quotes.
    fn string(&mut self) -> Option<&'a [u8]> {
        self.next()?;
        let start = self.rest;
        self.take(b'"')?;
        loop {
            let at = memchr::memchr2(b'"', b'\\', self.rest)?;
            let is_end = self.rest.get(at) == Some(&b'"');
            self.skip(at + if is_end { 1 } else { 2 })?;
            if is_end {
                return start.get(..start.len() - self.rest.len());
            }
        }
    }

    /// A string that stands here, if one does; anything else is passed over.
    fn raw_string(&mut self) -> Option<Raw<'a>> {
        self.next()?;
        let start = self.rest;
        self.skip_value()?;
        let value = start.get(..start.len() - self.rest.len())?;
        Some(serde_json::from_slice::<&RawValue>(value).ok())
    }

    fn skip_value(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            match self.next()? {
                b'"' => self.string().map(|_| ())?,
                b'{' | b'[' => {
                    depth += 1;
                    self.skip(1)?;
                }
                b'}' | b']' => {
                    depth = depth.checked_sub(1)?;
                    self.skip(1)?;
                }
                b',' | b':' if depth > 0 => self.skip(1)?,
                _ => {
                    let end = self.rest.iter().position(|byte| b",:{}[]\" \t\r\n".contains(byte))?;
                    self.skip(end.max(1))?;
                }
            }
            if depth == 0 {
                return Some(());
            }
        }
    }

    /// Calls `look` for each field of the object that stands here; it goes past the field's value.
    fn each_field(&mut self, mut look: impl FnMut(&'a [u8], &mut Self) -> Option<()>) -> Option<()> {
        self.take(b'{')?;
        if self.next()? == b'}' {
            return self.skip(1);
        }
        loop {
            let name = self.string()?;
            self.take(b':')?;
            look(name, self)?;
            match self.next()? {
                b',' => self.skip(1)?,
                _ => return self.take(b'}'),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::memory::may_be_kept;
    use super::*;

    const PLANS: [&str; 1] = ["/home/dev/.claude/plans/"];

    fn kept(bytes: &[u8]) -> bool {
        may_be_kept(&Beginning::of(bytes), &PLANS.map(str::to_owned))
    }

    #[test]
    fn what_a_beginning_says_decides_only_what_nothing_could_change() {
        let write = r#"{"session_id":"s","hook_event_name":"PostToolUse","tool_name":"Write","tool_input":"#;
        for (beginning, may_be) in [
            ("", true),
            ("no JSON", true),
            ("[1, 2", true),
            (r#"{"session_id":"s","tool_input":{"content":"..."#, true),
            (r#"{"hook_event_name":"PreToolUse","tool_name":"Write","#, false),
            (r#"{"hook_event_name":"PreToolUse"#, true),
            (r#"{"hook_event_name":7,"#, false),
            (r#"{"hook_event_name":"PostToolUse","tool_name":"Read","#, false),
            (r#"{"hook_event_name":"PostToolUse","tool_name":"Bash","tool_input":{"command":"ls"#, true),
            (r#"{"hook_event_name":"PostToolUse","tool_input":{"file_path":"/a","content":"..."#, true),
            (r#"{"hook_event_name":"Stop","last_assistant_message":"..."#, true),
            (&format!(r#"{write}{{"file_path":"/srv/a.rs","content":"..."#), false),
            (&format!(r#"{write}{{"file_path":"/home/dev/.claude/plans/a.md","content":"..."#), true),
            (&format!(r#"{write}{{"content":"\"file_path\":\"/srv/a.rs\""#), true),
            (&format!(r#"{write}{{"content":"","file_path" : "/srv/a.rs""#), false),
            (&format!(r#"{write}{{"more":{{"file_path":"/srv/a.rs"}},"content":"..."#), true),
            (&format!(r#"{write}{{"n":[1,{{"a":[]}},true],"file_path":"/srv/a.rs","#), false),
            (&format!(r#"{write}{{"file_path":"/srv/a.r"#), true),
            (&format!(r#"{write}{{}},"tool_response":{{"filePath":"#), true),
        ] {
            assert_eq!(kept(beginning.as_bytes()), may_be, "{beginning}");
        }
    }

    #[test]
    fn wherever_it_ends_it_never_decides_otherwise_than_the_whole() {
        for (payload, may_be) in [
            (
                r#"{"a":{"b":["}",1,{"c":"\\\""}]}, "hook_event_name" : "PostToolUse","tool_name":"Edit","tool_input":
              {"file_path":"/srv/a.rs","old_string":"é","new_string":""},"z":null}"#,
                false,
            ),
            (
                r#"{"hook_event_name":"PostToolUse","tool_name":"Write","tool_input":{"content":"x",
              "file_path":"\/home\/dev\/.claude\/plans\/a.md"}}"#,
                true,
            ),
        ] {
            assert_eq!(kept(payload.as_bytes()), may_be, "{payload}");
            for end in 0..payload.len() {
                // What is kept as a whole is never let go of; what is not may be read further.
                assert!(!may_be || kept(&payload.as_bytes()[..end]), "{end}");
            }
        }
    }

    #[test]
    fn bytes_that_are_no_json_are_read_to_their_end() {
        for hostile in ["{".repeat(70_000), "[{\"".repeat(9_000), "}".repeat(9), "{\"a\":,,,}".to_owned()] {
            assert!(kept(hostile.as_bytes()));
        }
        assert!(kept(b"{\"hook_event_name\":\"\xff\""));
    }
}

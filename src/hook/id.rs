//! The id of a memory: the same for the same event, so that two registrations of the hook make one memory. The only room
//! that uses `uuid`.

use super::memory::Kind;
use super::{CauseId, Event};
use crate::digest;

/// The id of the `ordinal`th memory of `kind` in an event.
///
/// A tool call happens once, so its id is enough. A prompt may stop or compact more than once; there the content tells the
/// memories apart. A plan is written as a file and approved as a whole: the same text is the same memory, whichever call had
/// it.
pub fn of(event: &Event<'_>, kind: Kind, ordinal: usize, content: &str) -> String {
    if kind == Kind::Plan {
        return from_parts(&[&event.session_id, kind.as_str(), content]);
    }
    let (cause, content) = match &event.cause_id {
        Some(CauseId::ToolUse(id)) => (id.as_ref(), ""),
        Some(CauseId::Prompt(id)) => (id.as_ref(), content),
        None => ("", content),
    };
    from_parts(&[&event.session_id, &event.name, cause, kind.as_str(), &ordinal.to_string(), content])
}

/// An id for something that belongs to no event.
pub fn from_parts(parts: &[&str]) -> String {
    let digest = digest::of_parts(parts);
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(digest).for_each(|(byte, digested)| *byte = digested);
    // Version 8: the bits are of our own making (RFC 9562 §5.8).
    uuid::Builder::from_custom_bytes(bytes).into_uuid().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hook::wire::Payload;

    fn id_of(cause: &str, content: &str) -> String {
        let payload = format!(r#"{{"session_id":"s","hook_event_name":"PostToolUse"{cause}}}"#);
        of(&Event::of(&Payload::read(payload.as_bytes()).unwrap()), Kind::Commit, 0, content)
    }

    #[test]
    fn two_memories_have_one_id_only_when_one_tool_call_made_both() {
        for (cause, is_one) in [
            (r#","tool_use_id":"toolu_1""#, true),
            (r#","tool_use_id":"""#, false),
            (r#","tool_use_id":"","prompt_id":"p""#, false),
            (r#","tool_use_id":null"#, false),
            (r#","prompt_id":"""#, false),
            ("", false),
        ] {
            assert_eq!(id_of(cause, "fix: one") == id_of(cause, "fix: two"), is_one, "{cause}");
            assert_eq!(id_of(cause, "fix: one"), id_of(cause, "fix: one"), "{cause}");
        }
    }
}

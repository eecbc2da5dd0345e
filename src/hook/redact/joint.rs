//! Follows a secret over the end of its line.

use super::source::{BLANK, Set, Source};

/// Where a broken secret goes on.
#[derive(Clone, Copy)]
pub(super) struct Joint {
    pub(super) next: usize,
    /// A continuation character or a pair of quotes says that it goes on; a bare line end only suggests it.
    pub(super) is_firm: bool,
}

/// Characters between two pieces of a string in code: `"abc" +⏎ "def"`.
const GLUE: Set = Set::of(" \t\n\\+.&");
const LONGEST_GLUE: usize = 120;

/// The joint at `at`, just behind the last byte of a piece.
pub(super) fn joint(source: Source, at: usize) -> Option<Joint> {
    match source.at(at) {
        b'"' | b'\'' => between_quotes(source, at),
        b'\\' if matches!(source.at(at + 1), b'"' | b'\'') => between_quotes(source, at + 1),
        b'\\' if source.at(at + 1) == b'\n' => line_lead(source, at + 2, true),
        b'\\' if source.has(at, "\\r\\n") => Some(Joint { next: at + 4, is_firm: false }),
        b'\\' if source.at(at + 1) == b'n' => Some(Joint { next: at + 2, is_firm: false }),
        b'\n' => line_lead(source, at + 1, false),
        b' ' if source.at(at + 1) == b'\n' => line_lead(source, at + 2, false),
        _ => None,
    }
}

/// The first byte of a line behind its indentation and the mark of a quotation, a comment or a diff.
fn line_lead(source: Source, start: usize, is_firm: bool) -> Option<Joint> {
    let mut next = source.past_blanks(start);
    for mark in ["// ", "# ", "> ", "| ", "* ", "+ "] {
        if source.has(next, mark) {
            next = source.past_blanks(next + mark.len());
            break;
        }
    }
    (source.at(next) != b'\n').then_some(Joint { next, is_firm })
}

/// The bytes of a run that may be broken, without what is between its pieces.
pub(super) struct Whole {
    bytes: [u8; 160],
    length: usize,
    /// Where its last piece ends.
    pub(super) end: usize,
}

impl Whole {
    pub(super) fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

/// A run of such bytes in this many pieces, if there are that many.
pub(super) fn whole(source: Source, start: usize, set: Set, pieces: usize) -> Option<Whole> {
    let mut whole = Whole { bytes: [0; 160], length: 0, end: start };
    for piece in 0..pieces {
        let next = if piece == 0 { start } else { joint(source, whole.end)?.next };
        whole.end = source.run_within(next, set, whole.bytes.len() - whole.length);
        let bytes = source.slice(next, whole.end);
        whole.bytes.get_mut(whole.length..whole.length + bytes.len())?.copy_from_slice(bytes);
        whole.length += bytes.len();
    }
    Some(whole)
}

fn between_quotes(source: Source, quote: usize) -> Option<Joint> {
    let end = source.run_within(quote + 1, GLUE, LONGEST_GLUE);
    let glue = source.slice(quote + 1, end);
    let is_glued = glue.iter().any(|byte| !BLANK.has(*byte));
    let open = if source.at(end) == b'\\' { end + 1 } else { end };
    (is_glued && source.at(open) == source.at(quote)).then_some(Joint { next: open + 1, is_firm: true })
}

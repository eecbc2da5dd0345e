//! Why a settings file is left alone, as one sentence a person can act on.

use std::fmt;

/// A reason to touch nothing. Its text names the line and the next step; the caller puts the path in front.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// 1-based; absent when the whole file is meant.
    pub line: Option<usize>,
    /// What stands there.
    pub cause: Cause,
}

/// What was found in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// The text starts with U+FEFF.
    ByteOrderMark,
    /// `//`, `/*` or `#`.
    Comment,
    /// A comma before a closing bracket.
    TrailingComma,
    /// Not JSON; the words say what stands there.
    Syntax(&'static str),
    /// Nested deeper than any settings file of Claude Code.
    TooDeep,
    /// A key that stands twice in one object: which of the two counts depends on the reader.
    Twice {
        /// The key, decoded.
        key: String,
    },
    /// JSON, but not of the form Claude Code documents.
    Shape {
        /// Where, as a path of keys and positions.
        place: String,
        /// What is there.
        found: &'static str,
        /// What should be.
        wanted: &'static str,
    },
}

impl Refusal {
    /// A refusal about the byte at `at` of `text`.
    pub(super) fn at(text: &str, at: usize, cause: Cause) -> Refusal {
        Refusal { line: Some(line_of(text, at)), cause }
    }
}

/// The 1-based line of the byte at `at`.
pub(super) fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        match &self.cause {
            Cause::ByteOrderMark => f.write_str(
                "the file starts with a byte order mark; save it as utf-8 without one and try again",
            ),
            Cause::Comment => {
                f.write_str("a comment, which plain json does not have; remove the comment and try again")
            }
            Cause::TrailingComma => {
                f.write_str("a comma with nothing after it; remove the comma and try again")
            }
            Cause::Syntax(found) => write!(f, "not json: {found}; mend the line and try again"),
            Cause::TooDeep => f.write_str("nested too deeply to be settings; check the file and try again"),
            Cause::Twice { key } => write!(f, "the key {key:?} stands twice; keep one of them and try again"),
            Cause::Shape { place, found, wanted } => {
                write!(
                    f,
                    "{place} is {found}, not {wanted}; mend it as in Claude Code's hooks reference and try again"
                )
            }
        }
    }
}

impl std::error::Error for Refusal {}

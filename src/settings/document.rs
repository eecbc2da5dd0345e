//! A settings text as a tree of spans, so that an edit can leave every other byte alone. Only looks, never changes.

use std::ops::Range;

use super::refusal::{Cause, Refusal};

/// One text and the value in it.
#[derive(Debug)]
pub(super) struct Document<'t> {
    pub(super) text: &'t str,
    pub(super) root: Node,
}

/// A value: where it stands and what it holds.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) span: Range<usize>,
    pub(super) shape: Shape,
}

#[derive(Debug)]
pub(super) enum Shape {
    Object(Vec<Member>),
    Array(Vec<Node>),
    Text,
    True,
    False,
    Null,
    Number,
}

/// A key, with its quotes, and its value.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) key: Range<usize>,
    pub(super) value: Node,
}

impl Document<'_> {
    /// The bytes of a span as they stand.
    pub(super) fn slice(&self, span: &Range<usize>) -> &str {
        self.text.get(span.clone()).unwrap_or_default()
    }

    /// A string's value; `None` when it holds a lone surrogate and so equals none of our words.
    pub(super) fn decoded(&self, span: &Range<usize>) -> Option<String> {
        serde_json::from_str(self.slice(span)).ok()
    }

    /// The member called `key` of an object; a second one of that name is refused.
    pub(super) fn member<'n>(&self, node: &'n Node, key: &str) -> Result<Option<&'n Member>, Refusal> {
        let Shape::Object(members) = &node.shape else { return Ok(None) };
        let mut found = members.iter().filter(|member| self.decoded(&member.key).as_deref() == Some(key));
        let first = found.next();
        match found.next() {
            Some(second) => {
                Err(Refusal::at(self.text, second.key.start, Cause::Twice { key: key.to_owned() }))
            }
            None => Ok(first),
        }
    }
}

impl Node {
    /// The spans of what the container holds: elements, or members from key to value.
    pub(super) fn children(&self) -> Vec<Range<usize>> {
        match &self.shape {
            Shape::Object(members) => members.iter().map(|m| m.key.start..m.value.span.end).collect(),
            Shape::Array(elements) => elements.iter().map(|e| e.span.clone()).collect(),
            _ => Vec::new(),
        }
    }

    /// The span between the brackets of a container.
    pub(super) fn inside(&self) -> Range<usize> {
        self.span.start + 1..self.span.end.saturating_sub(1)
    }

    /// What kind of value it is, in the words of a sentence.
    pub(super) fn kind(&self) -> &'static str {
        match self.shape {
            Shape::Object(_) => "an object",
            Shape::Array(_) => "an array",
            Shape::Text => "a string",
            Shape::True | Shape::False => "a boolean",
            Shape::Null => "null",
            Shape::Number => "a number",
        }
    }
}

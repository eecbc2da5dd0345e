//! How a settings file is laid out, so that what we add looks like what is there.

use std::ops::Range;

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter, Serializer};

use super::document::{Document, Node, Shape};

/// What the file's own author, or editor, does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Style {
    pub(super) newline: &'static str,
    /// One step of indentation.
    pub(super) unit: String,
    /// `"key": value` rather than `"key":value`.
    pub(super) spaced: bool,
    /// Whether any value spans lines.
    pub(super) lines: bool,
}

/// How one value is to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Layout {
    /// Over several lines, of which all but the first start with this indentation.
    Lines(String),
    OneLine,
}

impl Style {
    pub(super) fn of(document: &Document) -> Style {
        let text = document.text.trim_end();
        Style {
            newline: if document.text.contains("\r\n") { "\r\n" } else { "\n" },
            unit: unit(document, &document.root).unwrap_or_else(|| "  ".to_owned()),
            spaced: first_colon_is_spaced(document, &document.root).unwrap_or(true),
            lines: text.contains('\n'),
        }
    }

    /// Writes `value` without a newline at either end.
    pub(super) fn write(&self, value: &impl Serialize, layout: &Layout) -> String {
        match layout {
            Layout::Lines(indent) => {
                let pretty = PrettyFormatter::with_indent(self.unit.as_bytes());
                let newline = format!("{}{indent}", self.newline);
                // A newline inside a string is an escape, so every one of these is layout.
                json(value, pretty).replace('\n', &newline)
            }
            Layout::OneLine if self.spaced => json(value, Spaced),
            Layout::OneLine => json(value, CompactFormatter),
        }
    }
}

/// The white space a line starts with, for the line on which `at` stands.
pub(super) fn indent_at(text: &str, at: usize) -> String {
    let before = text.get(..at).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    let rest = text.get(at - line.len()..).unwrap_or_default();
    rest.chars().take_while(|c| matches!(c, ' ' | '\t')).collect()
}

/// The white space directly before `at`.
pub(super) fn gap_before(text: &str, at: usize) -> &str {
    let before = text.get(..at).unwrap_or_default();
    before.get(before.trim_end_matches([' ', '\t', '\r', '\n']).len()..).unwrap_or_default()
}

/// One step of indentation, taken from the first container whose first child stands deeper on a line of its own.
fn unit(document: &Document, node: &Node) -> Option<String> {
    if let Some(first) = node.children().first() {
        let gap = gap_before(document.text, first.start);
        if gap.contains('\n') {
            let outer = indent_at(document.text, node.span.start);
            let inner = indent_at(document.text, first.start);
            if let Some(step) = inner.strip_prefix(outer.as_str()).filter(|step| !step.is_empty()) {
                return Some(step.to_owned());
            }
        }
    }
    containers(node).find_map(|child| unit(document, child))
}

fn first_colon_is_spaced(document: &Document, node: &Node) -> Option<bool> {
    if let Shape::Object(members) = &node.shape
        && let Some(first) = members.first()
    {
        let between: Range<usize> = first.key.end..first.value.span.start;
        return Some(!document.slice(&between).ends_with(':'));
    }
    containers(node).find_map(|child| first_colon_is_spaced(document, child))
}

fn containers(node: &Node) -> impl Iterator<Item = &Node> {
    let (members, elements) = match &node.shape {
        Shape::Object(members) => (members.as_slice(), [].as_slice()),
        Shape::Array(elements) => ([].as_slice(), elements.as_slice()),
        _ => ([].as_slice(), [].as_slice()),
    };
    members.iter().map(|member| &member.value).chain(elements)
}

fn json(value: &impl Serialize, formatter: impl Formatter) -> String {
    let mut bytes = Vec::new();
    // Our own values have string keys only and the sink is memory: there is nothing that can fail.
    if value.serialize(&mut Serializer::with_formatter(&mut bytes, formatter)).is_err() {
        return String::new();
    }
    String::from_utf8(bytes).unwrap_or_default()
}

/// `{"a": 1, "b": [2, 3]}`, the way people write JSON on one line.
struct Spaced;

impl Formatter for Spaced {
    fn begin_array_value<W: ?Sized + std::io::Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> std::io::Result<()> {
        if first { Ok(()) } else { writer.write_all(b", ") }
    }

    fn begin_object_key<W: ?Sized + std::io::Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> std::io::Result<()> {
        if first { Ok(()) } else { writer.write_all(b", ") }
    }

    fn begin_object_value<W: ?Sized + std::io::Write>(&mut self, writer: &mut W) -> std::io::Result<()> {
        writer.write_all(b": ")
    }
}

//! The three edits of a settings text: append a child, remove a child, replace a value. No other byte changes.
//!
//! A child is appended directly behind the last one and removed together with the comma that came with it, so that
//! removing what was appended gives the old bytes back, also when others were appended behind it meanwhile.

use serde::Serialize;

use super::document::{Document, Node};
use super::style::{Layout, Style, gap_before, indent_at};

/// What is to be appended: an element, or a member when there is a key.
pub(super) struct Child<'v, V> {
    pub(super) key: Option<&'v str>,
    pub(super) value: &'v V,
}

/// The text with `child` as the last one of `container`.
pub(super) fn append<V: Serialize>(document: &Document, container: &Node, child: &Child<V>) -> String {
    let style = Style::of(document);
    let text = document.text;
    let children = container.children();
    let Some(last) = children.last() else {
        return fill(document, container, &style, child);
    };
    let gap = gap_before(text, last.start);
    let indent = indent_at(text, last.start);
    let (separator, layout) = if gap.contains('\n') {
        (format!("{}{indent}", style.newline), Layout::Lines(indent))
    } else {
        let spans_lines = document.slice(last).contains('\n');
        let layout = if spans_lines { Layout::Lines(indent) } else { Layout::OneLine };
        // The gap before an only child says how the bracket is written, not how commas are.
        let spaced = if children.len() > 1 {
            gap
        } else if style.spaced {
            " "
        } else {
            ""
        };
        (spaced.to_owned(), layout)
    };
    let written = written(&style, &layout, child);
    splice(text, last.end..last.end, &format!(",{separator}{written}"))
}

/// An empty container with `child` as its only one.
fn fill<V: Serialize>(document: &Document, container: &Node, style: &Style, child: &Child<V>) -> String {
    let is_whole_text = container.span == document.root.span;
    let inside = if style.lines || is_whole_text {
        let outer = indent_at(document.text, container.span.start);
        let inner = format!("{outer}{}", style.unit);
        let written = written(style, &Layout::Lines(inner.clone()), child);
        format!("{newline}{inner}{written}{newline}{outer}", newline = style.newline)
    } else {
        written(style, &Layout::OneLine, child)
    };
    splice(document.text, container.inside(), &inside)
}

fn written<V: Serialize>(style: &Style, layout: &Layout, child: &Child<V>) -> String {
    let value = style.write(child.value, layout);
    match child.key {
        Some(key) => {
            let colon = if style.spaced { ": " } else { ":" };
            format!("{}{colon}{value}", style.write(&key, &Layout::OneLine))
        }
        None => value,
    }
}

/// The text without the child at `index`; `blank` is what an emptied container holds between its brackets.
pub(super) fn remove(document: &Document, container: &Node, index: usize, blank: &str) -> String {
    let children = container.children();
    let before = index.checked_sub(1).and_then(|before| children.get(before));
    let span = match (before, children.get(index), children.get(index + 1)) {
        (Some(before), Some(child), _) => before.end..child.end,
        (None, Some(child), Some(after)) => child.start..after.start,
        (None, Some(_), None) => return splice(document.text, container.inside(), blank),
        (_, None, _) => return document.text.to_owned(),
    };
    splice(document.text, span, "")
}

/// The text with `value` where `node` was.
pub(super) fn replace(document: &Document, node: &Node, value: &impl Serialize) -> String {
    let style = Style::of(document);
    let layout = if document.slice(&node.span).contains('\n') {
        Layout::Lines(indent_at(document.text, node.span.start))
    } else {
        Layout::OneLine
    };
    splice(document.text, node.span.clone(), &style.write(value, &layout))
}

fn splice(text: &str, span: std::ops::Range<usize>, with: &str) -> String {
    let (head, tail) = (text.get(..span.start), text.get(span.end..));
    [head.unwrap_or_default(), with, tail.unwrap_or_default()].concat()
}

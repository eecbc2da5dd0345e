//! Reads a text as JSON into a `Document`, or says on which line it is none.
//!
//! It takes exactly the JSON of RFC 8259: no comments, no trailing commas, no byte order mark. Strings and numbers are
//! checked but not decoded; a lone surrogate escape, which Claude Code reads without complaint, passes.

use super::document::{Document, Member, Node, Shape};
use super::refusal::{Cause, Refusal};

/// As deep as `serde_json` goes, and far deeper than settings do.
const MAX_DEPTH: usize = 128;

/// Reads the whole text as one JSON value.
pub(super) fn scan(text: &str) -> Result<Document<'_>, Refusal> {
    if text.starts_with('\u{feff}') {
        return Err(Refusal { line: None, cause: Cause::ByteOrderMark });
    }
    let mut scanner = Scanner { text, at: 0, depth: 0 };
    scanner.blank()?;
    let root = scanner.value()?;
    scanner.blank()?;
    match scanner.peek() {
        None => Ok(Document { text, root }),
        Some(_) => Err(scanner.syntax("something follows the end of the settings")),
    }
}

struct Scanner<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
}

impl Scanner<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let there = self.peek() == Some(byte);
        self.at += usize::from(there);
        there
    }

    fn refuse(&self, cause: Cause) -> Refusal {
        Refusal::at(self.text, self.at, cause)
    }

    /// A refusal for what stands here, which at the end of the text is always the same mistake.
    fn syntax(&self, found: &'static str) -> Refusal {
        let found = if self.peek().is_none() { "the text ends too early" } else { found };
        self.refuse(Cause::Syntax(found))
    }

    /// Skips white space; a comment is named as what it is.
    fn blank(&mut self) -> Result<(), Refusal> {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
        match self.peek() {
            Some(b'/' | b'#') => Err(self.refuse(Cause::Comment)),
            _ => Ok(()),
        }
    }

    fn value(&mut self) -> Result<Node, Refusal> {
        let start = self.at;
        let shape = match self.peek() {
            Some(b'{') => self.nested(Self::object)?,
            Some(b'[') => self.nested(Self::array)?,
            Some(b'"') => {
                self.string()?;
                Shape::Text
            }
            Some(b't') => self.word("true", Shape::True)?,
            Some(b'f') => self.word("false", Shape::False)?,
            Some(b'n') => self.word("null", Shape::Null)?,
            Some(b'-' | b'0'..=b'9') => {
                self.number()?;
                Shape::Number
            }
            _ => return Err(self.syntax("a value is missing")),
        };
        Ok(Node { span: start..self.at, shape })
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<Shape, Refusal>) -> Result<Shape, Refusal> {
        if self.depth >= MAX_DEPTH {
            return Err(self.refuse(Cause::TooDeep));
        }
        self.depth += 1;
        self.at += 1;
        let shape = read(self)?;
        self.depth -= 1;
        Ok(shape)
    }

    fn object(&mut self) -> Result<Shape, Refusal> {
        let mut members = Vec::new();
        self.blank()?;
        if self.eat(b'}') {
            return Ok(Shape::Object(members));
        }
        loop {
            let start = self.at;
            self.string()?;
            let key = start..self.at;
            self.blank()?;
            if !self.eat(b':') {
                return Err(self.syntax("a key without a colon"));
            }
            self.blank()?;
            members.push(Member { key, value: self.value()? });
            if self.ends(b'}')? {
                return Ok(Shape::Object(members));
            }
        }
    }

    fn array(&mut self) -> Result<Shape, Refusal> {
        let mut elements = Vec::new();
        self.blank()?;
        if self.eat(b']') {
            return Ok(Shape::Array(elements));
        }
        loop {
            elements.push(self.value()?);
            if self.ends(b']')? {
                return Ok(Shape::Array(elements));
            }
        }
    }

    /// After a child: true at the closing bracket, false when a comma announces another child.
    fn ends(&mut self, close: u8) -> Result<bool, Refusal> {
        self.blank()?;
        if self.eat(close) {
            return Ok(true);
        }
        let comma = self.at;
        if !self.eat(b',') {
            return Err(self.syntax("a comma or a closing bracket is missing"));
        }
        self.blank()?;
        if matches!(self.peek(), Some(b'}' | b']')) {
            return Err(Refusal::at(self.text, comma, Cause::TrailingComma));
        }
        Ok(false)
    }

    fn word(&mut self, word: &str, shape: Shape) -> Result<Shape, Refusal> {
        if self.text.as_bytes().get(self.at..).is_some_and(|rest| rest.starts_with(word.as_bytes())) {
            self.at += word.len();
            return Ok(shape);
        }
        Err(self.syntax("a word without quotes"))
    }

    fn number(&mut self) -> Result<(), Refusal> {
        self.eat(b'-');
        if !self.eat(b'0') {
            self.digits()?;
        }
        if self.eat(b'.') {
            self.digits()?;
        }
        if self.eat(b'e') || self.eat(b'E') {
            if !self.eat(b'+') {
                self.eat(b'-');
            }
            self.digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) -> Result<(), Refusal> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at == start { Err(self.syntax("a number without digits")) } else { Ok(()) }
    }

    fn string(&mut self) -> Result<(), Refusal> {
        if !self.eat(b'"') {
            return Err(self.syntax("a text without double quotes"));
        }
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b'\\') => self.escape()?,
                Some(0x20..) => self.at += 1,
                _ => return Err(self.syntax("a text that does not end on its line")),
            }
        }
    }

    fn escape(&mut self) -> Result<(), Refusal> {
        self.at += 1;
        match self.peek() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 1,
            Some(b'u') => {
                self.at += 1;
                for _ in 0..4 {
                    if !self.peek().is_some_and(|byte| byte.is_ascii_hexdigit()) {
                        return Err(self.syntax("a backslash that escapes nothing"));
                    }
                    self.at += 1;
                }
            }
            _ => return Err(self.syntax("a backslash that escapes nothing")),
        }
        Ok(())
    }
}

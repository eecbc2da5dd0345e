//! Words and their quoting.

use super::grammar::Parser;
use super::syntax::{Part, Word};

impl Parser<'_> {
    /// Reads one word; an empty one if none starts here.
    pub(super) fn word(&mut self) -> Word {
        let mut word = Word::default();
        while let Some(next) = self.cursor.peek() {
            match next {
                b'<' | b'>' if self.cursor.peek_after(1) == Some(b'(') => self.process(&mut word),
                b' ' | b'\t' | b'\n' | b';' | b'&' | b'|' | b')' | b'<' | b'>' => break,
                b'(' => {
                    let glob = |part: &Part| matches!(part, Part::Literal(l) if l.ends_with(['?', '*', '+', '@', '!']));
                    if !word.parts.last().is_some_and(glob) {
                        break;
                    }
                    let start = self.cursor.at();
                    self.skip_parentheses();
                    word.push(self.cursor.since(start));
                }
                _ => self.piece(&mut word),
            }
        }
        word
    }

    /// Reads one quoted or expanded stretch, or unquoted text up to the next character that means something.
    pub(super) fn piece(&mut self, word: &mut Word) {
        match self.cursor.peek() {
            Some(b'\\') => {
                self.cursor.skip_char();
                match self.cursor.skip_char() {
                    // A line that goes on in the next.
                    "\n" => {}
                    "" => word.push("\\"),
                    escaped => word.push(escaped),
                }
            }
            Some(b'\'') => {
                self.cursor.skip_char();
                word.push(self.cursor.take_until(|c| c == '\''));
                self.cursor.eat("'");
            }
            Some(b'"') => {
                self.cursor.skip_char();
                self.double_quoted(word);
            }
            Some(b'$') => match self.cursor.peek_after(1) {
                Some(b'\'') => {
                    self.cursor.take(2);
                    word.push(&self.ansi_quoted());
                }
                Some(b'"') => {
                    self.cursor.take(2);
                    self.double_quoted(word);
                }
                _ => self.dollar(word),
            },
            Some(b'`') => self.backticks(word, false),
            _ => {
                let text = self.cursor.take_until(|c| " \t\n;&|()<>\\'\"$`".contains(c));
                if text.is_empty() {
                    word.push(self.cursor.skip_char());
                } else {
                    word.push(text);
                }
            }
        }
    }

    /// Reads to the closing quote, which the opening one stands before.
    fn double_quoted(&mut self, word: &mut Word) {
        word.push("");
        self.interpolated(word, true);
        self.cursor.eat("\"");
    }

    /// Reads text in which `$`, backticks and the backslash mean something: inside double quotes, or a heredoc.
    pub(super) fn interpolated(&mut self, word: &mut Word, quoted: bool) {
        loop {
            word.push(self.cursor.take_until(|c| matches!(c, '\\' | '$' | '`') || quoted && c == '"'));
            match self.cursor.peek() {
                Some(b'\\') => {
                    self.cursor.skip_char();
                    match self.cursor.skip_char() {
                        "\n" => {}
                        escaped @ ("\\" | "$" | "`") => word.push(escaped),
                        "\"" if quoted => word.push("\""),
                        other => {
                            word.push("\\");
                            word.push(other);
                        }
                    }
                }
                Some(b'$') => self.dollar(word),
                Some(b'`') => self.backticks(word, quoted),
                _ => return,
            }
        }
    }

    /// Reads the inside of `$'…'` with the closing quote.
    fn ansi_quoted(&mut self) -> String {
        let rest = self.cursor.rest();
        let mut escaped = false;
        let end = rest.bytes().position(|b| {
            let closes = b == b'\'' && !escaped;
            escaped = b == b'\\' && !escaped;
            closes
        });
        let inside = self.cursor.take(end.unwrap_or(rest.len()));
        self.cursor.eat("'");
        super::output::unescape(inside, super::output::Escapes::Quoted).0
    }
}

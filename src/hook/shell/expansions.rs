//! Expansions: `$name`, `${…}`, `$(…)`, `$((…))`, backticks and `<(…)`.

use super::grammar::{Parser, Until};
use super::syntax::{Part, Word};

impl Parser<'_> {
    /// Reads what a `$` starts, the quotes `$'` and `$"` aside.
    pub(super) fn dollar(&mut self, word: &mut Word) {
        let start = self.cursor.at();
        self.cursor.eat("$");
        if self.cursor.eat("((") {
            self.skip_to_closing(2);
        } else if self.cursor.eat("(") {
            let list = self.substituted();
            word.parts.push(Part::Output { list, source: self.cursor.since(start).to_owned() });
            return;
        } else if self.cursor.eat("{") {
            self.skip_braces();
        } else if self.cursor.eat("[") {
            self.cursor.take_until(|c| c == ']');
            self.cursor.eat("]");
        } else if name_length(self.cursor.rest()) > 0 {
            self.cursor.take(name_length(self.cursor.rest()));
        } else if self.cursor.peek().is_some_and(|b| b"0123456789@*#?$!-".contains(&b)) {
            self.cursor.skip_char();
        } else {
            word.push("$");
            return;
        }
        let source = self.cursor.since(start);
        let name = source.trim_start_matches(['$', '{']).trim_end_matches('}');
        word.parts.push(if name_length(name) == name.len() && !name.is_empty() {
            Part::Variable { name: name.to_owned(), source: source.to_owned() }
        } else {
            Part::Unknown(source.to_owned())
        });
    }

    /// Reads `<(…)` or `>(…)`.
    pub(super) fn process(&mut self, word: &mut Word) {
        let start = self.cursor.at();
        self.cursor.take(2);
        let list = self.substituted();
        word.parts.push(Part::Process { list, source: self.cursor.since(start).to_owned() });
    }

    /// Reads a list and its closing parenthesis. Heredocs asked for outside begin after this list's line ends.
    fn substituted(&mut self) -> super::syntax::List {
        let outside = std::mem::take(&mut self.pending);
        self.substitutions += 1;
        let list = self.list(Until::Parenthesis);
        self.cursor.eat(")");
        self.substitutions -= 1;
        self.pending = outside;
        list
    }

    /// Reads a command between backticks, where a backslash may hide a backtick of an inner command.
    pub(super) fn backticks(&mut self, word: &mut Word, quoted: bool) {
        let start = self.cursor.at();
        self.cursor.eat("`");
        let mut inside = String::new();
        loop {
            inside.push_str(self.cursor.take_until(|c| matches!(c, '\\' | '`')));
            if !self.cursor.eat("\\") {
                break;
            }
            match self.cursor.skip_char() {
                escaped @ ("\\" | "$" | "`") => inside.push_str(escaped),
                "\"" if quoted => inside.push('"'),
                other => {
                    inside.push('\\');
                    inside.push_str(other);
                }
            }
        }
        self.cursor.eat("`");
        let list = self.within(&inside, |inner| inner.list(Until::End)).unwrap_or_default();
        word.parts.push(Part::Output { list, source: self.cursor.since(start).to_owned() });
    }

    /// Steps behind the brace that closes `${`. In bash an apostrophe is a quote there even inside double quotes.
    fn skip_braces(&mut self) {
        if !self.descend() {
            return;
        }
        let mut ignored = Word::default();
        loop {
            self.cursor.take_until(|c| matches!(c, '\\' | '\'' | '"' | '$' | '`' | '}'));
            match self.cursor.peek() {
                None => break,
                Some(b'}') => {
                    self.cursor.eat("}");
                    break;
                }
                _ => self.piece(&mut ignored),
            }
        }
        self.ascend();
    }

    /// Steps over a parenthesis and everything up to the one that closes it.
    pub(super) fn skip_parentheses(&mut self) {
        self.cursor.eat("(");
        self.skip_to_closing(1);
    }

    /// Steps behind the parenthesis that closes the `open` ones before this place.
    pub(super) fn skip_to_closing(&mut self, open: usize) {
        if !self.descend() {
            return;
        }
        let mut ignored = Word::default();
        let mut open = open;
        while open > 0 {
            self.cursor.take_until(|c| matches!(c, '\\' | '\'' | '"' | '$' | '`' | '(' | ')'));
            match self.cursor.peek() {
                None => break,
                Some(b'(') => open += 1,
                Some(b')') => open -= 1,
                _ => {
                    self.piece(&mut ignored);
                    continue;
                }
            }
            self.cursor.skip_char();
        }
        self.ascend();
    }
}

/// The length of the variable's name at the start of `text`.
pub(super) fn name_length(text: &str) -> usize {
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        return 0;
    }
    text.bytes().position(|b| !b.is_ascii_alphanumeric() && b != b'_').unwrap_or(text.len())
}

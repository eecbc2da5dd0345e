//! Heredocs: what asks for one, and its body on the lines below.

use super::grammar::Parser;
use super::syntax::Word;

/// A heredoc whose body has not been reached.
pub(super) struct Pending {
    body: usize,
    delimiter: String,
    /// `<<-`: tabs at the start of its lines go.
    strips_tabs: bool,
    /// The delimiter is not quoted, so the body is expanded.
    expands: bool,
}

impl Parser<'_> {
    /// Reads the delimiter behind `<<` and gives the place its body will have.
    pub(super) fn heredoc(&mut self, strips_tabs: bool) -> usize {
        self.blanks();
        let start = self.cursor.at();
        self.word();
        let source = self.cursor.since(start);
        let delimiter = source.chars().filter(|c| !matches!(c, '\'' | '"' | '\\')).collect::<String>();
        let body = self.bodies.len();
        self.bodies.push(Word::default());
        let expands = delimiter.len() == source.len();
        self.pending.push(Pending { body, delimiter, strips_tabs, expands });
        body
    }

    /// Reads the bodies of the heredocs of the line that just ended.
    pub(super) fn read_bodies(&mut self) {
        for heredoc in std::mem::take(&mut self.pending) {
            let text = self.body(&heredoc);
            let word = if heredoc.expands {
                self.within(&text, |inner| {
                    let mut word = Word::default();
                    inner.interpolated(&mut word, false);
                    word
                })
                .unwrap_or_default()
            } else {
                Word::literal(&text)
            };
            if let Some(place) = self.bodies.get_mut(heredoc.body) {
                *place = word;
            }
        }
    }

    fn body(&mut self, heredoc: &Pending) -> String {
        let mut body = String::new();
        while !self.cursor.is_at_end() {
            let line_start = self.cursor.rest();
            let line = line_start.split('\n').next().unwrap_or_default();
            let text = if heredoc.strips_tabs { line.trim_start_matches('\t') } else { line };
            if let Some(behind) = text.strip_prefix(heredoc.delimiter.as_str()) {
                if behind.is_empty() {
                    self.cursor.take_line();
                    break;
                }
                // bash lets the parenthesis of `$(cat <<EOF` stand right behind the delimiter.
                if self.substitutions > 0 && behind.starts_with(')') {
                    self.cursor.take(line.len() - behind.len());
                    break;
                }
            }
            body.push_str(text);
            body.push('\n');
            self.cursor.take_line();
        }
        body
    }
}

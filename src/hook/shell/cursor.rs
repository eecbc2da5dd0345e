//! A place in the source of a command, and the smallest steps from it. It never stands inside a character.

pub(super) struct Cursor<'a> {
    source: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(source: &'a str) -> Self {
        Self { source, at: 0 }
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn rest(&self) -> &'a str {
        self.source.get(self.at..).unwrap_or_default()
    }

    /// The source from an earlier place to here.
    pub(super) fn since(&self, start: usize) -> &'a str {
        self.source.get(start..self.at).unwrap_or_default()
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at >= self.source.len()
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.peek_after(0)
    }

    pub(super) fn peek_after(&self, bytes: usize) -> Option<u8> {
        self.source.as_bytes().get(self.at + bytes).copied()
    }

    pub(super) fn sees(&self, text: &str) -> bool {
        self.rest().starts_with(text)
    }

    /// Steps over `text` if it is next.
    pub(super) fn eat(&mut self, text: &str) -> bool {
        let seen = self.sees(text);
        if seen {
            self.at += text.len();
        }
        seen
    }

    /// Steps over one character.
    pub(super) fn skip_char(&mut self) -> &'a str {
        let width = self.rest().chars().next().map_or(0, char::len_utf8);
        self.take(width)
    }

    /// Steps over `bytes`, which end at a character's end.
    pub(super) fn take(&mut self, bytes: usize) -> &'a str {
        let start = self.at;
        self.at = (self.at + bytes).min(self.source.len());
        self.since(start)
    }

    /// Steps up to the first character that `stops`, or to the end.
    pub(super) fn take_until(&mut self, stops: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        self.take(rest.find(stops).unwrap_or(rest.len()))
    }

    /// Steps over the rest of the line and its line end; gives the line without it.
    pub(super) fn take_line(&mut self) -> &'a str {
        let line = self.take_until(|c| c == '\n');
        self.eat("\n");
        line
    }

    pub(super) fn jump_to_end(&mut self) {
        self.at = self.source.len();
    }
}

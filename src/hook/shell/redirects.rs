//! Redirections as they are written.

use super::grammar::Parser;
use super::syntax::{Redirect, RedirectKind, Word};

impl Parser<'_> {
    /// Reads one redirection if one starts here.
    pub(super) fn redirect(&mut self, redirects: &mut Vec<Redirect>) -> bool {
        let rest = self.cursor.rest();
        let digits = rest.bytes().take(3).take_while(u8::is_ascii_digit).count();
        let sign = rest.get(digits..).unwrap_or_default();
        let fd = rest.get(..digits).and_then(|number| number.parse::<u8>().ok());
        if digits == 0 && (sign.starts_with("<(") || sign.starts_with(">(")) {
            return false;
        }
        // Longer signs stand before those they start with.
        let signs: [(&str, u8, RedirectKind); 12] = [
            ("<<<", 0, RedirectKind::HereString),
            ("<<-", 0, RedirectKind::Heredoc(0)),
            ("<<", 0, RedirectKind::Heredoc(0)),
            ("<&", 0, RedirectKind::Duplicate),
            ("<>", 0, RedirectKind::Read),
            ("<", 0, RedirectKind::Read),
            ("&>>", 1, RedirectKind::WriteBoth),
            ("&>", 1, RedirectKind::WriteBoth),
            (">>", 1, RedirectKind::Append),
            (">&", 1, RedirectKind::Duplicate),
            (">|", 1, RedirectKind::Write),
            (">", 1, RedirectKind::Write),
        ];
        let found = signs.into_iter().find(|(text, ..)| sign.starts_with(text));
        let Some((text, default, mut kind)) =
            found.filter(|(text, ..)| digits == 0 || !text.starts_with('&'))
        else {
            return false;
        };
        self.cursor.take(digits + text.len());
        let target = if let RedirectKind::Heredoc(_) = kind {
            kind = RedirectKind::Heredoc(self.heredoc(text == "<<-"));
            Word::default()
        } else {
            self.blanks();
            self.word()
        };
        let is_fd = |text: &str| text == "-" || text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
        if text == ">&" && digits == 0 && !target.as_literal().is_some_and(is_fd) {
            kind = RedirectKind::WriteBoth;
        }
        redirects.push(Redirect { fd: fd.unwrap_or(default), kind, target });
        true
    }
}

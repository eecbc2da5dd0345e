//! Whether a value looks like a secret, given how much its name promises.

use super::names::Weight;
use super::placeholders::is_placeholder;
use super::source::{BASE64_ANY, Set};
use super::tally::Tally;
use super::values::{Place, is_broken_once};
use super::words::{
    is_algorithm, is_common_password, is_constant, is_name, is_no_value, is_passphrase, is_path,
    is_spaced_password, is_version, is_wordy, strong_symbols,
};

/// What is judged: the bytes of a value, and how they were written.
#[derive(Clone, Copy)]
pub(super) struct Candidate<'a> {
    pub(super) value: &'a [u8],
    pub(super) weight: Weight,
    pub(super) place: Place,
    pub(super) is_quoted: bool,
}

/// What follows a value that is none.
const CODE: [&str; 9] = ["(", "[", "{", "::", "->", "=>", "<", "${", "=="];
const ENCODED: Set = Set::of("0-9A-Za-z+/=_.~%:-");

impl Candidate<'_> {
    pub(super) fn looks_secret(self) -> bool {
        let value = self.value;
        if value.len() < 4 {
            return false;
        }
        let tally = Tally::of(value);
        let looks = if value.iter().any(u8::is_ascii_whitespace) && !(self.is_quoted && is_broken_once(value))
        {
            self.weight == Weight::Password && self.is_quoted && is_spaced_password(value, &tally)
        } else {
            match self.weight {
                Weight::Password => self.looks_password(&tally),
                Weight::Secret => self.looks_generated(&tally),
                _ => tally.is_random() && tally.digits > 2 && value.len() >= 20,
            }
        };
        looks && !self.is_something_else(&tally)
    }

    fn is_something_else(self, tally: &Tally) -> bool {
        let value = self.value;
        tally.is_blank()
            || is_algorithm(value)
            || !self.is_quoted && self.is_code(tally)
            || memchr::memmem::find(value, b"://").is_some()
            || is_placeholder(value) && !is_long_token(value, tally)
    }

    /// Whether somebody wrote it as a value, and it cannot be the name of one.
    fn is_meant(self) -> bool {
        self.is_quoted
            || matches!(self.place, Place::Environment | Place::Flag | Place::Query | Place::Element)
    }

    fn looks_password(self, tally: &Tally) -> bool {
        let value = self.value;
        if tally.digits > 0 && tally.letters() > 0 {
            return value.len() >= 6 && !is_version(value) && !is_name(value, self.is_quoted, tally);
        }
        if tally.digits > 0 {
            let is_pin = tally.others == 0 && (6..=32).contains(&value.len());
            return is_pin || value.len() >= 8 && strong_symbols(value) > 0;
        }
        if tally.others == 0 {
            let is_word = tally.upper > 0 || is_no_value(value);
            let is_written = matches!(self.place, Place::Environment | Place::Flag) && !self.is_quoted;
            return is_common_password(value)
                || tally.is_scrambled()
                || is_written && value.len() >= 8 && !is_word;
        }
        if strong_symbols(value) > 0 && tally.not_ascii == 0 {
            return self.is_meant() && value.len() >= 6;
        }
        is_passphrase(value)
    }

    fn looks_generated(self, tally: &Tally) -> bool {
        let value = self.value;
        let is_short = value.len() < if self.is_meant() { 8 } else { 12 };
        if is_short || tally.not_ascii > 0 {
            return false;
        }
        if tally.is_random() {
            return true;
        }
        let is_written = self.place == Place::Environment && !self.is_quoted;
        if tally.digits > 0 && tally.letters() > 0 {
            return (is_written || !is_wordy(value)) && !is_version(value);
        }
        if tally.digits == 0 && tally.others == 0 {
            return is_written && value.len() >= 10 && tally.upper == 0 && !is_no_value(value);
        }
        self.is_meant() && tally.letters() > 0 && strong_symbols(value) >= 2
    }

    /// Written without quotes, it is an expression: a call, a path to a field, a type, a reference.
    fn is_code(self, tally: &Tally) -> bool {
        let value = self.value;
        if matches!(self.place, Place::Environment | Place::Element) {
            return matches!(value, [b'`' | b'(', ..]) || is_path(value);
        }
        let holds = |pattern: &str| memchr::memmem::find(value, pattern.as_bytes()).is_some();
        if tally.is_random() && value.len() >= 30 && ENCODED.has_all(value) {
            return holds("::") || is_path(value);
        }
        let begins = value.first().is_none_or(|first| {
            !first.is_ascii_alphanumeric() && !BASE64_ANY.has(*first) && *first != b'$' && *first != b'#'
        });
        let is_operand = matches!(value.first(), Some(b'-' | b'+' | b'/' | b'='));
        begins
            || is_operand
            || CODE.iter().any(|code| holds(code))
            || is_path(value)
            || is_constant(value, tally)
    }
}

/// A value as long and as mixed as this is no placeholder, though there is an "EXAMPLE" in it.
fn is_long_token(value: &[u8], tally: &Tally) -> bool {
    value.len() >= 32 && tally.is_random() && ENCODED.has_all(value)
}

//! What a row of the table of tokens says.

use super::source::Set;

/// A prefix, and what must follow it to be a token.
pub(super) struct Rule {
    pub(super) prefix: &'static str,
    pub(super) kind: &'static str,
    /// What the rest is made of.
    pub(super) body: Set,
    /// Bytes after the prefix.
    pub(super) shortest: usize,
    /// A longer run is something else, and so is one that a letter or digit follows; 0 for no limit.
    pub(super) longest: usize,
    pub(super) start: Start,
    pub(super) look: Look,
    pub(super) replaced: Replaced,
}

/// Where the prefix may stand.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Start {
    /// At the start of a word: the prefix is short enough to be part of one.
    Word,
    /// Anywhere: nothing else contains it.
    Anywhere,
}

/// How the body must look.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Look {
    /// Anything but a placeholder.
    Any,
    /// Anything, `xxxx` included: it is our own key, and a false alarm costs nothing.
    Certain,
    /// With a digit and a letter in it, or letters only in one run.
    Mixed,
    /// Like the work of a generator.
    Random,
    /// With a random run of that many letters and digits, so that `sk-learn-2-something-long` stays.
    Dense(usize),
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Replaced {
    Whole,
    /// Only what follows the prefix: it is a public address.
    Body,
}

/// A prefix that occurs nowhere else.
pub(super) const fn sure(prefix: &'static str, kind: &'static str, body: Set, shortest: usize) -> Rule {
    Rule {
        prefix,
        kind,
        body,
        shortest,
        longest: 0,
        start: Start::Anywhere,
        look: Look::Any,
        replaced: Replaced::Whole,
    }
}

/// A short prefix: it counts at the start of a word only.
pub(super) const fn word(
    prefix: &'static str,
    kind: &'static str,
    body: Set,
    shortest: usize,
    longest: usize,
) -> Rule {
    Rule { longest, start: Start::Word, look: Look::Mixed, ..sure(prefix, kind, body, shortest) }
}

/// An address with a secret path.
pub(super) const fn address(prefix: &'static str, kind: &'static str, body: Set, shortest: usize) -> Rule {
    Rule { look: Look::Mixed, replaced: Replaced::Body, ..sure(prefix, kind, body, shortest) }
}

impl Rule {
    pub(super) const fn look(self, look: Look) -> Self {
        Self { look, ..self }
    }
}

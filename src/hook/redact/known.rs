//! Secrets whose exact values are at hand: those in our own environment.

use std::ops::Range;

use super::placeholders::is_placeholder;
use super::tally::Tally;
use super::words::is_wordy;

pub(super) const KIND: &str = "environment-secret";
const SHORTEST: usize = 12;
/// Words in the names of secrets, by their first letter.
const fn words(first: u8) -> &'static [&'static str] {
    match first {
        b'K' => &["KEY"],
        b'T' => &["TOKEN"],
        b'S' => &["SECRET"],
        b'P' => &["PASSWORD", "PASSWD", "PASSPHRASE"],
        b'C' => &["CREDENTIAL"],
        b'_' => &["_PASS", "_PWD"],
        _ => &[],
    }
}

/// Names of things about a secret, or of public ones.
const ENDINGS: [&str; 16] = [
    "_FILE",
    "_PATH",
    "_DIR",
    "_URL",
    "_URI",
    "_HOST",
    "_NAME",
    "_ID",
    "_TYPE",
    "_USER",
    "_ALGORITHM",
    "_SOCK",
    "_COUNT",
    "_LENGTH",
    "_REGION",
    "_EXPIRES",
];
const PUBLIC: [&str; 4] = ["PUBLIC", "PUBLISHABLE", "GPG_KEY", "FINGERPRINT"];

/// The exact values to take out, wherever they occur.
#[derive(Default)]
pub struct KnownSecrets<'a> {
    values: Vec<&'a str>,
}

impl std::fmt::Debug for KnownSecrets<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "KnownSecrets({})", self.values.len())
    }
}

impl<'a> KnownSecrets<'a> {
    /// Of these variables, the values of those whose names look secret: at least 12 characters, and no path, address
    /// without a password, or plain word.
    pub fn of(vars: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let mut values: Vec<_> = vars
            .map(|(name, value)| (name, value.trim()))
            .filter(|(name, value)| is_long_enough(value) && names_secret(name) && is_telling(value))
            .map(|(_, value)| value)
            .collect();
        // Of two values, one inside the other, the longer is looked for first.
        values.sort_unstable_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
        values.dedup();
        Self { values }
    }

    /// And this value, which is known to be one, whatever it looks like.
    #[must_use]
    pub fn and(mut self, value: &'a str) -> Self {
        if is_long_enough(value) && !self.values.contains(&value) {
            let shorter = |known: &&str| known.len() > value.len();
            self.values.insert(self.values.partition_point(shorter), value);
        }
        self
    }

    /// Exactly these values.
    pub fn exactly(values: &'a [String]) -> Self {
        let mut values: Vec<_> = values.iter().map(String::as_str).collect();
        values.sort_unstable_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
        Self { values }
    }

    pub(super) fn values(&self) -> impl Iterator<Item = &'a str> {
        self.values.iter().copied()
    }

    /// Where the values occur in the text, in order and apart from each other.
    pub(super) fn occurrences(&self, text: &str) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        let text = text.as_bytes();
        for value in &self.values {
            let (length, value) = (value.len(), value.as_bytes());
            // To prepare the search for a long value costs more than to see that one of its odder bytes is not there.
            let odd = value.iter().find(|byte| !byte.is_ascii_lowercase());
            if odd.is_none_or(|odd| memchr::memchr(*odd, text).is_some()) {
                found.extend(memchr::memmem::find_iter(text, value).map(|start| start..start + length));
            }
        }
        found.sort_unstable_by_key(|range| range.start);
        let mut apart: Vec<Range<usize>> = Vec::with_capacity(found.len());
        for range in found {
            match apart.last_mut() {
                Some(last) if range.start < last.end => last.end = last.end.max(range.end),
                _ => apart.push(range),
            }
        }
        apart
    }
}

fn names_secret(name: &str) -> bool {
    let name = name.as_bytes();
    let is_at = |start: usize, word: &str| {
        let here = name.get(start..start + word.len());
        here.is_some_and(|here| here.eq_ignore_ascii_case(word.as_bytes()))
    };
    let holds_word = |(start, letter): (usize, &u8)| {
        words(letter.to_ascii_uppercase()).iter().any(|word| is_at(start, word))
    };
    let ends = |ending: &&str| name.len().checked_sub(ending.len()).is_some_and(|start| is_at(start, ending));
    let is_public = |word: &&str| (0..name.len()).any(|start| is_at(start, word));
    name.iter().enumerate().any(holds_word) && !ENDINGS.iter().any(ends) && !PUBLIC.iter().any(is_public)
}

/// Most variables hold something short or a path, and are done with first.
fn is_long_enough(value: &str) -> bool {
    value.len() >= SHORTEST && value.chars().take(SHORTEST).count() == SHORTEST
}

fn is_telling(value: &str) -> bool {
    let is_path =
        value.starts_with(['/', '~', '.']) && is_wordy(value.as_bytes()) || value.get(1..3) == Some(":\\");
    let is_address = value.contains("://") && !value.contains('@');
    !is_path && !is_address && !is_placeholder(value.as_bytes()) && !is_plain(value)
}

/// One or two words, or a number.
fn is_plain(value: &str) -> bool {
    let tally = Tally::of(value.as_bytes());
    let words = value.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).count();
    let is_number = tally.letters() == 0 && tally.others == 0 && value.len() < 16;
    let are_words = tally.digits == 0 && words <= 2 && !tally.is_scrambled();
    let has_symbols = value.contains(['!', '@', '#', '$', '%', '^', '&', '*', '+', '=', '?', '~', '|']);
    is_number || are_words && !has_symbols
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_secrets_by_their_names_and_by_what_they_are() {
        for (name, value, is_known) in [
            ("MY_API_KEY", "q8Zr2LpXw7Tn", true),
            ("my_token", "q8Zr2LpXw7Tn", true),
            ("DB_PASSWORD", "correct-horse-battery-staple", true),
            ("DB_PASSWORD", "swordfish!swordfish", true),
            ("GOOGLE_CREDENTIALS", "{\"private_key_id\": \"0123456789\"}", true),
            ("DATABASE_SECRET", "postgres://app:s3cret@db/app", true),
            ("MY_API_KEY", " q8Zr2LpXw7Tn\n", true),
            ("MY_API_KEY", "q8Zr2LpXw7T", false),
            ("HOME", "q8Zr2LpXw7Tn", false),
            ("PWD", "q8Zr2LpXw7Tn", false),
            ("SSH_KEY", "/home/dev/.ssh/id_ed25519", false),
            ("SSH_KEY", "~/.ssh/id_ed25519", false),
            ("SSH_KEY", "/x7Kp2mQ9/b1C3d5E7f9G1", true),
            ("KEY_SERVER", "https://keys.example.com/lookup", false),
            ("TOKEN_URL", "q8Zr2LpXw7Tn-q8Zr2LpXw7Tn", false),
            ("STRIPE_PUBLISHABLE_KEY", "pk_live_q8Zr2LpXw7Tn", false),
            ("KEYRING_BACKEND", "secretservice", false),
            ("KEYBOARD_LAYOUT", "us-international", false),
            ("APP_KEY", "production-europe", false),
            ("KEY_CREATED", "20260101120000", false),
            ("API_KEY", "your-api-key-goes-here", false),
            ("API_KEY", "${SOME_OTHER_VARIABLE}", false),
        ] {
            let known = KnownSecrets::of([(name, value)].into_iter());
            assert_eq!(known.values == [value.trim()], is_known, "{name}={value}");
        }
    }

    #[test]
    fn a_value_that_is_known_to_be_a_secret_need_not_look_like_one() {
        let vars = [("A_KEY", "0a1b2c3d4e5f"), ("B_KEY", "0a1b2c3d4e5f-longer")];
        let known = KnownSecrets::of(vars.into_iter()).and("changeme-changeme").and("0a1b2c3d4e5f");
        assert_eq!(known.values, ["0a1b2c3d4e5f-longer", "changeme-changeme", "0a1b2c3d4e5f"]);
        assert_eq!(KnownSecrets::default().and("short").values, [""; 0]);
    }

    #[test]
    fn overlapping_values_are_one_occurrence() {
        let vars = [("A_KEY", "0a1b2c3d4e5f"), ("B_KEY", "d4e5f6a7b8c9"), ("C_KEY", "0a1b2c3d4e5f-longer")];
        let known = KnownSecrets::of(vars.into_iter());
        let found = known.occurrences("x 0a1b2c3d4e5f-longer 0a1b2c3d4e5f6a7b8c9 d4e5f6a7b8c9");
        assert_eq!(found, [2..21, 22..41, 42..54]);
    }

    #[test]
    fn the_values_are_not_shown() {
        let known = KnownSecrets::of([("A_KEY", "0a1b2c3d4e5f")].into_iter());
        assert_eq!(format!("{known:?}"), "KnownSecrets(1)");
    }
}

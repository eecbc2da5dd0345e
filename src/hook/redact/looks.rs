//! Whether a value looks like a secret, given how much its name promises.

use super::names::Weight;
use super::placeholders::is_placeholder;
use super::tally::Tally;
use super::values::{Place, is_broken_once};

/// What is judged: the bytes of a value, and how they were written.
#[derive(Clone, Copy)]
pub(super) struct Candidate<'a> {
    pub(super) value: &'a [u8],
    pub(super) weight: Weight,
    pub(super) place: Place,
    pub(super) is_quoted: bool,
}

/// Passwords in letters only that so many people use that they are no words any more.
const COMMON: [&str; 14] = [
    "letmein",
    "qwerty",
    "qwertyuiop",
    "iloveyou",
    "opensesame",
    "trustno",
    "supersecret",
    "topsecret",
    "hunter",
    "sesame",
    "postgres",
    "mysecretpassword",
    "supersecretpassword",
    "correcthorsebatterystaple",
];
/// Words in settings that look like the name of an algorithm or a format, digits and all.
const ALGORITHMS: [&str; 40] = [
    "sha",
    "sha1",
    "sha2",
    "sha3",
    "sha224",
    "sha256",
    "sha384",
    "sha512",
    "md5",
    "base16",
    "base32",
    "base58",
    "base62",
    "base64",
    "base64url",
    "utf8",
    "utf16",
    "oauth1",
    "oauth2",
    "argon2",
    "argon2i",
    "argon2id",
    "pbkdf2",
    "hs256",
    "hs384",
    "hs512",
    "rs256",
    "rs384",
    "rs512",
    "es256",
    "es384",
    "ps256",
    "ed25519",
    "x25519",
    "x509",
    "aes128",
    "aes256",
    "rsa2048",
    "rsa4096",
    "blake3",
];
/// Words that name a value rather than being one: `password1`, `user_token_2`.
const VOCABULARY: [&str; 44] = [
    "password",
    "passwd",
    "pass",
    "pwd",
    "passphrase",
    "token",
    "secret",
    "key",
    "apikey",
    "value",
    "val",
    "string",
    "str",
    "user",
    "username",
    "login",
    "auth",
    "reset",
    "hash",
    "input",
    "field",
    "param",
    "arg",
    "var",
    "text",
    "name",
    "form",
    "line",
    "item",
    "node",
    "data",
    "buf",
    "tmp",
    "temp",
    "result",
    "res",
    "req",
    "config",
    "option",
    "default",
    "version",
    "step",
    "access",
    "credential",
];
/// What stands where a value is not given.
const NO_VALUES: [&str; 30] = [
    "required",
    "optional",
    "string",
    "password",
    "secret",
    "token",
    "true",
    "false",
    "none",
    "null",
    "undefined",
    "enabled",
    "disabled",
    "missing",
    "unset",
    "empty",
    "default",
    "changeit",
    "username",
    "anonymous",
    "prompt",
    "forbidden",
    "unknown",
    "invalid",
    "supplied",
    "provided",
    "keychain",
    "keyring",
    "interactive",
    "environment",
];

impl Candidate<'_> {
    pub(super) fn looks_secret(self) -> bool {
        let value = self.value;
        if value.len() < 4 || is_placeholder(value) || memchr::memmem::find(value, b"://").is_some() {
            return false;
        }
        let tally = Tally::of(value);
        if tally.is_blank() || is_algorithm(value) || !self.is_quoted && self.is_code(&tally) {
            return false;
        }
        if value.iter().any(u8::is_ascii_whitespace) && !(self.is_quoted && is_broken_once(value)) {
            return self.weight == Weight::Password && is_passphrase(value);
        }
        match self.weight {
            Weight::Password => self.looks_password(&tally),
            Weight::Secret => self.looks_generated(&tally),
            _ => tally.is_random() && value.len() >= 20,
        }
    }

    /// Whether somebody wrote it as a value, and it cannot be the name of one.
    fn is_meant(self) -> bool {
        self.is_quoted
            || matches!(self.place, Place::Environment | Place::Flag | Place::Query | Place::Element)
    }

    fn looks_password(self, tally: &Tally) -> bool {
        let value = self.value;
        if tally.digits > 0 && tally.letters() > 0 {
            return value.len() >= 6 && !is_version(value) && !is_name(value, tally);
        }
        if tally.digits > 0 {
            let is_pin = tally.others == 0 && (6..=32).contains(&value.len());
            return is_pin || value.len() >= 8 && strong_symbols(value) > 0;
        }
        if tally.others == 0 {
            let is_word = tally.upper > 0 || is_one_of(value, &NO_VALUES);
            let is_written = matches!(self.place, Place::Environment | Place::Flag) && !self.is_quoted;
            return is_one_of(value, &COMMON)
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
            return is_written && value.len() >= 10 && tally.upper == 0 && !is_one_of(value, &NO_VALUES);
        }
        self.is_meant() && tally.letters() > 0 && strong_symbols(value) >= 2
    }

    /// Written without quotes, it is an expression: a call, a path to a field, a type, a reference.
    fn is_code(self, tally: &Tally) -> bool {
        let value = self.value;
        if matches!(self.place, Place::Environment | Place::Element) {
            return matches!(value, [b'`' | b'(', ..]) || is_path(value);
        }
        if tally.is_random() && value.len() >= 30 {
            return false;
        }
        let begins = matches!(
            value.first(),
            Some(b'&' | b'*' | b'@' | b'.' | b'-' | b'+' | b'~' | b'/' | b'!' | b'?' | b'=')
        );
        let holds = |pattern: &str| memchr::memmem::find(value, pattern.as_bytes()).is_some();
        begins
            || ["(", "[", "{", "::", "->", "=>", "<", "${", "=="].iter().any(|code| holds(code))
            || is_path(value)
    }
}

/// `config.password`, `process.env.TOKEN2`, `~/.ssh/id`, `C:\keys`.
fn is_path(value: &[u8]) -> bool {
    let is_file = match value {
        [b'/' | b'~' | b'.', ..] => memchr::memchr(b'/', value.get(1..).unwrap_or_default()).is_some(),
        [drive, b':', b'\\' | b'/', ..] => drive.is_ascii_alphabetic(),
        _ => false,
    };
    if is_file {
        return is_wordy(value);
    }
    let mut parts = value.split(|byte| *byte == b'.');
    let is_identifier = |part: &[u8]| {
        part.first().is_some_and(|first| first.is_ascii_alphabetic() || *first == b'_')
            && part.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
            && is_wordy(part)
    };
    memchr::memchr(b'.', value).is_some() && parts.all(is_identifier)
}

/// Words, numbers of a few digits, and words with one such number at either end, with separators between them.
fn is_wordy(value: &[u8]) -> bool {
    value.split(|byte| !byte.is_ascii_alphanumeric()).all(|part| {
        let tally = Tally::of(part);
        tally.digit_changes <= 1 && tally.digits <= 4 && !tally.is_scrambled()
    })
}

/// Words, of which one says that this is the name of a value.
fn is_name(value: &[u8], tally: &Tally) -> bool {
    tally.digits <= 2
        && is_wordy(value)
        && value
            .split(|byte| !byte.is_ascii_alphabetic())
            .any(|word| VOCABULARY.iter().any(|known| word.eq_ignore_ascii_case(known.as_bytes())))
}

/// `v1.2.3`, `2.0-beta`, `10.0.0.1`, `3.11`.
fn is_version(value: &[u8]) -> bool {
    let number = value.strip_prefix(b"v").unwrap_or(value);
    let dots = memchr::memchr_iter(b'.', number).count();
    number.first().is_some_and(u8::is_ascii_digit) && dots > 0 && is_wordy(number)
}

fn is_algorithm(value: &[u8]) -> bool {
    let end = value.iter().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(value.len());
    value.split_at_checked(end).is_some_and(|(word, rest)| {
        is_one_of(word, &ALGORITHMS) && !rest.iter().any(|byte| matches!(byte, b'!' | b'#' | b'%' | b'^'))
    })
}

fn is_one_of(value: &[u8], words: &[&str]) -> bool {
    words.iter().any(|word| value.eq_ignore_ascii_case(word.as_bytes()))
}

/// Symbols that stand in passwords and not between words; those at the end may be punctuation.
fn strong_symbols(value: &[u8]) -> usize {
    let inside = value.iter().rposition(u8::is_ascii_alphanumeric).map_or(0, |last| last + 1);
    let inside = value.get(..inside).unwrap_or_default();
    inside
        .iter()
        .filter(|byte| matches!(byte, b'!' | b'@' | b'#' | b'$' | b'%' | b'^' | b'*' | b'?' | b'~'))
        .count()
}

/// Four and more short words with dashes: `correct-horse-battery-staple`.
fn is_passphrase(value: &[u8]) -> bool {
    let mut count = 0;
    let are_words = value.split(|byte| *byte == b'-').all(|word| {
        count += 1;
        (3..=9).contains(&word.len())
            && word.iter().all(u8::is_ascii_lowercase)
            && !is_one_of(word, &VOCABULARY)
            && !is_one_of(word, &NO_VALUES)
    });
    are_words && count >= 4
}

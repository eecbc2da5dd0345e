//! Passwords without a sign between name and value: in SQL, in `.netrc`, in sentences, in `curl -u`.

use super::Finding;
use super::looks::Candidate;
use super::names::{self, Weight};
use super::placeholders::is_placeholder;
use super::source::{Set, Source, WORD};
use super::tally::Tally;
use super::urls;
use super::values::{Place, to_its_end, value_at};
use super::words::{is_resource, is_wordy, strong_symbols};

/// Words that a password, a secret or a token follows after a blank, or after "is".
const WORDS: [(&str, &str, Weight); 13] = [
    ("identified by", "password", Weight::Password),
    ("passphrase", "password", Weight::Password),
    ("password", "password", Weight::Password),
    ("passwort", "password", Weight::Password),
    ("kennwort", "password", Weight::Password),
    ("passe", "password", Weight::Password),
    ("passwd", "password", Weight::Password),
    ("requirepass", "password", Weight::Password),
    ("masterauth", "password", Weight::Password),
    ("securestring", "password", Weight::Password),
    ("secret", "secret", Weight::Secret),
    ("token", "token", Weight::Secret),
    ("api key", "api-key", Weight::Secret),
];
const LINKS: [&str; 13] =
    ["is now ", "is: ", "is ", "was ", "to ", "ist ", "lautet ", "est ", "es ", "è ", "é ", "är ", "er "];
const VERBS: [&str; 10] =
    [" is ", " was ", " ist ", " lautet ", " est ", " use ", " used ", " es ", " è ", " é "];
const ASIDE: Set = Set::of("0-9A-Za-z _-");
/// How far from its word a sentence may say what it is: `the password for staging is …`.
const LONGEST_ASIDE: usize = 48;

/// What is between the word and the value.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Link {
    Nothing,
    Near,
    Far,
}

/// `PASSWORD 'value'`, `login me password value`, `the password is value`; `at` is the first letter of the word.
pub(super) fn password(source: Source, at: usize) -> Option<Finding> {
    if WORD.has(source.before(at)) {
        return defined(source, at);
    }
    // `ConvertTo-SecureString 'value'`; other types are called so, too.
    if source.says(at, "secures") && source.said_before(at, "ConvertTo-").is_none() {
        return None;
    }
    let (word, kind, weight) = WORDS.iter().find(|(word, _, _)| source.says(at, word))?;
    let end = at + word.len();
    let start = source.past_blanks(end);
    if start == end {
        return None;
    }
    if let Some(found) = before_its_name(source, at, kind) {
        return Some(found);
    }
    let (link, linked) = linked(source, start);
    let told = |link, start| told(source, (at, start), (word, kind, *weight), link);
    // In "the token … is no longer used", what "is" has to do with it is another thing.
    let near = if link == Link::Far { told(Link::Nothing, start) } else { None };
    near.or_else(|| told(link, linked))
}

/// The value that begins at the second place, if it looks like what the word at the first promises.
pub(super) fn told(
    source: Source,
    (at, start): (usize, usize),
    (word, kind, weight): (&str, &'static str, Weight),
    link: Link,
) -> Option<Finding> {
    let value = value_at(source, start, Place::Sentence)?;
    let bytes = source.slice(value.start, value.end);
    let is_setting =
        word.starts_with("requirepass") || word.starts_with("masterauth") || is_netrc(source, at);
    let place = if is_setting { Place::Environment } else { Place::Sentence };
    let candidate = Candidate { value: bytes, weight, place, is_quoted: value.is_quoted };
    let tally = Tally::of(bytes);
    let is_told = match link {
        _ if is_setting => true,
        Link::Nothing if is_resource(bytes) => false,
        Link::Nothing => {
            let is_mixed = tally.digits > 0 && tally.upper > 0 && tally.lower > 0 && !is_wordy(bytes);
            value.is_quoted
                || weight == Weight::Secret && bytes.len() >= 20 && tally.is_random()
                || source.has(at, "IDENTIFIED BY") && bytes.len() >= 8 && tally.is_mixed() && tally.digits > 0
                || weight == Weight::Password && bytes.len() >= 8 && is_mixed
        }
        // What is "bcrypt2-verschlüsselt" is described.
        Link::Near => value.is_quoted || tally.digits > 0 && (tally.not_ascii == 0 || !is_wordy(bytes)),
        Link::Far if value.is_quoted => tally.digits > 0,
        Link::Far if weight == Weight::Secret && bytes.len() >= 20 && tally.is_random() => true,
        Link::Far => {
            tally.digits > 0
                && bytes.len() >= 8
                && (tally.upper > 0 || strong_symbols(bytes) > 0)
                && !is_wordy(bytes)
        }
    };
    (is_told && candidate.looks_secret())
        .then_some(Finding::new(value.start, value.end, kind).read_to(value.read))
}

/// What a line begins with that defines a name without a sign before its value.
const DEFINITIONS: [&str; 5] = ["ENV ", "#define ", "set -gx ", "set -x ", "setenv "];

/// `#define WIFI_PASSWORD "value"`, `ENV ADMIN_PASSWORD value`; `at` is the last word of the name.
fn defined(source: Source, at: usize) -> Option<Finding> {
    let end = source.run_within(at, WORD, 32);
    let start = source.past_blanks(end);
    if source.before(at) != b'_' || start == end {
        return None;
    }
    let line = source.line_start(at, 200);
    let is_definition = DEFINITIONS.iter().any(|word| source.has(line, word));
    let name = names::announced_by(source.slice(source.run_back(end, WORD, 64), end))?;
    let place = if is_definition { Place::Environment } else { Place::Setting };
    let value = value_at(source, start, place)?;
    let bytes = source.slice(value.start, value.end);
    let candidate = Candidate { value: bytes, weight: name.weight, place, is_quoted: value.is_quoted };
    ((is_definition || value.is_quoted) && candidate.looks_secret())
        .then_some(Finding::new(value.start, value.end, name.kind).read_to(value.read))
}

/// `` `value` as the API key ``; `at` is the first letter of the word.
fn before_its_name(source: Source, at: usize, kind: &'static str) -> Option<Finding> {
    let end = ["` as the ", "` as "].iter().find_map(|link| source.said_before(at, link))?;
    let start = source.run_back(end, const { Set::of("!-_a-~") }, 100);
    let value = source.slice(start, end);
    (source.before(start) == b'`'
        && value.len() >= 16
        && Tally::of(value).is_random()
        && !is_placeholder(value))
    .then_some(Finding::new(start, end, kind).read_to(at))
}

/// Where the value begins, behind "is" or the like.
pub(super) fn linked(source: Source, start: usize) -> (Link, usize) {
    if source.says(start, "(was ") {
        return (Link::Far, start + "(was ".len());
    }
    if let Some(link) = LINKS.iter().find(|link| source.says(start, link)) {
        return (Link::Near, start + link.len());
    }
    let is_aside = |byte: &&u8| ASIDE.has(**byte) || !byte.is_ascii();
    let aside = start + source.slice(start, start + LONGEST_ASIDE).iter().take_while(is_aside).count();
    let is_marked =
        aside > start && (source.has(aside, ": ") || source.has(aside, "(") && source.before(aside) == b' ');
    if is_marked {
        return (Link::Far, source.past_blanks(aside + 1));
    }
    let verb = VERBS.iter().find_map(|verb| {
        let found = memchr::memmem::find(source.slice(start, aside), verb.as_bytes())?;
        Some(start + found + verb.len())
    });
    verb.map_or((Link::Nothing, start), |value| (Link::Far, value))
}

fn is_netrc(source: Source, at: usize) -> bool {
    let before = source.slice(at.saturating_sub(200).max(source.floor()), at);
    ["machine ", "login "].iter().all(|word| memchr::memmem::find(before, word.as_bytes()).is_some())
}

/// `curl -u user:password`; `at` is the dash.
pub(super) fn user(source: Source, at: usize) -> Option<Finding> {
    if !matches!(source.before(at), b' ' | b'\t' | b'\n') {
        return None;
    }
    let before = source.slice(at.saturating_sub(400).max(source.floor()), at);
    let is_curl =
        ["curl", "wget", "http "].iter().any(|tool| memchr::memmem::find(before, tool.as_bytes()).is_some());
    let flag = ["-u", "-U", "--user", "--proxy-user"].iter().find(|flag| {
        source.has(at, flag) && matches!(source.at(at + flag.len()), b' ' | b'=' | b'"' | b'\'')
    })?;
    let value =
        value_at(source, at + flag.len() + usize::from(source.at(at + flag.len()) == b'='), Place::Flag)?;
    let colon = memchr::memchr(b':', source.slice(value.start, value.end)).filter(|_| is_curl)?;
    let start = value.start + colon + 1;
    let value = to_its_end(source, value, Place::Flag);
    let password = source.slice(start, value.end);
    (password.len() >= 3 && !is_placeholder(password) && !urls::is_stand_in(password))
        .then_some(Finding::new(start, value.end, "password").read_to(value.read))
}

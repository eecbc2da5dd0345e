//! Passwords without a sign between name and value: in SQL, in `.netrc`, in sentences, in `curl -u`.

use super::Finding;
use super::looks::Candidate;
use super::names::Weight;
use super::placeholders::is_placeholder;
use super::source::{Source, WORD};
use super::tally::Tally;
use super::urls;
use super::values::{Place, value_at};

/// Words that a password, a secret or a token follows after a blank, or after "is".
const WORDS: [(&str, &str, Weight); 9] = [
    ("identified by", "password", Weight::Password),
    ("passphrase", "password", Weight::Password),
    ("password", "password", Weight::Password),
    ("passwd", "password", Weight::Password),
    ("requirepass", "password", Weight::Password),
    ("masterauth", "password", Weight::Password),
    ("secret", "secret", Weight::Secret),
    ("token", "token", Weight::Secret),
    ("api key", "api-key", Weight::Secret),
];
const LINKS: [&str; 5] = ["is now ", "is: ", "is ", "was ", "to "];

/// `PASSWORD 'value'`, `login me password value`, `the password is value`; `at` is the first letter of the word.
pub(super) fn password(source: Source, at: usize) -> Option<Finding> {
    if WORD.has(source.before(at)) {
        return None;
    }
    let (word, kind, weight) = WORDS.iter().find(|(word, _, _)| source.says(at, word))?;
    let end = at + word.len();
    let start = source.past_blanks(end);
    if start == end {
        return None;
    }
    let link = LINKS.iter().find(|link| source.says(start, link));
    let value = value_at(source, start + link.map_or(0, |link| link.len()), Place::Sentence)?;
    let bytes = source.slice(value.start, value.end);
    let is_setting =
        word.starts_with("requirepass") || word.starts_with("masterauth") || is_netrc(source, at);
    let place = if is_setting { Place::Environment } else { Place::Sentence };
    let candidate = Candidate { value: bytes, weight: *weight, place, is_quoted: value.is_quoted };
    let is_told = value.is_quoted || is_setting || link.is_some() && Tally::of(bytes).digits > 0;
    (is_told && candidate.looks_secret())
        .then_some(Finding::new(value.start, value.end, kind).read_to(value.read))
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
    let password = source.slice(start, value.end);
    (password.len() >= 3 && !is_placeholder(password) && !urls::is_stand_in(password))
        .then_some(Finding::new(start, value.end, "password").read_to(value.read))
}

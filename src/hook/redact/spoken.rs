//! Passwords without a sign between name and value: in SQL, in `.netrc`, in sentences, in `curl -u`.

use super::Finding;
use super::looks::Candidate;
use super::names::Weight;
use super::placeholders::is_placeholder;
use super::source::{Set, Source, WORD};
use super::tally::Tally;
use super::urls;
use super::values::{Place, to_its_end, value_at};
use super::words::{is_wordy, strong_symbols};

/// Words that a password, a secret or a token follows after a blank, or after "is".
const WORDS: [(&str, &str, Weight); 11] = [
    ("identified by", "password", Weight::Password),
    ("passphrase", "password", Weight::Password),
    ("password", "password", Weight::Password),
    ("passwort", "password", Weight::Password),
    ("passe", "password", Weight::Password),
    ("passwd", "password", Weight::Password),
    ("requirepass", "password", Weight::Password),
    ("masterauth", "password", Weight::Password),
    ("secret", "secret", Weight::Secret),
    ("token", "token", Weight::Secret),
    ("api key", "api-key", Weight::Secret),
];
const LINKS: [&str; 8] = ["is now ", "is: ", "is ", "was ", "to ", "ist ", "lautet ", "est "];
const VERBS: [&str; 5] = [" is ", " was ", " ist ", " lautet ", " est "];
const ASIDE: Set = Set::of("0-9A-Za-z _-");
/// How far from its word a sentence may say what it is: `the password for staging is …`.
const LONGEST_ASIDE: usize = 48;

/// What is between the word and the value.
#[derive(Clone, Copy, PartialEq)]
enum Link {
    Nothing,
    Near,
    Far,
}

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
    let (link, start) = linked(source, start);
    let value = value_at(source, start, Place::Sentence)?;
    let bytes = source.slice(value.start, value.end);
    let is_setting =
        word.starts_with("requirepass") || word.starts_with("masterauth") || is_netrc(source, at);
    let place = if is_setting { Place::Environment } else { Place::Sentence };
    let candidate = Candidate { value: bytes, weight: *weight, place, is_quoted: value.is_quoted };
    let tally = Tally::of(bytes);
    let is_told = match link {
        _ if is_setting => true,
        Link::Nothing => {
            let is_mixed = tally.digits > 0 && tally.upper > 0 && tally.lower > 0 && !is_wordy(bytes);
            value.is_quoted
                || *weight == Weight::Secret && bytes.len() >= 20 && tally.is_random()
                || *word == "password" && bytes.len() >= 8 && is_mixed
        }
        Link::Near => value.is_quoted || tally.digits > 0,
        Link::Far if value.is_quoted => tally.digits > 0,
        Link::Far if *weight == Weight::Secret && bytes.len() >= 20 && tally.is_random() => true,
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

/// Where the value begins, behind "is" or the like.
fn linked(source: Source, start: usize) -> (Link, usize) {
    if let Some(link) = LINKS.iter().find(|link| source.says(start, link)) {
        return (Link::Near, start + link.len());
    }
    let is_aside = |byte: &&u8| ASIDE.has(**byte) || !byte.is_ascii();
    let aside = start + source.slice(start, start + LONGEST_ASIDE).iter().take_while(is_aside).count();
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

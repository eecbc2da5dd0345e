//! What stands behind `Authorization:`, `Bearer`, `Basic` and `Cookie:`.

use super::Finding;
use super::jwt;
use super::looks::Candidate;
use super::names::Weight;
use super::placeholders::is_placeholder;
use super::source::{BASE64, Set, Source, TOKEN};
use super::tally::Tally;
use super::tokens;
use super::values::Place;
use super::words::{is_constant, is_path, is_wordy};

const KIND: &str = "authorization";
/// What a credential is made of (RFC 9110, token68, and what people send in spite of it).
const CREDENTIAL: Set = Set::of("0-9A-Za-z._~+/=:|@!#%^*-");
const LONGEST: usize = 4096;
/// As much of it is read before it is believed.
const JUDGED: usize = 512;
/// Parts of a `Set-Cookie:` that are no cookies.
const ATTRIBUTES: [&str; 5] = ["expires", "path", "domain", "max-age", "samesite"];
const SCHEMES: [&str; 14] = [
    "bearer",
    "basic",
    "token",
    "apikey",
    "api-key",
    "digest",
    "negotiate",
    "ntlm",
    "bot",
    "key",
    "genie",
    "geniekey",
    "ssws",
    "sso-key",
];

/// The credential of a header's value at `at`: behind its scheme, or alone.
pub(super) fn credentials(source: Source, at: usize) -> Option<Finding> {
    let open = source.past_blanks(at);
    let start = open
        + source
            .slice(open, open + 4)
            .iter()
            .take_while(|byte| matches!(byte, b'"' | b'\'' | b'`' | b'f' | b'\\'))
            .count();
    if source.says(start, "aws4-hmac-sha256 ") || source.says(start, "digest ") {
        return parameters(source, start);
    }
    match scheme(source, start) {
        Some(value) => credential(source, value, behind_scheme(source, start, Found::BehindScheme)),
        None => credential(source, start, Found::InHeader),
    }
}

/// Where a credential was found; the less there is before it, the more it must look like one.
#[derive(Clone, Copy, PartialEq)]
enum Found {
    InHeader,
    BehindScheme,
    InSentence,
    /// Behind `Basic`, wherever that was.
    AsBasic,
}

fn behind_scheme(source: Source, scheme: usize, otherwise: Found) -> Found {
    if source.says(scheme, "basic") { Found::AsBasic } else { otherwise }
}

/// Where the credential begins, if there is the name of a scheme at `at`.
pub(super) fn scheme(source: Source, at: usize) -> Option<usize> {
    SCHEMES.iter().find_map(|name| {
        let end = at + name.len();
        let start = source.past_blanks(end);
        (source.says(at, name) && start > end).then_some(start)
    })
}

/// `Bearer …` and `Basic …` anywhere; `at` is the first letter.
pub(super) fn spoken(source: Source, at: usize) -> Option<Finding> {
    if !source.starts_word(at) || !source.says(at, "bearer ") && !source.says(at, "basic ") {
        return None;
    }
    let found = credential(source, scheme(source, at)?, behind_scheme(source, at, Found::InSentence))?;
    (found.end - found.start >= 8).then_some(found)
}

fn credential(source: Source, start: usize, place: Found) -> Option<Finding> {
    let read = source.run_within(start, CREDENTIAL, LONGEST);
    let value = source.slice(start, read);
    let trimmed =
        value.iter().rposition(|byte| !matches!(byte, b'.' | b':' | b'!' | b'*')).map_or(0, |last| last + 1);
    let end = start + trimmed;
    let value = source.slice(start, end);
    if let Some(token) = tokens::find(source, start).or_else(|| jwt::token(source, start)) {
        return Some(token.at_least_to(end).read_to(read));
    }
    let found = Finding::new(start, end, KIND).read_to(read);
    if place == Found::AsBasic {
        return is_user_and_password(source, start).then_some(found);
    }
    let written = if place == Found::InSentence { Place::Sentence } else { Place::Flag };
    let candidate = Candidate { value, weight: Weight::Secret, place: written, is_quoted: false };
    let tally = Tally::of(value);
    let has_both = tally.digits > 0 && tally.letters() > 0;
    let is_expression = source.at(end) == b'('
        || is_path(value)
        || is_constant(value, &tally)
        || memchr::memmem::find(value, b"://").is_some();
    let is_no_value = is_placeholder(value) || tally.is_blank();
    let is_meant = match place {
        Found::BehindScheme => value.len() >= 6,
        Found::InHeader => value.len() >= 8 && !is_wordy(value),
        Found::InSentence | Found::AsBasic => false,
    };
    (candidate.looks_secret() || is_meant && has_both && !is_expression && !is_no_value).then_some(found)
}

/// Base64 of `user:password`, as `Basic` sends it.
pub(super) fn is_user_and_password(source: Source, start: usize) -> bool {
    let base64 = source.slice(start, source.run_within(start, BASE64, LONGEST));
    let mut decoded = [0; 96];
    let length = jwt::decode(base64, &mut decoded);
    let text = decoded.get(..length).unwrap_or_default();
    base64.len() >= 8
        && memchr::memchr(b':', text).is_some()
        && text.iter().all(|byte| (b' '..0x7f).contains(byte))
}

/// A scheme with named parameters: all of them, to the end of the line or the quotation.
fn parameters(source: Source, start: usize) -> Option<Finding> {
    let begin = start + source.slice(start, start + 32).iter().take_while(|byte| **byte != b' ').count() + 1;
    let read = source.run_within(begin, const { Set::of("0-9A-Za-z_=,; /.:+\"-") }, LONGEST);
    let value = source.slice(begin, read);
    let has_signature =
        ["Signature=", "response="].iter().any(|name| memchr::memmem::find(value, name.as_bytes()).is_some());
    let end = begin + value.trim_ascii_end().len();
    (has_signature && Tally::of(value).is_random()).then_some(Finding::new(begin, end, KIND).read_to(read))
}

/// The pairs of a `Cookie:`, or the first of a `Set-Cookie:`; all of them when one could be a session.
pub(super) fn cookies(source: Source, at: usize, kind: &'static str) -> Option<Finding> {
    const PAIR: Set = Set::of("0-9A-Za-z_=;., %+/:!#$&*^~|()<>@?[]{}-");
    let open = source.past_blanks(at);
    let start = open
        + source.slice(open, open + 2).iter().take_while(|byte| matches!(byte, b'"' | b'\'' | b'\\')).count();
    let judged = source.slice(start, source.run_within(start, PAIR, JUDGED));
    let is_session = judged.split(|byte| *byte == b';').map(<[u8]>::trim_ascii).any(is_session_pair);
    if !is_session {
        return None;
    }
    let read = source.run_within(start, PAIR, LONGEST);
    let value = source.slice(start, read).trim_ascii_end();
    let length =
        value.iter().rposition(|byte| !matches!(byte, b'.' | b',' | b')')).map_or(0, |last| last + 1);
    Some(Finding::new(start, start + length, kind).read_to(read))
}

/// Whether a pair of a cookie could be a session, and is no attribute.
fn is_session_pair(pair: &[u8]) -> bool {
    let equals = memchr::memchr(b'=', pair).unwrap_or(0);
    let (name, value) = pair.split_at_checked(equals).unwrap_or_default();
    let is_name = !name.is_empty() && name.iter().all(|byte| TOKEN.has(*byte) || *byte == b'.');
    let is_attribute = ATTRIBUTES.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes()));
    let value = value.get(1..).unwrap_or_default();
    let end = value.iter().position(|byte| matches!(byte, b' ' | b',')).unwrap_or(value.len());
    let value = value.get(..end).unwrap_or_default();
    let tally = Tally::of(value);
    let has_value = value.len() >= 8 && tally.digits > 0 && tally.letters() > 0;
    is_name && !is_attribute && has_value && !is_placeholder(value) && !tally.is_blank()
}

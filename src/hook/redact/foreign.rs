//! Passwords, keys and tokens by their names in other languages: `パスワード：value`, `la contraseña es value`.

use super::Finding;
use super::assignments;
use super::looks::Candidate;
use super::names::{Name, Weight};
use super::source::{Set, Source};
use super::spoken::{Link, linked, told};
use super::tally::Tally;
use super::values::Place;
use super::words::{is_wordy, strong_symbols};
use super::written::Written;
use Weight::{Password, Secret};

/// With letters beyond ASCII; the others are among the endings of names and the words of sentences.
const WORDS: [(&str, &str, Weight); 26] = [
    ("contraseña", "password", Password),
    ("lösenord", "password", Password),
    ("hasło", "password", Password),
    ("jelszó", "password", Password),
    ("şifre", "password", Password),
    ("пароль", "password", Password),
    ("Пароль", "password", Password),
    ("パスワード", "password", Password),
    ("暗証番号", "password", Password),
    ("密码", "password", Password),
    ("密碼", "password", Password),
    ("口令", "password", Password),
    ("비밀번호", "password", Password),
    ("api-schlüssel", "api-key", Secret),
    ("zugriffsschlüssel", "secret-key", Secret),
    ("clé d'api", "api-key", Secret),
    ("clé d’api", "api-key", Secret),
    ("clé api", "api-key", Secret),
    ("clé secrète", "secret-key", Secret),
    ("clé d'accès", "secret-key", Secret),
    ("apiキー", "api-key", Secret),
    ("アクセストークン", "token", Secret),
    ("トークン", "token", Secret),
    ("密钥", "secret-key", Secret),
    ("密鑰", "secret-key", Secret),
    ("令牌", "token", Secret),
];
/// What of a word is looked for, and what of it stands before that: other words are full of the same bytes.
const PARTS: [(&str, &str); 8] = [
    ("contrase", "ña"),
    ("schl", "üs"),
    ("cl", "é "),
    ("аро", "ль"),
    ("ワー", "ド"),
    ("キ", "ー"),
    ("", "トークン"),
    ("", "密"),
];
/// No word is longer, and some have no more than a letter beyond ASCII.
const LONGEST_WORD: usize = 24;
const PARTICLES: [&str; 6] = ["は", "是", "为", "為", "은", "는"];
const LONGEST_VALUE: usize = 512;
const SOLID: Set = Set::of("!-~");

/// The word that ends at `end`, before a colon.
pub(super) fn before(source: Source, end: usize) -> Option<Written> {
    let near = source.slice(end.saturating_sub(LONGEST_WORD).max(source.floor()), end);
    if near.is_ascii() {
        return None;
    }
    let (start, kind, weight) = WORDS
        .iter()
        .find_map(|(word, kind, weight)| Some((source.said_before(end, word)?, *kind, *weight)))?;
    Some(Written { start, name: Name { kind, weight } })
}

/// In a sentence; `at` is a colon of full width, or three bytes of a word of the table.
pub(super) fn spoken(source: Source, at: usize) -> Option<Finding> {
    if source.has(at, "：") {
        return assignments::wide_colon(source, at);
    }
    let seen = source.slice(at, at + 3);
    let is_part =
        |(before, part): &(&str, &str)| source.has(at, part) && source.said_before(at, before).is_some();
    if !PARTS.iter().any(is_part) {
        return None;
    }
    let (word, start, kind, weight) = WORDS.iter().find_map(|(word, kind, weight)| {
        let offset = word.as_bytes().windows(3).position(|bytes| bytes == seen)?;
        let start = at.checked_sub(offset).filter(|start| *start >= source.floor())?;
        source.says(start, word).then_some((*word, start, *kind, *weight))
    })?;
    let end = start + word.len();
    let near = source.past_blanks(end);
    if let Some(particle) = PARTICLES.iter().find(|particle| source.has(near, particle)) {
        return named(source, near + particle.len(), kind, weight);
    }
    let (link, value) = linked(source, near);
    if link == Link::Nothing || near == end {
        return None;
    }
    told(source, (start, value), (word, kind, weight), Link::Far)
}

/// What stands behind a particle, to the next character that is not ASCII: the sentence goes on without a blank.
fn named(source: Source, at: usize, kind: &'static str, weight: Weight) -> Option<Finding> {
    const QUOTES: [&str; 4] = ["「", "『", "“", "`"];
    let open = source.past_blanks(at);
    let start = open + QUOTES.iter().find(|quote| source.has(open, quote)).map_or(0, |quote| quote.len());
    let read = source.run_within(start, SOLID, LONGEST_VALUE);
    let bytes = source.slice(start, read);
    let end = bytes.iter().rposition(|byte| !matches!(byte, b'.' | b',' | b'`')).map_or(0, |last| last + 1);
    let bytes = source.slice(start, start + end);
    let tally = Tally::of(bytes);
    let is_told = match weight {
        Password => bytes.len() >= 8 && (tally.upper > 0 || strong_symbols(bytes) > 0) && !is_wordy(bytes),
        _ => bytes.len() >= 16 && tally.is_random(),
    };
    let candidate = Candidate { value: bytes, weight, place: Place::Sentence, is_quoted: false };
    (is_told && tally.digits > 0 && candidate.looks_secret())
        .then_some(Finding::new(start, start + end, kind).read_to(read))
}

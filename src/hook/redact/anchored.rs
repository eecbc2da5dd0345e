//! Tokens known by something in their middle or at their end, or by the shape of their first letters.

use super::Finding;
use super::joint::whole;
use super::source::{ALNUM, DIGIT, DOTTED, HEX, Set, Source, TOKEN, WORD};
use super::tally::Tally;

const AZURE: Set = Set::of("0-9A-Za-z_~.-");
/// What may be between two pieces.
const GAP: Set = Set::of(" \t\n\"'\\+.>#/|*n");
const TERRAFORM: Set = Set::of("0-9A-Za-z_=-");
/// In as many pieces as these tokens are looked for.
const PIECES: [usize; 2] = [1, 2];

/// `<bot id>:AA<33>`; `at` is the colon.
pub(super) fn telegram(source: Source, at: usize) -> Option<Finding> {
    let start = source.run_back(at, DIGIT, 13);
    let stands_alone = source.starts_word(start) || source.said_before(start, "bot").is_some();
    if !(8..=12).contains(&(at - start)) || !stands_alone {
        return None;
    }
    let secret = PIECES.iter().find_map(|pieces| {
        whole(source, at + 1, TOKEN, *pieces).filter(|secret| (33..=40).contains(&secret.bytes().len()))
    })?;
    Tally::of(secret.bytes()).is_mixed().then_some(Finding::new(start, secret.end, "telegram-token"))
}

/// `<32 hex digits>-us<region>`; `at` is the dash.
pub(super) fn mailchimp(source: Source, at: usize) -> Option<Finding> {
    let end = source.run_within(at + 3, DIGIT, 3);
    let piece = source.run_back(at, HEX, 32);
    if piece == at || !(1..=2).contains(&(end - at - 3)) || WORD.has(source.at(end)) {
        return None;
    }
    let gap = source.run_back(piece, GAP, 40);
    let missing = 32 - (at - piece);
    let is_broken =
        missing > 0 && source.slice(gap, piece).iter().any(|byte| matches!(byte, b'\n' | b'+' | b'\\'));
    let start = if is_broken { source.run_back(gap, HEX, missing) } else { piece };
    let is_key = at - piece + if is_broken { gap - start } else { 0 } == 32;
    (is_key && source.starts_word(start)).then_some(Finding::new(start, end, "mailchimp-key"))
}

/// `<3>8Q~<31 to 34>`, a client secret of Entra ID; `at` is the digit.
pub(super) fn azure(source: Source, at: usize) -> Option<Finding> {
    let start = at.checked_sub(3)?;
    if source.run_back(at, AZURE, 3) != start || !source.starts_word(start) {
        return None;
    }
    PIECES.iter().find_map(|pieces| {
        let secret = whole(source, at + 3, AZURE, *pieces)?;
        let full_stop = usize::from(secret.bytes().ends_with(b"."));
        let is_secret = (31..=36).contains(&(secret.bytes().len() - full_stop));
        is_secret
            .then_some(Finding::new(start, secret.end - full_stop, "azure-client-secret").read_to(secret.end))
    })
}

/// `<14>.atlasv1.<60 to 70>`; `at` is the word in the middle.
pub(super) fn terraform(source: Source, at: usize) -> Option<Finding> {
    let start = at.checked_sub(15)?;
    let is_token = source.has(at, "atlasv1.")
        && source.before(at) == b'.'
        && source.run_back(at - 1, ALNUM, 14) == start;
    if !is_token || !source.starts_word(start) {
        return None;
    }
    PIECES.iter().find_map(|pieces| {
        let secret = whole(source, at + 8, TERRAFORM, *pieces)?;
        (secret.bytes().len() >= 58).then_some(Finding::new(start, secret.end, "terraform-token"))
    })
}

/// A Discord bot's token: its numeric id in base64, a time, a signature. `at` is the start, seen by three letters that
/// only digits in base64 begin with.
pub(super) fn discord(source: Source, at: usize) -> Option<Finding> {
    if !source.starts_word(at) {
        return None;
    }
    PIECES.iter().find_map(|pieces| {
        let token = whole(source, at, DOTTED, *pieces)?;
        let mut parts = token.bytes().split(|byte| *byte == b'.');
        let (id, time, signature) = (parts.next()?, parts.next()?, parts.next()?);
        let is_id = (22..=28).contains(&id.len()) && id.iter().all(|byte| ALNUM.has(*byte));
        let is_token = is_id && (5..=7).contains(&time.len()) && signature.len() >= 27;
        let full_stop = usize::from(token.bytes().ends_with(b"."));
        is_token.then_some(Finding::new(at, token.end - full_stop, "discord-token").read_to(token.end))
    })
}

/// The token that begins at `start`, if it is one of these and does not go on behind `end`.
pub(super) fn find(source: Source, start: usize, end: usize) -> Option<Finding> {
    let value = source.slice(start, end);
    let place = |mark: &str| memchr::memmem::find(value, mark.as_bytes()).map(|offset| start + offset);
    let found = discord(source, start)
        .or_else(|| place(":AA").and_then(|at| telegram(source, at)))
        .or_else(|| place("-us").and_then(|at| mailchimp(source, at)))
        .or_else(|| place("Q~").and_then(|at| azure(source, at.checked_sub(1)?)))
        .or_else(|| place("atlasv1.").and_then(|at| terraform(source, at)));
    found.filter(|found| found.start == start && found.end <= end)
}

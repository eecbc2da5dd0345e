//! Tokens known by something in their middle or at their end, or by the shape of their first letters.

use super::Finding;
use super::source::{ALNUM, DIGIT, HEX, Set, Source, TOKEN, WORD};
use super::tally::Tally;

const AZURE: Set = Set::of("0-9A-Za-z_~.-");
const TERRAFORM: Set = Set::of("0-9A-Za-z_=-");

/// `<bot id>:AA<33>`; `at` is the colon.
pub(super) fn telegram(source: Source, at: usize) -> Option<Finding> {
    let start = source.run_back(at, DIGIT, 13);
    let end = source.run_within(at + 1, TOKEN, 41);
    let has_size = (8..=12).contains(&(at - start)) && (33..=40).contains(&(end - at - 1));
    let stands_alone = source.starts_word(start) || source.said_before(start, "bot").is_some();
    let is_random = Tally::of(source.slice(at, end)).is_random();
    (has_size && stands_alone && is_random).then_some(Finding { start, end, kind: "telegram-token" })
}

/// `<32 hex digits>-us<region>`; `at` is the dash.
pub(super) fn mailchimp(source: Source, at: usize) -> Option<Finding> {
    let start = source.run_back(at, HEX, 33);
    let end = source.run_within(at + 3, DIGIT, 3);
    let is_key = at - start == 32 && (1..=2).contains(&(end - at - 3));
    (is_key && source.starts_word(start) && !WORD.has(source.at(end))).then_some(Finding {
        start,
        end,
        kind: "mailchimp-key",
    })
}

/// `<3>8Q~<31 to 34>`, a client secret of Entra ID; `at` is the digit.
pub(super) fn azure(source: Source, at: usize) -> Option<Finding> {
    let start = source.run_back(at, AZURE, 4);
    let end = source.run_within(at + 3, AZURE, 40);
    let is_secret = at - start == 3 && (31..=36).contains(&(end - at - 3));
    let is_random = Tally::of(source.slice(at, end)).is_random();
    (is_secret && is_random).then_some(Finding { start, end, kind: "azure-client-secret" })
}

/// `<14>.atlasv1.<60 and more>`; `at` is the word in the middle.
pub(super) fn terraform(source: Source, at: usize) -> Option<Finding> {
    if !source.has(at, "atlasv1.") || source.before(at) != b'.' {
        return None;
    }
    let start = source.run_back(at - 1, ALNUM, 15);
    let end = source.run(at + 8, TERRAFORM);
    (at - 1 - start == 14 && end - at >= 40).then_some(Finding { start, end, kind: "terraform-token" })
}

/// A Discord bot's token: its numeric id in base64, a time, a signature. `at` is the start, seen by three letters that
/// only digits in base64 begin with.
pub(super) fn discord(source: Source, at: usize) -> Option<Finding> {
    if !source.starts_word(at) {
        return None;
    }
    let id = source.run_within(at, ALNUM, 30);
    let time = source.run_within(id + 1, TOKEN, 10);
    let end = source.run_within(time + 1, TOKEN, 60);
    let is_token = (22..=28).contains(&(id - at))
        && source.at(id) == b'.'
        && (5..=7).contains(&(time - id - 1))
        && source.at(time) == b'.'
        && end - time > 26;
    is_token.then_some(Finding { start: at, end, kind: "discord-token" })
}

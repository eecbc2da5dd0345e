//! Finds the tokens of the table, whole or broken over a line end.

use super::Finding;
use super::joint::{Joint, joint};
use super::rule::{Look, Replaced, Rule, Start};
use super::rules::RULES;
use super::source::{Source, WORD};
use super::tally::Tally;

/// A candidate is read this far before it is believed; the rest of it only afterwards, so that refusing is cheap.
const READ_BYTES: usize = 192;
/// A token in more pieces than this is no token.
const MOST_PIECES: usize = 8;
/// A piece shorter than this in front of a line end, or behind one, is a word.
const SHORTEST_PIECE: usize = 8;
/// Unless the pieces together are just as long as the token has to be.
const SHORTEST_EXACT_PIECE: usize = 4;
/// A line at least this long was broken because it was long.
const FULL_LINE: usize = 60;
/// What is left of a token at the end of a text that was cut off is worth hiding from this length on.
const SHORTEST_STUMP: usize = 12;

/// Rules whose prefixes begin with the same two bytes, as a range of the table.
#[derive(Clone, Copy)]
struct Group {
    second: u8,
    rows: (usize, usize),
}

const GROUPS: [Group; count_of_groups()] = groups();
/// The groups that begin with each byte, as a range of them.
const BY_FIRST_BYTE: [(usize, usize); 256] = by_first_byte();

/// The number of the group that a row is in, told from the row before it.
#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler, which refuses what is out of bounds")]
pub(super) const fn begins_group(row: usize) -> bool {
    if row == 0 {
        return true;
    }
    let (last, this) = (RULES[row - 1].prefix.as_bytes(), RULES[row].prefix.as_bytes());
    last[0] != this[0] || last[1] != this[1]
}

const fn count_of_groups() -> usize {
    let (mut row, mut count) = (0, 0);
    while row < RULES.len() {
        count += begins_group(row) as usize;
        row += 1;
    }
    count
}

#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler, which refuses what is out of bounds")]
const fn groups() -> [Group; count_of_groups()] {
    let mut groups = [Group { second: 0, rows: (0, 0) }; count_of_groups()];
    let (mut row, mut next) = (0, 0);
    while row < RULES.len() {
        if begins_group(row) {
            groups[next] = Group { second: RULES[row].prefix.as_bytes()[1], rows: (row, row) };
            next += 1;
        }
        groups[next - 1].rows.1 = row + 1;
        row += 1;
    }
    groups
}

#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler, which refuses what is out of bounds")]
const fn by_first_byte() -> [(usize, usize); 256] {
    let mut ranges = [(0, 0); 256];
    let mut group = 0;
    while group < GROUPS.len() {
        let first = RULES[GROUPS[group].rows.0].prefix.as_bytes()[0] as usize;
        if ranges[first].1 == 0 {
            ranges[first].0 = group;
        }
        group += 1;
        ranges[first].1 = group;
    }
    ranges
}

/// The rules that begin with the two bytes at `at`.
fn rules_at(source: Source, at: usize) -> &'static [Rule] {
    let (first, end) = BY_FIRST_BYTE.get(usize::from(source.at(at))).copied().unwrap_or_default();
    let second = source.at(at + 1);
    let mut groups = GROUPS.get(first..end).unwrap_or_default().iter();
    let rows = groups.find(|group| group.second == second).map(|group| group.rows);
    rows.and_then(|(first, end)| RULES.get(first..end)).unwrap_or_default()
}

/// The token whose prefix stands at `at`. Of several rules, the one with the longest prefix comes last in the table.
pub(super) fn find(source: Source, at: usize) -> Option<Finding> {
    rules_at(source, at).iter().rev().find_map(|rule| matching(source, at, rule))
}

fn matching(source: Source, at: usize, rule: &Rule) -> Option<Finding> {
    if !source.has(at, rule.prefix) || rule.start == Start::Word && !source.starts_word(at) {
        return None;
    }
    let body = at + rule.prefix.len();
    let judged_end = source.run_within(body, rule.body, READ_BYTES);
    let (end, length) = followed(source, rule, body, judged_end);
    let is_long_enough = length >= rule.shortest || is_stump(source, rule, end, length);
    if !is_long_enough || !has_look(rule, source.slice(body, end)) {
        return None;
    }
    let start = if rule.replaced == Replaced::Body { body } else { at };
    let (run_end, _) = followed(source, rule, body, source.run(end, rule.body));
    // A full stop at the end belongs to the sentence.
    let full_stops = source.slice(start, run_end).iter().rev().take_while(|byte| **byte == b'.').count();
    if rule.longest > 0 && (length > rule.longest + full_stops || WORD.has(source.at(run_end))) {
        return None;
    }
    Some(Finding::new(start, run_end - full_stops, rule.kind).read_to(run_end))
}

/// Where the token ends whose body begins at `start` and has its first piece, or all that is known of it, before `end`; and
/// the body's length.
fn followed(source: Source, rule: &Rule, start: usize, mut end: usize) -> (usize, usize) {
    let mut length = end - start;
    for _ in 1..MOST_PIECES {
        let Some(next) = joint(source, end).filter(|_| length > 0) else { break };
        let piece_end = source.run_within(next.next, rule.body, READ_BYTES);
        if !continues(source, rule, (start, end, length), next, piece_end) {
            break;
        }
        length += piece_end - next.next;
        end = piece_end;
    }
    (end, length)
}

/// Whether the run from the joint to `piece_end` is more of the token that has `length` bytes between `start` and `end`.
fn continues(
    source: Source,
    rule: &Rule,
    (start, end, length): (usize, usize, usize),
    joint: Joint,
    piece_end: usize,
) -> bool {
    let piece = source.slice(joint.next, piece_end);
    let after = source.at(piece_end);
    let fits = rule.longest == 0 || length + piece.len() <= rule.longest;
    // A name in front of its value begins the next line; it does not end this token.
    if piece.is_empty() || !fits || WORD.has(after) || matches!(after, b'=' | b':' | b'(') {
        return false;
    }
    let tally = Tally::of(piece);
    if length < rule.shortest {
        let together = length + piece.len();
        if together == rule.shortest {
            return length.min(piece.len()) >= SHORTEST_EXACT_PIECE;
        }
        let completes = together > rule.shortest || piece.len() >= 2 * SHORTEST_PIECE;
        return length >= SHORTEST_PIECE && completes && (joint.is_firm || tally.is_mixed());
    }
    // In a body that may hold `=`, the name in front of the next value looks like more of it.
    let is_assignment = piece.iter().rev().skip_while(|byte| **byte == b'=').any(|byte| *byte == b'=');
    let is_full = || end - source.line_start(start, 2 * FULL_LINE) >= FULL_LINE;
    let is_more = !is_assignment && piece.len() >= SHORTEST_PIECE && tally.is_mixed();
    let is_enclosed = || matches!(after, b'"' | b'\'') && source.before(start - rule.prefix.len()) == after;
    let goes_on = joint.is_firm || is_more && (is_full() || is_enclosed());
    goes_on && !rules_at(source, joint.next).iter().any(|rule| source.has(joint.next, rule.prefix))
}

/// The text was cut off, or somebody shortened the token to show it.
fn is_stump(source: Source, rule: &Rule, end: usize, length: usize) -> bool {
    let is_cut = end == source.len() && !source.goes_on() || source.has(end, "…") || source.has(end, "...");
    is_cut
        && rule.start == Start::Anywhere
        && rule.replaced == Replaced::Whole
        && length >= SHORTEST_STUMP
        && Tally::of(source.slice(end - length.min(end), end)).digits > 0
}

fn has_look(rule: &Rule, body: &[u8]) -> bool {
    let tally = Tally::over(body.iter().copied().filter(|byte| rule.body.has(*byte)));
    match rule.look {
        Look::Certain => true,
        Look::Any => !tally.is_blank(),
        Look::Mixed => !tally.is_blank() && tally.is_solid(),
        Look::Random => {
            let is_odd = tally.digits > 0 && tally.changes * 5 >= tally.alphanumerics() * 2;
            !tally.is_blank() && (tally.is_random() || is_odd)
        }
        Look::Dense(length) => !tally.is_blank() && tally.densest >= length,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_each_row_can_be_found() {
        for pair in RULES.windows(2) {
            assert!(pair[0].prefix < pair[1].prefix, "{} and {}", pair[0].prefix, pair[1].prefix);
        }
        for rule in RULES {
            assert!(rule.shortest > 0 && rule.shortest <= READ_BYTES, "{}", rule.prefix);
            assert!(rule.longest == 0 || rule.longest >= rule.shortest, "{}", rule.prefix);
        }
    }
}

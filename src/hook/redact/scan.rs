//! The one pass: three bytes at a time are looked up, and only where they may begin something does anybody look closer.

use super::Finding;
use super::rules::RULES;
use super::source::{Set, Source};
use super::{anchored, assignments, headers, jwt, pem, spoken, tokens, urls};

/// Three bytes that may be part of a secret or stand before one, and who knows.
struct Trigger {
    bytes: [Bytes; 3],
    find: fn(Source, usize) -> Option<Finding>,
}

#[derive(Clone, Copy)]
enum Bytes {
    Any,
    In(Set),
    NotIn(Set),
}

const fn is(characters: &str) -> Bytes {
    Bytes::In(Set::of(characters))
}

const fn not(characters: &str) -> Bytes {
    Bytes::NotIn(Set::of(characters))
}

const TRIGGERS: [Trigger; 22] = [
    Trigger { bytes: [is("="), not("= "), Bytes::Any], find: assignments::equals },
    Trigger { bytes: [is("="), is(" "), not("= <>&|")], find: assignments::equals },
    Trigger { bytes: [is(":"), not(":/=\n"), Bytes::Any], find: assignments::colon },
    Trigger { bytes: [is("\"'"), is(","), Bytes::Any], find: assignments::comma },
    Trigger { bytes: [is(">"), not("=> \n<"), Bytes::Any], find: assignments::element },
    Trigger { bytes: [is(":"), is("/"), is("/")], find: urls::credentials },
    Trigger { bytes: [is("-"), is("-"), is("-")], find: pem::armoured },
    Trigger { bytes: [is("-"), is("-"), is("a-zA-Z")], find: assignments::flag },
    Trigger { bytes: [is("-"), is("uU"), is(" \"'")], find: spoken::user },
    Trigger { bytes: [is("-"), is("-"), is("up")], find: spoken::user },
    Trigger { bytes: [is(":"), is("A"), is("A")], find: anchored::telegram },
    Trigger { bytes: [is("-"), is("u"), is("s")], find: anchored::mailchimp },
    Trigger { bytes: [is("0-9"), is("Q"), is("~")], find: anchored::azure },
    Trigger { bytes: [is("a"), is("t"), is("l")], find: anchored::terraform },
    Trigger { bytes: [is("M-O"), is("DTjz"), is("AEIMQUYcgk")], find: anchored::discord },
    Trigger { bytes: [is("e"), is("y"), is("J")], find: jwt::token },
    Trigger { bytes: [is("\""), is("dk"), is("\"")], find: jwt::key },
    Trigger { bytes: [is("P"), is("r"), is("i")], find: pem::putty },
    Trigger { bytes: [is("Bb"), is("EeAa"), is("AaSs")], find: headers::spoken },
    Trigger { bytes: [is("PpSs"), is("AaEe"), is("SsCc")], find: spoken::password },
    Trigger { bytes: [is("TtIiAaMm"), is("OoDdPpAa"), is("KkEeIiSs")], find: spoken::password },
    Trigger { bytes: [is("Rr"), is("Ee"), is("Qq")], find: spoken::password },
];

/// For each byte, the bits of the triggers and rules that may have it as their first, second and third.
const POSITIONS: [[u32; 3]; 256] = positions();
/// The bits above the triggers' are shared out among the rules; neighbours in the table have much in common.
const RULE_BITS: usize = 32 - TRIGGERS.len();
const ANY_RULE: u32 = u32::MAX << TRIGGERS.len();

#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler, which refuses what is out of bounds")]
const fn positions() -> [[u32; 3]; 256] {
    let mut positions = [[0; 3]; 256];
    let mut bit = 0;
    while bit < TRIGGERS.len() {
        let mut place = 0;
        while place < 3 {
            let mut byte = 0;
            while byte < 256 {
                let is_in = match TRIGGERS[bit].bytes[place] {
                    Bytes::Any => true,
                    Bytes::In(set) => set.has(byte as u8),
                    Bytes::NotIn(set) => !set.has(byte as u8),
                };
                if is_in {
                    positions[byte][place] |= 1 << bit;
                }
                byte += 1;
            }
            place += 1;
        }
        bit += 1;
    }
    let mut row = 0;
    while row < RULES.len() {
        let bit = TRIGGERS.len() + row * RULE_BITS / RULES.len();
        let prefix = RULES[row].prefix.as_bytes();
        let mut place = 0;
        while place < 3 {
            let mut byte = 0;
            while byte < 256 {
                if place >= prefix.len() || prefix[place] as usize == byte {
                    positions[byte][place] |= 1 << bit;
                }
                byte += 1;
            }
            place += 1;
        }
        row += 1;
    }
    positions
}

/// The first secret at or behind the source's floor.
pub(super) fn next(source: Source) -> Option<Finding> {
    let (mut one, mut two) = (0, 0);
    for (offset, byte) in source.rest(source.floor()).iter().enumerate() {
        let [first, second, third] = POSITIONS.get(usize::from(*byte)).copied().unwrap_or_default();
        let seen = two & third;
        if seen != 0 {
            let found = look_closer(source, source.floor() + offset - 2, seen);
            if found.is_some() {
                return found;
            }
        }
        two = one & second;
        one = first;
    }
    None
}

#[inline(never)]
fn look_closer(source: Source, at: usize, seen: u32) -> Option<Finding> {
    let mut triggers = seen & !ANY_RULE;
    let mut found = if seen & ANY_RULE == 0 { None } else { accept(source, tokens::find(source, at)) };
    while triggers != 0 && found.is_none() {
        let trigger = TRIGGERS.get(triggers.trailing_zeros() as usize)?;
        found = accept(source, (trigger.find)(source, at));
        triggers &= triggers - 1;
    }
    found
}

/// Nothing that was found already is found again, and nothing whose end a marker hides.
fn accept(source: Source, found: Option<Finding>) -> Option<Finding> {
    found.filter(|found| {
        let is_whole = found.end < source.len() || !source.goes_on() || found.kind == pem::KIND;
        found.start >= source.floor() && found.end > found.start && is_whole
    })
}

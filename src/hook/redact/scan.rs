//! The one pass: three bytes at a time are looked up, and only where they may begin something does anybody look closer.

use super::Finding;
use super::rules::RULES;
use super::source::{Set, Source};
use super::{
    anchored, arguments, assignments, calls, commands, foreign, headers, jwt, pem, pipes, rows, spoken,
    tokens, urls,
};

/// Three bytes that may be part of a secret or stand before one, and who knows.
struct Trigger {
    bytes: [Bytes; 3],
    find: fn(Source, usize) -> Option<Finding>,
}

#[derive(Clone, Copy)]
enum Bytes {
    Any,
    Is(u8),
    In(Set),
    NotIn(Set),
    Among(&'static [u8]),
}

const fn is(characters: &str) -> Bytes {
    Bytes::In(Set::of(characters))
}

const fn not(characters: &str) -> Bytes {
    Bytes::NotIn(Set::of(characters))
}

const TRIGGERS: [Trigger; 32] = [
    Trigger { bytes: [is("="), not("= "), Bytes::Any], find: assignments::equals },
    Trigger { bytes: [is("="), is(" "), not("= <>&|")], find: assignments::equals },
    Trigger { bytes: [is(":"), not(":/=\n"), Bytes::Any], find: assignments::colon },
    Trigger { bytes: [is("\"'"), is(","), Bytes::Any], find: assignments::comma },
    Trigger { bytes: [is(">"), not("=> \n<"), Bytes::Any], find: assignments::element },
    Trigger { bytes: [is(":"), is("/"), is("/")], find: urls::credentials },
    Trigger { bytes: [is("@j"), is("tuw"), is("cnt")], find: go_mysql_or_jwt },
    Trigger { bytes: [is("-"), is("-"), is("-")], find: pem::armoured },
    Trigger { bytes: [is("-"), is("-"), is("a-zA-Z")], find: assignments::flag },
    Trigger { bytes: [is("-"), is("uU"), is(" \"'s")], find: user_or_mailchimp },
    Trigger { bytes: [is("-"), is("-"), is("up")], find: spoken::user },
    Trigger { bytes: [is(" "), is("-"), is("pawNPAbnukUs")], find: flag_or_pair },
    Trigger { bytes: [is("Kk"), is("Ee"), is("Yy")], find: commands::after_key },
    // The ends of "login", "auth", "authtoken", "user" and "config".
    Trigger { bytes: [is("guksf"), is("ite"), is("nhrg")], find: arguments::argument },
    Trigger { bytes: [is("("), is("\"'"), Bytes::Any], find: calls::call },
    Trigger { bytes: [is(" "), is("|</"), is(" <")], find: behind_sign },
    Trigger { bytes: [is(":"), is("A56*"), is("A4:")], find: telegram_or_pgpass },
    Trigger { bytes: [is("0-9"), is("Q|"), is("0-9A-Za-z_~-")], find: azure_or_facebook },
    // A colon of full width, and parts of "contraseña", "Schlüssel", "clé", "пароль", "パスワード", "トークン", "キー", "密码".
    Trigger {
        bytes: [
            Bytes::Among(b"\xEF\xC3\xD0\xE3\xE5"),
            Bytes::Among(b"\xBC\xB1\xA9\xBB\x83\xAF"),
            Bytes::Among(b"\x9Aas \xD1\x89\x88\xBC\x86"),
        ],
        find: foreign::spoken,
    },
    Trigger { bytes: [is("a"), is("t"), is("l")], find: anchored::terraform },
    Trigger { bytes: [is("M-O"), is("DTjz"), is("AEIMQUYcgk")], find: anchored::discord },
    Trigger { bytes: [is("e"), is("y"), is("J")], find: jwt::token },
    Trigger { bytes: [is("\""), is("dk"), is("\"")], find: jwt::key },
    Trigger { bytes: [is("P"), is("r"), is("i")], find: pem::putty },
    Trigger { bytes: [is("Bb"), is("EeAa"), is("AaSs")], find: headers::spoken },
    Trigger { bytes: [is("PpMm"), is("Aa"), is("Ss")], find: spoken::password },
    Trigger { bytes: [is("Ss"), is("Ee"), is("Cc")], find: spoken::password },
    Trigger { bytes: [is("Tt"), is("Oo"), is("Kk")], find: spoken::password },
    Trigger { bytes: [is("Aa"), is("Pp"), is("Ii")], find: spoken::password },
    Trigger { bytes: [is("Kk"), is("Ee"), is("Nn")], find: spoken::password },
    Trigger { bytes: [is("Ii"), is("Dd"), is("Ee")], find: spoken::password },
    Trigger { bytes: [is("Rr"), is("Ee"), is("Qq")], find: spoken::password },
];

// Each trigger takes a bit from the rules, and rules that share one are looked at in vain: some share one instead, when
// their bytes together are hardly more than each of theirs.

fn go_mysql_or_jwt(source: Source, at: usize) -> Option<Finding> {
    if source.at(at) == b'@' { urls::go_mysql(source, at) } else { calls::signed(source, at) }
}

fn user_or_mailchimp(source: Source, at: usize) -> Option<Finding> {
    if source.has(at, "-us") { anchored::mailchimp(source, at) } else { spoken::user(source, at) }
}

fn flag_or_pair(source: Source, at: usize) -> Option<Finding> {
    let is_pair = matches!(source.at(at + 2), b'b' | b'n' | b'u' | b'k' | b'U' | b's');
    if is_pair { commands::pair(source, at) } else { commands::flag(source, at) }
}

fn behind_sign(source: Source, at: usize) -> Option<Finding> {
    match source.slice(at, at + 3) {
        b" | " => pipes::said(source, at),
        b" <<" => pipes::handed(source, at),
        b" / " => rows::behind_slash(source, at),
        _ => None,
    }
}

fn telegram_or_pgpass(source: Source, at: usize) -> Option<Finding> {
    if source.has(at, ":AA") { anchored::telegram(source, at) } else { rows::pgpass(source, at) }
}

fn azure_or_facebook(source: Source, at: usize) -> Option<Finding> {
    if source.has(at + 1, "Q~") { anchored::azure(source, at) } else { rows::facebook(source, at) }
}

/// For each byte, the bits of the triggers and rules that may have it as their first, second and third.
const POSITIONS: [[u64; 3]; 256] = positions();
/// The bits above the triggers' are shared out among the rules.
const ANY_RULE: u64 = u64::MAX << TRIGGERS.len();
const RULE_BITS: usize = 64 - TRIGGERS.len();

#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler, which refuses what is out of bounds")]
const fn positions() -> [[u64; 3]; 256] {
    let mut positions = [[0; 3]; 256];
    let mut bit = 0;
    while bit < TRIGGERS.len() {
        let mut place = 0;
        while place < 3 {
            mark(&mut positions, place, TRIGGERS[bit].bytes[place], bit);
            place += 1;
        }
        bit += 1;
    }
    // Rules that begin with the same two bytes share a bit, others only with ones far away in the alphabet: a bit that
    // is shared lets the first byte of one rule go with the second of another.
    let (mut row, mut group) = (0, 0);
    while row < RULES.len() {
        let prefix = RULES[row].prefix.as_bytes();
        group += tokens::begins_group(row) as usize;
        let mut place = 0;
        while place < 3 {
            let byte =
                if place < prefix.len() { Bytes::Is(prefix[place]) } else { Bytes::In(RULES[row].body) };
            mark(&mut positions, place, byte, TRIGGERS.len() + group % RULE_BITS);
            place += 1;
        }
        row += 1;
    }
    positions
}

#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler, which refuses what is out of bounds")]
const fn mark(positions: &mut [[u64; 3]; 256], place: usize, bytes: Bytes, bit: usize) {
    let mut byte = 0_u8;
    loop {
        let is_in = match bytes {
            Bytes::Any => true,
            Bytes::Is(one) => one == byte,
            Bytes::In(set) => set.has(byte),
            Bytes::NotIn(set) => !set.has(byte),
            Bytes::Among(bytes) => is_among(byte, bytes),
        };
        if is_in {
            positions[byte as usize][place] |= 1 << bit;
        }
        if byte == u8::MAX {
            break;
        }
        byte += 1;
    }
}

const fn is_among(byte: u8, mut bytes: &[u8]) -> bool {
    while let [first, rest @ ..] = bytes {
        if *first == byte {
            return true;
        }
        bytes = rest;
    }
    false
}

/// What the last two bytes may have begun.
#[derive(Clone, Copy, Default)]
struct Begun {
    by_one: u64,
    by_two: u64,
}

impl Begun {
    /// Which triggers and rules have their three bytes with this one.
    fn step(&mut self, byte: u8) -> u64 {
        let [first, second, third] = POSITIONS.get(usize::from(byte)).copied().unwrap_or_default();
        let seen = self.by_two & third;
        *self = Self { by_one: first, by_two: self.by_one & second };
        seen
    }
}

/// The first secret that something from `from` on gives away, and where that stands.
pub(super) fn next(source: Source, from: usize) -> Option<(usize, Finding)> {
    let mut begun = Begun::default();
    let (chunks, rest) = source.rest(from).as_chunks::<8>();
    let mut at = from;
    for chunk in chunks {
        let before = begun;
        // Most of the time nothing is seen, and that is asked once for eight bytes.
        let seen = chunk.iter().fold(0, |seen, byte| seen | begun.step(*byte));
        if seen != 0 {
            let found = look_at_each(source, at, chunk, before);
            if found.is_some() {
                return found;
            }
        }
        at += chunk.len();
    }
    look_at_each(source, at, rest, begun)
}

fn look_at_each(source: Source, at: usize, bytes: &[u8], mut begun: Begun) -> Option<(usize, Finding)> {
    (at..).zip(bytes).find_map(|(here, byte)| match begun.step(*byte) {
        0 => None,
        seen => look_closer(source, here - 2, seen).map(|found| (here - 2, found)),
    })
}

fn look_closer(source: Source, at: usize, seen: u64) -> Option<Finding> {
    let mut triggers = seen & !ANY_RULE;
    let mut found = if seen & ANY_RULE == 0 { None } else { accept(source, tokens::find(source, at)) };
    while triggers != 0 && found.is_none() {
        let trigger = TRIGGERS.get(triggers.trailing_zeros() as usize)?;
        found = accept(source, (trigger.find)(source, at));
        triggers &= triggers - 1;
    }
    found
}

/// Nothing that was found already is found again, and nothing whose end a marker hides; but a key without its end is.
fn accept(source: Source, found: Option<Finding>) -> Option<Finding> {
    found.filter(|found| {
        let is_whole = found.read < source.len() || !source.goes_on() || found.kind == pem::KIND;
        found.start >= source.floor() && found.end > found.start && is_whole
    })
}

//! Which names are given to secrets: of variables, settings, headers, parameters.

use super::endings::{Ending, NOT_SECRET, Row, TRAILING, endings};

/// What kind of secret a name announces, and how much its value must look like one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Name {
    pub(super) kind: &'static str,
    pub(super) weight: Weight,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Weight {
    /// People make these up: `hunter2` is one.
    Password,
    /// Machines make these: they look random.
    Secret,
    /// The name is used for other things, too.
    Weak,
    /// The value has a scheme in front of it.
    Authorization,
    /// The value is a list of pairs.
    Cookie,
}

/// A bit is kept for each letter.
const LONGEST: usize = 63;

/// A name in lower case without separators, and where in it words begin.
struct Plain {
    letters: [u8; LONGEST],
    length: usize,
    /// A bit for each letter that begins a word.
    starts: u64,
}

impl Plain {
    fn of(name: &[u8]) -> Self {
        let mut plain = Self { letters: [0; LONGEST], length: 0, starts: 0 };
        let cut = name.len().saturating_sub(LONGEST);
        let mut begins = cut == 0;
        let mut last = 0_u8;
        for byte in name.iter().skip(cut) {
            if matches!(byte, b'_' | b'-' | b'.' | b'$' | b' ' | b'/' | b':' | b'[' | b'@') {
                begins = true;
            } else if let Some(letter) = plain.letters.get_mut(plain.length) {
                begins |= byte.is_ascii_uppercase() && last.is_ascii_lowercase();
                plain.starts |= u64::from(begins) << plain.length;
                *letter = byte.to_ascii_lowercase();
                plain.length += 1;
                begins = false;
            }
            last = *byte;
        }
        plain
    }

    fn text(&self) -> &[u8] {
        self.letters.get(..self.length).unwrap_or_default()
    }

    /// Without digits at the end, and without a last word that says nothing of what it is.
    fn shortened(&self) -> &[u8] {
        let digits = self.text().iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
        let text = self.text().get(..self.length - digits).unwrap_or_default();
        let last =
            63_usize.saturating_sub((self.starts & !(u64::MAX << text.len())).leading_zeros() as usize);
        match text.split_at_checked(last) {
            Some((before, word)) if TRAILING.iter().any(|trailing| word == trailing.as_bytes()) => before,
            _ => text,
        }
    }

    fn begins_at(&self, at: usize) -> bool {
        self.starts >> at & 1 == 1
    }
}

/// What the name announces, if it is one that secrets have.
pub(super) fn announced_by(name: &[u8]) -> Option<Name> {
    if !may_announce(name) {
        return None;
    }
    let plain = Plain::of(name);
    let (text, shortened) = (plain.text(), plain.shortened());
    let row = ending(&plain, text)
        .or_else(|| if shortened.len() < text.len() { ending(&plain, shortened) } else { None })?;
    let is_public = NOT_SECRET.iter().any(|ending| text.ends_with(ending.as_bytes()));
    (!is_public).then_some(Name { kind: row.1, weight: row.2 })
}

/// Whether a telling ending, or one behind which one may be, has the same last two letters: most names are done with so.
fn may_announce(name: &[u8]) -> bool {
    let mut letters = name.iter().rev().filter(|byte| byte.is_ascii_alphabetic()).map(|byte| byte & 31);
    let (Some(last), Some(before)) = (letters.next(), letters.next()) else { return false };
    let has =
        |ends: &[u32; 32]| ends.get(usize::from(last)).is_some_and(|befores| befores >> before & 1 == 1);
    has(&ENDS) || has(&TRAILING_ENDS) && name.iter().any(|byte| !byte.is_ascii_alphabetic())
}

/// For each last letter of an ending, the letters before it; both as their places in the alphabet.
const ENDS: [u32; 32] = ends();
const TRAILING_ENDS: [u32; 32] = trailing_ends();

const fn ends() -> [u32; 32] {
    let mut ends = [0; 32];
    let mut last = b'a';
    while last <= b'z' {
        let mut rows = endings(last);
        while let [(word, _, _, _), rest @ ..] = rows {
            mark_end(&mut ends, word.as_bytes());
            rows = rest;
        }
        last += 1;
    }
    ends
}

const fn trailing_ends() -> [u32; 32] {
    let mut ends = [0; 32];
    let mut words: &[&str] = &TRAILING;
    while let [word, rest @ ..] = words {
        mark_end(&mut ends, word.as_bytes());
        words = rest;
    }
    ends
}

#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler, which refuses what is out of bounds")]
const fn mark_end(ends: &mut [u32; 32], word: &[u8]) {
    let mut letters = word;
    while let [rest @ .., last] = letters {
        if last.is_ascii_alphabetic() {
            break;
        }
        letters = rest;
    }
    if let [.., before, last] = letters {
        ends[(*last & 31) as usize] |= 1 << (*before & 31);
    }
}

fn ending(plain: &Plain, text: &[u8]) -> Option<&'static Row> {
    endings(*text.last()?).iter().find(|(ending, _, _, place)| {
        text.ends_with(ending.as_bytes())
            && (*place == Ending::Any || plain.begins_at(text.len() - ending.len()))
    })
}

#[cfg(test)]
mod tests;

//! What a candidate is made of: enough to tell random characters from words.

/// Candidates are judged by this much of them.
const JUDGED_BYTES: usize = 192;

/// For each letter, those that hardly ever follow it in words and names: fewer than 4 in 10,000 of the pairs in 30,000
/// words and abbreviations of source code. One pair in 20 there, and every other one in random letters.
const ODD_PAIRS: [&[u8]; 26] = [
    b"hjoqz",
    b"ghkmnpqtvwxz",
    b"jqwxz",
    b"ghjkqvwxyz",
    b"jz",
    b"ghjkmnqvwxyz",
    b"bcdfjkpqvwxyz",
    b"bcfghjklmnpqsvwxyz",
    b"hijkquwy",
    b"bcdfghijklmnopqrstuvwxyz",
    b"bcdfghjkmnpqrtuvwxyz",
    b"bghjmqrwxz",
    b"cfghjknqrvwxyz",
    b"hjqwxz",
    b"hjqyz",
    b"bgjkmnqvwxz",
    b"abcdefghijklmnopqrstvwxyz",
    b"hjqwxz",
    b"bjqvxz",
    b"gjkqvxz",
    b"hjkquvwxyz",
    b"bcdfghjklmnpqrstuvwxyz",
    b"bcdfghjklmpqtuvwxyz",
    b"bdfghjklmnoqrsuvwxyz",
    b"abdfghjkoqruvwxyz",
    b"bcdfghjklmnopqrstuvwxyz",
];

/// Counts of a candidate's bytes by class.
#[derive(Clone, Copy, Default)]
pub(super) struct Tally {
    pub(super) lower: usize,
    pub(super) upper: usize,
    pub(super) digits: usize,
    /// Bytes that are neither letters nor digits, white space included.
    pub(super) others: usize,
    pub(super) not_ascii: usize,
    /// Neighbours of different classes: few in words and names, many in what a generator made.
    pub(super) changes: usize,
    /// Two capitals in a row.
    capital_pairs: usize,
    /// Those of them between a letter and a digit: camel case makes none.
    pub(super) digit_changes: usize,
    /// The longest run of letters and digits that holds both.
    pub(super) densest: usize,
    /// Of the letters and digits, how many are `x`, `X` or `0`.
    blanks: usize,
    /// Two letters in a row, where no word of camel case begins; and those of them that are odd.
    pairs: usize,
    odd_pairs: usize,
}

#[derive(Clone, Copy, PartialEq)]
enum Class {
    Lower,
    Upper,
    Digit,
    Other,
}

fn class(byte: u8) -> Class {
    match byte {
        b'a'..=b'z' => Class::Lower,
        b'A'..=b'Z' => Class::Upper,
        b'0'..=b'9' => Class::Digit,
        _ => Class::Other,
    }
}

impl Tally {
    pub(super) fn of(bytes: &[u8]) -> Self {
        Self::over(bytes.iter().copied())
    }

    pub(super) fn over(bytes: impl Iterator<Item = u8>) -> Self {
        let mut tally = Self::default();
        let mut last = (b' ', Class::Other);
        let (mut run, mut run_letters, mut run_digits) = (0, false, false);
        for byte in bytes.take(JUDGED_BYTES) {
            let class = class(byte);
            match class {
                Class::Lower => tally.lower += 1,
                Class::Upper => tally.upper += 1,
                Class::Digit => tally.digits += 1,
                Class::Other => tally.others += 1,
            }
            tally.not_ascii += usize::from(!byte.is_ascii());
            tally.blanks += usize::from(matches!(byte, b'x' | b'X' | b'0'));
            if class == Class::Other {
                (run, run_letters, run_digits) = (0, false, false);
            } else {
                tally.pair(last, (byte, class));
                run += 1;
                run_letters |= class != Class::Digit;
                run_digits |= class == Class::Digit;
                if run_letters && run_digits {
                    tally.densest = tally.densest.max(run);
                }
            }
            last = (byte, class);
        }
        tally
    }

    fn pair(&mut self, (before, class_before): (u8, Class), (byte, class): (u8, Class)) {
        use Class::{Digit, Lower, Other, Upper};
        let has_changed = class_before != class && class_before != Other;
        self.changes += usize::from(has_changed);
        self.capital_pairs += usize::from(class_before == Upper && class == Upper);
        self.digit_changes += usize::from(has_changed && (class_before == Digit || class == Digit));
        if matches!((class_before, class), (Lower | Upper, Lower) | (Upper, Upper)) {
            let first = usize::from(before.to_ascii_lowercase() - b'a');
            let odd = ODD_PAIRS.get(first).is_some_and(|odd| odd.contains(&byte.to_ascii_lowercase()));
            self.pairs += 1;
            self.odd_pairs += usize::from(odd);
        }
    }

    pub(super) fn letters(&self) -> usize {
        self.lower + self.upper
    }

    pub(super) fn alphanumerics(&self) -> usize {
        self.letters() + self.digits
    }

    /// `xxxx-xxxx`, `T0000/XXXXXX`, `****`: stands for a value.
    pub(super) fn is_blank(&self) -> bool {
        self.blanks * 10 >= self.alphanumerics() * 9
    }

    /// With letters and digits, or one long run of letters: no placeholder in words.
    pub(super) fn is_solid(&self) -> bool {
        self.digits > 0 && self.letters() > 0 || self.others == 0 && self.letters() >= 20
    }

    /// With letters and digits, or with letters of both cases: the least that can be asked of a token.
    pub(super) fn is_mixed(&self) -> bool {
        self.digits > 0 && self.letters() > 0 || self.upper > 1 && self.lower > 1
    }

    /// Letters and digits change places more often than in a name with a number in it, or it is no word.
    pub(super) fn is_random(&self) -> bool {
        self.digit_changes >= 3 && self.digit_changes * 5 >= self.alphanumerics() || self.is_scrambled()
    }

    /// Long, and with so many capitals in odd places, or so many odd pairs of letters, that no words make them.
    pub(super) fn is_scrambled(&self) -> bool {
        let shortest = if self.digits > 0 { 10 } else { 16 };
        let is_mixed_up = self.digits > 0 && self.lower >= 8 && self.upper >= 8 && self.capital_pairs >= 3;
        self.alphanumerics() >= 20 && self.changes * 2 >= self.alphanumerics()
            || self.alphanumerics() >= 32 && is_mixed_up
            || self.alphanumerics() >= shortest && self.odd_pairs >= 3 && self.odd_pairs * 4 >= self.pairs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_characters_are_told_from_words() {
        for (text, random) in [
            ("", false),
            ("password", false),
            ("getUserNameFromDatabaseById", false),
            ("Base64EncodedUtf8String", false),
            ("acknowledged", false),
            ("WIN32_ERROR_ACCESS_DENIED", false),
            ("hunter2", false),
            ("s3cr3t", true),
            ("a8f5f167f44f4964", true),
            ("brXIuihFCzgmpgjosG39", true),
            ("ehpqtTZejfdRccvRNm3zdK", true),
            ("NPjYgEMOyssZqZINPKxlUhzn", true),
        ] {
            assert_eq!(Tally::of(text.as_bytes()).is_random(), random, "{text:?}");
        }
    }

    #[test]
    fn what_only_stands_for_a_value_is_blank() {
        for (text, blank) in [
            ("", true),
            ("xxxxxxxx", true),
            ("XXXX-XXXX-0000", true),
            ("T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX", true),
            ("0a0b0c", false),
            ("aaaaaaaa", false),
        ] {
            assert_eq!(Tally::of(text.as_bytes()).is_blank(), blank, "{text:?}");
        }
    }
}

//! What a candidate is made of: enough to tell random characters from words.

/// Candidates are judged by this much of them.
const JUDGED_BYTES: usize = 512;

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
    /// Those of them between a letter and a digit: camel case makes none.
    pub(super) digit_changes: usize,
    /// The longest run of letters and digits that holds both.
    pub(super) densest: usize,
    /// Of the letters and digits, how many are `x`, `X` or `0`.
    pub(super) blanks: usize,
}

#[derive(Clone, Copy, PartialEq)]
enum Class {
    Lower,
    Upper,
    Digit,
    Other,
}

impl Tally {
    pub(super) fn of(bytes: &[u8]) -> Self {
        let mut tally = Self::default();
        let mut last = Class::Other;
        let (mut run, mut run_letters, mut run_digits) = (0, false, false);
        for byte in bytes.iter().take(JUDGED_BYTES) {
            let class = match byte {
                b'a'..=b'z' => Class::Lower,
                b'A'..=b'Z' => Class::Upper,
                b'0'..=b'9' => Class::Digit,
                _ => Class::Other,
            };
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
                let changed = last != class && last != Class::Other;
                tally.changes += usize::from(changed);
                tally.digit_changes +=
                    usize::from(changed && (last == Class::Digit || class == Class::Digit));
                run += 1;
                run_letters |= class != Class::Digit;
                run_digits |= class == Class::Digit;
                if run_letters && run_digits {
                    tally.densest = tally.densest.max(run);
                }
            }
            last = class;
        }
        tally
    }

    pub(super) fn letters(&self) -> usize {
        self.lower + self.upper
    }

    pub(super) fn alphanumerics(&self) -> usize {
        self.letters() + self.digits
    }

    /// `xxxx-xxxx`, `0000`, `****`: stands for a value.
    pub(super) fn is_blank(&self) -> bool {
        self.blanks == self.alphanumerics()
    }

    /// Letters and digits change places more often than in a name with a number in it.
    pub(super) fn is_random(&self) -> bool {
        self.digit_changes >= 3 && self.digit_changes * 10 >= self.alphanumerics() || self.is_scrambled()
    }

    /// Long, and with so many capitals in odd places that no camel case makes them.
    pub(super) fn is_scrambled(&self) -> bool {
        self.alphanumerics() >= 20 && self.changes * 2 >= self.alphanumerics()
    }
}

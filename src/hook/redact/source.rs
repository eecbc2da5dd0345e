//! The text under the scanner: reads that cannot leave it, and the sets of bytes secrets are made of.

/// A stretch of text in which no secret has been found yet.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    bytes: &'a [u8],
    /// Looking back ends here: what is before it has been replaced already, and may not be told from its marker.
    floor: usize,
    /// Where the text goes on with a marker, nobody can tell where a value would have ended.
    goes_on: bool,
}

impl<'a> Source<'a> {
    pub(super) fn new(bytes: &'a [u8], floor: usize) -> Self {
        Self { bytes, floor, goes_on: false }
    }

    /// The part before `end`, where something begins that will be replaced.
    pub(super) fn until(self, end: usize) -> Self {
        Self { bytes: self.bytes.get(..end).unwrap_or_default(), goes_on: true, ..self }
    }

    pub(super) fn after(self, floor: usize) -> Self {
        Self { floor, ..self }
    }

    pub(super) fn floor(self) -> usize {
        self.floor
    }

    pub(super) fn len(self) -> usize {
        self.bytes.len()
    }

    pub(super) fn goes_on(self) -> bool {
        self.goes_on
    }

    /// The byte at `at`, or NUL outside the text.
    pub(super) fn at(self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    /// The byte before `at`, or NUL at the floor.
    pub(super) fn before(self, at: usize) -> u8 {
        if at > self.floor { self.at(at - 1) } else { 0 }
    }

    pub(super) fn slice(self, start: usize, end: usize) -> &'a [u8] {
        self.bytes.get(start..end.min(self.bytes.len())).unwrap_or_default()
    }

    pub(super) fn rest(self, start: usize) -> &'a [u8] {
        self.bytes.get(start..).unwrap_or_default()
    }

    pub(super) fn has(self, at: usize, word: &str) -> bool {
        self.rest(at).starts_with(word.as_bytes())
    }

    /// `word` in any case.
    pub(super) fn says(self, at: usize, word: &str) -> bool {
        self.rest(at).get(..word.len()).is_some_and(|here| here.eq_ignore_ascii_case(word.as_bytes()))
    }

    /// Whether `word`, in any case, ends at `at`; and where it begins.
    pub(super) fn said_before(self, at: usize, word: &str) -> Option<usize> {
        let start = at.checked_sub(word.len()).filter(|start| *start >= self.floor)?;
        self.says(start, word).then_some(start)
    }

    /// The end of the run of such bytes that begins at `start`.
    pub(super) fn run(self, start: usize, set: Set) -> usize {
        start + self.rest(start).iter().take_while(|byte| set.has(**byte)).count()
    }

    /// The same, but no longer than `limit`: what may be refused must not be read to its end.
    pub(super) fn run_within(self, start: usize, set: Set, limit: usize) -> usize {
        start + self.rest(start).iter().take(limit).take_while(|byte| set.has(**byte)).count()
    }

    /// The beginning of the run of such bytes that ends at `end`, at most `limit` before it.
    pub(super) fn run_back(self, end: usize, set: Set, limit: usize) -> usize {
        let window = self.slice(end.saturating_sub(limit).max(self.floor), end);
        end - window.iter().rev().take_while(|byte| set.has(**byte)).count()
    }

    /// Past the spaces and tabs at `at`.
    pub(super) fn past_blanks(self, at: usize) -> usize {
        self.run_within(at, BLANK, 64)
    }

    /// Before the spaces and tabs that end at `at`.
    pub(super) fn before_blanks(self, at: usize) -> usize {
        self.run_back(at, BLANK, 64)
    }

    /// Where the line begins that `at` is on, at most `limit` before it.
    pub(super) fn line_start(self, at: usize, limit: usize) -> usize {
        let window = at.saturating_sub(limit).max(self.floor);
        memchr::memrchr(b'\n', self.slice(window, at)).map_or(window, |newline| window + newline + 1)
    }

    /// Whether a word may begin here. An escape for a line end or a tab (`\n`), a URL escape (`%3D`) and any character
    /// that is not ASCII stand before words.
    pub(super) fn starts_word(self, at: usize) -> bool {
        let before = self.before(at);
        if !WORD.has(before) {
            return true;
        }
        let back = |n: usize| if at >= self.floor + n { self.at(at - n) } else { 0 };
        matches!(before, b'n' | b't' | b'r') && back(2) == b'\\'
            || before.is_ascii_hexdigit()
                && back(2).is_ascii_hexdigit()
                && (back(3) == b'%' || back(6) == b'\\' && back(5) == b'u')
    }
}

/// A set of ASCII bytes.
#[derive(Clone, Copy)]
pub(super) struct Set(u128);

impl Set {
    /// The characters named; `a-z` is a range, a `-` at the end is itself.
    pub(super) const fn of(characters: &str) -> Self {
        let mut bits = 0;
        let mut rest = characters.as_bytes();
        while let [first, tail @ ..] = rest {
            let (mut byte, last) = if let [b'-', last, after @ ..] = tail {
                rest = after;
                (*first, *last)
            } else {
                rest = tail;
                (*first, *first)
            };
            while byte <= last {
                bits |= 1 << byte;
                byte += 1;
            }
        }
        Self(bits)
    }

    pub(super) const fn has(self, byte: u8) -> bool {
        byte < 128 && self.0 >> byte & 1 == 1
    }

    pub(super) fn has_all(self, bytes: &[u8]) -> bool {
        bytes.iter().all(|byte| self.has(*byte))
    }
}

pub(super) const BLANK: Set = Set::of(" \t");
pub(super) const DIGIT: Set = Set::of("0-9");
pub(super) const HEX: Set = Set::of("0-9a-fA-F");
pub(super) const UPPER: Set = Set::of("0-9A-Z");
pub(super) const ALNUM: Set = Set::of("0-9A-Za-z");
pub(super) const WORD: Set = Set::of("0-9A-Za-z_");
/// base64url, and what most vendors make tokens of.
pub(super) const TOKEN: Set = Set::of("0-9A-Za-z_-");
pub(super) const DOTTED: Set = Set::of("0-9A-Za-z_.-");
pub(super) const BASE64: Set = Set::of("0-9A-Za-z+/=");
/// base64 in either alphabet.
pub(super) const BASE64_ANY: Set = Set::of("0-9A-Za-z+/=_-");

//! Text as a program would receive it from the shell, as far as the command line tells.

/// What only the shell knows (a variable, another program's output) is kept as its source between two NULs.
/// No argument can hold a NUL, so the marks cannot clash with the text, and it can be split like any string.
const MARK: char = '\0';

/// Text with known and unknown stretches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Text(String);

impl Text {
    /// Text of which everything is known.
    pub(crate) fn known(text: &str) -> Self {
        let mut made = Self::default();
        made.push(text);
        made
    }

    /// Text with its marks, as [`Text::marked`] gave it, or a part of that between two lines.
    pub(crate) fn from_marked(marked: &str) -> Self {
        Self(marked.to_owned())
    }

    pub(crate) fn push(&mut self, text: &str) {
        self.0.extend(text.chars().filter(|c| *c != MARK));
    }

    /// Adds a stretch that only the shell knows. It becomes one line: a message is split at line ends, and a
    /// stretch must stay between its marks.
    pub(crate) fn push_unknown(&mut self, source: &str) {
        self.0.push(MARK);
        self.0.extend(source.chars().filter(|c| *c != MARK).map(|c| if c == '\n' { ' ' } else { c }));
        self.0.push(MARK);
    }

    pub(crate) fn append(&mut self, other: &Self) {
        self.0.push_str(&other.0);
    }

    /// The text, if all of it is known.
    pub(crate) fn as_known(&self) -> Option<&str> {
        (!self.0.contains(MARK)).then_some(self.0.as_str())
    }

    /// The text with its marks.
    pub(crate) fn marked(&self) -> &str {
        &self.0
    }

    /// The text with the source of what is unknown in its place.
    pub(crate) fn shown(&self) -> String {
        self.0.chars().filter(|c| *c != MARK).collect()
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Takes the line ends off the end, as `$(…)` does.
    pub(crate) fn trim_line_ends(&mut self) {
        let kept = self.0.trim_end_matches('\n').len();
        self.0.truncate(kept);
    }

    /// Whether any of it is known, spaces aside.
    pub(crate) fn says_something(&self) -> bool {
        self.0.split(MARK).step_by(2).any(|known| !known.trim().is_empty())
    }

    /// Whether `line` is this text with something in the place of each unknown stretch.
    pub(crate) fn fits(&self, line: &str) -> bool {
        let mut known = self.0.split(MARK).step_by(2);
        let Some(mut rest) = known.next().and_then(|first| line.strip_prefix(first)) else {
            return false;
        };
        if !self.0.contains(MARK) {
            return rest.is_empty();
        }
        let mut last = "";
        for stretch in known {
            let Some((_, behind)) = rest.split_once(last) else {
                return false;
            };
            (rest, last) = (behind, stretch);
        }
        rest.ends_with(last)
    }
}

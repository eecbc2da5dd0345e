//! A commit message as git makes it of what it is given.

use super::super::shell::Text;

/// What the command says about the message.
#[derive(Debug)]
pub(super) enum Message {
    /// All of it, though parts may be known to the shell only.
    Whole(Text),
    /// What follows a subject that only git knows; often nothing.
    BelowSubject(Text),
}

/// `--cleanup`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Cleanup {
    /// Needless space goes, lines that start with `#` stay: what git does to `-m` and `-F`.
    #[default]
    Whitespace,
    /// Lines that start with `#` go as well.
    Strip,
    /// Nothing goes.
    Verbatim,
}

impl Cleanup {
    pub(super) fn named(name: &str) -> Self {
        match name {
            "strip" => Self::Strip,
            "verbatim" => Self::Verbatim,
            _ => Self::Whitespace,
        }
    }
}

impl Message {
    pub(super) fn unknown() -> Self {
        Self::BelowSubject(Text::default())
    }

    pub(super) fn whole(text: &Text, cleanup: Cleanup, trailers: &[Text]) -> Self {
        let mut message = clean(text, cleanup);
        for trailer in trailers {
            add_trailer(&mut message, trailer);
        }
        Self::Whole(message)
    }

    pub(super) fn below_subject(text: &Text, cleanup: Cleanup) -> Self {
        Self::BelowSubject(clean(text, cleanup))
    }

    /// The subject, as far as the command tells: git joins the lines of the first paragraph by spaces.
    pub(super) fn subject(&self) -> Option<Text> {
        let Self::Whole(text) = self else {
            return None;
        };
        let words = first_paragraph(text.marked()).0.split_whitespace().collect::<Vec<_>>();
        Some(Text::from_marked(&words.join(" ")))
    }

    /// The message of the commit whose subject git says is `subject`.
    pub(super) fn with_subject(&self, subject: &str) -> String {
        let below = match self {
            Self::Whole(text) => {
                if self
                    .subject()
                    .as_ref()
                    .and_then(Text::as_known)
                    .is_some_and(|own| same_words(own, subject))
                {
                    return text.shown();
                }
                Text::from_marked(first_paragraph(text.marked()).1)
            }
            Self::BelowSubject(text) => text.clone(),
        };
        let below = below.shown();
        // Output can hold NULs, an argument cannot.
        let subject = subject.replace('\0', "");
        let separator = if below.is_empty() { "" } else { "\n\n" };
        format!("{subject}{separator}{below}")
    }

    /// The message as the command has it, without a first paragraph of which nothing is known; `None` if nothing
    /// of it is known.
    pub(super) fn as_written(&self) -> Option<String> {
        let Self::Whole(text) = self else {
            return None;
        };
        let (first, below) = first_paragraph(text.marked());
        let known =
            [text.marked(), below].into_iter().zip([Text::from_marked(first), Text::from_marked(below)]);
        known
            .filter(|(_, start)| start.says_something())
            .map(|(kept, _)| Text::from_marked(kept).shown())
            .next()
    }
}

/// Whether two texts differ in spaces at most.
pub(super) fn same_words(one: &str, other: &str) -> bool {
    one.split_whitespace().eq(other.split_whitespace())
}

fn clean(text: &Text, cleanup: Cleanup) -> Text {
    if cleanup == Cleanup::Verbatim {
        let mut text = text.clone();
        text.trim_line_ends();
        return text;
    }
    let mut cleaned = String::with_capacity(text.len());
    let mut blank = false;
    for line in text.marked().lines().map(str::trim_end) {
        if cleanup == Cleanup::Strip && line.starts_with('#') {
            continue;
        }
        if line.is_empty() {
            blank = true;
            continue;
        }
        if !cleaned.is_empty() {
            cleaned.push_str(if blank { "\n\n" } else { "\n" });
        }
        blank = false;
        cleaned.push_str(line);
    }
    Text::from_marked(&cleaned)
}

/// The first paragraph of a clean message, and what follows the blank line behind it.
fn first_paragraph(message: &str) -> (&str, &str) {
    let message = message.trim_start_matches('\n');
    message.split_once("\n\n").unwrap_or((message, ""))
}

/// Adds a line such as `Co-authored-by: …` to the trailers at the end of a message, or starts them.
fn add_trailer(message: &mut Text, trailer: &Text) {
    let trailer = trailer.marked();
    let line = match trailer.split_once([':', '=']) {
        Some((token, value)) => format!("{}: {}", token.trim(), value.trim()),
        None => format!("{trailer}:"),
    };
    let is_trailer = |line: &str| {
        let token = line.split_once(": ").map_or("", |(token, _)| token);
        !token.is_empty() && token.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    let has_trailers =
        message.marked().rsplit_once("\n\n").is_some_and(|(_, last)| last.lines().all(is_trailer));
    message.push(if has_trailers { "\n" } else { "\n\n" });
    message.append(&Text::from_marked(&line));
}

//! The options of `git commit`.

use super::super::shell::{Files, Text};
use super::message::{Cleanup, Message};

/// What the options say about the commit.
pub(super) struct Options {
    pub(super) message: Message,
    pub(super) quiet: bool,
}

/// Long options that take a value; git takes any beginning that is not ambiguous.
const VALUED: [&str; 12] = [
    "author",
    "cleanup",
    "date",
    "file",
    "fixup",
    "message",
    "pathspec-from-file",
    "reedit-message",
    "reuse-message",
    "squash",
    "template",
    "trailer",
];

/// Long options without one, or with one behind `=` only.
const FLAGS: [&str; 28] = [
    "ahead-behind",
    "all",
    "allow-empty",
    "allow-empty-message",
    "amend",
    "branch",
    "dry-run",
    "edit",
    "gpg-sign",
    "help",
    "include",
    "interactive",
    "long",
    "null",
    "only",
    "patch",
    "pathspec-file-nul",
    "porcelain",
    "post-rewrite",
    "quiet",
    "reset-author",
    "short",
    "signoff",
    "status",
    "untracked-files",
    "verbose",
    "verify",
    "help-all",
];

/// Where the subject comes from.
#[derive(Default, PartialEq, Eq)]
enum Subject {
    #[default]
    Given,
    /// From another commit, as the rest of the message does.
    Reused,
    /// From another commit, and what `-m` says follows it.
    Fixup,
}

#[derive(Default)]
struct Given {
    /// What the `-m` say, a blank line between them.
    paragraphs: Option<Text>,
    file: Option<Text>,
    subject: Subject,
    cleanup: Cleanup,
    trailers: Vec<Text>,
    quiet: bool,
    /// Such as `--dry-run` and `--short`, which make no commit.
    idle: bool,
}

/// Reads the arguments behind `git commit`; `None` if they make no commit.
pub(super) fn read(arguments: &[Text], stdin: Option<&Text>, files: &Files) -> Option<Options> {
    let mut given = Given::default();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let argument = argument.marked();
        if argument == "--" {
            break;
        } else if let Some(long) = argument.strip_prefix("--") {
            given.long(long, &mut rest)?;
        } else if let Some(letters) = argument.strip_prefix('-') {
            given.short(letters, &mut rest)?;
        }
    }
    (!given.idle).then(|| Options { quiet: given.quiet, message: given.message(stdin, files) })
}

impl Given {
    fn long<'t>(&mut self, option: &str, rest: &mut impl Iterator<Item = &'t Text>) -> Option<()> {
        let (name, value) = match option.split_once('=') {
            Some((name, value)) => (name, Some(Text::from_marked(value))),
            None => (option, None),
        };
        if let Some(negated) = name.strip_prefix("no-").and_then(full_name) {
            match negated {
                "quiet" => self.quiet = false,
                "message" => self.paragraphs = None,
                "file" => self.file = None,
                "dry-run" | "short" | "porcelain" | "long" | "null" => self.idle = false,
                _ => {}
            }
            return Some(());
        }
        let Some(name) = full_name(name) else {
            return Some(());
        };
        let value = if VALUED.contains(&name) { Some(value.or_else(|| rest.next().cloned())?) } else { None };
        match (name, value) {
            ("message", Some(value)) => self.add_paragraph(&value),
            ("file", value) => self.file = value,
            ("reuse-message" | "reedit-message", _) => self.subject = Subject::Reused,
            ("fixup" | "squash", _) => self.subject = Subject::Fixup,
            ("trailer", Some(value)) => self.trailers.push(value),
            ("cleanup", Some(value)) => self.cleanup = Cleanup::named(value.marked()),
            ("quiet", _) => self.quiet = true,
            ("dry-run" | "short" | "porcelain" | "long" | "null" | "help" | "help-all", _) => {
                self.idle = true;
            }
            _ => {}
        }
        Some(())
    }

    /// Reads letters behind one dash; one that takes a value takes the rest of them, or else the next argument.
    fn short<'t>(&mut self, letters: &str, rest: &mut impl Iterator<Item = &'t Text>) -> Option<()> {
        let mut letters = letters.chars();
        while let Some(letter) = letters.next() {
            if matches!(letter, 'm' | 'F' | 'C' | 'c' | 't') {
                let value = match letters.as_str() {
                    "" => rest.next()?.clone(),
                    behind => Text::from_marked(behind),
                };
                match letter {
                    'm' => self.add_paragraph(&value),
                    'F' => self.file = Some(value),
                    't' => {}
                    _ => self.subject = Subject::Reused,
                }
                return Some(());
            }
            match letter {
                'q' => self.quiet = true,
                'h' | 'z' => self.idle = true,
                // Their value is optional, so it stands right behind; behind a NUL stands what the shell fills in.
                'S' | 'u' | '\0' => return Some(()),
                _ => {}
            }
        }
        Some(())
    }

    fn add_paragraph(&mut self, value: &Text) {
        let paragraphs = self.paragraphs.get_or_insert_default();
        if paragraphs.len() > 0 {
            paragraphs.push("\n");
        }
        paragraphs.append(value);
        if paragraphs.len() > 0 && !paragraphs.marked().ends_with('\n') {
            paragraphs.push("\n");
        }
    }

    fn message(self, stdin: Option<&Text>, files: &Files) -> Message {
        let from_file = self.file.as_ref().map(|name| match name.marked() {
            "-" | "/dev/stdin" | "/dev/fd/0" => stdin,
            name => files.get(name),
        });
        let text = match from_file {
            Some(content) => content.cloned(),
            None if self.subject == Subject::Reused => None,
            None => self.paragraphs,
        };
        match text {
            Some(text) if self.subject == Subject::Fixup => Message::below_subject(&text, self.cleanup),
            Some(text) => Message::whole(&text, self.cleanup, &self.trailers),
            None => Message::unknown(),
        }
    }
}

/// The option that `name` is, or is the beginning of.
fn full_name(name: &str) -> Option<&'static str> {
    let all = || VALUED.iter().chain(&FLAGS).copied();
    all().find(|option| *option == name).or_else(|| {
        let mut candidates = all().filter(|option| option.starts_with(name));
        candidates.next().filter(|_| candidates.next().is_none())
    })
}

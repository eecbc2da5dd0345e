//! The options of `gh pr create` and `glab mr create`.

use super::super::shell::{Call, Chance, Files, Reach, Text, program};

/// A call that opens a pull request if it succeeds.
pub(super) struct Request {
    pub(super) title: Option<Text>,
    pub(super) body: Option<Text>,
    pub(super) reach: Reach,
    pub(super) chance: Chance,
    pub(super) repeats: bool,
}

/// The command line of one forge's program.
struct Forge {
    program: &'static str,
    noun: &'static str,
    /// Options with a value: the letter, or a space for none, and the name.
    valued: &'static [(char, &'static str)],
}

const FORGES: [Forge; 2] = [
    Forge {
        program: "gh",
        noun: "pr",
        valued: &[
            ('a', "assignee"),
            ('B', "base"),
            ('b', "body"),
            ('F', "body-file"),
            ('H', "head"),
            ('l', "label"),
            ('m', "milestone"),
            ('p', "project"),
            (' ', "recover"),
            ('R', "repo"),
            ('r', "reviewer"),
            ('T', "template"),
            ('t', "title"),
        ],
    },
    Forge {
        program: "glab",
        noun: "mr",
        valued: &[
            ('a', "assignee"),
            ('d', "description"),
            ('H', "head"),
            ('l', "label"),
            ('m', "milestone"),
            ('i', "related-issue"),
            ('R', "repo"),
            (' ', "reviewer"),
            ('s', "source-branch"),
            ('b', "target-branch"),
            ('t', "title"),
        ],
    },
];

/// Reads a call; `None` if it opens no pull request.
pub(super) fn request(call: &Call<'_>, files: &Files) -> Option<Request> {
    let (name, arguments) = program(call.words)?;
    let forge = FORGES.iter().find(|forge| forge.program == name)?;
    let mut request =
        Request { title: None, body: None, reach: call.reach, chance: call.chance, repeats: call.repeats };
    let mut words = Vec::new();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let argument = argument.marked();
        if let Some(long) = argument.strip_prefix("--").filter(|long| !long.is_empty()) {
            let (option, value) = match long.split_once('=') {
                Some((option, value)) => (option, Some(Text::from_marked(value))),
                None => (long, None),
            };
            if forge.valued.iter().any(|(_, name)| *name == option) {
                let value = value.or_else(|| rest.next().cloned())?;
                request.set(option, value, call.stdin, files);
            } else if matches!(option, "web" | "dry-run" | "help")
                && value.is_none_or(|value| value.as_known() != Some("false"))
            {
                return None;
            }
        } else if let Some(letters) = argument.strip_prefix('-').filter(|letters| !letters.is_empty()) {
            let mut letters = letters.chars();
            while let Some(letter) = letters.next() {
                if let Some((_, option)) = forge.valued.iter().find(|(short, _)| *short == letter) {
                    let value = match letters.as_str() {
                        "" => rest.next()?.clone(),
                        behind => Text::from_marked(behind.strip_prefix('=').unwrap_or(behind)),
                    };
                    request.set(option, value, call.stdin, files);
                    break;
                }
                if matches!(letter, 'w' | 'h') {
                    return None;
                }
            }
        } else {
            words.push(argument);
        }
    }
    let opens = matches!(words.as_slice(), [noun, "create" | "new", ..] if *noun == forge.noun);
    opens.then_some(request)
}

impl Request {
    fn set(&mut self, option: &str, value: Text, stdin: Option<&Text>, files: &Files) {
        match option {
            "title" => self.title = Some(value),
            "body" | "description" => self.body = Some(value),
            "body-file" => {
                self.body = match value.marked() {
                    "-" | "/dev/stdin" => stdin.cloned(),
                    name => files.get(name).cloned(),
                }
            }
            _ => {}
        }
    }
}

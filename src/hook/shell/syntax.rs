//! The tree of a command line: lists of chains of pipelines of commands, and the words they are made of.

/// A whole command line. Heredoc bodies stand apart because they follow the line that asks for them.
pub(super) struct Script {
    pub(super) list: List,
    pub(super) bodies: Vec<Word>,
}

/// Chains one after the other: `a && b; c`.
#[derive(Default)]
pub(super) struct List {
    pub(super) chains: Vec<Chain>,
}

/// Pipelines joined by `&&` and `||`.
#[derive(Default)]
pub(super) struct Chain {
    pub(super) links: Vec<(Join, Pipeline)>,
    /// It ends in `&`: nobody waits for it.
    pub(super) background: bool,
}

/// How a pipeline is joined to the one before it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Join {
    First,
    And,
    Or,
}

/// Commands joined by `|`.
#[derive(Default)]
pub(super) struct Pipeline {
    pub(super) negated: bool,
    pub(super) commands: Vec<Command>,
}

pub(super) struct Command {
    pub(super) shape: Shape,
    pub(super) redirects: Vec<Redirect>,
}

pub(super) enum Shape {
    Simple(Simple),
    /// Everything with lists inside. `binds` is the variable of a `for`.
    Compound {
        parts: Vec<(Place, List)>,
        binds: Option<String>,
    },
}

/// The part a list plays in the compound command that holds it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// `{ …; }`
    Group,
    /// `( … )`
    Subshell,
    /// Between `if` and `then`.
    Condition,
    /// Behind `then`, `else` or a pattern of `case`.
    Branch,
    /// Anything inside `for`, `while` and `until`.
    Loop,
    /// The body of a function, run when somebody calls it.
    Function,
}

#[derive(Default)]
pub(super) struct Simple {
    pub(super) assignments: Vec<Assignment>,
    pub(super) words: Vec<Word>,
}

pub(super) struct Assignment {
    pub(super) name: String,
    /// `None` for what has no single value we follow: an array, or `+=`.
    pub(super) value: Option<Word>,
}

pub(super) struct Redirect {
    pub(super) fd: u8,
    pub(super) kind: RedirectKind,
    pub(super) target: Word,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum RedirectKind {
    /// `<`
    Read,
    /// `<<<`
    HereString,
    /// `<<`, with the place of the body in [`Script::bodies`].
    Heredoc(usize),
    /// `>`
    Write,
    /// `>>`
    Append,
    /// `&>`
    WriteBoth,
    /// `>&` and `<&`
    Duplicate,
}

/// One word, before the shell expands it.
#[derive(Default)]
pub(super) struct Word {
    pub(super) parts: Vec<Part>,
}

pub(super) enum Part {
    Literal(String),
    /// `$name` or `${name}`, with its source.
    Variable {
        name: String,
        source: String,
    },
    /// `$(…)` or backticks, with its source.
    Output {
        list: List,
        source: String,
    },
    /// `<(…)`, with its source.
    Process {
        list: List,
        source: String,
    },
    /// Any other expansion, as its source.
    Unknown(String),
}

impl Word {
    pub(super) fn literal(text: &str) -> Self {
        Self { parts: vec![Part::Literal(text.to_owned())] }
    }

    /// Adds text. Even an empty string counts: `""` is an argument.
    pub(super) fn push(&mut self, text: &str) {
        match self.parts.last_mut() {
            Some(Part::Literal(literal)) => literal.push_str(text),
            _ => self.parts.push(Part::Literal(text.to_owned())),
        }
    }

    /// The text, if nothing in the word is expanded.
    pub(super) fn as_literal(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [Part::Literal(literal)] => Some(literal),
            _ => None,
        }
    }
}

impl Command {
    /// The words of a simple command that expands nothing and redirects nothing, else nothing.
    pub(super) fn literals(&self) -> Option<Vec<&str>> {
        match &self.shape {
            Shape::Simple(simple) if self.redirects.is_empty() => {
                simple.words.iter().map(Word::as_literal).collect()
            }
            _ => None,
        }
    }

    /// The word at `index` of a simple command, if nothing in it is expanded.
    pub(super) fn literal(&self, index: usize) -> Option<&str> {
        match &self.shape {
            Shape::Simple(simple) => simple.words.get(index).and_then(Word::as_literal),
            Shape::Compound { .. } => None,
        }
    }
}

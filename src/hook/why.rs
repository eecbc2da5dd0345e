//! Why an event makes no memory, as a value and as words for `explain`.

use std::fmt;

/// A turn's last message shorter than this says nothing worth keeping.
pub(super) const MIN_TURN_CHARACTERS: usize = 40;

/// Why an event makes no memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// Nothing is kept of such events.
    NotKept,
    /// A session starts or ends: what waits is delivered, nothing is kept.
    Boundary,
    /// Nothing is kept of this tool.
    OtherTool(String),
    /// One of our own tools: what it did is in the service already.
    OwnTool(String),
    /// The kind is turned off in the settings.
    TurnedOff(&'static str),
    /// The command was not over: whether it made anything nobody knows.
    StillRuns,
    /// The command made no commit and no pull request.
    NoCommit,
    /// The file is no plan.
    NotAPlan,
    /// The text is missing or blank.
    NoText,
    /// The last message of the turn is short.
    TooShort,
    /// The prompt was written by a program.
    MachineText,
    /// The prompt asks nothing to be remembered.
    NothingAsked,
    /// A subagent without a type: the one that compacts.
    NoAgentType,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotKept => f.write_str("nothing is kept of this event"),
            Self::Boundary => f.write_str("nothing is kept of this event; it delivers what waits"),
            Self::OtherTool(tool) => write!(f, "nothing is kept of the tool {tool}"),
            Self::OwnTool(tool) => write!(f, "{tool} is the memory service's own tool"),
            Self::TurnedOff(kind) => write!(f, "capture.{kind} is off in config.json"),
            Self::StillRuns => f.write_str("the command was interrupted, or runs in the background"),
            Self::NoCommit => f.write_str("the command made no commit and no pull request"),
            Self::NotAPlan => f.write_str("the file is not in Claude Code's plans directory"),
            Self::NoText => f.write_str("there is no text in it"),
            Self::TooShort => write!(f, "the last message has fewer than {MIN_TURN_CHARACTERS} characters"),
            Self::MachineText => f.write_str("the prompt was written by a program"),
            Self::NothingAsked => f.write_str("no line of the prompt asks for something to be remembered"),
            Self::NoAgentType => f.write_str("the subagent has no type: it is the one that compacts"),
        }
    }
}

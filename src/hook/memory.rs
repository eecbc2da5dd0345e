//! Event to drafts: the table of what is kept (DESIGN.md §4). Pure; a draft is not yet clean, redacted or cut.

use std::borrow::Cow;

use super::beginning::Beginning;
use super::why::{MIN_TURN_CHARACTERS, Why};
use super::wire::{Raw, Shell, fields, text as decode};
use super::{Edit, Event, What, commit, private, pull_request, remember, text};
use crate::config::Kinds;
use crate::memory::MemoryType;

/// What a memory was made from; its name is a tag and part of the id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `git commit`.
    Commit,
    /// A plan.
    Plan,
    /// A pull or merge request.
    PullRequest,
    /// The last message of a turn.
    Turn,
    /// A compaction's summary.
    Summary,
    /// What a prompt asks to be remembered.
    Remember,
    /// A whole prompt.
    Prompt,
    /// The last message of a subagent.
    Subagent,
    /// A whole session, told when it ends.
    Session,
}

impl Kind {
    /// The tag.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Commit => "commit",
            Self::Plan => "plan",
            Self::PullRequest => "pull-request",
            Self::Turn => "turn",
            Self::Summary => "summary",
            Self::Remember => "remember",
            Self::Prompt => "prompt",
            Self::Subagent => "subagent",
            Self::Session => "session",
        }
    }
}

/// The text of a memory to be, as the event has it.
#[derive(Debug, PartialEq, Eq)]
pub struct Draft<'a> {
    /// What it is made from.
    pub kind: Kind,
    /// Which of several of an event.
    pub ordinal: usize,
    /// The text.
    pub text: Cow<'a, str>,
    /// The type, where the text does not decide it.
    pub memory_type: MemoryType,
    /// Something private stood beside it and is not in the text any more.
    pub was_private: bool,
}

/// The drafts an event makes, at least one; or why it makes none.
///
/// `plans` are the directories that hold Claude Code's plans, each with a slash at its end.
pub fn drafts<'a>(event: &Event<'a>, kinds: Kinds, plans: &[String]) -> Result<Vec<Draft<'a>>, Why> {
    match &event.what {
        What::StillRuns => Err(Why::StillRuns),
        What::Ran { command, response } => after_command(*command, *response, kinds),
        What::LeftPlanMode { plan, answered } => {
            on(kinds.plans, "plans")?;
            let plan = decode(*plan).filter(|plan| !plan.trim().is_empty()).or_else(|| decode(*answered));
            one(Kind::Plan, plan, MemoryType::Commitment)
        }
        What::Wrote { path, content } => {
            is_plan(*path, plans)?;
            on(kinds.plans, "plans")?;
            one(Kind::Plan, decode(*content), MemoryType::Commitment)
        }
        What::Edited(edit) => {
            is_plan(edit.path, plans)?;
            on(kinds.plans, "plans")?;
            one(Kind::Plan, edited(edit), MemoryType::Commitment)
        }
        What::Stopped { message } => {
            on(kinds.turns, "turns")?;
            let message = decode(*message).unwrap_or_default();
            if message.trim().chars().count() < MIN_TURN_CHARACTERS {
                return Err(if message.trim().is_empty() { Why::NoText } else { Why::TooShort });
            }
            one(Kind::Turn, Some(message), MemoryType::Note)
        }
        What::SubagentStopped { message, agent_type } => {
            if decode(*agent_type).unwrap_or_default().trim().is_empty() {
                return Err(Why::NoAgentType);
            }
            on(kinds.subagents, "subagents")?;
            one(Kind::Subagent, decode(*message), MemoryType::Note)
        }
        What::Compacted { summary } => {
            on(kinds.summaries, "summaries")?;
            one(
                Kind::Summary,
                decode(*summary).map(|summary| without_analysis(&summary).into()),
                MemoryType::Note,
            )
        }
        What::Prompted { prompt } => after_prompt(*prompt, kinds),
        What::SessionStarted | What::SessionEnded => Err(Why::Boundary),
        What::OtherTool(tool) if is_own_tool(tool) => Err(Why::OwnTool(tool.clone().into_owned())),
        What::OtherTool(tool) => Err(Why::OtherTool(tool.clone().into_owned())),
        What::Other => Err(Why::NotKept),
    }
}

/// Whether anything can be kept of a payload that begins so. False only when nothing that follows could change it.
pub fn may_be_kept(beginning: &Beginning<'_>, plans: &[String]) -> bool {
    match Event::of(&beginning.payload).what {
        What::Other => beginning.payload.hook_event_name.is_none(),
        What::OtherTool(_) => beginning.payload.tool_name.is_none(),
        What::Wrote { .. } | What::Edited(_) => {
            beginning.path.is_none() || is_plan(beginning.path, plans).is_ok()
        }
        _ => true,
    }
}

fn on(switch: bool, name: &'static str) -> Result<(), Why> {
    if switch { Ok(()) } else { Err(Why::TurnedOff(name)) }
}

fn one(kind: Kind, text: Option<Cow<'_, str>>, memory_type: MemoryType) -> Result<Vec<Draft<'_>>, Why> {
    match text.filter(|text| !text.trim().is_empty()) {
        Some(text) => Ok(vec![Draft { kind, ordinal: 0, text, memory_type, was_private: false }]),
        None => Err(Why::NoText),
    }
}

fn is_own_tool(tool: &str) -> bool {
    tool.starts_with("mcp__") && (tool.contains("3ngram") || tool.contains("engram"))
}

fn after_command<'a>(command: Raw<'a>, response: Raw<'a>, kinds: Kinds) -> Result<Vec<Draft<'a>>, Why> {
    let command = decode(command).ok_or(Why::NoText)?;
    let commits = memchr::memmem::find(command.as_bytes(), b"commit").is_some();
    let requests =
        ["gh", "glab"].iter().any(|tool| memchr::memmem::find(command.as_bytes(), tool.as_bytes()).is_some());
    if !commits && !requests {
        return Err(Why::NoCommit);
    }
    // Other programs that run Claude's hooks answer with the text itself.
    let answer: Shell<'_> = fields(response);
    let stdout = decode(answer.stdout).or_else(|| decode(response)).unwrap_or_default();
    let stderr = decode(answer.stderr).unwrap_or_default();
    let mut drafts = Vec::new();
    let mut off = None;
    if commits {
        for (ordinal, commit) in commit::commits(&command, &stdout, &stderr).into_iter().enumerate() {
            // Whether it is a decision, the subject says; `finish` looks at it when it is clean.
            let memory_type = MemoryType::Note;
            match on(kinds.commits, "commits") {
                Ok(()) => drafts.push(Draft {
                    kind: Kind::Commit,
                    ordinal,
                    text: commit.message.into(),
                    memory_type,
                    was_private: false,
                }),
                Err(why) => off = Some(why),
            }
        }
    }
    if requests {
        for (ordinal, request) in pull_request::pull_requests(&command, &stdout).into_iter().enumerate() {
            let parts = [Some(request.title), Some(request.body), request.url];
            let parts: Vec<_> = parts.into_iter().flatten().filter(|part| !part.trim().is_empty()).collect();
            match on(kinds.pull_requests, "pull_requests") {
                Ok(()) => drafts.push(Draft {
                    kind: Kind::PullRequest,
                    ordinal,
                    text: parts.join("\n\n").into(),
                    memory_type: MemoryType::Event,
                    was_private: false,
                }),
                Err(why) => off = Some(why),
            }
        }
    }
    if drafts.is_empty() { Err(off.unwrap_or(Why::NoCommit)) } else { Ok(drafts) }
}

fn is_plan(path: Raw<'_>, plans: &[String]) -> Result<(), Why> {
    let path = decode(path).unwrap_or_default();
    let inside = plans.iter().any(|plans| path.starts_with(plans.as_str()));
    if inside && !path.split('/').any(|part| part == "..") { Ok(()) } else { Err(Why::NotAPlan) }
}

/// The file as it is after the edit; only the new part when the answer does not hold the file before.
fn edited<'a>(edit: &Edit<'a>) -> Option<Cow<'a, str>> {
    let new = decode(edit.new)?;
    let (Some(original), Some(old)) = (decode(edit.original), decode(edit.old)) else { return Some(new) };
    if old.is_empty() || !original.contains(old.as_ref()) {
        return Some(new);
    }
    let places = if edit.everywhere { usize::MAX } else { 1 };
    Some(original.replacen(old.as_ref(), &new, places).into())
}

/// What a summary holds besides its thinking, without the tags around it.
fn without_analysis(summary: &str) -> String {
    let mut rest = summary;
    let mut kept = String::new();
    while let Some((before, after)) = rest.split_once("<analysis>") {
        kept.push_str(before);
        // Without an end it is all analysis.
        rest = after.split_once("</analysis>").map_or("", |(_, after)| after);
    }
    kept.push_str(rest);
    let kept = kept.trim();
    let inner =
        kept.strip_prefix("<summary>").map_or(kept, |inner| inner.trim_end().trim_end_matches("</summary>"));
    inner.trim().to_owned()
}

fn after_prompt(prompt: Raw<'_>, kinds: Kinds) -> Result<Vec<Draft<'_>>, Why> {
    let prompt = decode(prompt).filter(|prompt| !prompt.trim().is_empty()).ok_or(Why::NoText)?;
    if is_machine_text(&prompt) {
        return Err(Why::MachineText);
    }
    let mut drafts = Vec::new();
    let mut why = Why::TurnedOff("remember");
    if kinds.remember {
        why = Why::NothingAsked;
        // The private parts go before the lines are looked at: one may begin in the middle of what is asked.
        let clean = text::clean(&prompt);
        let public = private::without_private(&clean);
        let was_private = public.len() != clean.len();
        for (ordinal, asked) in remember::asked(&public).into_iter().enumerate() {
            drafts.push(Draft {
                kind: Kind::Remember,
                ordinal,
                text: asked.text.into(),
                memory_type: asked.memory_type,
                was_private,
            });
        }
    }
    if kinds.prompts {
        drafts.push(Draft {
            kind: Kind::Prompt,
            ordinal: 0,
            text: prompt,
            memory_type: MemoryType::Note,
            was_private: false,
        });
    }
    if drafts.is_empty() { Err(why) } else { Ok(drafts) }
}

/// Prompts that Claude Code writes itself: results of background tasks, echoes of slash and shell commands.
pub(super) fn is_machine_text(prompt: &str) -> bool {
    const OPENINGS: [&str; 7] = [
        "<task-notification",
        "<local-command",
        "<command-name",
        "<command-message",
        "<bash-",
        "<system-reminder",
        "<teammate-message",
    ];
    let prompt = prompt.trim_start();
    OPENINGS.iter().any(|opening| prompt.starts_with(opening))
}

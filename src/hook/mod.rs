//! From the bytes on stdin to the memories in them: everything here is pure but the look at the session's directory and,
//! for a session that ended, at its transcript.
//!
//! `wire` knows how Claude Code spells things, [`Event`] what happened, `memory` which memories that makes, and `text`,
//! `private` and `redact` what of a text may reach the disk. Nothing here writes, waits or asks for the time.

pub mod beginning;
pub mod commit;
pub mod finish;
pub mod id;
pub mod memory;
pub mod private;
pub mod project;
pub mod pull_request;
pub mod redact;
pub mod remember;
pub mod session;
pub mod shell;
pub mod text;
pub mod transcript;
pub mod why;
pub mod wire;

use std::borrow::Cow;

use wire::{Payload, Raw, Shell, Written, fields, text as decode};

/// A payload, understood.
#[derive(Debug)]
pub struct Event<'a> {
    /// Its name as sent; empty when it has none.
    pub name: Cow<'a, str>,
    /// The session.
    pub session_id: Cow<'a, str>,
    /// The session's current directory.
    pub cwd: Cow<'a, str>,
    /// The tool call, else the prompt, that it belongs to.
    pub cause_id: Option<CauseId<'a>>,
    /// Which program runs us.
    pub client: Client,
    /// What happened.
    pub what: What<'a>,
}

/// What an event belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CauseId<'a> {
    /// Unique: a tool call happens once.
    ToolUse(Cow<'a, str>),
    /// Not unique: one prompt may stop, and compact, more than once.
    Prompt(Cow<'a, str>),
}

/// The program that runs the hook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Client {
    /// Claude Code.
    ClaudeCode,
    /// Cursor, running Claude Code's hooks.
    Cursor,
    /// Copilot, running Claude Code's hooks.
    Copilot,
}

impl Client {
    /// The tag a memory carries.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::ClaudeCode => "claude-code",
            Self::Cursor => "cursor",
            Self::Copilot => "copilot",
        }
    }

    /// The program that has this tag.
    pub fn of_tag(tag: &str) -> Self {
        let all = [Self::Cursor, Self::Copilot];
        all.into_iter().find(|client| client.tag() == tag).unwrap_or(Self::ClaudeCode)
    }
}

/// What happened, as far as we keep anything of it; texts are still encoded.
#[derive(Debug)]
pub enum What<'a> {
    /// A shell command that was not over when its tool answered: how it ended nobody knows.
    StillRuns,
    /// A shell command ended well.
    Ran {
        /// What was run.
        command: Raw<'a>,
        /// What it answered.
        response: Raw<'a>,
    },
    /// The user approved a plan.
    LeftPlanMode {
        /// From the call.
        plan: Raw<'a>,
        /// From the answer, which older versions fill instead.
        answered: Raw<'a>,
    },
    /// A file was written as a whole.
    Wrote {
        /// Where.
        path: Raw<'a>,
        /// What.
        content: Raw<'a>,
    },
    /// A file was changed in places.
    Edited(Box<Edit<'a>>),
    /// A turn ended.
    Stopped {
        /// What was said last.
        message: Raw<'a>,
    },
    /// A subagent ended.
    SubagentStopped {
        /// What was said last.
        message: Raw<'a>,
        /// Empty for the one that compacts.
        agent_type: Raw<'a>,
    },
    /// The conversation was compacted.
    Compacted {
        /// What is left of it.
        summary: Raw<'a>,
    },
    /// The user, or the machine, sent a prompt.
    Prompted {
        /// The prompt.
        prompt: Raw<'a>,
    },
    /// A session started: a moment to deliver what waits.
    SessionStarted,
    /// A session ended: a moment to deliver what waits.
    SessionEnded,
    /// Another tool.
    OtherTool(Cow<'a, str>),
    /// Another event.
    Other,
}

/// An edit of a file.
#[derive(Debug)]
pub struct Edit<'a> {
    /// Where.
    pub path: Raw<'a>,
    /// What was there.
    pub old: Raw<'a>,
    /// What is there now.
    pub new: Raw<'a>,
    /// Every place, not the first.
    pub everywhere: bool,
    /// The file before.
    pub original: Raw<'a>,
}

impl<'a> Event<'a> {
    /// Understands a payload; every payload is some event.
    pub fn of(payload: &Payload<'a>) -> Self {
        let name = decode(payload.hook_event_name).unwrap_or_default();
        let what = match name.as_ref() {
            "PostToolUse" => after_tool(payload),
            "Stop" => What::Stopped { message: payload.last_assistant_message },
            "SubagentStop" => What::SubagentStopped {
                message: payload.last_assistant_message,
                agent_type: payload.agent_type,
            },
            "PostCompact" => What::Compacted { summary: payload.compact_summary },
            "UserPromptSubmit" => What::Prompted { prompt: payload.prompt },
            "SessionStart" => What::SessionStarted,
            "SessionEnd" => What::SessionEnded,
            _ => What::Other,
        };
        let client = match (payload.cursor_version, payload.copilot_version) {
            (Some(_), _) => Client::Cursor,
            (None, Some(_)) => Client::Copilot,
            (None, None) => Client::ClaudeCode,
        };
        // An empty one tells no call from another.
        let tool_use = decode(payload.tool_use_id).filter(|id| !id.is_empty()).map(CauseId::ToolUse);
        Self {
            name,
            session_id: decode(payload.session_id).unwrap_or_default(),
            cwd: decode(payload.cwd).unwrap_or_default(),
            cause_id: tool_use.or_else(|| decode(payload.prompt_id).map(CauseId::Prompt)),
            client,
            what,
        }
    }

    /// Whether it is a moment to deliver what waits, whatever `retry` says.
    pub const fn is_session_boundary(&self) -> bool {
        matches!(self.what, What::SessionStarted | What::SessionEnded)
    }
}

fn is_true(raw: Raw<'_>) -> bool {
    raw.is_some_and(|raw| raw.get() == "true")
}

fn after_tool<'a>(payload: &Payload<'a>) -> What<'a> {
    let tool = decode(payload.tool_name).unwrap_or_default();
    match tool.as_ref() {
        "Bash" => {
            let input: Shell<'_> = fields(payload.tool_input);
            let answer: Shell<'_> = fields(payload.tool_response);
            if is_true(input.run_in_background) || is_true(answer.interrupted) {
                return What::StillRuns;
            }
            What::Ran { command: input.command, response: payload.tool_response }
        }
        "ExitPlanMode" => {
            let input: Written<'_> = fields(payload.tool_input);
            let answer: Written<'_> = fields(payload.tool_response);
            What::LeftPlanMode { plan: input.plan, answered: answer.plan }
        }
        "Write" => {
            let input: Written<'_> = fields(payload.tool_input);
            What::Wrote { path: input.file_path, content: input.content }
        }
        "Edit" => {
            let input: Written<'_> = fields(payload.tool_input);
            let answer: Written<'_> = fields(payload.tool_response);
            What::Edited(Box::new(Edit {
                path: input.file_path,
                old: input.old_string,
                new: input.new_string,
                everywhere: is_true(input.replace_all),
                original: answer.original_file,
            }))
        }
        _ => What::OtherTool(tool),
    }
}

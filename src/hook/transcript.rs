//! A session's transcript as Claude Code writes it, read for what the session was about: what was asked, which files were
//! changed, what was committed, what was said last. Pure: lines in, a [`Story`] out.
//!
//! Nothing is asked of a line but that it is JSON; what is not, or is of a kind we do not know, is passed over. Only the
//! end of a transcript is read, so its first line may be half of one.

use std::borrow::Cow;
use std::collections::HashMap;

use serde::Deserialize;

use super::wire::{Raw, Shell, Written, fields, text as decode};
use super::{commit, memory};

/// The tools that change files.
const EDITORS: [&str; 4] = ["Edit", "Write", "MultiEdit", "NotebookEdit"];
/// What Claude Code writes in the user's name when a turn is interrupted.
const INTERRUPTED: &str = "[Request interrupted by user";

/// What a session was about, each in the order it happened; nothing in it is clean or redacted yet.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Story {
    /// What the user asked; nothing that a program wrote.
    pub prompts: Vec<String>,
    /// The files that were changed, each once.
    pub files: Vec<String>,
    /// The first lines of the messages of the commits that were made.
    pub commits: Vec<String>,
    /// The last answer.
    pub answer: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Line<'a> {
    #[serde(borrow)]
    r#type: Raw<'a>,
    #[serde(borrow)]
    message: Raw<'a>,
    #[serde(borrow)]
    tool_use_result: Raw<'a>,
    #[serde(borrow)]
    is_sidechain: Raw<'a>,
    #[serde(borrow)]
    is_meta: Raw<'a>,
    #[serde(borrow)]
    is_compact_summary: Raw<'a>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Message<'a> {
    #[serde(borrow)]
    content: Raw<'a>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Block<'a> {
    #[serde(borrow)]
    r#type: Raw<'a>,
    #[serde(borrow)]
    text: Raw<'a>,
    #[serde(borrow)]
    id: Raw<'a>,
    #[serde(borrow)]
    name: Raw<'a>,
    #[serde(borrow)]
    input: Raw<'a>,
    #[serde(borrow)]
    tool_use_id: Raw<'a>,
    #[serde(borrow)]
    is_error: Raw<'a>,
}

/// A tool call that has no answer yet: only what ended well has changed anything.
enum Call<'a> {
    Edit(Cow<'a, str>),
    Command(Cow<'a, str>),
}

impl Story {
    /// Reads the lines of a transcript, or of its end.
    pub fn read(bytes: &[u8]) -> Self {
        let mut story = Self::default();
        let mut calls = HashMap::new();
        for line in bytes.split(|byte| *byte == b'\n') {
            // Half a line, or a kind of line that is not ours to understand.
            if let Ok(line) = serde_json::from_slice::<Line<'_>>(line) {
                story.add(&line, &mut calls);
            }
        }
        story
    }

    /// Whether the session changed nothing: then there is nothing to tell of it.
    pub fn is_idle(&self) -> bool {
        self.files.is_empty() && self.commits.is_empty()
    }

    fn add<'a>(&mut self, line: &Line<'a>, calls: &mut HashMap<Cow<'a, str>, Call<'a>>) {
        let message: Message<'_> = fields(line.message);
        let blocks: Vec<Block<'_>> =
            message.content.and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or_default();
        match decode(line.r#type).as_deref() {
            Some("assistant") => {
                calls.extend(blocks.iter().filter_map(call));
                // What a subagent says last is not said to the user.
                let said = says(&blocks);
                if !is_true(line.is_sidechain) && !said.trim().is_empty() {
                    self.answer = Some(said);
                }
            }
            Some("user") => {
                let mut is_answer = false;
                for block in blocks.iter().filter(|block| is(block, "tool_result")) {
                    is_answer = true;
                    let call = decode(block.tool_use_id).and_then(|id| calls.remove(&id));
                    if let (Some(call), false) = (call, is_true(block.is_error)) {
                        self.changed(&call, line.tool_use_result);
                    }
                }
                if !is_answer {
                    let prompt = decode(message.content).map_or_else(|| says(&blocks), Cow::into_owned);
                    self.prompted(line, prompt);
                }
            }
            _ => {}
        }
    }

    fn prompted(&mut self, line: &Line<'_>, prompt: String) {
        let is_a_users = ![line.is_sidechain, line.is_meta, line.is_compact_summary].into_iter().any(is_true)
            && !memory::is_machine_text(&prompt)
            && !prompt.trim_start().starts_with(INTERRUPTED);
        if is_a_users && !prompt.trim().is_empty() {
            self.prompts.push(prompt);
        }
    }

    fn changed(&mut self, call: &Call<'_>, result: Raw<'_>) {
        match call {
            Call::Edit(file) => {
                if !self.files.iter().any(|there| there == file) {
                    self.files.push(file.clone().into_owned());
                }
            }
            Call::Command(command) => {
                let answer: Shell<'_> = fields(result);
                if is_true(answer.interrupted) {
                    return;
                }
                let stdout = decode(answer.stdout).unwrap_or_default();
                let stderr = decode(answer.stderr).unwrap_or_default();
                for commit in commit::commits(command, &stdout, &stderr) {
                    self.commits.extend(commit.message.lines().next().map(str::to_owned));
                }
            }
        }
    }
}

fn call<'a>(block: &Block<'a>) -> Option<(Cow<'a, str>, Call<'a>)> {
    let name = decode(block.name).filter(|_| is(block, "tool_use"))?;
    let call = if name == "Bash" {
        let input: Shell<'a> = fields(block.input);
        Call::Command(decode(input.command).filter(|command| command.contains("commit"))?)
    } else if EDITORS.contains(&name.as_ref()) {
        let input: Written<'a> = fields(block.input);
        let notebook: Notebook<'a> = fields(block.input);
        Call::Edit(decode(input.file_path).or_else(|| decode(notebook.notebook_path))?)
    } else {
        return None;
    };
    Some((decode(block.id)?, call))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Notebook<'a> {
    #[serde(borrow)]
    notebook_path: Raw<'a>,
}

fn says(blocks: &[Block<'_>]) -> String {
    let texts = blocks.iter().filter(|block| is(block, "text")).filter_map(|block| decode(block.text));
    texts.collect::<Vec<_>>().join("\n")
}

fn is(block: &Block<'_>, kind: &str) -> bool {
    decode(block.r#type).as_deref() == Some(kind)
}

fn is_true(raw: Raw<'_>) -> bool {
    raw.is_some_and(|raw| raw.get() == "true")
}

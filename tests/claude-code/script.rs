//! What the scripted model says: a play has a name, and a reply for every time it is asked.
//!
//! A prompt names its play as `[[name]]`. The model keeps no state: how far a play has come is what the conversation says,
//! so that resumed, parallel and compacted sessions need nothing of their own.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// What stands for the file that Claude Code wants a plan written to, in a call's input.
pub const PLAN_FILE: &str = "{{plan file}}";
/// What stands for the home directory, in a call's input.
pub const HOME: &str = "{{home}}";

/// One answer of the model.
#[derive(Clone, Debug)]
pub enum Reply {
    /// It says this and the turn is over. The text is the inside of a JSON string, so that it can hold a lone surrogate.
    Says(String),
    /// It calls these tools, all at once.
    Calls(Vec<(String, Value)>),
    /// What is in it, when the test lets it.
    Held(Box<Reply>),
    /// It never answers.
    Silence,
}

/// All plays of a test.
#[derive(Clone, Debug, Default)]
pub struct Script(BTreeMap<String, Vec<Reply>>);

impl Script {
    pub fn play(mut self, name: &str, replies: impl IntoIterator<Item = Reply>) -> Self {
        self.0.insert(name.to_owned(), replies.into_iter().collect());
        self
    }

    /// The play that a text names, the last one if it names several.
    pub fn named_in(&self, text: &str) -> Option<&str> {
        let (_, rest) = text.rsplit_once("[[")?;
        let (name, _) = rest.split_once("]]")?;
        self.0.get_key_value(name).map(|(name, _)| name.as_str())
    }

    /// Beyond the end of a play the model says little, as after a notification nobody asked for.
    pub fn reply(&self, play: &str, step: usize) -> Reply {
        self.0.get(play).and_then(|replies| replies.get(step)).cloned().unwrap_or_else(|| says("ok"))
    }
}

pub fn says(text: &str) -> Reply {
    let quoted = Value::from(text).to_string();
    Reply::Says(quoted[1..quoted.len() - 1].to_owned())
}

/// A text as it stands between the quotes of a JSON string.
pub fn says_escaped(text: &str) -> Reply {
    Reply::Says(text.to_owned())
}

pub fn runs(command: &str) -> Reply {
    calls([bash(command)])
}

pub fn calls(calls: impl IntoIterator<Item = (&'static str, Value)>) -> Reply {
    Reply::Calls(calls.into_iter().map(|(tool, input)| (tool.to_owned(), input)).collect())
}

pub fn bash(command: &str) -> (&'static str, Value) {
    ("Bash", json!({"command": command, "description": "as the script says"}))
}

pub fn write(path: &str, content: &str) -> (&'static str, Value) {
    ("Write", json!({"file_path": path, "content": content}))
}

pub fn held(reply: Reply) -> Reply {
    Reply::Held(Box::new(reply))
}

//! The variables a command sets for itself, as far as their value is sure: `msg='…'; git commit -m "$msg"`.

use std::collections::HashMap;

use super::Text;
use super::expansions::name_length;

/// A few lines can double a value again and again; this is more than any message needs.
const MAX_EXPANDED_BYTES: usize = 1024 * 1024;

pub(super) struct Variables {
    values: HashMap<String, Text>,
    /// The names set so far, in order.
    set: Vec<String>,
    left: usize,
}

impl Variables {
    pub(super) fn new() -> Self {
        Self { values: HashMap::new(), set: Vec::new(), left: MAX_EXPANDED_BYTES }
    }

    /// How many were set so far, for [`Variables::forget_since`].
    pub(super) fn mark(&self) -> usize {
        self.set.len()
    }

    /// Forgets what was set after the mark: it was set in a subshell, or maybe not at all.
    pub(super) fn forget_since(&mut self, mark: usize) {
        for name in self.set.drain(mark.min(self.set.len())..) {
            self.values.remove(&name);
        }
    }

    /// Sets a variable; without a value, or where it is not sure that the shell does so too, it is unknown.
    pub(super) fn set(&mut self, name: &str, value: Option<Text>) {
        match value {
            Some(value) => {
                self.values.insert(name.to_owned(), value);
                self.set.push(name.to_owned());
            }
            None => {
                self.values.remove(name);
            }
        }
    }

    /// Adds a variable's value to `text`, or its source.
    pub(super) fn expand(&mut self, name: &str, source: &str, text: &mut Text) {
        match self.values.get(name).filter(|value| value.len() <= self.left) {
            Some(value) => {
                self.left -= value.len();
                text.append(value);
            }
            None => text.push_unknown(source),
        }
    }

    /// What a builtin does to variables, where it is `sure` that the shell runs it here.
    pub(super) fn note(&mut self, words: &[Text], sure: bool) {
        let Some((program, arguments)) = words.split_first() else {
            return;
        };
        match program.as_known() {
            Some("export" | "local" | "declare" | "readonly" | "typeset") => {
                for argument in arguments {
                    let (name, value) = argument.marked().split_once('=').unwrap_or_default();
                    if !name.is_empty() && name_length(name) == name.len() {
                        self.set(name, sure.then(|| Text::from_marked(value)));
                    }
                }
            }
            Some("read" | "unset" | "mapfile" | "readarray" | "getopts" | "printf") => {
                for argument in arguments {
                    self.values.remove(argument.marked());
                }
            }
            Some("eval" | "source" | ".") => self.values.clear(),
            _ => {}
        }
    }
}

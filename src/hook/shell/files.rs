//! What the command itself wrote to files, by the names it used: `cat > f <<EOF …; git commit -F f`.

use std::collections::HashMap;

use super::Text;

#[derive(Default)]
pub(crate) struct Files {
    contents: HashMap<String, Text>,
    /// The names written so far, in order.
    written: Vec<String>,
}

impl Files {
    pub(crate) fn get(&self, name: &str) -> Option<&Text> {
        self.contents.get(name)
    }

    /// How many were written so far, for [`Files::forget_since`].
    pub(super) fn mark(&self) -> usize {
        self.written.len()
    }

    /// Forgets what was written after the mark: maybe it was not.
    pub(super) fn forget_since(&mut self, mark: usize) {
        for name in self.written.drain(mark.min(self.written.len())..) {
            self.contents.remove(&name);
        }
    }

    /// Notes what a file holds now; `None` if only the disk knows.
    pub(super) fn write(&mut self, name: &str, content: Option<Text>, appends: bool) {
        match content {
            Some(content) if !name.is_empty() => {
                if !appends {
                    self.contents.insert(name.to_owned(), content);
                    self.written.push(name.to_owned());
                } else if let Some(file) = self.contents.get_mut(name) {
                    // What a file held before the command is not known, so appending to that says nothing.
                    file.append(&content);
                    self.written.push(name.to_owned());
                }
            }
            _ => {
                self.contents.remove(name);
            }
        }
    }
}

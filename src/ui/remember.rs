//! What `remember` says.

use super::{complain, say};
use crate::cmd::remember::Remembered;
use crate::exit::Exit;

/// What became of what was to be remembered.
pub fn remembered(remembered: &Remembered) -> Exit {
    match remembered {
        Remembered::Kept(sentence) => say(sentence, Exit::Done),
        Remembered::KeyRejected => complain(
            "engram-hook: cannot remember it: the API rejected this key; set a new one, or try `engram-hook flush \
             --retry-key`\n",
            Exit::KeyRejected,
        ),
    }
}

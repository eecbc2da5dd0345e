//! Claude Code's `settings.json`: puts our hooks in, takes them out, looks for them. Never prints.
//!
//! The promise is that an uninstall gives the file back byte for byte, also when the user changed other parts in
//! between. It rests on three things. `scan` and `edit` change spans of the text and nothing else. `merge` adds behind
//! what is there, which `take_out` reverses without having to remember. And `memo` remembers what structure cannot tell:
//! whether a container that is empty without us was there before us.
//!
//! | file | what it does |
//! |---|---|
//! | `target` | which file is meant |
//! | `install` | install and uninstall on disk |
//! | `inspect` | what is installed, for `doctor` |
//! | `plugin` | where the plugin with the same hooks is enabled |
//! | `ours`, `whose` | `hooks/hooks.json`, and how an entry is known as ours |
//! | `merge`, `take_out`, `before` | the pure core |
//! | `hooks`, `document`, `scan`, `edit`, `style` | the text: understood, read, changed, laid out |
//! | `file`, `lock`, `memo`, `diff` | one effect each |
//! | `refusal`, `report` | what the caller gets to say |

mod before;
mod diff;
mod document;
mod edit;
mod file;
mod hooks;
mod inspect;
mod install;
mod lock;
mod memo;
mod merge;
mod ours;
mod plugin;
mod refusal;
mod report;
mod scan;
mod style;
mod take_out;
mod target;
#[cfg(test)]
mod tests;
mod whose;

pub use before::Before;
pub use inspect::{BinaryState, Installed, InstalledHook, inspect};
pub use install::{install, uninstall};
pub use memo::known;
pub use merge::{Merged, merge, merge_again};
pub use ours::{OurHooks, PROGRAM};
pub use plugin::plugin_enabled_in;
pub use refusal::{Cause, Refusal};
pub use report::{Mode, Outcome, Report, Warning};
pub use take_out::{TakenOut, take_out};
pub use target::{Scope, Surroundings, Target, settings_path};
pub use whose::Form;

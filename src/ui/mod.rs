//! The only room that prints: a file for what each command found, all of it through [`say`] and [`complain`].
//!
//! Everything goes through one place that lets a closed stdout be: `engram-hook status | head -1` is no error.

mod config;
mod doctor;
mod explain;
mod flush;
mod list;
mod remember;
mod settings;
mod status;
mod words;

use std::io::{self, BufRead as _, ErrorKind, IsTerminal as _, Write as _};

use anyhow::bail;
use serde::Serialize;

pub use config::config;
pub use doctor::doctor;
pub use explain::{explained, last_explained};
pub use flush::{FlushWatcher, flushed};
pub use list::listed;
pub use remember::remembered;
pub use settings::{Change, each_settings_changed, erased, settings_changed, would_be_erased};
pub use status::status;

use crate::exit::Exit;

/// Prints text to stdout. What did not get there is told, and no success: `list --json > file` on a full disk.
pub fn say(text: &str, exit: Exit) -> Exit {
    let mut stdout = io::stdout();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        // Whoever closed stdout does not want to hear it.
        Err(error) if error.kind() != ErrorKind::BrokenPipe => complain(
            &format!("engram-hook: cannot write what was found: {error}; mend that and ask again\n"),
            if exit == Exit::Done { Exit::Failed } else { exit },
        ),
        _ => exit,
    }
}

/// Prints text to stderr.
pub fn complain(text: &str, exit: Exit) -> Exit {
    // There is no third stream to complain to.
    drop(io::stderr().write_all(text.as_bytes()));
    exit
}

/// Prints an error as one sentence.
pub fn fail(error: &anyhow::Error) -> Exit {
    complain(&format!("engram-hook: {error:#}\n"), Exit::Failed)
}

/// Asks a question that only `y` or `yes` answers. Without a terminal nobody can answer it.
pub fn confirms(question: &str) -> anyhow::Result<bool> {
    if !io::stdin().is_terminal() {
        bail!("cannot ask without a terminal: {question} Give --yes to do it");
    }
    complain(&format!("{question} [y/N] "), Exit::Done);
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
}

/// One line of JSON.
fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).map(|line| line + "\n").unwrap_or_default()
}

//! The log of flush, doctor and install: a file of ours with a cap. The only room that uses `tracing-subscriber`.
//!
//! Never payload text, never the key; URLs without their query. `capture` does not come here: it has notes.

use std::io::{self, Write};
use std::path::Path;
use std::sync::Mutex;

use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::config::variable;
use crate::sys::{Access, Dir};

const NAME: &str = "log";
const OLD_NAME: &str = "log.1";
const MAX_BYTES: u64 = 1024 * 1024;

/// Starts logging into the state directory. Without a log the program goes on: nothing depends on it.
pub fn start(state: &Path) {
    let filter: Targets =
        variable("ENGRAM_LOG").and_then(|text| text.parse().ok()).unwrap_or_else(default_filter);
    let Ok(file) = open(state) else { return };
    let lines = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(Mutex::new(file));
    // Only a second call in one process fails, and then the first one's log goes on.
    drop(tracing_subscriber::registry().with(filter).with(lines).try_init());
}

fn default_filter() -> Targets {
    Targets::new().with_default(tracing::Level::ERROR)
}

fn open(state: &Path) -> Result<CappedFile, crate::sys::Refused> {
    let dir = Dir::open(state)?;
    let mut opened = dir.open_file(NAME, Access::Append)?;
    if opened.len > MAX_BYTES / 2 {
        dir.rename(NAME, OLD_NAME)?;
        opened = dir.open_file(NAME, Access::Append)?;
    }
    Ok(CappedFile { file: opened.file, left: MAX_BYTES / 2 })
}

/// A file that takes so many bytes and then no more.
struct CappedFile {
    file: crate::sys::File,
    left: u64,
}

impl Write for CappedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.left = self.left.saturating_sub(bytes.len() as u64);
        // What does not fit, and what a full disk refuses, is let go: a log line is worth no failure.
        if self.left > 0 && self.file.write_all(bytes).is_err() {
            self.left = 0;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

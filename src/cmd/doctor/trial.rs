//! A trial: a synthetic payload goes through a real capture, in a home of its own with a key of its own, for an address
//! where nothing is sent; and the time is taken. Nothing reaches the user's spool or the network.

use std::io::{self, Write as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, anyhow, bail};

use super::Finding;
use crate::cmd::Session;
use crate::detach::own_program;
use crate::key::Key;
use crate::origin::Origin;
use crate::spool::{Destination, Spool, Waiting};
use crate::sys::Dir;

const ROUNDS: usize = 9;
/// A trial takes a second; a home older than this is nobody's.
const ABANDONED: Duration = Duration::from_hours(1);
const KEY: &str = "eng_0000000000000000000000000000000000000000";
/// Not allowed, so nothing is sent and no flush is started; nor is there such a host.
const ORIGIN: &str = "https://doctor.invalid";
const SECRET: &str = "ghp_0123456789abcdefghijklmnopqrstuvwxyzAB";

pub(super) fn finding(session: &Session) -> Finding {
    if session.paths.project_around().is_some() {
        return Finding::skipped("trial capture", "not run: nothing of ours is put into a project");
    }
    match trial(session) {
        Ok(took) => Finding::good(
            "trial capture",
            format!(
                "{} µs from start to exit (median of {ROUNDS}); kept whole, a secret in it redacted",
                took.as_micros()
            ),
        ),
        Err(error) => {
            Finding::bad("trial capture", format!("{error:#}"), "mend what is said above, then ask again")
        }
    }
}

fn trial(session: &Session) -> anyhow::Result<Duration> {
    let home = Home::new(&session.paths.state)?;
    let mut spans = Vec::with_capacity(ROUNDS);
    for round in 0..ROUNDS {
        spans.push(capture(&home.path, round).context("cannot run a capture")?);
    }
    judge(&home.path)?;
    spans.sort();
    spans.get(ROUNDS / 2).copied().ok_or_else(|| anyhow!("cannot time a capture"))
}

/// One capture, from its start to its exit.
fn capture(home: &Path, round: usize) -> anyhow::Result<Duration> {
    let payload = serde_json::json!({
        "session_id": format!("doctor-{round}"), "cwd": home, "hook_event_name": "Stop", "prompt_id": format!("doctor-{round}"),
        "last_assistant_message": format!("A trial of engram-hook doctor, with a token in it: {SECRET}. It is kept nowhere."),
        "stop_hook_active": false,
    })
    .to_string();
    let started = Instant::now();
    let mut child = Command::new(own_program()?)
        .arg0("engram-hook")
        .arg("capture")
        .env_clear()
        .env("HOME", home)
        .env("ENGRAM_API_KEY", KEY)
        .env("ENGRAM_API_URL", ORIGIN)
        .current_dir(home)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(payload.as_bytes())?;
    }
    let output = child.wait_with_output()?;
    let took = started.elapsed();
    if !output.status.success() || !output.stdout.is_empty() || !output.stderr.is_empty() {
        bail!("a capture was not silent: {}; please report this", output.status);
    }
    Ok(took)
}

/// Whether each capture left its memory, without the secret.
fn judge(home: &Path) -> anyhow::Result<()> {
    let destination = Destination { origin: Origin::parse(ORIGIN)?, key: Key::parse(KEY)? };
    let state = home.join(if cfg!(target_os = "macos") {
        "Library/Application Support/ai.3ngram.engram-hook/state"
    } else {
        ".local/state/engram-hook"
    });
    let spool = Spool::open(&state, &destination.name()).context("cannot find what a capture kept")?;
    let (mut kept, mut leaked) = (0, 0);
    Waiting::each(&spool, |waiting| {
        kept += 1;
        leaked += usize::from(waiting.record.memory.content.contains(SECRET));
    })
    .context("cannot read what a capture kept")?;
    if (kept, leaked) != (ROUNDS, 0) {
        bail!("of {ROUNDS} captures {kept} were kept, {leaked} with a secret; please report this");
    }
    Ok(())
}

/// A throw-away home below the state directory; goes when it is dropped, with the directories that were made for it.
struct Home {
    path: PathBuf,
    /// The state directory first, then those above it; none that was there before.
    made: Vec<PathBuf>,
}

impl Home {
    fn new(state: &Path) -> anyhow::Result<Self> {
        let made = state.ancestors().take_while(|dir| !dir.exists()).map(Path::to_path_buf).collect();
        let context = || format!("cannot make a directory in {}", state.display());
        Dir::open_or_make(state).with_context(context)?;
        clear_leftovers(state);
        let path = state.join(format!("doctor-{}", std::process::id()));
        match std::fs::DirBuilder::new().mode(0o700).create(&path) {
            // A leftover of a process that had our number.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => std::fs::remove_dir_all(&path)
                .and_then(|()| std::fs::DirBuilder::new().mode(0o700).create(&path))
                .with_context(context)?,
            made => made.with_context(context)?,
        }
        Ok(Self { path, made })
    }
}

/// What doctors left that were killed.
fn clear_leftovers(state: &Path) {
    let Ok(entries) = std::fs::read_dir(state) else { return };
    for entry in
        entries.flatten().filter(|entry| entry.file_name().as_encoded_bytes().starts_with(b"doctor-"))
    {
        let changed = entry.metadata().and_then(|entry| entry.modified()).ok();
        if changed.and_then(|at| at.elapsed().ok()).is_some_and(|age| age > ABANDONED) {
            // It lies in the state directory, and is looked at again by the next one.
            drop(std::fs::remove_dir_all(entry.path()));
        }
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        // What cannot be removed lies in the state directory, and goes with it.
        drop(std::fs::remove_dir_all(&self.path));
        for dir in &self.made {
            drop(std::fs::remove_dir(dir));
        }
    }
}

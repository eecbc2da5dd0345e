//! Starts a flush and lets go of it. The only room that starts a process.
//!
//! The lock is taken here and handed over as the child's stdin: a lock belongs to the open file, so there is no moment in
//! which nobody holds it, no pid file, and no stale lock when the child dies.

use std::ffi::OsString;
use std::os::unix::process::CommandExt as _;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::fault;
use crate::spool::{Destination, FlushLock, Postponed, Spool};

/// The variables a flush inherits besides the key and the URL; everything else, tokens of other programs included, stays behind.
const KEPT_VARIABLES: &[&str] = &[
    "HOME",
    "XDG_CONFIG_HOME",
    "XDG_STATE_HOME",
    "XDG_DATA_HOME",
    "ENGRAM_LOG",
    "HTTPS_PROXY",
    "https_proxy",
    "NO_PROXY",
    "no_proxy",
    "TZ",
    #[cfg(feature = "faults")]
    fault::VARIABLES[0],
    #[cfg(feature = "faults")]
    fault::VARIABLES[1],
];

/// A capture that finds that it is not time yet has held the lock for as long as it takes to read `retry`; who must start a
/// flush now waits it out.
const OTHER_CAPTURE: Duration = Duration::from_millis(2);

/// Whether the wait that an earlier flush asked for counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Not before `retry` says so.
    Due,
    /// Now.
    Now,
}

/// What came of trying to start a flush.
#[derive(Debug)]
pub enum Started {
    /// One lives now, and nobody waits for it.
    Yes,
    /// One lives already; it will see what was appended.
    LivesAlready,
    /// It is not time yet.
    NotDue,
    /// It could not be started; what waits, waits.
    Failed(String),
}

/// Starts a flush of this spool unless one lives.
pub fn start_flush(spool: &Spool, destination: &Destination, when: When) -> Started {
    let patience = match when {
        When::Due => Duration::ZERO,
        When::Now => OTHER_CAPTURE,
    };
    let lock = match FlushLock::take(spool.dir(), patience) {
        Ok(Some(lock)) => lock,
        Ok(None) => return Started::LivesAlready,
        Err(refused) => return Started::Failed(format!("cannot lock the spool: {refused}")),
    };
    fault::point!("detach.locked");
    if when == When::Due && !Postponed::read(spool.dir()).is_due() {
        return Started::NotDue;
    }
    let program = match own_program() {
        Ok(program) => program,
        Err(error) => return Started::Failed(format!("cannot find this program's own file: {error}")),
    };
    let kept = KEPT_VARIABLES.iter().filter_map(|name| Some((*name, std::env::var_os(name)?)));
    let child = Command::new(program)
        .arg0("engram-hook")
        .args(["flush", "--detached"])
        .env_clear()
        .envs(kept)
        .env("ENGRAM_API_KEY", destination.key.reveal())
        .env("ENGRAM_API_URL", destination.origin.as_str())
        .stdin(lock.into_file().map_or_else(Stdio::null, Stdio::from))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        // A group of its own: Claude Code signals the hook's group when it stops. `setsid` would cost as much again.
        .process_group(0)
        .spawn();
    fault::point!("detach.started");
    match child {
        // Nobody waits for it: it is adopted when we exit.
        Ok(_) => Started::Yes,
        Err(error) => Started::Failed(format!("cannot start a flush: {error}")),
    }
}

/// On Linux by the link the kernel keeps, which still works when the file was replaced by an update.
pub fn own_program() -> std::io::Result<OsString> {
    if cfg!(target_os = "linux") {
        return Ok("/proc/self/exe".into());
    }
    Ok(std::env::current_exe()?.into_os_string())
}

//! Starts a flush and lets go of it. The only room that starts a process.
//!
//! The lock is taken here and handed over as the child's stdin: a lock belongs to the open file, so there is no moment in
//! which nobody holds it, no pid file, and no stale lock when the child dies.

use std::ffi::{CString, OsString};
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::time::Duration;

use crate::fault;
use crate::spool::{Cause, Destination, FlushLock, Notes, Postponed, Spool};
use crate::sys;

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

/// Starts a flush of this spool unless one lives. A flush that cannot begin, though it was started, leaves a note in `state`.
pub fn start_flush(spool: &Spool, destination: &Destination, state: &Path, when: When) -> Started {
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
    let program = match own_program().and_then(|program| Ok(CString::new(program.into_encoded_bytes())?)) {
        Ok(program) => program,
        Err(error) => return Started::Failed(format!("cannot find this program's own file: {error}")),
    };
    let kept = KEPT_VARIABLES.iter().filter_map(|name| variable(name, std::env::var_os(name)?.as_bytes()));
    let key = variable("ENGRAM_API_KEY", destination.key.reveal().as_bytes());
    let url = variable("ENGRAM_API_URL", destination.origin.as_str().as_bytes());
    let environment: Vec<_> = kept.chain(key).chain(url).collect();
    let failed = |error| format!("cannot start a flush: {error}");
    let child = sys::fork_into(
        &program,
        &[c"engram-hook", c"flush", c"--detached"],
        &environment,
        lock.into_file().as_ref(),
        // In the child, and we may be gone: only a note can tell.
        |error| Notes::leave(state, Cause::Flush, &failed(error)),
    );
    fault::point!("detach.started");
    match child {
        // Nobody waits for it: it is adopted when we exit.
        Ok(()) => Started::Yes,
        Err(error) => Started::Failed(failed(error)),
    }
}

fn variable(name: &str, value: &[u8]) -> Option<CString> {
    CString::new([name.as_bytes(), b"=", value].concat()).ok()
}

/// On Linux by the link the kernel keeps, which still works when the file was replaced by an update.
pub fn own_program() -> std::io::Result<OsString> {
    if cfg!(target_os = "linux") {
        return Ok("/proc/self/exe".into());
    }
    Ok(std::env::current_exe()?.into_os_string())
}

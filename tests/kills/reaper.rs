//! The flushes that captures started: they become children of this test, which may kill them by their number then.

use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::process::{Pid, Signal, WaitOptions, getpid, kill_process, set_child_subreaper, waitpid};

/// One test at a time has flushes: whose they are cannot be told.
static TURN: Mutex<()> = Mutex::new(());

/// Whoever adopts the flushes of this process's captures.
pub struct Reaper {
    me: Pid,
    _turn: MutexGuard<'static, ()>,
}

impl Reaper {
    pub fn new() -> Self {
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        set_child_subreaper(Some(getpid())).unwrap();
        Self { me: getpid(), _turn: turn }
    }

    /// The flushes that live, and those that have ended and were not looked at.
    fn flushes(&self) -> Vec<Pid> {
        let me = self.me.as_raw_nonzero().to_string();
        let mut flushes = Vec::new();
        for entry in std::fs::read_dir("/proc").unwrap().flatten() {
            let Some(pid) =
                entry.file_name().to_str().and_then(|name| name.parse().ok()).and_then(Pid::from_raw)
            else {
                continue;
            };
            let stat = std::fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
            // `1234 (engram-hook) S 1 …`: the number behind the state is the parent's.
            let parent = stat.rsplit_once(") ").and_then(|(_, rest)| rest.split(' ').nth(1));
            if parent != Some(me.as_str()) {
                continue;
            }
            // One that has ended has no words any more; a capture is waited for by whoever started it.
            let words = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
            if words.ends_with(b"flush\0--detached\0") {
                flushes.push(pid);
            }
        }
        flushes
    }

    /// Kills the flushes that live; answers how many of them died of it.
    pub fn kill_flushes(&self) -> usize {
        let mut killed = 0;
        for flush in self.flushes() {
            // It may have ended by itself; until it is waited for, its number is nobody else's.
            kill_process(flush, Signal::KILL).unwrap_or_default();
            if let Ok(Some((_, status))) = waitpid(Some(flush), WaitOptions::empty())
                && status.terminating_signal() == Some(Signal::KILL.as_raw())
            {
                killed += 1;
            }
        }
        killed
    }
}

impl Drop for Reaper {
    fn drop(&mut self) {
        self.kill_flushes();
    }
}

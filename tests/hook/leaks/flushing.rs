//! A flush in the background, found again by its session, and looked at by programs of its own user.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::sandbox::{DEADLINE, Sandbox};

/// Somebody who is not root, when the tests are: root may read everything.
const NOBODY: &str = "65534";

pub fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata("/proc/self").unwrap().uid() == 0
}

/// Sends a signal to a process of ours.
pub fn signal(name: &str, pid: u32) {
    assert!(Command::new("kill").args([&format!("-{name}"), &pid.to_string()]).status().unwrap().success());
}

/// A process of the user whose home it is; ended with the test.
pub struct Flushing {
    pub pid: u32,
    child: Option<Child>,
}

impl Flushing {
    /// Captures a payload in a session of its own, and finds the flush that the capture left behind.
    pub fn start(sandbox: &Sandbox, payload: &str) -> Self {
        let program = sandbox.home().join("engram-hook");
        std::fs::copy(env!("CARGO_BIN_EXE_engram-hook"), &program).unwrap();
        let mut command = as_their_user(sandbox, &[program.to_str().unwrap(), "capture"]);
        let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), payload.as_bytes()).unwrap();
        assert!(child.wait().unwrap().success());
        let end = Instant::now() + DEADLINE;
        loop {
            if let Some(pid) = member_of_session(child.id()) {
                return Self { pid, child: None };
            }
            assert!(Instant::now() < end, "no flush");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// A program of the same user that hides nothing.
    pub fn bystander(sandbox: &Sandbox) -> Self {
        let child = as_their_user(sandbox, &["sleep", "60"]).stdin(Stdio::null()).spawn().unwrap();
        let pid = child.id();
        let bystander = Self { pid, child: Some(child) };
        let end = Instant::now() + DEADLINE;
        while std::fs::read(format!("/proc/{pid}/cmdline")).unwrap() != b"sleep\x0060\0" {
            assert!(Instant::now() < end, "it does not start");
            std::thread::sleep(Duration::from_millis(5));
        }
        bystander
    }

    /// Whether a program of the same user reads at least a byte of this file of the process.
    pub fn is_read_by_its_own_user(&self, file: &str) -> bool {
        let path = format!("/proc/{}/{file}", self.pid);
        let reader = match file {
            "cwd" | "exe" | "fd/0" => vec!["readlink", &path],
            _ => vec!["head", "-c1", &path],
        };
        let mut command = unprivileged(&reader);
        let output = command.output().unwrap();
        !output.stdout.is_empty()
    }
}

impl Drop for Flushing {
    fn drop(&mut self) {
        drop(Command::new("kill").args(["-KILL", &self.pid.to_string()]).stderr(Stdio::null()).status());
        if let Some(child) = &mut self.child {
            drop(child.wait());
        }
    }
}

/// A command that does not run as root.
fn unprivileged(arguments: &[&str]) -> Command {
    if !is_root() {
        let mut command = Command::new(arguments[0]);
        command.args(&arguments[1..]);
        return command;
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"]).args(arguments);
    command
}

/// The same in the sandbox's home, which is theirs, and as the head of a session.
fn as_their_user(sandbox: &Sandbox, arguments: &[&str]) -> Command {
    if is_root() {
        let owner = Some(NOBODY.parse().unwrap());
        for place in [sandbox.home().to_path_buf(), sandbox.home().join("engram-hook")] {
            if place.exists() {
                std::os::unix::fs::chown(place, owner, owner).unwrap();
            }
        }
    }
    let unprivileged = unprivileged(arguments);
    let mut command = Command::new("setsid");
    command.arg(unprivileged.get_program()).args(unprivileged.get_args());
    let ready = sandbox.command(&[]);
    command.env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    command
        .envs(ready.get_envs().filter_map(|(name, value)| Some((name, value?))))
        .current_dir(sandbox.home());
    command
}

/// A process that lives in the session this one began.
fn member_of_session(leader: u32) -> Option<u32> {
    let pids = std::fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter(|pid| *pid != leader).find(|pid: &u32| {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        // Behind the name in brackets: state, parent, group, session.
        let fields = stat.rsplit(')').next().unwrap_or_default();
        let mut fields = fields.split_whitespace();
        let state = fields.next();
        fields.nth(2) == Some(&leader.to_string()) && state != Some("Z")
    })
}

//! A headless session of Claude Code.

use std::fs;
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use crate::machine::Machine;

static NUMBER: AtomicU32 = AtomicU32::new(0);

/// A session that is being described.
pub struct Session<'m> {
    machine: &'m Machine,
    command: Command,
    debug: PathBuf,
}

/// A session that runs.
pub struct Running<'m> {
    machine: &'m Machine,
    pub child: Child,
    debug: PathBuf,
    started: Instant,
}

/// How a session ended.
#[derive(Debug)]
pub struct Ended {
    pub code: Option<i32>,
    pub signal: Option<i32>,
    /// With `~` for the home directory.
    pub stdout: String,
    pub stderr: String,
    /// What it wrote to its debug log about itself.
    pub debug: String,
    pub began: Instant,
    pub took: Duration,
}

/// The program, which `run.sh` names.
pub fn claude() -> PathBuf {
    let named = std::env::var_os("CLAUDE_CODE_PROGRAM");
    named
        .map(PathBuf::from)
        .expect("CLAUDE_CODE_PROGRAM is not set: run tests/claude-code/run.sh, which gets Claude Code")
}

impl<'m> Session<'m> {
    pub(crate) fn new(machine: &'m Machine) -> Self {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let debug = machine.home().join(format!("debug-{number}.log"));
        let mut command = machine.command(claude());
        command.arg("-p").arg("--debug-file").arg(&debug);
        Self { machine, command, debug }
    }

    /// With these arguments besides.
    pub fn with(mut self, arguments: &[&str]) -> Self {
        self.command.args(arguments);
        self
    }

    /// With this variable besides.
    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    pub fn within(mut self, directory: &std::path::Path) -> Self {
        self.command.current_dir(directory);
        self
    }

    /// Runs it to its end; it asks nobody for permission.
    pub fn run(self) -> Ended {
        self.with(&["--dangerously-skip-permissions"]).run_asking()
    }

    /// Runs it to its end with the permissions its arguments give.
    pub fn run_asking(self) -> Ended {
        self.start_asking(Stdio::null()).wait()
    }

    pub fn start(self) -> Running<'m> {
        self.with(&["--dangerously-skip-permissions"]).start_asking(Stdio::null())
    }

    pub fn start_asking(mut self, stdin: Stdio) -> Running<'m> {
        let child = self.command.stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        Running { machine: self.machine, child: child.unwrap(), debug: self.debug, started: Instant::now() }
    }
}

impl Running<'_> {
    /// Sends a signal to Claude Code alone.
    pub fn signal(&self, name: &str) {
        let number = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", name, &number]).status().unwrap();
        assert!(sent.success());
    }

    pub fn wait(self) -> Ended {
        let output = self.child.wait_with_output().unwrap();
        let took = self.started.elapsed();
        let home = self.machine.home().to_str().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().replace(home, "~");
        Ended {
            code: output.status.code(),
            signal: output.status.signal(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
            debug: fs::read_to_string(&self.debug).unwrap_or_default(),
            began: self.started,
            took,
        }
    }
}

impl Ended {
    /// Claude Code has nothing to complain of in our hooks, and they ran.
    #[track_caller]
    pub fn hooks_went_well(&self) {
        let ours = self.debug.lines().filter(|line| line.contains("engram-hook capture]"));
        let mut ran = 0;
        for line in ours {
            assert!(line.ends_with(" with status 0") || line.contains("finished with status 0 ("), "{line}");
            ran += 1;
        }
        assert!(ran > 0, "no hook of ours ran:\n{}", self.debug);
        let complaint = |line: &&str| line.contains("[ERROR]") && line.to_lowercase().contains("hook");
        assert_eq!(self.debug.lines().find(complaint), None);
    }
}

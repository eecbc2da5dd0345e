//! A home directory of its own, an environment of its own, and the binary in it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

/// A key of the form the service gives out.
pub const KEY: &str = "eng_AAAAAAAAAABBBBBBBBBBCCCCCCCCCCDDDDDDDDDD";
/// Nobody listens there.
pub const NOBODY: &str = "http://127.0.0.1:9";
/// Longer than anything in these tests takes, shorter than anybody's patience.
pub const DEADLINE: Duration = Duration::from_secs(30);

/// One user's machine.
pub struct Sandbox {
    home: TempDir,
    variables: BTreeMap<String, String>,
}

/// A lock that the test holds until this is dropped.
pub struct Held(pub File);

impl std::ops::Deref for Held {
    type Target = File;

    fn deref(&self) -> &File {
        &self.0
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        // To close it is not enough: a process that another test starts at this moment has it open until it has become
        // the program.
        self.0.unlock().unwrap();
    }
}

/// How a run of the program ended.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
    pub took: Duration,
}

impl Sandbox {
    /// A home with a key that delivers to `url`.
    pub fn to(url: &str) -> Self {
        let sandbox = Self { home: TempDir::new().unwrap(), variables: BTreeMap::new() };
        sandbox.with("ENGRAM_API_KEY", KEY).with("ENGRAM_API_URL", url)
    }

    /// A home with a key, where every flush fails at once.
    pub fn offline() -> Self {
        Self::to(NOBODY)
    }

    /// A home with a key that may not be sent to its origin: what is captured waits, and no flush is ever started.
    pub fn unsent() -> Self {
        // Should a test allow that origin, nobody listens at the proxy either.
        Self::to("https://memories.example.com").with("HTTPS_PROXY", NOBODY)
    }

    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.set(name, value);
        self
    }

    pub fn set(&mut self, name: &str, value: &str) {
        self.variables.insert(name.to_owned(), value.to_owned());
    }

    pub fn unset(&mut self, name: &str) {
        self.variables.remove(name);
    }

    pub fn home(&self) -> &Path {
        self.home.path()
    }

    pub fn state(&self) -> PathBuf {
        self.home().join(".local/state/engram-hook")
    }

    pub fn settings(&self) -> PathBuf {
        self.home().join(".config/engram-hook")
    }

    /// Writes `config.json`.
    pub fn configure(&self, text: &str) {
        std::fs::create_dir_all(self.settings()).unwrap();
        std::fs::write(self.settings().join("config.json"), text).unwrap();
    }

    /// With a `config.json` that lets a session's start say nothing.
    pub fn without_notices(self) -> Self {
        self.configure(r#"{"notices":false}"#);
        self
    }

    /// The program, ready to run in this home.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(crate::PROGRAM);
        command
            .args(arguments)
            .env_clear()
            .env("HOME", self.home())
            .envs(&self.variables)
            .current_dir(self.home());
        command
    }

    /// A shell script in this home; the program is its `$0`.
    pub fn shell(&self, script: &str) -> Command {
        let mut command = Command::new("/bin/bash");
        let path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        command.args(["-c", script, crate::PROGRAM]).env_clear().env("PATH", path);
        command.env("HOME", self.home()).envs(&self.variables).current_dir(self.home());
        command
    }

    /// Runs a shell script with this on stdin.
    pub fn run_shell(&self, script: &str, stdin: &[u8]) -> Ran {
        Self::finish(self.shell(script), stdin)
    }

    /// Runs a command with nothing on stdin.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with(arguments, b"")
    }

    pub fn run_with(&self, arguments: &[&str], stdin: &[u8]) -> Ran {
        Self::finish(self.command(arguments), stdin)
    }

    /// Runs a command that was made ready elsewhere.
    pub fn finish(mut command: Command, stdin: &[u8]) -> Ran {
        let started = Instant::now();
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut pipe = child.stdin.take().unwrap();
        let stdin = stdin.to_vec();
        let writer = std::thread::spawn(move || {
            // The program may stop reading early, and is then judged by its exit.
            drop(pipe.write_all(&stdin));
        });
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        Ran::new(output, started.elapsed())
    }

    /// Starts a command whose stdin the test holds.
    pub fn start(&self, arguments: &[&str]) -> Child {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// Captures a payload, as Claude Code would.
    #[track_caller]
    pub fn capture(&self, payload: impl AsRef<[u8]>) {
        self.run_with(&["capture"], payload.as_ref()).unseen();
    }

    /// `status --json`.
    #[track_caller]
    pub fn status(&self) -> Value {
        self.run(&["status", "--json"]).exits(0).json()
    }

    /// `explain --json` of a payload.
    #[track_caller]
    pub fn explained(&self, payload: impl AsRef<[u8]>) -> Value {
        self.run_with(&["explain", "--json"], payload.as_ref()).exits(0).json()
    }

    /// The notes that `status --json` has about a cause.
    #[track_caller]
    pub fn notes(&self, cause: &str) -> Vec<Value> {
        let notes = self.status()["notes"].as_array().unwrap().clone();
        notes.into_iter().filter(|note| note["cause"] == cause).collect()
    }

    /// How many memories wait for the current key.
    #[track_caller]
    pub fn waiting(&self) -> u64 {
        self.status()["spool"]["waiting"].as_u64().unwrap_or(0)
    }

    /// The memories that wait, as `list --json` has them.
    #[track_caller]
    pub fn listed(&self) -> Vec<Value> {
        let ran = self.run(&["list", "--json"]).exits(0);
        ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The current destination's `flush.lock`, held by the test: captures start no flush of their own meanwhile.
    pub fn hold_flush(&self) -> Held {
        use engram_hook::{key::Key, origin::Origin, spool::Destination};
        use std::os::unix::fs::DirBuilderExt as _;
        let origin = Origin::parse(&self.variables["ENGRAM_API_URL"]).unwrap();
        let key = Key::parse(&self.variables["ENGRAM_API_KEY"]).unwrap();
        let spool = self.state().join("spool/v1").join(Destination { origin, key }.name());
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&spool).unwrap();
        let lock =
            File::options().create(true).append(true).mode(0o600).open(spool.join("flush.lock")).unwrap();
        lock.lock().unwrap();
        Held(lock)
    }

    /// Every file below the home, with its bytes.
    pub fn files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut files = Vec::new();
        let mut directories = vec![self.home().to_path_buf()];
        while let Some(directory) = directories.pop() {
            for entry in std::fs::read_dir(directory).unwrap().flatten() {
                let kind = entry.file_type().unwrap();
                if kind.is_dir() {
                    directories.push(entry.path());
                } else if kind.is_file() {
                    // A living flush may take a file away between the two.
                    files.extend(std::fs::read(entry.path()).ok().map(|bytes| (entry.path(), bytes)));
                }
            }
        }
        files
    }

    /// Whether any file below the home holds `text`.
    pub fn holds(&self, text: &str) -> bool {
        self.files()
            .iter()
            .any(|(_, bytes)| bytes.windows(text.len()).any(|window| window == text.as_bytes()))
    }

    /// The directory of the only destination there is.
    #[track_caller]
    pub fn spool(&self) -> PathBuf {
        let mut spools: Vec<_> =
            std::fs::read_dir(self.state().join("spool/v1")).unwrap().flatten().collect();
        assert_eq!(spools.len(), 1, "one destination");
        spools.pop().unwrap().path()
    }

    /// Waits until `condition` holds.
    #[track_caller]
    pub fn wait_until(&self, what: &str, condition: impl Fn(&Self) -> bool) {
        let end = Instant::now() + DEADLINE;
        while !condition(self) {
            assert!(Instant::now() < end, "{what}: not within {DEADLINE:?}; {}", self.status());
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Sandbox {
    /// Whatever else a test looks at: nothing of ours may have failed in a way it should not, in the background either.
    fn drop(&mut self) {
        let notes = std::fs::read_to_string(self.state().join("notes")).unwrap_or_default();
        assert!(std::thread::panicking() || !notes.contains("\"panic\""), "{notes}");
    }
}

impl Ran {
    pub fn new(output: Output, took: Duration) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
            took,
        }
    }

    /// What Claude Code must see of a capture: nothing.
    #[track_caller]
    pub fn unseen(self) -> Self {
        assert_eq!((self.code, self.stdout.as_str(), self.stderr.as_str()), (Some(0), "", ""));
        self
    }

    /// Nothing, or a notice: for tests that are about something else.
    #[track_caller]
    pub fn unseen_but_for_a_notice(self) -> Self {
        if self.stdout.is_empty() { self.unseen() } else { self.notices("engram-hook ") }
    }

    /// The one thing a capture may print: a line for the user alone, which says `words`.
    #[track_caller]
    pub fn notices(self, words: &str) -> Self {
        assert_eq!((self.code, self.stderr.as_str()), (Some(0), ""), "{self:?}");
        assert!(self.stdout.ends_with("}\n") && self.stdout.lines().count() == 1, "{self:?}");
        let line = self.json();
        assert_eq!(line.as_object().unwrap().keys().collect::<Vec<_>>(), ["systemMessage"]);
        let message = line["systemMessage"].as_str().unwrap();
        assert!(message.contains(words) && !message.contains(char::is_control), "{words} in {message}");
        self
    }

    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:?}");
        self
    }

    /// One clear sentence on stderr, which says `words`.
    #[track_caller]
    pub fn complains(self, words: &str) -> Self {
        assert_eq!(self.stdout, "");
        assert_eq!(self.stderr.lines().count(), 1, "{}", self.stderr);
        assert!(self.stderr.starts_with("engram-hook: cannot "), "{}", self.stderr);
        assert!(self.stderr.contains(words), "{}", self.stderr);
        self
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap()
    }
}

/// A session that starts, or goes on after a compaction.
pub fn session_start(source: &str) -> String {
    json!({
        "session_id": "s", "transcript_path": "/home/dev/x.jsonl", "cwd": "/home/dev/acme-api",
        "hook_event_name": "SessionStart", "source": source, "model": "claude-opus-5-5",
    })
    .to_string()
}

/// A turn that ends with `message`; long enough to be kept.
pub fn stop(session: &str, message: &str) -> String {
    let message = format!("{message} {}", "·".repeat(40));
    json!({
        "session_id": session, "cwd": "/home/dev/acme-api", "hook_event_name": "Stop", "prompt_id": message,
        "last_assistant_message": message, "stop_hook_active": false,
    })
    .to_string()
}

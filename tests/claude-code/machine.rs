//! One user's machine: a home with a repository, a model, a memory service, and Claude Code with or without our hooks.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use engram_local::{Options, Server};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::model::{DEADLINE, Model};
use crate::processes;
use crate::script::Script;
use crate::session::Session;

pub const HOOK: &str = env!("CARGO_BIN_EXE_engram-hook");
/// Where everything is that Claude Code and git start.
const PATH: &str = "/usr/local/bin:/usr/bin:/bin";
/// The name of the key at the service.
pub const KEY_NAME: &str = "claude-code";

/// Where our hooks are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hooks {
    /// Nowhere.
    None,
    /// Where `engram-hook install` puts them.
    Installed,
    /// Where the plugin brings them.
    Plugin,
    /// Both.
    Both,
}

pub struct Machine {
    home: TempDir,
    elsewhere: TempDir,
    pub model: Model,
    pub service: Server,
    pub key: String,
    pub hooks: Hooks,
    variables: BTreeMap<String, String>,
}

impl Machine {
    pub fn new(script: Script, hooks: Hooks) -> Self {
        let service = Server::start(Options::default()).unwrap();
        let key = service.create_key(KEY_NAME);
        // A path without links, as Claude Code says it.
        let home = TempDir::with_prefix_in("home-", fs::canonicalize(std::env::temp_dir()).unwrap()).unwrap();
        let model = Model::start(script, home.path());
        let mut machine = Self {
            home,
            elsewhere: TempDir::new().unwrap(),
            model,
            service,
            key,
            hooks,
            variables: BTreeMap::new(),
        };
        machine.set("ENGRAM_API_KEY", &machine.key.clone());
        machine.set("ENGRAM_API_URL", &machine.service.url());
        machine.furnish();
        if matches!(hooks, Hooks::Installed | Hooks::Both) {
            machine.hook(&["install"]);
        }
        if matches!(hooks, Hooks::Plugin | Hooks::Both) {
            machine.put_program();
            machine.add_plugin(&[]);
        }
        machine
    }

    fn furnish(&self) {
        fs::create_dir_all(self.home().join("tmp")).unwrap();
        let identity = "[user]\n\tname = Dev\n\temail = dev@example.com\n[init]\n\tdefaultBranch = main\n";
        fs::write(self.home().join(".gitconfig"), identity).unwrap();
        // So that the interactive program asks nothing.
        let seen = json!({
            "hasCompletedOnboarding": true, "theme": "dark", "lastOnboardingVersion": "99.0.0",
            "bypassPermissionsModeAccepted": true,
            "customApiKeyResponses": {"approved": [&FAKE_KEY[FAKE_KEY.len() - 20..]], "rejected": []},
            "projects": {self.project().to_str().unwrap(): {"hasTrustDialogAccepted": true}},
        });
        fs::write(self.home().join(".claude.json"), seen.to_string()).unwrap();
        fs::create_dir_all(self.project()).unwrap();
        self.git(&["init", "--quiet"]);
        self.git(&["remote", "add", "origin", "git@example.com:acme/Acme-API.git"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", "Begin"]);
    }

    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// The repository; its label is `acme-api`.
    pub fn project(&self) -> PathBuf {
        self.home().join("work")
    }

    /// Another value for a variable of this machine.
    pub fn set(&mut self, name: &str, value: &str) {
        self.variables.insert(name.to_owned(), value.to_owned());
    }

    pub fn unset(&mut self, name: &str) {
        self.variables.remove(name);
    }

    /// A program in this machine's environment.
    pub fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        command
            .env_clear()
            .env("HOME", self.home())
            .env("PATH", PATH)
            .env("TMPDIR", self.home().join("tmp"))
            .env("CLAUDE_CODE_TMPDIR", self.home().join("tmp"))
            .env("TERM", "xterm-256color")
            .env("LANG", "C.UTF-8")
            .env("ANTHROPIC_BASE_URL", self.model.url())
            .env("ANTHROPIC_API_KEY", FAKE_KEY)
            .env("DISABLE_TELEMETRY", "1")
            .env("DISABLE_AUTOUPDATER", "1")
            .env("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1")
            // As root it would refuse to skip its questions.
            .env("IS_SANDBOX", "1")
            .envs(&self.variables)
            .current_dir(self.project());
        command
    }

    #[track_caller]
    pub fn git(&self, arguments: &[&str]) {
        let output = self.command("git").args(arguments).stdin(Stdio::null()).output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }

    /// What `engram-hook` says on this machine, which must be to its liking.
    #[track_caller]
    pub fn hook(&self, arguments: &[&str]) -> String {
        let output = self.command(HOOK).args(arguments).stdin(Stdio::null()).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    pub fn status(&self) -> Value {
        serde_json::from_str(&self.hook(&["status", "--json"])).unwrap()
    }

    pub fn has_hooks(&self) -> bool {
        self.hooks != Hooks::None
    }

    /// Writes our `config.json`, outside of this home: it is not the one that the user database names, and looks like
    /// a project because Claude Code's settings are in it.
    pub fn configure(&mut self, text: &str) {
        let settings = self.elsewhere.path().join("engram-hook");
        self.set("XDG_CONFIG_HOME", &self.elsewhere.path().display().to_string());
        fs::create_dir_all(&settings).unwrap();
        fs::write(settings.join("config.json"), text).unwrap();
    }

    /// Whether a file of our state holds the text.
    pub fn state_holds(&self, text: &str) -> bool {
        holds(text, &self.home().join(".local/state/engram-hook"))
    }

    /// A headless session with this prompt.
    pub fn session(&self, prompt: &str) -> Session<'_> {
        self.session_without_a_prompt().with(&[prompt])
    }

    /// A headless session that is told on stdin what to do.
    pub fn session_without_a_prompt(&self) -> Session<'_> {
        Session::new(self)
    }

    /// Waits until nothing of ours runs any more: the flush has lingered and gone.
    #[track_caller]
    pub fn settle(&self) {
        let end = Instant::now() + DEADLINE;
        loop {
            let left = processes::ours(self.home());
            if left.is_empty() {
                return;
            }
            assert!(Instant::now() < end, "still there: {left:?}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// After everything has settled, the service has exactly these memories of `acme-api`, and each was sent once.
    #[track_caller]
    pub fn keeps(&self, expected: &[Value]) {
        self.keeps_after_repeats(expected, 0);
    }

    /// As [`Machine::keeps`], where so many memories come from two events each, and are sent again if they were delivered
    /// when the second came.
    #[track_caller]
    pub fn keeps_after_repeats(&self, expected: &[Value], repeats: usize) {
        self.settle();
        let key = |memory: &Value| memory.to_string();
        let mut kept: Vec<_> = self.kept();
        kept.sort_by_key(key);
        let mut wanted = expected.to_vec();
        wanted.sort_by_key(key);
        assert_eq!(kept, wanted);
        let requests = self.service.requests();
        let sent: Vec<_> = requests.iter().filter_map(|request| request.header("idempotency-key")).collect();
        let ids: BTreeSet<_> = sent.iter().collect();
        assert_eq!(ids.len(), wanted.len(), "each has one id");
        assert!(sent.len() <= wanted.len() + repeats, "each is sent once: {sent:?}");
    }

    /// What the service has.
    pub fn kept(&self) -> Vec<Value> {
        let memories = self.service.memories();
        let told = memories.iter().map(|memory| {
            assert_eq!(memory.source, "hook");
            json!([memory.memory_type, memory.topic, memory.content, memory.tags, memory.project])
        });
        told.collect()
    }
}

/// Never leaves this machine.
const FAKE_KEY: &str = "sk-ant-api03-not-a-key-of-anybody-0123456789";

fn holds(text: &str, directory: &Path) -> bool {
    let Ok(entries) = fs::read_dir(directory) else { return false };
    entries.flatten().any(|entry| {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            return holds(text, &entry.path());
        }
        let bytes = fs::read(entry.path()).unwrap_or_default();
        bytes.windows(text.len()).any(|window| window == text.as_bytes())
    })
}

/// A memory of the project, as [`Machine::keeps`] compares it.
pub fn memory(memory_type: &str, topic: &str, content: &str, tags: &[&str]) -> Value {
    let tags: Vec<&str> = ["claude-code"].iter().chain(tags).copied().collect();
    json!([memory_type, topic, content, tags, "acme-api"])
}

/// The memory of a turn that ended with this one line.
pub fn turn(message: &str) -> Value {
    memory("note", message, message, &["turn"])
}

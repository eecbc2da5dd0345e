//! The program in a home and a data directory of its own.
#![expect(dead_code, reason = "each test binary uses its own part of this file")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its tools too")]

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::client::send_to;

pub(crate) struct Sandbox(pub(crate) TempDir);

impl Sandbox {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.0.path().join("data")
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.data().join("engram.sqlite3")
    }

    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_engram-local"));
        command.args(words).env_clear().env("HOME", self.0.path()).stdin(Stdio::null());
        command
    }

    /// A command about the database of this sandbox, to its end.
    pub(crate) fn run(&self, words: &[&str]) -> Output {
        self.command(words).arg("--data").arg(self.data()).output().unwrap()
    }

    pub(crate) fn run_with(&self, words: &[&str], input: &str) -> Output {
        let mut child = self
            .command(words)
            .arg("--data")
            .arg(self.data())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    }

    pub(crate) fn key(&self) -> String {
        let made = self.run(&["keys", "create", "laptop"]);
        text(&made.stdout).trim().to_owned()
    }

    pub(crate) fn serve(&self) -> Serving {
        self.serve_with(&[])
    }

    pub(crate) fn serve_with(&self, words: &[&str]) -> Serving {
        let mut child = self
            .command(&["serve", "--port", "0", "--data"])
            .arg(self.data())
            .args(words)
            .env("CRON_SECRET", "tick")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let mut last_word = || lines.next().unwrap().rsplit(' ').next().unwrap().to_owned();
        Serving { url: last_word(), admin_url: last_word(), child }
    }
}

pub(crate) struct Serving {
    child: Child,
    pub(crate) url: String,
    pub(crate) admin_url: String,
}

impl Serving {
    pub(crate) fn post(&self, key: &str, body: &Value) -> u16 {
        let bearer = format!("Bearer {key}");
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        send_to(&self.url, "POST", "/api/memories", &headers, body.to_string().as_bytes()).status
    }

    pub(crate) fn signal(&mut self, name: &str) -> Option<i32> {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &id]).status().unwrap().success());
        self.child.wait().unwrap().code()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

pub(crate) fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// Exit code 1, nothing on stdout, one line on stderr; the line.
#[track_caller]
pub(crate) fn one_sentence(output: &Output) -> String {
    let said = text(&output.stderr);
    assert_eq!((output.status.code(), text(&output.stdout)), (Some(1), ""), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.starts_with("engram-local: cannot "), "{said}");
    said.to_owned()
}

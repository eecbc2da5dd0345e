//! The program as it is started: its words, its exit codes, its sentences.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its tools too")]

mod client;

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use client::{memory, send_to};
use serde_json::Value;
use tempfile::TempDir;

struct Sandbox(TempDir);

impl Sandbox {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn data(&self) -> PathBuf {
        self.0.path().join("data")
    }

    fn database(&self) -> PathBuf {
        self.data().join("engram.sqlite3")
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_engram-local"));
        command.args(words).env_clear().env("HOME", self.0.path()).stdin(Stdio::null());
        command
    }

    /// A command about the database of this sandbox, to its end.
    fn run(&self, words: &[&str]) -> Output {
        self.command(words).arg("--data").arg(self.data()).output().unwrap()
    }

    fn run_with(&self, words: &[&str], input: &str) -> Output {
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

    fn key(&self) -> String {
        let made = self.run(&["keys", "create", "laptop"]);
        text(&made.stdout).trim().to_owned()
    }

    fn serve(&self) -> Serving {
        self.serve_with(&[])
    }

    fn serve_with(&self, words: &[&str]) -> Serving {
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

struct Serving {
    child: Child,
    url: String,
    admin_url: String,
}

impl Serving {
    fn post(&self, key: &str, body: &Value) -> u16 {
        let bearer = format!("Bearer {key}");
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        send_to(&self.url, "POST", "/api/memories", &headers, body.to_string().as_bytes()).status
    }

    fn signal(&mut self, name: &str) -> Option<i32> {
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

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// Exit code 1, nothing on stdout, one line on stderr; the line.
#[track_caller]
fn one_sentence(output: &Output) -> String {
    let said = text(&output.stderr);
    assert_eq!((output.status.code(), text(&output.stdout)), (Some(1), ""), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.starts_with("engram-local: cannot "), "{said}");
    said.to_owned()
}

#[test]
fn no_words_lead_to_exit_code_2() {
    let sandbox = Sandbox::new();
    let wrong: [&[&str]; 8] = [
        &[],
        &["nonsense"],
        &["serve", "--nope"],
        &["serve", "--port", "70000"],
        &["serve", "--api", "v9"],
        &["keys"],
        &["keys", "create"],
        &["keys", "revoke"],
    ];
    for words in wrong {
        let output = sandbox.command(words).output().unwrap();
        assert_eq!(output.status.code(), Some(64), "{words:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{words:?}");
    }
    for words in [["--help"], ["--version"]] {
        let output = sandbox.command(&words).output().unwrap();
        assert_eq!(output.status.code(), Some(0));
        assert!(!output.stdout.is_empty() && output.stderr.is_empty());
    }
}

#[test]
fn it_serves_until_it_is_told_to_stop() {
    for signal in ["INT", "TERM"] {
        let sandbox = Sandbox::new();
        let mut serving = sandbox.serve();
        assert!(serving.url.starts_with("http://127.0.0.1:"));
        assert!(serving.admin_url.starts_with(&format!("{}/login?token=", serving.url)));
        assert_eq!(send_to(&serving.admin_url, "GET", "", &[], b"").status, 303);
        let cron =
            send_to(&serving.url, "POST", "/api/internal/cron/optimize", &[("cron_secret", "tick")], b"");
        assert_eq!(cron.status, 200);
        assert_eq!(serving.signal(signal), Some(0), "SIG{signal}");
        assert!(!sandbox.data().join("engram.sqlite3-wal").exists(), "nothing is left half done");
    }
}

#[test]
fn keys_can_be_made_and_revoked_while_it_serves() {
    let sandbox = Sandbox::new();
    let serving = sandbox.serve();
    let key = sandbox.key();
    assert!(key.starts_with("eng_"), "{key}");
    assert_eq!(serving.post(&key, &memory("one")), 201);
    let listed = sandbox.run(&["keys", "list"]);
    let fields: Vec<_> = text(&listed.stdout).trim_end().split('\t').collect();
    let [id, "active", used, "laptop"] = fields.as_slice() else { panic!("{fields:?}") };
    assert!(used.starts_with("20"), "{used}");
    assert!(!text(&listed.stdout).contains(&key));
    assert_eq!(text(&sandbox.run(&["keys", "revoke", id]).stdout), format!("revoked {id}\n"));
    assert_eq!(serving.post(&key, &memory("two")), 401);
    assert!(text(&sandbox.run(&["keys", "revoke", id]).stdout).contains("before"));
    assert!(one_sentence(&sandbox.run(&["keys", "revoke", "unknown"])).contains("keys list"));
    assert!(one_sentence(&sandbox.run(&["keys", "create", " "])).contains("name must not be empty"));
}

#[test]
fn an_admin_link_can_be_had_for_a_service_that_runs() {
    let sandbox = Sandbox::new();
    let serving = sandbox.serve();
    let port = serving.url.rsplit(':').next().unwrap();
    let printed = sandbox.run(&["admin-url", "--port", port]);
    let link = text(&printed.stdout).trim();
    assert!(link.starts_with(&serving.url), "{link}");
    assert_eq!(send_to(link, "GET", "", &[], b"").status, 303);
    assert_eq!(send_to(link, "GET", "", &[], b"").status, 401);
}

#[test]
fn the_newer_generation_is_served_on_request() {
    let sandbox = Sandbox::new();
    let serving = sandbox.serve_with(&["--api", "v1"]);
    let made = sandbox.run(&["keys", "create", "laptop", "--api", "v1"]);
    let key = text(&made.stdout).trim();
    let stored = send_to(
        &serving.url,
        "POST",
        "/api/v1/memories",
        &[("x-api-key", key), ("content-type", "application/json")],
        br#"{"topic":"t","content":"c","memoryType":"note"}"#,
    );
    assert_eq!(stored.status, 201, "{}", stored.body);
}

#[test]
fn an_export_imports_into_the_same_memories() {
    let (old, new) = (Sandbox::new(), Sandbox::new());
    let serving = old.serve();
    let key = old.key();
    for number in 0..20 {
        assert_eq!(serving.post(&key, &memory(&format!("number {number} ünï\n\"quoted\""))), 201);
    }
    let exported = old.run(&["export"]);
    let lines = text(&exported.stdout);
    assert_eq!(lines.lines().count(), 20);
    let imported = new.run_with(&["import"], lines);
    assert_eq!(text(&imported.stdout), "imported 20 memories, 0 were here already\n");
    assert_eq!(text(&new.run(&["export"]).stdout), lines);
    let again = new.run_with(&["import"], lines);
    assert_eq!(text(&again.stdout), "imported 0 memories, 20 were here already\n");
    assert_eq!(text(&new.run(&["export"]).stdout), lines);
}

#[test]
fn an_import_with_a_bad_line_imports_nothing_and_names_the_line() {
    let sandbox = Sandbox::new();
    let good = r#"{"id":"m1","topic":"t","content":"c","memory_type":"note","source":"hook","created_at":"2026-01-01T00:00:00Z"}"#;
    for bad in ["{", "{}", &good.replace("note", "idea"), &good.replace("\"c\"", "\"\"")] {
        let said = one_sentence(&sandbox.run_with(&["import"], &format!("{good}\n\n{bad}\n")));
        assert!(said.contains("line 3; nothing was imported"), "{said}");
    }
    assert_eq!(text(&sandbox.run(&["export"]).stdout), "");
}

#[test]
fn a_port_in_use_is_one_sentence() {
    let sandbox = Sandbox::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let said = one_sentence(&sandbox.run(&["serve", "--port", &port]));
    assert!(said.contains(&format!("127.0.0.1:{port}")) && said.contains("--port"), "{said}");
}

#[test]
fn a_directory_that_cannot_be_used_is_one_sentence() {
    let sandbox = Sandbox::new();
    fs::write(sandbox.data(), "a file where the directory should be").unwrap();
    for words in [&["serve", "--port", "0"][..], &["keys", "list"], &["export"]] {
        let said = one_sentence(&sandbox.run(words));
        assert!(said.contains("data directory") && said.contains("--data"), "{said}");
    }
    assert_eq!(fs::read_to_string(sandbox.data()).unwrap(), "a file where the directory should be");
}

/// Every command leaves the file as it is; the sentence of the first.
#[track_caller]
fn refused_untouched(sandbox: &Sandbox) -> String {
    let before = fs::read(sandbox.database()).unwrap();
    let commands: [&[&str]; 4] =
        [&["serve", "--port", "0"], &["keys", "create", "x"], &["export"], &["import"]];
    let said = commands.map(|words| one_sentence(&sandbox.run(words)));
    assert!(fs::read(sandbox.database()).unwrap() == before, "the file was changed");
    said.into_iter().next().unwrap()
}

fn change_database(sandbox: &Sandbox, sql: &str) {
    fs::create_dir_all(sandbox.data()).unwrap();
    rusqlite::Connection::open(sandbox.database()).unwrap().execute_batch(sql).unwrap();
}

#[test]
fn a_database_of_a_newer_version_is_left_alone() {
    let sandbox = Sandbox::new();
    sandbox.key();
    change_database(&sandbox, "PRAGMA user_version = 2");
    let said = refused_untouched(&sandbox);
    assert!(said.contains("newer") && said.contains("update engram-local"), "{said}");
}

#[test]
fn a_database_of_another_program_is_left_alone() {
    let sandbox = Sandbox::new();
    change_database(&sandbox, "CREATE TABLE recipes (name TEXT)");
    assert!(refused_untouched(&sandbox).contains("another program"));
}

#[test]
fn a_file_that_is_no_database_is_left_alone() {
    let sandbox = Sandbox::new();
    fs::create_dir_all(sandbox.data()).unwrap();
    fs::write(sandbox.database(), "not a database ".repeat(1000)).unwrap();
    assert!(refused_untouched(&sandbox).contains("damaged"));
}

#[test]
fn a_database_with_a_damaged_page_is_left_alone() {
    let sandbox = Sandbox::new();
    let serving = sandbox.serve();
    let key = sandbox.key();
    for number in 0..50 {
        assert_eq!(serving.post(&key, &memory(&format!("{number} {}", "x".repeat(1500)))), 201);
    }
    drop(serving);
    // Opening and closing it once folds the write-ahead log into the file.
    assert_eq!(sandbox.run(&["keys", "list"]).status.code(), Some(0));
    let mut bytes = fs::read(sandbox.database()).unwrap();
    let middle = bytes.len() / 2;
    bytes.get_mut(middle..middle + 20_000).unwrap().fill(0xa5);
    fs::write(sandbox.database(), &bytes).unwrap();
    let said = one_sentence(&sandbox.run(&["serve", "--port", "0"]));
    assert!(said.contains("damaged") && said.contains("nothing was changed"), "{said}");
    assert!(fs::read(sandbox.database()).unwrap() == bytes, "the file was changed");
}

#[test]
fn an_empty_file_is_a_new_database() {
    let sandbox = Sandbox::new();
    fs::create_dir_all(sandbox.data()).unwrap();
    fs::write(sandbox.database(), "").unwrap();
    assert!(sandbox.key().starts_with("eng_"));
}

#[test]
fn nobody_else_can_read_what_it_keeps() {
    use std::os::unix::fs::PermissionsExt as _;
    let sandbox = Sandbox::new();
    let _serving = sandbox.serve();
    sandbox.key();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&sandbox.data()), 0o700);
    let files: Vec<_> = fs::read_dir(sandbox.data()).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(files.len() >= 3, "{files:?}");
    for file in files {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
}

#[test]
fn without_a_directory_it_uses_the_users_own() {
    let sandbox = Sandbox::new();
    let made = sandbox.command(&["keys", "create", "laptop"]).output().unwrap();
    assert_eq!(made.status.code(), Some(0), "{}", text(&made.stderr));
    let home = sandbox.0.path();
    let usual = [".local/state/engram-local", "Library/Application Support/engram-local"];
    assert!(usual.iter().any(|place| home.join(place).join("engram.sqlite3").exists()));
}

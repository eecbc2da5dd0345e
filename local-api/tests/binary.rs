//! The program as it is started: its words, its exit codes, its sentences.

mod client;
mod sandbox;

use std::fs;
use std::net::TcpListener;
use std::path::Path;

use client::{memory, send_to};
use sandbox::{Sandbox, one_sentence, text};

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
    for words in [vec!["admin-url"], vec!["admin-url", "--port", port]] {
        let printed = sandbox.run(&words);
        let link = text(&printed.stdout).trim();
        assert!(link.starts_with(&serving.url), "{link}");
        assert_eq!(send_to(link, "GET", "", &[], b"").status, 303);
        assert_eq!(send_to(link, "GET", "", &[], b"").status, 401);
    }
}

#[test]
fn an_admin_link_of_a_database_that_was_never_served_is_for_the_usual_port() {
    let printed = Sandbox::new().run(&["admin-url"]);
    assert!(text(&printed.stdout).starts_with("http://127.0.0.1:8000/login?token="), "{printed:?}");
}

#[test]
fn the_newer_generation_is_served_on_request() {
    let sandbox = Sandbox::new();
    let serving = sandbox.serve_with(&["--api", "v1"]);
    let asked = sandbox.run(&["keys", "create", "laptop", "--api", "default"]);
    assert!(text(&asked.stdout).starts_with("eng_"), "{asked:?}");
    let made = sandbox.run(&["keys", "create", "laptop"]);
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
    assert!(
        said.contains(&format!("127.0.0.1:{port}: the port is in use")) && said.contains("--port"),
        "{said}"
    );
}

#[test]
fn a_directory_that_cannot_be_used_is_one_sentence() {
    let sandbox = Sandbox::new();
    fs::write(sandbox.data(), "a file where the directory should be").unwrap();
    for words in [&["serve", "--port", "0"][..], &["keys", "list"], &["export"]] {
        let said = one_sentence(&sandbox.run(words));
        assert!(
            said.contains("data directory") && said.trim_end().ends_with("choose another with --data"),
            "{said}"
        );
    }
    assert_eq!(fs::read_to_string(sandbox.data()).unwrap(), "a file where the directory should be");
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

#[test]
fn help_fits_a_terminal_of_80_columns() {
    let sandbox = Sandbox::new();
    for words in [
        &["--help"][..],
        &["serve", "--help"],
        &["keys", "--help"],
        &["keys", "create", "--help"],
        &["import", "--help"],
    ] {
        let help = sandbox.run(words);
        for line in text(&help.stdout).lines() {
            assert!(line.chars().count() <= 80, "{words:?}: {line}");
        }
    }
}

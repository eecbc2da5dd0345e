//! Databases that are not ours to write: newer, foreign, damaged. None of them is changed; an older one is.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its tools too")]

mod client;
mod sandbox;

use std::fs;

use client::memory;
use sandbox::{Sandbox, one_sentence, text};

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
    change_database(&sandbox, "PRAGMA user_version = 3");
    let said = refused_untouched(&sandbox);
    assert!(said.contains("newer") && said.contains("update engram-local"), "{said}");
}

#[test]
fn a_database_of_the_first_version_is_brought_up_to_date() {
    let sandbox = Sandbox::new();
    sandbox.key();
    change_database(&sandbox, "DROP TABLE served; PRAGMA user_version = 1");
    let serving = sandbox.serve();
    assert!(text(&sandbox.run(&["admin-url"]).stdout).starts_with(&serving.url));
    assert!(text(&sandbox.run(&["keys", "list"]).stdout).contains("laptop"));
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

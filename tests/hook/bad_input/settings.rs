//! Settings that cannot be used: capture keeps nothing and leaves a note; the commands say a sentence; `status` goes on.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use super::{all_complain, chmod, names, topics, with_two_memories};
use crate::sandbox::{KEY, Sandbox, stop};

/// Nothing is captured, a note of this cause and the commands say `words`, and nothing that was there is lost.
#[track_caller]
fn captures_nothing(sandbox: &Sandbox, cause: &str, words: &str) {
    sandbox.capture(stop("s", "not with these settings"));
    assert!(!sandbox.holds("not with these settings"), "captured where {words} should stop it");
    let note = sandbox.notes(cause).pop().unwrap_or_else(|| panic!("no note: {}", sandbox.status()));
    assert!(note["text"].as_str().unwrap().contains(words), "{note}");
    let status = sandbox.status();
    assert!(status["capture"].as_str().unwrap().starts_with("off: "), "{status}");
    assert!(sandbox.run(&["status"]).exits(0).stdout.contains("off: "));
    all_complain(sandbox, words);
}

fn with_a_broken_file(words: &str, put: impl FnOnce(&Path)) {
    let sandbox = with_two_memories();
    std::fs::create_dir_all(sandbox.settings()).unwrap();
    let file = sandbox.settings().join("config.json");
    put(&file);
    captures_nothing(&sandbox, "settings", words);
    sandbox.run_with(&["explain"], stop("s", "x").as_bytes()).exits(1).complains(words);
    if file.is_dir() {
        std::fs::remove_dir(&file).unwrap();
    } else {
        std::fs::remove_file(&file).unwrap();
    }
    assert_eq!(topics(&sandbox), ["first", "second"]);
    sandbox.capture(stop("s", "third"));
    assert_eq!(topics(&sandbox), ["first", "second", "third"]);
}

#[test]
fn a_file_with_a_mistake_in_it_turns_capture_off() {
    for (text, words) in [
        ("", "config.json"),
        ("{", "line 1"),
        ("{\"ignore\":[\"a\"],}", "line 1"),
        ("[]", "config.json"),
        ("null", "config.json"),
        ("{\"ignored\":[]}", "ignored"),
        ("{\"capture\":{\"turn\":true}}", "turn"),
        ("{\"capture\":{\"turns\":\"yes\"}}", "config.json"),
        ("{\"ignore\":\"/home\"}", "config.json"),
        ("{\"origins\":{}}", "config.json"),
        ("{\"api\":\"v9\"}", "v9"),
        ("{\"scope\":7}", "config.json"),
        ("{} {}", "config.json"),
        ("// no comments\n{}", "config.json"),
    ] {
        with_a_broken_file(words, |file| std::fs::write(file, text).unwrap());
    }
}

#[test]
fn a_file_that_is_not_text_or_is_huge_turns_capture_off() {
    with_a_broken_file("config.json", |file| std::fs::write(file, b"{\"scope\":\"w\xffrk\"}").unwrap());
    with_a_broken_file("config.json", |file| std::fs::write(file, b"\xff\xfe{\0}\0").unwrap());
    with_a_broken_file("larger than we read", |file| {
        std::fs::write(file, " ".repeat(300 * 1024) + "{}").unwrap();
    });
    let nested = format!("{{\"ignore\":{}}}", "[".repeat(50_000));
    with_a_broken_file("config.json", |file| std::fs::write(file, nested).unwrap());
}

#[test]
fn something_else_in_the_place_of_the_file_turns_capture_off() {
    with_a_broken_file("a directory", |file| std::fs::create_dir(file).unwrap());
    with_a_broken_file("not a regular file", |file| {
        assert!(std::process::Command::new("mkfifo").arg(file).status().unwrap().success());
    });
    with_a_broken_file("not a regular file", |file| symlink("/dev/zero", file).unwrap());
    with_a_broken_file("others may write to it", |file| {
        std::fs::write(file, "{}").unwrap();
        chmod(file, 0o666);
    });
}

#[test]
fn a_link_to_a_file_of_ours_is_followed() {
    let sandbox = Sandbox::unsent();
    std::fs::create_dir_all(sandbox.settings()).unwrap();
    let dotfiles = sandbox.home().join("dotfiles.json");
    std::fs::write(&dotfiles, r#"{"capture":{"turns":false}}"#).unwrap();
    symlink(&dotfiles, sandbox.settings().join("config.json")).unwrap();
    sandbox.capture(stop("s", "turned off"));
    assert!(sandbox.listed().is_empty() && sandbox.notes("settings").is_empty());
}

#[test]
fn a_long_sentence_about_the_settings_fits_its_note() {
    let sandbox = Sandbox::unsent();
    sandbox.configure(&format!("{{\"{}\":1}}", "ü\\\"".repeat(2000)));
    sandbox.capture(stop("s", "x"));
    assert_eq!(sandbox.notes("settings").len(), 1);
}

#[test]
fn an_unusable_key_turns_capture_off_and_is_never_shown() {
    let long = format!("eng_{}", "x".repeat(600));
    for (key, words) in [
        ("eng_abc", "shorter than 8"),
        ("eng_with spaces in it", "holds a space"),
        ("eng_with\nline-end", "a line end"),
        ("eng_with\r\nHost:evil", "a line end"),
        ("eng_schlüsselwörter", "not ASCII"),
        (long.as_str(), "longer than 512"),
    ] {
        let mut sandbox = with_two_memories();
        sandbox.set("ENGRAM_API_KEY", key);
        captures_nothing(&sandbox, "key", words);
        let explained = sandbox.explained(stop("s", "explained all the same"));
        assert!(explained["but"].as_str().unwrap().contains(words) && explained["memories"].is_array());
        let status = sandbox.run(&["status"]).stdout + &sandbox.run(&["flush"]).stderr;
        assert!(!status.contains(key) && !sandbox.holds(key), "{status}");
        sandbox.set("ENGRAM_API_KEY", KEY);
        assert_eq!(topics(&sandbox), ["first", "second"]);
    }
}

#[test]
fn a_key_that_is_no_text_is_unusable_and_not_absent() {
    let sandbox = Sandbox::unsent();
    let run = |arguments: &[&str]| {
        let mut command = sandbox.command(arguments);
        command.env("ENGRAM_API_KEY", OsStr::from_bytes(b"eng_\xff\xfe0123456789"));
        Sandbox::finish(command, stop("s", "x").as_bytes())
    };
    run(&["capture"]).unseen();
    assert_eq!(sandbox.notes("key").len(), 1);
    run(&["list"]).exits(1).complains("cannot use the API key");
}

#[test]
fn a_url_that_is_no_text_is_unusable_and_does_not_send_the_key_to_the_default() {
    let sandbox = Sandbox::unsent();
    let mut command = sandbox.command(&["status", "--json"]);
    command.env("ENGRAM_API_URL", OsStr::from_bytes(b"http://127.0.0.1:9/\xff"));
    let status = Sandbox::finish(command, b"").exits(0).json();
    assert_eq!(status["origin"], serde_json::Value::Null, "{status}");
    assert!(status["capture"].as_str().unwrap().starts_with("off: ENGRAM_API_URL is unusable"), "{status}");
}

#[test]
fn without_a_key_nothing_is_captured_and_the_commands_say_where_to_put_one() {
    for blank in [None, Some(""), Some("  ")] {
        let mut sandbox = Sandbox::unsent();
        match blank {
            Some(blank) => sandbox.set("ENGRAM_API_KEY", blank),
            None => sandbox.unset("ENGRAM_API_KEY"),
        }
        sandbox.capture(stop("s", "without a key"));
        assert_eq!(names(&sandbox), Vec::<PathBuf>::new(), "nothing is made without a key");
        all_complain(&sandbox, "set ENGRAM_API_KEY, or put the key into");
        assert_eq!(sandbox.status()["capture"], "off: there is no API key; set ENGRAM_API_KEY");
    }
}

#[test]
fn a_key_file_works_when_only_its_owner_may_read_it() {
    let mut sandbox = Sandbox::unsent();
    sandbox.unset("ENGRAM_API_KEY");
    std::fs::create_dir_all(sandbox.settings()).unwrap();
    let file = sandbox.settings().join("api-key");
    std::fs::write(&file, format!("{KEY}\n")).unwrap();
    for mode in [0o644, 0o640, 0o604, 0o660] {
        chmod(&file, mode);
        captures_nothing(&sandbox, "key", "api-key");
    }
    chmod(&file, 0o600);
    sandbox.capture(stop("s", "with a key from the file"));
    assert_eq!(topics(&sandbox), ["with a key from the file"]);
}

#[test]
fn something_else_in_the_place_of_the_key_file_is_no_key() {
    let mut sandbox = Sandbox::unsent();
    sandbox.unset("ENGRAM_API_KEY");
    std::fs::create_dir_all(sandbox.settings()).unwrap();
    let file = sandbox.settings().join("api-key");
    std::fs::create_dir(&file).unwrap();
    captures_nothing(&sandbox, "key", "a directory");
    std::fs::remove_dir(&file).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(&file).status().unwrap().success());
    captures_nothing(&sandbox, "key", "not a regular file");
    std::fs::remove_file(&file).unwrap();
    std::fs::write(&file, "").unwrap();
    chmod(&file, 0o600);
    captures_nothing(&sandbox, "key", "shorter than 8");
}

#[test]
fn an_unusable_url_turns_capture_off_and_its_password_is_never_shown() {
    for (url, words) in [
        ("memories", "not a URL"),
        ("://", "not a URL"),
        ("ftp://memories.example.com", "not a URL"),
        ("http://memories.example.com", "not https"),
        ("https://user:pass-in-url@memories.example.com", "user name or password"),
        ("https://memories.example.com/?token=1", "query"),
        ("https://memories.example.com/#x", "fragment"),
    ] {
        let mut sandbox = with_two_memories();
        sandbox.set("ENGRAM_API_URL", url);
        captures_nothing(&sandbox, "origin", words);
        let status = sandbox.run(&["status"]).stdout + &sandbox.run(&["flush"]).stderr;
        assert!(!status.contains("pass-in-url") && !sandbox.holds("pass-in-url"), "{status}");
        assert_eq!(sandbox.status()["origin"], serde_json::Value::Null);
        sandbox.set("ENGRAM_API_URL", "https://memories.example.com");
        assert_eq!(topics(&sandbox), ["first", "second"]);
    }
}

#[test]
fn an_origin_the_user_has_not_allowed_keeps_memories_and_sends_nothing() {
    let sandbox = with_two_memories();
    assert_eq!(sandbox.notes("origin-not-allowed")[0]["times"], 2);
    sandbox.run(&["flush"]).exits(1).complains("add it to `origins` in");
    let status = sandbox.status();
    assert_eq!((&status["origin_allowed"], &status["spool"]["waiting"]), (&false.into(), &2.into()));
    assert!(status["capture"].as_str().unwrap().starts_with("on, but nothing is sent"), "{status}");
}

#[test]
fn a_scope_the_service_would_refuse_is_left_out_and_noted() {
    for scope in ["Work", "-x", "a b", "größe", &"x".repeat(65)] {
        let sandbox = Sandbox::unsent().with("ENGRAM_SCOPE", scope);
        sandbox.capture(stop("s", "kept without a scope"));
        assert!(sandbox.listed()[0]["memory"].get("scope").is_none());
        assert_eq!(sandbox.notes("scope").len(), 1, "{scope}");
    }
}

//! The command line: help that fits a terminal, words that are none, exit codes, and streams nobody reads.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::sandbox::{Sandbox, stop};

mod completions;
mod last;
mod purge;
mod says;

const COMMANDS: [&str; 14] = [
    "capture",
    "flush",
    "status",
    "doctor",
    "list",
    "drop",
    "retry-dead",
    "adopt",
    "explain",
    "remember",
    "config",
    "install",
    "uninstall",
    "completions",
];
/// The widest help may be.
const COLUMNS: usize = 80;

#[test]
fn help_names_every_command_and_fits_a_terminal() {
    let sandbox = Sandbox::unsent();
    for words in [&["--help"][..], &["-h"]] {
        let ran = sandbox.run(words).exits(0);
        assert_eq!(ran.stderr, "");
        assert!(ran.stdout.contains("ENGRAM_API_KEY") && ran.stdout.contains("77 key rejected"));
        for command in COMMANDS {
            assert!(ran.stdout.contains(&format!("\n  {command} ")), "{command} in {}", ran.stdout);
        }
        fits(&ran.stdout);
    }
    for command in COMMANDS.into_iter().filter(|command| *command != "capture") {
        let ran = sandbox.run(&[command, "--help"]).exits(0);
        assert!(
            ran.stderr.is_empty() && ran.stdout.contains(&format!("Usage: engram-hook {command}")),
            "{ran:?}"
        );
        assert!(!ran.stdout.contains("--detached"));
        fits(&ran.stdout);
    }
    assert!(sandbox.files().is_empty());
}

#[track_caller]
fn fits(text: &str) {
    for line in text.lines() {
        assert!(line.chars().count() <= COLUMNS, "{} columns: {line}", line.chars().count());
    }
}

#[test]
fn the_version_is_the_packages_with_what_it_was_built_for() {
    for word in ["--version", "-V"] {
        let ran = Sandbox::unsent().run(&[word]).exits(0);
        assert_eq!((ran.stdout.lines().count(), ran.stderr.as_str()), (1, ""));
        let told = ran.stdout.strip_prefix(concat!("engram-hook ", env!("CARGO_PKG_VERSION"), " ("));
        let built = told.and_then(|told| told.strip_suffix(")\n")).unwrap();
        let (commit, target) = built.split_once(", ").unwrap_or(("", built));
        assert!(target.contains(std::env::consts::ARCH) && !target.contains(' '), "{built}");
        assert!(commit.chars().all(|digit| digit.is_ascii_hexdigit()), "{built}");
    }
}

#[test]
fn words_that_are_none_are_a_usage_error() {
    let sandbox = Sandbox::unsent();
    for words in [
        &[][..],
        &["flsh"],
        &["help"],
        &["--no-such-option"],
        &["status", "--no-such-option"],
        &["status", "extra"],
        &["list", "--dead=yes"],
        &["remember"],
        &["remember", "--type", "thought", "x"],
        &["remember", "--topic"],
        &["install", "--project", "--settings", "x"],
        &["CAPTURE"],
        &[""],
        &["--", "capture"],
        &["-vvv", "flush"],
    ] {
        let ran = sandbox.run(words).exits(64);
        assert!(ran.stdout.is_empty() && !ran.stderr.is_empty(), "{words:?}: {ran:?}");
    }
    assert!(sandbox.run(&["flsh"]).stderr.contains("flush"), "the right word is named");
    assert!(sandbox.files().is_empty());
}

#[test]
fn a_hook_is_a_hook_whatever_follows_the_word_capture() {
    let sandbox = Sandbox::unsent();
    for words in [&["capture"][..], &["capture", "--help"], &["capture", "--json", "extra"], &["capture", ""]]
    {
        sandbox.run_with(words, b"").unseen();
        sandbox.run_with(words, b"no payload").unseen();
    }
}

#[test]
fn no_command_line_ends_with_the_code_that_blocks_claude_code() {
    let mut words: Vec<Vec<&str>> = vec![vec![]];
    let options = [
        "--json",
        "--yes",
        "-v",
        "--dead",
        "--all",
        "--detached",
        "--retry-key",
        "--dry-run",
        "-h",
        "-",
        "\u{feff}",
        "2",
    ];
    for command in COMMANDS.into_iter().chain(["adopt", ""]) {
        words.push(vec![command]);
        words.extend(options.iter().map(|option| vec![command, *option]));
    }
    for config in [None, Some("{")] {
        let sandbox = Sandbox::offline();
        sandbox.capture(stop("s", "something that waits"));
        if let Some(text) = config {
            sandbox.configure(text);
        }
        for words in &words {
            let ran = sandbox.run_with(words, b"{");
            assert!(matches!(ran.code, Some(0 | 1 | 64 | 75 | 77)), "{words:?}: {ran:?}");
            assert!(!ran.stderr.contains("panicked"), "{words:?}: {ran:?}");
        }
    }
}

#[test]
fn a_flush_of_nothing_is_done_at_once() {
    let sandbox = Sandbox::offline();
    let text = sandbox.run(&["flush"]).exits(0);
    assert_eq!((text.stdout.as_str(), text.stderr.as_str()), ("0 memories delivered; nothing waits\n", ""));
    let end = sandbox.run(&["flush", "--json"]).exits(0).json();
    assert_eq!(
        end,
        json!({"accepted": 0, "dead_letters": 0, "ignored": 0, "end": "empty", "because": null, "erased": null})
    );
    assert!(sandbox.files().is_empty());
}

#[test]
fn a_detached_flush_by_hand_does_nothing() {
    for streams in ["< /dev/null", "< /dev/zero", "<&-", "< \"$HOME/some-file\"", "3< /dev/null"] {
        let sandbox = Sandbox::unsent();
        sandbox.capture(stop("s", "waits"));
        std::fs::write(sandbox.home().join("some-file"), "text").unwrap();
        sandbox.configure(r#"{"origins":["https://memories.example.com"]}"#);
        let before = sandbox.listed();
        let started = Instant::now();
        let ran = sandbox.run_shell(&format!("exec \"$0\" flush --detached {streams}"), b"");
        assert!(
            matches!(ran.code, Some(0 | 1)) && ran.stdout.is_empty() && ran.stderr.is_empty(),
            "{streams}: {ran:?}"
        );
        assert!(started.elapsed() < Duration::from_secs(3));
        assert_eq!(sandbox.listed(), before);
        assert!(sandbox.spool().join("active.jsonl").exists(), "it was not even sealed");
        assert_eq!(std::fs::read(sandbox.home().join("some-file")).unwrap(), b"text");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let sandbox = Sandbox::unsent();
    for turn in 0..50 {
        sandbox.capture(stop("s", &format!("turn {turn}")));
    }
    for words in
        ["status", "status --json", "list", "list --json", "--help", "flush --help", "retry-dead", "explain"]
    {
        let script = format!("set -o pipefail; \"$0\" {words} <<< '{{}}' | head -c 0");
        let ran = sandbox.run_shell(&script, b"");
        assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (Some(0), "", ""), "{words}");
        let ran = sandbox.run_shell(&format!("\"$0\" {words} <<< '{{}}' >&- 2>&-"), b"");
        assert_eq!(ran.code, Some(0), "{words}: {ran:?}");
    }
}

#[test]
fn a_question_without_a_terminal_is_refused_and_erases_nothing() {
    let sandbox = Sandbox::unsent();
    sandbox.capture(stop("s", "stays"));
    sandbox.run_with(&["drop"], b"y\n").exits(1).complains("Give --yes to do it");
    assert_eq!(sandbox.waiting(), 1);
    assert_eq!(
        sandbox.run(&["drop", "--yes"]).exits(0).stdout,
        "dropped 1 waiting memory and 0 dead letters\n"
    );
    assert_eq!(sandbox.status()["spool"]["dropped"], json!({"user": 1}));
    assert_eq!(sandbox.waiting(), 0);
}

//! The command line: help that fits a terminal, words that are none, every command in an empty home, and exit codes.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::sandbox::{Sandbox, stop};

const COMMANDS: [&str; 11] = [
    "capture",
    "flush",
    "status",
    "list",
    "drop",
    "retry-dead",
    "adopt",
    "explain",
    "remember",
    "install",
    "uninstall",
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
fn the_version_is_the_packages() {
    for word in ["--version", "-V"] {
        let ran = Sandbox::unsent().run(&[word]).exits(0);
        assert_eq!(
            (ran.stdout.as_str(), ran.stderr.as_str()),
            (concat!("engram-hook ", env!("CARGO_PKG_VERSION"), "\n"), "")
        );
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
    for command in COMMANDS.into_iter().chain(["adopt", "completions", "doctor", ""]) {
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
fn status_of_an_empty_home_says_that_nothing_was_captured() {
    let sandbox = Sandbox::unsent();
    let status = sandbox.status();
    assert_eq!(
        status,
        json!({
            "capture": format!(
                "on, but nothing is sent: add https://memories.example.com to `origins` in {}",
                sandbox.settings().join("config.json").display()
            ),
            "origin": "https://memories.example.com", "origin_allowed": false, "spool": null, "others": [], "notes": [],
            "state": sandbox.state().display().to_string(), "trouble": null,
        })
    );
    let text = Sandbox::offline().run(&["status"]).exits(0);
    assert_eq!(text.stderr, "");
    let rows: Vec<_> = text.stdout.lines().map(|line| line.split_once("  ").unwrap()).collect();
    assert_eq!(
        rows.iter().map(|(name, _)| *name).collect::<Vec<_>>(),
        ["capture", "destination", "waiting", "state"]
    );
    assert_eq!(rows[0].1.trim(), "on");
    assert_eq!(rows[1].1.trim(), "http://127.0.0.1:9");
    assert!(sandbox.files().is_empty());
}

#[test]
fn status_of_a_home_in_which_something_waits_says_what() {
    let sandbox = Sandbox::unsent();
    sandbox.capture(stop("s", "one"));
    sandbox.capture(stop("s", "two"));
    let status = sandbox.status();
    let spool = &status["spool"];
    assert_eq!(
        (&spool["waiting"], &spool["accepted"], &spool["dead_letters"]),
        (&2.into(), &0.into(), &0.into())
    );
    assert_eq!(spool["last_capture"], sandbox.listed()[1]["at"]);
    assert_eq!(spool["oldest"], sandbox.listed()[0]["at"]);
    let bytes = std::fs::metadata(sandbox.spool().join("active.jsonl")).unwrap().len();
    assert_eq!(spool["bytes"], bytes);
    let text = sandbox.run(&["status"]).exits(0).stdout;
    assert!(
        text.contains(&format!("waiting         2 memories, {bytes} bytes, the oldest for 0 s\n")),
        "{text}"
    );
    assert!(text.contains("delivered       0 memories\n") && text.contains("\nnote "), "{text}");
}

#[test]
fn list_shows_what_waits_and_says_when_nothing_does() {
    let sandbox = Sandbox::unsent();
    assert_eq!(sandbox.run(&["list"]).exits(0).stdout, "nothing waits\n");
    assert_eq!(sandbox.run(&["list", "--json"]).exits(0).stdout, "");
    assert_eq!(sandbox.run(&["list", "--dead"]).exits(0).stdout, "there are no dead letters\n");
    assert_eq!(sandbox.run(&["list", "--dead", "--json"]).exits(0).stdout, "");
    assert_eq!(sandbox.run(&["retry-dead"]).exits(0).stdout, "there are no dead letters\n");
    assert!(sandbox.files().is_empty());

    sandbox.run(&["remember", "--type", "fact", "the port is 8080"]).exits(0);
    let text = sandbox.run(&["list"]).exits(0).stdout;
    assert!(text.lines().count() == 1 && text.ends_with("Z  fact        the port is 8080\n"), "{text}");
    let record = &sandbox.listed()[0];
    assert!(
        record["id"].as_str().unwrap().len() == 36 && text.starts_with(record["at"].as_str().unwrap()),
        "{record}"
    );
}

#[test]
fn remember_keeps_words_and_stdin_with_the_labels_that_were_given() {
    let sandbox = Sandbox::unsent();
    let directory = sandbox.home().file_name().unwrap().to_str().unwrap().to_owned();
    let kept = |topic: &str, content: &str, memory_type: &str, project: &str| {
        json!({
            "topic": topic, "content": content, "memory_type": memory_type, "project": project, "tags": ["remember"],
        })
    };
    let ran = sandbox.run(&["remember", "use", "four spaces"]).exits(0);
    assert_eq!(
        ran.stdout,
        "kept; it waits until https://memories.example.com is in `origins` in config.json\n"
    );
    sandbox.run_with(&["remember", "-"], b"# Ports\n\nThe API listens on 8080.\n").exits(0);
    for memory_type in ["decision", "commitment", "blocker", "preference", "pattern", "note", "event", "fact"]
    {
        sandbox.run(&["remember", "--type", memory_type, "typed", memory_type]).exits(0);
    }
    sandbox.run(&["remember", "--topic", "The\ntopic", "--project", "Acme", "text of it"]).exits(0);
    sandbox.run(&["remember", "--", "--type is an option"]).exits(0);
    let memories: Vec<_> = sandbox.listed().iter().map(|record| record["memory"].clone()).collect();
    let mut expected = vec![
        kept("use four spaces", "use four spaces", "note", &directory),
        kept("Ports", "# Ports\n\nThe API listens on 8080.", "note", &directory),
    ];
    expected.extend(
        ["decision", "commitment", "blocker", "preference", "pattern", "note", "event", "fact"]
            .map(|word| kept(&format!("typed {word}"), &format!("typed {word}"), word, &directory)),
    );
    expected.push(kept("The topic", "text of it", "note", "Acme"));
    expected.push(kept("--type is an option", "--type is an option", "note", &directory));
    assert_eq!(memories, expected);

    for (words, stdin) in [
        (["remember", " "], ""),
        (["remember", "<private>all of it</private>"], ""),
        (["remember", "-"], "\n"),
    ] {
        sandbox.run_with(&words, stdin.as_bytes()).exits(1).complains("cannot remember nothing");
    }
    assert_eq!(sandbox.listed().len(), expected.len());
}

#[test]
fn explain_says_what_would_be_kept_and_writes_nothing() {
    let mut sandbox = Sandbox::unsent();
    sandbox.unset("ENGRAM_API_KEY");
    let payload = stop("s", "# Done\nall of <private>it</private>");
    let explained = sandbox.explained(&payload);
    assert_eq!((&explained["event"], &explained["client"]), (&"Stop".into(), &"claude-code".into()));
    assert_eq!(
        (&explained["memories"][0]["rule"], &explained["memories"][0]["private"]),
        (&"turn".into(), &true.into())
    );
    assert_eq!(explained["but"], "there is no API key; set ENGRAM_API_KEY");
    assert_eq!(explained["why_not"], Value::Null);
    let text = sandbox.run_with(&["explain"], payload.as_bytes()).exits(0).stdout;
    for row in [
        "rule        turn",
        "topic       Done",
        "project     acme-api",
        "tags        claude-code, turn",
        "private     cut out",
    ] {
        assert!(text.contains(row), "{row} in {text}");
    }
    let nothing = sandbox.run_with(&["explain"], br#"{"hook_event_name":"Dream"}"#).exits(0).stdout;
    assert!(nothing.contains("kept        nothing: nothing is kept of this event"), "{nothing}");
    assert!(sandbox.files().is_empty());
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
        "dropped 1 waiting memories and 0 dead letters\n"
    );
    assert_eq!(sandbox.status()["spool"]["dropped"], json!({"user": 1}));
    assert_eq!(sandbox.waiting(), 0);
}

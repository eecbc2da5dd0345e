//! What `status`, `list`, `remember` and `explain` say, in words and as JSON.

use serde_json::{Value, json};

use crate::sandbox::{Sandbox, stop};

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
            "origin": "https://memories.example.com", "origin_allowed": false, "has_key": true, "spool": null, "others": [], "notes": [],
            "concerns": [], "strangers": [],
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
        format!(
            "kept; it waits until https://memories.example.com is in `origins` in {}\n",
            sandbox.settings().join("config.json").display()
        )
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
fn install_and_uninstall_say_what_became_of_the_file_and_what_comes_next() {
    let sandbox = Sandbox::unsent();
    let settings = sandbox.home().join(".claude/settings.json").display().to_string();
    let said = |words: &[&str]| sandbox.run(words).exits(0);
    let dry = said(&["install", "--dry-run"]).stdout;
    assert!(dry.starts_with(&format!("{settings} would be changed:\n")) && dry.contains("\n+"), "{dry}");
    let installed = said(&["install"]).stdout;
    assert!(installed.starts_with(&format!("{settings} was created, with the hooks in it\n")), "{installed}");
    assert!(installed.contains("`engram-hook doctor` says"), "{installed}");
    assert_eq!(said(&["install"]).stdout, format!("{settings} has the hooks already; nothing was changed\n"));
    let out = said(&["uninstall"]).stdout;
    assert_eq!(out, format!("{settings} was removed: it had been created by an install\n"));
    assert_eq!(said(&["uninstall"]).stdout, format!("{settings} has no hook of ours; nothing was changed\n"));
}

#[test]
fn a_plugin_that_is_enabled_elsewhere_is_named_by_its_settings_file() {
    let sandbox = Sandbox::unsent();
    let claude = sandbox.home().join(".claude");
    std::fs::create_dir_all(claude.join("plugins")).unwrap();
    let plugins = r#"{"version":2,"plugins":{"engram-hook@engram":[{"scope":"user"}]}}"#;
    std::fs::write(claude.join("plugins/installed_plugins.json"), plugins).unwrap();
    std::fs::write(claude.join("settings.json"), r#"{"enabledPlugins":{"engram-hook@engram":true}}"#)
        .unwrap();
    let elsewhere = sandbox.run(&["install", "--settings", "other.json"]).exits(0).stderr;
    assert!(
        elsewhere.contains(&format!("{}/settings.json enables the plugin", claude.display())),
        "{elsewhere}"
    );
    let here = sandbox.run(&["install"]).exits(0).stderr;
    assert!(
        here.contains("line 1: the plugin engram-hook is enabled too") && here.lines().count() == 1,
        "{here}"
    );
}

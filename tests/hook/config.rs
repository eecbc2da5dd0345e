//! `config show` and `config path`: every value and where it came from, and mistakes told so that they can be mended.

use serde_json::Value;

use crate::sandbox::{KEY, Sandbox, stop};

fn row(shown: &Value, name: &str) -> (Value, String) {
    let rows = shown["values"].as_array().unwrap();
    let row = rows.iter().find(|row| row["name"] == name).unwrap_or_else(|| panic!("{name} in {shown}"));
    (row["value"].clone(), row["from"].as_str().unwrap().to_owned())
}

#[test]
fn each_value_is_shown_with_the_variable_or_line_it_came_from() {
    let mut sandbox = Sandbox::unsent();
    sandbox.configure("{\n  \"capture\": {\n    \"turns\": false\n  },\n  \"scope\": \"work\",\n  \"ignore\": [\"~/x\"]\n}\n");
    let file = sandbox.settings().join("config.json").display().to_string();
    let shown = sandbox.run(&["config", "show", "--json"]).exits(0).json();
    assert_eq!(row(&shown, "capture.turns"), (false.into(), format!("{file}:3")));
    assert_eq!(row(&shown, "capture.commits"), (true.into(), "default".to_owned()));
    assert_eq!(row(&shown, "scope"), ("work".into(), format!("{file}:5")));
    assert_eq!(row(&shown, "ignore"), (serde_json::json!(["~/x"]), format!("{file}:6")));
    assert_eq!(row(&shown, "notices"), (true.into(), "default".to_owned()));
    assert_eq!(row(&shown, "url").1, "ENGRAM_API_URL");
    assert_eq!(
        (&shown["file"], &shown["exists"], &shown["broken"]),
        (&file.into(), &true.into(), &Value::Null)
    );
    sandbox.set("ENGRAM_SCOPE", "client-a");
    sandbox.set("ENGRAM_CAPTURE", "off");
    let shown = sandbox.run(&["config", "show", "--json"]).exits(0).json();
    assert_eq!(row(&shown, "scope"), ("client-a".into(), "ENGRAM_SCOPE".to_owned()));
    assert_eq!(row(&shown, "capture"), (false.into(), "ENGRAM_CAPTURE".to_owned()));
    let text = sandbox.run(&["config", "show"]).exits(0).stdout;
    assert!(text.contains("\ncapture.turns         off"), "{text}");
    assert!(
        text.lines()
            .any(|line| line.starts_with("capture.turns ") && line.ends_with("  config.json, line 3"))
    );
}

#[test]
fn the_key_is_never_shown_and_two_keys_can_be_told_apart() {
    let mut sandbox = Sandbox::unsent();
    let shown = |sandbox: &Sandbox| {
        let text = sandbox.run(&["config", "show"]).exits(0).stdout;
        let json = sandbox.run(&["config", "show", "--json"]).exits(0);
        assert!(!text.contains(&KEY[4..12]) && !json.stdout.contains(&KEY[4..12]), "{text}");
        row(&json.json(), "key")
    };
    let (ours, from) = shown(&sandbox);
    assert_eq!(from, "ENGRAM_API_KEY");
    assert!(ours.as_str().unwrap().starts_with("eng_…, 44 characters, fingerprint "), "{ours}");
    sandbox.unset("ENGRAM_API_KEY");
    sandbox.set("THREENGRAM_API_KEY", &KEY.replace("eng_A", "3ng_A"));
    let (theirs, from) = shown(&sandbox);
    assert_eq!(from, "THREENGRAM_API_KEY");
    assert!(theirs.as_str().unwrap().starts_with("3ng_…, 44 characters, ") && theirs != ours, "{theirs}");
    sandbox.unset("THREENGRAM_API_KEY");
    assert_eq!(shown(&sandbox), (Value::Null, "default".to_owned()));
    sandbox.set("THREENGRAM_API_BASE", "http://127.0.0.1:7");
    sandbox.unset("ENGRAM_API_URL");
    let json = sandbox.run(&["config", "show", "--json"]).exits(0).json();
    assert_eq!(row(&json, "url"), ("http://127.0.0.1:7".into(), "THREENGRAM_API_BASE".to_owned()));
    assert!(sandbox.files().is_empty());
}

#[test]
fn a_mistake_names_its_line_and_what_was_meant_and_nothing_is_captured_with_it() {
    for (text, words) in [
        ("{\n\"ignored\": []}", "line 2: there is no setting \"ignored\" (did you mean \"ignore\"?)"),
        ("{\"ignore\": [\"~/x/[a\"]}", "line 1: the glob \"~/x/[a\" in \"ignore\": unclosed character class"),
        ("{\"ignore\": [\"private\"]}", "it begins with none of /, ~/ and **/, so it matches nothing"),
        ("{\"notices\": null}", "\"notices\" must be true or false, and is null"),
    ] {
        let sandbox = Sandbox::unsent();
        sandbox.configure(text);
        let ran = sandbox.run(&["config", "show"]).exits(1);
        assert!(ran.stdout.contains(words) && ran.stderr.is_empty(), "{ran:?}");
        assert!(sandbox.status()["capture"].as_str().unwrap().contains(words), "{}", sandbox.status());
        sandbox.capture(stop("s", "not with these settings"));
        assert!(!sandbox.holds("not with these settings"));
        assert!(sandbox.notes("settings")[0]["text"].as_str().unwrap().contains("line "));
    }
}

#[test]
fn what_has_not_the_effect_that_was_meant_is_said() {
    let sandbox = Sandbox::unsent();
    sandbox.configure(
        r#"{"origins":["memories.example.com"],"ca_file":"~/no-such.pem","scope":"Work","$schema":"./x.json"}"#,
    );
    for command in [&["config", "show"][..], &["status"]] {
        let text = sandbox.run(command).exits(0).stdout;
        for words in [
            "allows nothing: it is not a URL",
            "no-such.pem: No such file or directory (os error 2); name a PEM file that is there",
            "go without a scope",
        ] {
            assert!(text.contains(words), "{words} in {text}");
        }
    }
    assert_eq!(sandbox.status()["concerns"].as_array().unwrap().len(), 3);
}

#[test]
fn a_scope_that_only_the_other_generation_knows_is_told() {
    let mut sandbox = Sandbox::offline();
    sandbox.configure(r#"{"scope":"client-a"}"#);
    let told = "the scope client-a is not sent: the API of eng_ keys knows work and personal";
    assert!(sandbox.status()["concerns"][0].as_str().unwrap().starts_with(told), "{}", sandbox.status());
    sandbox.set("ENGRAM_API_KEY", "3ng_0123456789abcdef");
    assert_eq!(sandbox.status()["concerns"], serde_json::json!([]));
    sandbox.set("ENGRAM_API_KEY", KEY);
    sandbox.configure(r#"{"scope":"work"}"#);
    assert_eq!(sandbox.status()["concerns"], serde_json::json!([]));
}

#[test]
fn config_path_is_where_the_file_is_or_would_be() {
    let sandbox = Sandbox::unsent();
    let path = format!("{}\n", sandbox.settings().join("config.json").display());
    assert_eq!(sandbox.run(&["config", "path"]).exits(0).stdout, path);
    sandbox.configure("{ broken");
    assert_eq!(sandbox.run(&["config", "path"]).exits(0).stdout, path);
    sandbox.run(&["config"]).exits(64);
}

//! A newer build, a moved binary, or a hand-written hook: entries of ours are brought up to date where they stand.

use std::path::Path;

use engram_hook::settings::{Before, OurHooks, Outcome, merge, take_out};
use serde_json::{Value, json};

use crate::home::{Home, OURS};

fn hooks_of(binary: &str) -> OurHooks {
    OurHooks::new(Path::new(binary)).unwrap()
}

#[test]
fn a_moved_binary_changes_the_path_and_nothing_else() {
    for file in ["tabs", "crlf", "minified", "one-line-events", "same-events-as-ours", "empty-file"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/settings/corpus/{file}.json"));
        let text = std::fs::read_to_string(path).unwrap();
        let old = merge(&text, &hooks_of("/old/engram-hook")).unwrap().text;
        let new = merge(&old, &hooks_of("/new/place/engram-hook")).unwrap().text;
        assert_eq!(old.matches("/old/engram-hook").count(), OURS);
        assert_eq!(new, old.replace("/old/", "/new/place/"), "{file}");
    }
}

#[test]
fn a_hook_in_shell_form_becomes_one_in_exec_form_in_the_same_place() {
    let old = "{\n  \"hooks\": {\n    \"Stop\": [\n      {\n        \"hooks\": [\n          { \"type\": \"command\", \"command\": \"say a\" },\n          \
               { \"type\": \"command\", \"command\": \"engram-hook capture\" },\n          { \"type\": \"command\", \"command\": \"say b\" }\n        ]\n      }\n    ]\n  }\n}\n";
    let new = merge(old, &hooks_of("/opt/engram-hook")).unwrap().text;
    let ours =
        "{\"type\": \"command\", \"command\": \"/opt/engram-hook\", \"args\": [\"capture\"], \"timeout\": 5}";
    assert!(new.contains(&format!("\"say a\" }},\n          {ours},\n          {{ \"type\"")), "{new}");
    assert_eq!(new.matches("/opt/engram-hook").count(), OURS);
    assert!(!new.contains("engram-hook capture"));
}

#[test]
fn entries_with_other_matchers_and_filters_are_replaced_by_todays() {
    let old = json!({"hooks": {
        "PostToolUse": [
            {"matcher": "Edit|Write", "hooks": [{"type": "command", "command": "/o/engram-hook", "args": ["capture"]}]},
            {"matcher": "Bash", "hooks": [
                {"type": "command", "if": "Bash(git commit *)", "command": "/o/engram-hook", "args": ["capture"]},
                {"type": "command", "command": "theirs"},
                {"type": "command", "command": "engram-hook capture", "async": true}
            ]}
        ],
        "PreToolUse": [{"hooks": [{"type": "command", "command": "/o/engram-hook", "args": ["capture"]}]}]
    }});
    let old = serde_json::to_string_pretty(&old).unwrap();
    let ours = hooks_of("/opt/engram-hook");
    let new = merge(&old, &ours).unwrap().text;
    let value: Value = serde_json::from_str(&new).unwrap();
    assert_eq!(new.matches("engram-hook").count(), OURS);
    assert!(value["hooks"].get("PreToolUse").is_none());
    assert_eq!(value["hooks"]["PostToolUse"][0]["hooks"], json!([{"type": "command", "command": "theirs"}]));
    assert_eq!(merge(&new, &ours).unwrap().text, new);
    let left: Value = serde_json::from_str(&take_out(&new, &Before::default()).unwrap().text).unwrap();
    assert_eq!(
        left,
        json!({"hooks": {"PostToolUse": [{"matcher": "Bash", "hooks": [{"type": "command", "command": "theirs"}]}]}})
    );
}

#[test]
fn what_stands_twice_stands_once() {
    let ours = hooks_of("/opt/engram-hook");
    let once = merge("{\n  \"a\": 1\n}\n", &ours).unwrap().text;
    let mut value: Value = serde_json::from_str(&once).unwrap();
    for (_, groups) in value["hooks"].as_object_mut().unwrap() {
        let copy = groups.as_array().unwrap().clone();
        groups.as_array_mut().unwrap().extend(copy);
    }
    let twice = serde_json::to_string_pretty(&value).unwrap();
    assert_eq!(twice.matches("/opt/engram-hook").count(), 2 * OURS);
    let merged = merge(&twice, &ours).unwrap().text;
    assert_eq!(
        serde_json::from_str::<Value>(&merged).unwrap(),
        serde_json::from_str::<Value>(&once).unwrap()
    );
}

#[test]
fn an_update_keeps_the_first_backup_and_what_was_noted() {
    let text = "{\n  \"hooks\": { },\n  \"model\": \"opus\"\n}\n";
    let home = Home::with(text);
    home.install();
    home.write(
        &home.text().replace("\"timeout\": 5", "\"timeout\": 60").replace("engram-hook\"", "x/engram-hook\""),
    );
    assert_eq!(home.install().outcome, Outcome::Changed);
    assert_eq!(std::fs::read_to_string(home.backup()).unwrap(), text);
    let report = home.uninstall();
    assert_eq!(home.text(), text);
    assert_eq!(report.backup, None);
    home.state_is_clean();
}

#[test]
fn an_update_of_settings_an_install_created_still_lets_the_uninstall_remove_them() {
    let home = Home::new();
    let before = home.tree();
    home.install();
    home.write(&home.text().replace("\"timeout\": 5", "\"timeout\": 60"));
    assert_eq!(home.install().outcome, Outcome::Changed);
    assert_eq!(home.uninstall().outcome, Outcome::Removed);
    home.state_is_clean();
    assert_eq!(home.tree(), before);
}

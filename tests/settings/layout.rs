//! What we add looks like what is there.

use std::path::Path;

use engram_hook::settings::{OurHooks, merge};

fn merged(text: &str) -> String {
    merge(text, &OurHooks::new(Path::new("/opt/engram-hook")).unwrap()).unwrap().text
}

fn of_the_corpus(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/settings/corpus").join(name);
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn every_line_of_a_file_with_crlf_ends_in_crlf() {
    for name in ["crlf.json", "crlf-no-hooks.json", "blank-crlf.json"] {
        let text = merged(&of_the_corpus(name));
        assert!(text.lines().count() > 20);
        assert_eq!(text.matches('\n').count(), text.matches("\r\n").count(), "{name}");
    }
    assert!(!merged(&of_the_corpus("permissions.json")).contains('\r'));
}

#[test]
fn a_step_of_indentation_is_the_files_own() {
    for (name, step) in [
        ("tabs.json", "\t"),
        ("three-spaces.json", "   "),
        ("four-spaces.json", "    "),
        ("permissions.json", "  "),
    ] {
        let text = merged(&of_the_corpus(name));
        for line in text.lines().filter(|line| line.contains("/opt/engram-hook")) {
            let indent = &line[..line.len() - line.trim_start().len()];
            assert_eq!(indent, step.repeat(6), "{name}: {line:?}");
        }
    }
}

#[test]
fn a_file_on_one_line_stays_on_one_line() {
    let minified = merged(&of_the_corpus("minified.json"));
    assert!(!minified.contains('\n') && !minified.contains("\": "), "{minified}");
    let spaced = merged(&of_the_corpus("model-one-line.json"));
    assert!(
        spaced.starts_with("{ \"model\": \"sonnet\", \"hooks\": {\"PostToolUse\": [{\"matcher\": \"Bash\""),
        "{spaced}"
    );
    assert_eq!(spaced.matches('\n').count(), 1);
    assert!(merged("{\"a\": 1,   \"b\": 2}").starts_with("{\"a\": 1,   \"b\": 2,   \"hooks\": {"));
}

#[test]
fn groups_written_bracket_to_bracket_stay_so() {
    let text = merged(&of_the_corpus("brackets-cuddled.json"));
    assert!(
        text.contains("      }]\n    }, {\n      \"matcher\": \"Bash\",\n      \"hooks\": [\n        {\n"),
        "{text}"
    );
}

/// The same bytes that `JSON.stringify(settings, null, 2)` gives, which is what Claude Code writes.
#[test]
fn a_file_claude_code_wrote_looks_as_if_it_had_written_our_hooks_too() {
    let text = merged("{\n  \"model\": \"opus\"\n}\n");
    let hooks = text.find("  \"hooks\": {").unwrap();
    assert!(text[hooks..].starts_with(
        "  \"hooks\": {\n    \"PostToolUse\": [\n      {\n        \"matcher\": \"Bash\",\n        \"hooks\": [\n          {\n            \
         \"type\": \"command\",\n            \"if\": \"Bash("
    ));
    assert!(text.contains(
        "    \"Stop\": [\n      {\n        \"hooks\": [\n          {\n            \"type\": \"command\",\n            \
         \"command\": \"/opt/engram-hook\",\n            \"args\": [\n              \"capture\"\n            ],\n            \
         \"timeout\": 5\n          }\n        ]\n      }\n    ],\n"
    ));
    assert!(text.ends_with("    ]\n  }\n}\n"));
}

#[test]
fn no_hook_of_ours_is_asynchronous_or_goes_through_a_shell() {
    let value: serde_json::Value = serde_json::from_str(include_str!("../../hooks/hooks.json")).unwrap();
    let groups = value["hooks"].as_object().unwrap().values().flat_map(|groups| groups.as_array().unwrap());
    let entries: Vec<_> = groups.flat_map(|group| group["hooks"].as_array().unwrap()).collect();
    assert_eq!(entries.len(), crate::home::OURS);
    for entry in entries {
        assert_eq!(entry["args"], serde_json::json!(["capture"]));
        assert!(entry.get("async").is_none() && entry["timeout"] == 5, "{entry}");
    }
}

/// Claude Code runs an identical command once for every `if` that matches, and takes every `if` for a match when a
/// command is too tangled to analyse. Two filtered entries under one tool would capture one call twice.
#[test]
fn no_tool_has_two_entries_of_ours() {
    let value: serde_json::Value = serde_json::from_str(include_str!("../../hooks/hooks.json")).unwrap();
    for (event, groups) in value["hooks"].as_object().unwrap() {
        let mut matchers: Vec<&str> = Vec::new();
        for group in groups.as_array().unwrap() {
            assert_eq!(group["hooks"].as_array().unwrap().len(), 1, "{event}");
            matchers.push(group["matcher"].as_str().unwrap_or(""));
        }
        let all = matchers.len();
        matchers.sort_unstable();
        matchers.dedup();
        assert_eq!(matchers.len(), all, "{event}");
    }
}

/// Claude Code copies a plugin's whole directory, and one that is a clone holds what was built there. Links in place of these
/// files it copies as well, but does not call valid.
#[test]
fn the_plugin_that_is_copied_is_the_one_that_the_repository_is() {
    assert_eq!(include_str!("../../plugin/hooks/hooks.json"), include_str!("../../hooks/hooks.json"));
    assert_eq!(
        include_str!("../../plugin/.claude-plugin/plugin.json"),
        include_str!("../../.claude-plugin/plugin.json")
    );
    assert_eq!(include_str!("../../plugin/bin/engram-hook"), include_str!("../../bin/engram-hook"));
}

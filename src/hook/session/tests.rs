//! Stories and what is told of them; the way through capture and flush is tested from outside.

use serde_json::json;

use super::*;

const TRANSCRIPT: &[u8] = include_bytes!("../../../tests/fixtures/transcripts/invoices.jsonl");

fn ended() -> Ended {
    Ended {
        id: "an-id".to_owned(),
        at: clock::now(),
        dir: "/home/dev/acme-api".to_owned(),
        client: "claude-code".to_owned(),
        root: String::new(),
        below: String::new(),
        project: Some("acme-api".to_owned()),
        scope: None,
        known: Vec::new(),
    }
}

fn lines(lines: &[serde_json::Value]) -> Story {
    let text: Vec<_> = lines.iter().map(ToString::to_string).collect();
    Story::read(text.join("\n").as_bytes()).cut_to_what_is_told()
}

fn prompt(text: &str) -> serde_json::Value {
    json!({"type": "user", "message": {"role": "user", "content": text}})
}

fn edit(id: &str, path: &str) -> serde_json::Value {
    json!({"type": "assistant", "message": {"role": "assistant", "content": [
        {"type": "tool_use", "id": id, "name": "Edit", "input": {"file_path": path}}]}})
}

fn answer(id: &str, is_error: bool) -> serde_json::Value {
    json!({"type": "user", "message": {"role": "user", "content": [
        {"type": "tool_result", "tool_use_id": id, "content": "done", "is_error": is_error}]}})
}

#[test]
fn a_recorded_session_is_told_with_prompt_commit_file_and_last_answer() {
    let story = Story::read(TRANSCRIPT).cut_to_what_is_told();
    let told = ended().memory(&story, &KnownSecrets::default()).unwrap();
    assert_eq!(told.id, "an-id");
    assert_eq!(told.memory.topic, "Session: Number the invoices per tenant, please.");
    assert_eq!(
        told.memory.content,
        "Session: Number the invoices per tenant, please.\n\nCommitted:\n- feat(billing): number invoices per tenant\n\n\
         Changed:\n- src/invoice.rs\n\nEnded with: Invoices are numbered per tenant now."
    );
    assert_eq!(told.memory.tags, ["claude-code", "session"]);
    assert_eq!(told.memory.memory_type, MemoryType::Note);
    assert_eq!(told.memory.project.as_deref(), Some("acme-api"));
}

#[test]
fn half_a_line_at_either_end_and_lines_of_no_kind_are_passed_over() {
    let whole = Story::read(TRANSCRIPT);
    for from in [1, 40, 200] {
        let mut bytes = TRANSCRIPT[from..].to_vec();
        bytes.extend(
            b"\n\xff\xfe\nnull\n[1]\n{\"type\":7,\"message\":\"x\"}\n{\"type\":\"user\",\"message\":{\"conte",
        );
        assert_eq!(Story::read(&bytes), whole, "{from}");
    }
    assert_eq!(Story::read(b""), Story::default());
}

#[test]
fn a_session_that_changed_nothing_is_not_told() {
    for story in [
        lines(&[prompt("what does this do?")]),
        lines(&[prompt("change it"), edit("a", "/home/dev/acme-api/x.rs")]),
        lines(&[prompt("change it"), edit("a", "/home/dev/acme-api/x.rs"), answer("a", true)]),
        lines(&[prompt("change it"), edit("a", "/home/dev/acme-api/x.rs"), answer("another", false)]),
    ] {
        assert!(ended().memory(&story, &KnownSecrets::default()).is_none(), "{story:?}");
    }
}

#[test]
fn only_what_the_user_typed_is_a_prompt() {
    let mut said = vec![
        prompt("<command-name>/clear</command-name>"),
        prompt("<task-notification>\nagent-1 is done\n</task-notification>"),
        prompt("[Request interrupted by user for tool use]"),
        prompt("  "),
    ];
    for field in ["isMeta", "isSidechain", "isCompactSummary"] {
        let mut line = prompt("not typed");
        line[field] = json!(true);
        said.push(line);
    }
    said.push(json!({"type": "user", "message": {"content": [{"type": "text", "text": "typed"}, {"type": "image"}]}}));
    assert_eq!(lines(&said).prompts, ["typed"]);
}

#[test]
fn what_a_subagent_says_is_not_the_last_answer_and_what_it_changes_counts() {
    let mut change = edit("a", "/elsewhere/x.rs");
    let mut said =
        json!({"type": "assistant", "message": {"content": [{"type": "text", "text": "found it"}]}});
    change["isSidechain"] = json!(true);
    said["isSidechain"] = json!(true);
    let story = lines(&[change, answer("a", false), said]);
    assert_eq!((story.files.as_slice(), story.answer), (["/elsewhere/x.rs".to_owned()].as_slice(), None));
}

#[test]
fn a_long_session_is_told_within_a_memory() {
    let mut said = Vec::new();
    for turn in 0..200 {
        let id = format!("call-{turn}");
        said.push(prompt(&format!("turn {turn} {}", "asks ".repeat(400))));
        said.push(edit(&id, &format!("/home/dev/acme-api/src/{}/{turn}.rs", "deep/".repeat(40))));
        said.push(answer(&id, false));
    }
    let story = lines(&said);
    assert_eq!((story.prompts.len(), story.files.len()), (1 + LAST_PROMPTS, MOST_FILES));
    let told = ended().memory(&story, &KnownSecrets::default()).unwrap();
    assert!(told.memory.content.encode_utf16().count() <= text::CONTENT_UNITS && !told.was_cut);
    assert!(told.memory.topic.starts_with("Session: turn 0 asks"));
    assert!(told.memory.content.contains("- turn 199 asks") && !told.memory.content.contains("turn 150"));
}

#[test]
fn secrets_and_private_parts_are_not_told_wherever_a_line_is_cut() {
    let key = Key::parse("eng_12345678").unwrap();
    let mut of_environment = ended();
    let variables = [("DB_PASSWORD", "correct-horse-battery-staple")];
    of_environment.known = Fingerprint::of(&KnownSecrets::of(variables.into_iter()), &key);
    for padding in 0..LINE_UNITS {
        let story = lines(&[
            prompt(&format!("{}correct-horse-battery-staple", "x ".repeat(padding / 2))),
            prompt("token ghp_012345678901234567890123456789abcdef"),
            prompt("do it <private>not for\nanybody</private>"),
            edit("a", "/home/dev/acme-api/a.rs"),
            answer("a", false),
        ]);
        let secrets = of_environment.recognise(&story, &key);
        assert_eq!(secrets, ["correct-horse-battery-staple"]);
        let told = of_environment.memory(&story, &KnownSecrets::exactly(&secrets)).unwrap().memory;
        for secret in ["correct", "horse", "ghp_", "anybody", "not for"] {
            assert!(!told.content.contains(secret) && !told.topic.contains(secret), "{secret} in {told:?}");
        }
    }
}

#[test]
fn only_a_transcript_below_a_root_has_a_place() {
    let roots = ["/home/dev/.claude/projects/".to_owned()];
    let at = |path: &str| place_of(path, &roots).map(|(_, below)| below.to_owned());
    assert_eq!(at("/home/dev/.claude/projects/-p/s.jsonl").as_deref(), Some("-p/s.jsonl"));
    for path in [
        "/home/dev/.claude/projects/../../.ssh/x.jsonl",
        "/home/dev/.claude/projects//etc/x.jsonl",
        "/home/dev/.claude/projects/-p/./x.jsonl",
        "/home/dev/.claude/projects/-p/s.txt",
        "/home/dev/.claude/projects/",
        "/home/dev/.claude/projectsx/s.jsonl",
        "/etc/passwd",
        "s.jsonl",
        "",
    ] {
        assert_eq!(at(path), None, "{path}");
    }
}

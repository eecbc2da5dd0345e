//! Payloads made to break out or to use up: names full of `../`, depth, numbers, bytes that are no text, sixteen mebibytes.

use std::process::{Command, Stdio};

use serde_json::json;

use crate::sandbox::{Sandbox, stop};

/// What a process may have in memory at its largest, for the largest payload there is.
const MOST_KIB: u64 = 64 * 1024;

#[test]
fn names_that_lead_elsewhere_lead_nowhere() {
    let sandbox = Sandbox::unsent();
    let before: Vec<_> = std::fs::read_dir(sandbox.home().parent().unwrap())
        .unwrap()
        .flatten()
        .map(|entry| entry.file_name())
        .collect();
    for name in [
        "../../../../evil",
        "/tmp/../../evil",
        "..\u{0}/evil",
        "~/evil",
        "$(touch evil)",
        "a/../../evil\n../evil",
        "..%2f..%2fevil",
        "\u{ff0e}\u{ff0e}/evil",
    ] {
        let payload = json!({
            "session_id": name, "prompt_id": name, "tool_use_id": name, "transcript_path": name, "cwd": name, "agent_id": name,
            "hook_event_name": "Stop", "last_assistant_message": format!("kept whatever the names are, {}", "x".repeat(40)),
        });
        sandbox.capture(payload.to_string());
    }
    assert!(sandbox.waiting() > 0);
    for (path, _) in sandbox.files() {
        assert!(path.starts_with(sandbox.state()), "{}", path.display());
    }
    let after =
        std::fs::read_dir(sandbox.home().parent().unwrap()).unwrap().flatten().map(|entry| entry.file_name());
    assert!(!after.filter(|name| !before.contains(name)).any(|name| name.to_string_lossy().contains("evil")));
}

#[test]
fn depth_numbers_and_bytes_that_are_no_text_are_no_harm() {
    let sandbox = Sandbox::unsent();
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(200_000), close.repeat(200_000));
    let with = |field: &str, value: &str| {
        format!(
            r#"{{"{field}":{value},"session_id":"s","cwd":"/home/dev","hook_event_name":"Stop","last_assistant_message":"{}"}}"#,
            "a turn ".repeat(10)
        )
    };
    let numbers = [
        "1e999999",
        "-1e999999",
        "18446744073709551616",
        "-9223372036854775809",
        "0.1e-400",
        "123456789012345678901234567890123456789012345678901234567890",
    ];
    for field in ["extra", "session_id", "tool_input", "cwd", "last_assistant_message", "hook_event_name"] {
        for value in numbers {
            sandbox.capture(with(field, value));
        }
        sandbox.capture(with(field, &deep("[", "]")));
        sandbox.capture(with(field, &deep("{\"a\":", "}").replace(":}", ":1}")));
    }
    for bytes in [
        &b"\xff\xfe"[..],
        b"\xc0\xaf",
        b"\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
        b"\0",
        b"\\u0000",
        b"\\ud800",
        b"\\udfff\\ud800",
    ] {
        let payload = stop("s", "before @@ after");
        let (head, tail) = payload.split_once("@@").unwrap();
        sandbox.capture([head.as_bytes(), bytes, tail.as_bytes()].concat());
    }
    assert!(sandbox.notes("panic").is_empty());
    for record in sandbox.listed() {
        let content = record["memory"]["content"].as_str().unwrap();
        assert!(!content.contains('\0') && !content.is_empty());
    }
}

/// The high-water mark of a capture, as the kernel counted it.
fn peak_kib(sandbox: &Sandbox, payload: &[u8]) -> u64 {
    let file = sandbox.home().join("payload");
    std::fs::write(&file, payload).unwrap();
    let script = "import resource, subprocess, sys\n\
        subprocess.run([sys.argv[1], 'capture'], stdin=open(sys.argv[2]), check=True)\n\
        print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)";
    let mut command = Command::new("python3");
    command.args(["-c", script, env!("CARGO_BIN_EXE_engram-hook"), file.to_str().unwrap()]).env_clear();
    command.env("PATH", "/usr/local/bin:/usr/bin:/bin");
    command.envs(sandbox.command(&[]).get_envs().filter_map(|(name, value)| Some((name, value?))));
    let output = command.stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap().trim().parse().unwrap()
}

#[test]
fn sixteen_mebibytes_take_no_more_than_sixty_four() {
    const LARGEST: usize = 16 * 1024 * 1024;
    let frame = |field: &str, text: &str| {
        format!(r#"{{"session_id":"s","cwd":"/home/dev","hook_event_name":"Stop","{field}":"{text}"}}"#)
    };
    let room = LARGEST - 200;
    for (what, payload) in [
        ("prose", frame("last_assistant_message", &"a turn of words ".repeat(room / 16))),
        ("escapes", frame("last_assistant_message", &"\\u00e9".repeat(room / 6))),
        ("quotes", frame("last_assistant_message", &"\\\"".repeat(room / 2))),
        ("secrets", frame("last_assistant_message", &"token=x7Kp2mQ9b1C3d5E7f9 ".repeat(room / 25))),
        ("private", frame("last_assistant_message", &"<private>".repeat(room / 9))),
        ("a field that nobody reads", frame("tool_response", &"x".repeat(room))),
    ] {
        let sandbox = Sandbox::unsent();
        let peak = peak_kib(&sandbox, payload.as_bytes());
        println!("{what}: {peak} KiB at its largest");
        assert!(peak <= MOST_KIB, "{what}: {peak} KiB");
    }
}

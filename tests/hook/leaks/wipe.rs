//! Revocation as a remote wipe, and what is marked as private: neither leaves a byte, whoever writes at the same time.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use engram_local::{Fault, Options, Server};
use serde_json::json;

use super::attacker::holds;
use crate::sandbox::{DEADLINE, Sandbox, stop};

const WRITERS: usize = 8;

#[test]
fn a_401_while_eight_writers_capture_leaves_no_byte_of_their_texts() {
    for round in 0..4 {
        let server = Server::start(Options::default()).unwrap();
        let sandbox = Sandbox::to(&server.url()).with("ENGRAM_API_KEY", &server.create_key("k"));
        let revoked = Arc::new(AtomicBool::new(false));
        let is_revoked = Arc::clone(&revoked);
        server.faults().when(move |_| {
            let body = r#"{"detail":"invalid API key"}"#.to_owned();
            is_revoked.load(Ordering::SeqCst).then_some(Fault::Status { code: 401, headers: vec![], body })
        });
        // Half of the rounds begin with dead letters beside what waits.
        if round % 2 == 1 {
            server.faults().then(Fault::status(422));
        }
        let over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for writer in 0..WRITERS {
                let (sandbox, over) = (&sandbox, &over);
                scope.spawn(move || {
                    let mut number = 0;
                    while !over.load(Ordering::SeqCst) {
                        sandbox.capture(stop("s", &format!("wipe-me {round} {writer} {number}")));
                        number += 1;
                    }
                });
            }
            sandbox.wait_until("something was delivered", |_| server.requests().len() > round * 5);
            revoked.store(true, Ordering::SeqCst);
            sandbox.wait_until("the key is known to be revoked", |sandbox| {
                !sandbox.status()["spool"]["tombstone"].is_null()
            });
            // The writers go on for a while behind the tombstone.
            let seen = Instant::now();
            while seen.elapsed().as_millis() < 150 {
                std::thread::yield_now();
            }
            over.store(true, Ordering::SeqCst);
        });
        // Until the flush has unlinked what it had to, and whoever was between two looks has taken its segment back.
        let end = Instant::now() + DEADLINE;
        while sandbox.holds("wipe-me") && Instant::now() < end {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        for (path, bytes) in sandbox.files() {
            assert!(!holds(&bytes, "wipe-me"), "{} of round {round}", path.display());
        }
        assert_eq!(sandbox.waiting(), 0);
    }
}

/// How a private part may be written, around a text that must not be seen.
fn marked(hidden: &str) -> Vec<String> {
    vec![
        format!("<private>{hidden}</private>"),
        format!("<PRIVATE>{hidden}</PRIVATE>"),
        format!("<Private reason=\"a > b\" x='>'>{hidden}</pRIVATE >"),
        format!("<private>a <private>b</private> {hidden}</private>"),
        format!("```sh\n<private>\nexport X={hidden}\n</private>\n```"),
        format!("&lt;private&gt;{hidden}&lt;/private&gt;"),
        format!("&amp;lt;private&amp;gt;{hidden}&amp;lt;/private&amp;gt;"),
        format!("\\u003cprivate\\u003e{hidden}\\u003c/private\\u003e"),
        format!("%3Cprivate%3E{hidden}%3C/private%3E"),
        format!("<pri<private></private>vate>{hidden}</private>"),
        format!("< private >{hidden}< / private >"),
        format!("<private\r\nreason=x\r\n>{hidden}</private\r\n>"),
        format!("<private\u{a0}>{hidden}</private>"),
        format!("<pri\u{200b}vate>{hidden}</\u{feff}private>"),
        format!("＜ｐｒｉｖａｔｅ＞{hidden}＜／ｐｒｉｖａｔｅ＞"),
        format!("\\<private\\>{hidden}\\</private\\>"),
        format!("\\u0026lt;private\\u0026gt;{hidden}\\u0026lt;/private\\u0026gt;"),
        format!("<private>{hidden} and never closed"),
    ]
}

#[test]
fn what_is_private_reaches_neither_disk_nor_network() {
    const HIDDEN: &str = "moonflower";
    let server = Server::start(Options::default()).unwrap();
    let sandbox = Sandbox::to(&server.url())
        .with("ENGRAM_API_KEY", &server.create_key("k"))
        .with("ENGRAM_LOG", "trace");
    let background = sandbox.hold_flush();
    let mut sent = 0;
    for (number, part) in marked(HIDDEN).into_iter().enumerate() {
        let id = format!("p{number}");
        let base =
            json!({"session_id": "s", "cwd": "/home/dev/acme-api", "prompt_id": id, "tool_use_id": id});
        let before = format!("what is said in the open, number {number}, is kept as it was");
        for fields in [
            json!({"hook_event_name": "Stop", "last_assistant_message": format!("{before}. {part}")}),
            json!({"hook_event_name": "UserPromptSubmit", "prompt": format!("remember: {before} {part}")}),
            json!({"hook_event_name": "PostCompact", "compact_summary": format!("<summary>{before}\n{part}</summary>")}),
            json!({"hook_event_name": "PostToolUse", "tool_name": "ExitPlanMode", "tool_input": {"plan": format!("# {before}\n\n{part}")}, "tool_response": "ok"}),
            json!({
                "hook_event_name": "PostToolUse", "tool_name": "Bash",
                "tool_input": {"command": format!("git commit -F - <<'END'\nfix: {before}\n\n{part}\nEND")},
                "tool_response": {"stdout": "[main 1a2b3c4] fix: x\n 1 file changed", "stderr": "", "interrupted": false},
            }),
            // Opened in the title, closed in the body.
            json!({
                "hook_event_name": "PostToolUse", "tool_name": "Bash",
                "tool_input": {"command": format!("gh pr create --title '{before} <private>{HIDDEN}' --body '{HIDDEN}</private> and so on'")},
                "tool_response": {"stdout": "https://github.com/acme/api/pull/7\n", "stderr": "", "interrupted": false},
            }),
        ] {
            let mut payload = base.clone();
            payload.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
            sandbox.capture(payload.to_string());
            sent += 1;
        }
    }
    assert!(sandbox.waiting() * 2 > sent, "{} of {sent} were kept", sandbox.waiting());
    assert!(!sandbox.holds(HIDDEN), "while it waits");
    drop(background);
    sandbox.run(&["flush", "-v"]).exits(0);
    assert!(server.requests().len() as u64 * 2 > sent);
    for request in server.requests() {
        assert!(!holds(&request.body, HIDDEN), "{}", String::from_utf8_lossy(&request.body));
        assert!(!format!("{:?}", request.headers).contains(HIDDEN));
    }
    assert!(!sandbox.holds(HIDDEN), "when it was sent");
}

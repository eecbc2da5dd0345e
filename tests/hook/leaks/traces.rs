//! What is left of a key and of forty secrets after a day's work: nothing, in no file, argument, output or process.

use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use engram_local::{Fault, Options, Server};
use serde_json::json;

use super::attacker::holds;
use super::flushing::{Flushing, is_root, signal};
use super::labelled::{Sample, samples};
use crate::sandbox::{DEADLINE, KEY, Sandbox};

const PLANTED: usize = 40;

/// One secret of each kind, as a final message has it; those that no table knows are planted as assignments.
fn planted() -> Vec<Sample> {
    let mut kinds = BTreeMap::new();
    for sample in
        samples().into_iter().filter(|sample| matches!(sample.place.as_str(), "final message" | "assignment"))
    {
        if sample.kind != "environment-secret" {
            kinds.entry(sample.kind.clone()).or_insert(sample);
        }
    }
    let every = kinds.len() / PLANTED;
    kinds.into_values().step_by(every).take(PLANTED).collect()
}

/// The ways in: each event that becomes a memory.
fn payload(way: usize, text: &str) -> String {
    let base =
        json!({"session_id": "s", "cwd": "/home/dev/acme-api", "prompt_id": text, "tool_use_id": text});
    let fields = match way % 6 {
        0 => {
            json!({"hook_event_name": "Stop", "last_assistant_message": format!("I looked at it and here it is. {text}")})
        }
        1 => json!({"hook_event_name": "UserPromptSubmit", "prompt": format!("remember: {text}")}),
        2 => {
            json!({"hook_event_name": "PostCompact", "compact_summary": format!("<summary>We did this.\n{text}</summary>")})
        }
        3 => {
            json!({"hook_event_name": "PostToolUse", "tool_name": "ExitPlanMode", "tool_input": {"plan": format!("# Plan\n\n{text}")}, "tool_response": "approved"})
        }
        4 => json!({
            "hook_event_name": "PostToolUse", "tool_name": "Bash",
            "tool_input": {"command": format!("git commit -F - <<'END'\nfix: a thing\n\n{text}\nEND")},
            "tool_response": {"stdout": "[main 1a2b3c4] fix: a thing\n 1 file changed", "stderr": "", "interrupted": false},
        }),
        _ => json!({
            "hook_event_name": "PostToolUse", "tool_name": "Bash",
            "tool_input": {"command": format!("gh pr create --title 'A thing' --body \"$(cat <<'END'\n{text}\nEND\n)\"")},
            "tool_response": {"stdout": "https://github.com/acme/api/pull/7\n", "stderr": "", "interrupted": false},
        }),
    };
    let mut payload = base;
    payload.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    payload.to_string()
}

/// The key nowhere at all, and of each secret no part.
#[track_caller]
fn clean(bytes: &[u8], planted: &[Sample], place: &str) {
    assert!(!holds(bytes, KEY) && !holds(bytes, &KEY[4..24]), "the key is in {place}");
    let text = String::from_utf8_lossy(bytes);
    for sample in planted {
        assert_eq!(sample.leak(&text), None, "{} is in {place}", sample.kind);
    }
}

#[test]
fn a_key_and_forty_secrets_are_in_no_file_output_or_argument() {
    let planted = planted();
    assert_eq!(planted.len(), PLANTED);
    let server = Server::start(Options::default()).unwrap();
    // This service does not know the key: it refuses some, fails on others and says back all that it was sent.
    let refused = std::sync::atomic::AtomicUsize::new(0);
    server.faults().when(move |seen| {
        let said = String::from_utf8_lossy(&seen.body).replace('"', "'");
        let body = format!(r#"{{"detail":"{:?} {said}"}}"#, seen.headers);
        let number = refused.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let code = [400, 500, 422, 201, 503][number % 5];
        Some(Fault::Status { code, headers: vec![], body })
    });
    // As talkative as a repository can make it.
    let sandbox = Sandbox::to(&server.url())
        .with("ENGRAM_LOG", "trace")
        .with("RUST_BACKTRACE", "full")
        .with("RUST_LOG", "trace");
    let background = sandbox.hold_flush();
    for (way, sample) in planted.iter().enumerate() {
        sandbox.capture(payload(way, &sample.text()));
    }
    assert_eq!(
        sandbox.waiting(),
        PLANTED as u64,
        "each of them became a memory: {}",
        sandbox.run(&["list"]).stdout
    );
    // What waits.
    for (path, bytes) in sandbox.files() {
        clean(&bytes, &planted, &path.display().to_string());
    }
    drop(background);
    for _ in 0..4 {
        let flushed = sandbox.run(&["flush", "-v"]);
        clean((flushed.stdout + &flushed.stderr).as_bytes(), &planted, "what a flush says");
    }
    // One in the background, with its log.
    sandbox.capture(payload(0, "and something harmless"));
    sandbox.wait_until("the background flush has ended", |sandbox| {
        drop(sandbox.hold_flush());
        sandbox.state().join("log").exists()
    });
    assert!(sandbox.status()["spool"]["dead_letters"].as_u64().unwrap() > 5);
    for (path, bytes) in sandbox.files() {
        clean(&bytes, &planted, &path.display().to_string());
    }
    for arguments in [
        &["status"][..],
        &["status", "--json"],
        &["list"],
        &["list", "--json"],
        &["list", "--dead"],
        &["list", "--dead", "--json"],
        &["doctor", "--offline"],
        &["config", "show"],
    ] {
        let ran = sandbox.run(arguments);
        clean((ran.stdout + &ran.stderr).as_bytes(), &planted, &format!("{arguments:?}"));
    }
    for (way, sample) in planted.iter().enumerate() {
        let explained =
            sandbox.run_with(&["explain", "--json"], payload(way, &sample.text()).as_bytes()).exits(0);
        clean(explained.stdout.as_bytes(), &planted, "what explain says");
    }
    // And what the service was sent holds the key in its header alone.
    for request in server.requests() {
        clean(&request.body, &planted, "a body");
        clean(format!("{}?{}", request.path, request.query).as_bytes(), &planted, "a URL");
    }
    assert!(
        server
            .requests()
            .iter()
            .any(|request| request.header("authorization").is_some_and(|value| value.contains(KEY)))
    );
}

#[test]
fn a_flush_shows_its_key_neither_in_its_arguments_nor_to_the_same_users_programs() {
    let server = Server::start(Options::default()).unwrap();
    server.faults().always(Some(Fault::Hang(Duration::from_secs(10))));
    let sandbox =
        Sandbox::to(&server.url()).with("ANTHROPIC_API_KEY", "sk-of-somebody-else").with("OTHER", "x");
    let flushing = Flushing::start(&sandbox, &payload(0, "a memory of some length"));
    let end = Instant::now() + DEADLINE;
    while server.requests().is_empty() {
        assert!(Instant::now() < end, "it never asked");
        std::thread::sleep(Duration::from_millis(5));
    }
    let arguments = std::fs::read(format!("/proc/{}/cmdline", flushing.pid)).unwrap();
    assert_eq!(arguments, b"engram-hook\0flush\0--detached\0");
    for file in ["environ", "mem", "maps", "auxv", "stack", "fd/0", "cwd", "exe"] {
        assert!(!flushing.is_read_by_its_own_user(file), "/proc/<pid>/{file} of a flush can be read");
    }
    // The same look at a process that does not hide finds something.
    let open = Flushing::bystander(&sandbox);
    assert!(open.is_read_by_its_own_user("environ") && open.is_read_by_its_own_user("maps"));
    if is_root() {
        let environment = std::fs::read(format!("/proc/{}/environ", flushing.pid)).unwrap();
        let names: Vec<_> = environment
            .split(|byte| *byte == 0)
            .filter_map(|pair| String::from_utf8_lossy(pair).split_once('=').map(|(name, _)| name.to_owned()))
            .collect();
        let documented = super::documented::variables_of_a_flush();
        assert!(names.iter().all(|name| documented.contains(name)), "{names:?}");
        assert!(names.contains(&"ENGRAM_API_KEY".to_owned()));
    }
}

#[test]
fn a_flush_that_crashes_leaves_no_core() {
    let server = Server::start(Options::default()).unwrap();
    server.faults().always(Some(Fault::Hang(Duration::from_secs(10))));
    let sandbox = Sandbox::to(&server.url());
    let lock = sandbox.hold_flush();
    sandbox.capture(payload(0, "a memory of some length"));
    for by_hand in [false, true] {
        server.forget_requests();
        let arguments = if by_hand { "flush" } else { "flush --detached" };
        let mut command = sandbox.shell(&format!("ulimit -S -c unlimited; exec \"$0\" {arguments}"));
        let stdin = if by_hand {
            fs_unlock(&lock);
            Stdio::null()
        } else {
            Stdio::from(lock.try_clone().unwrap())
        };
        let mut flush = command.stdin(stdin).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let end = Instant::now() + DEADLINE;
        while server.requests().is_empty() {
            assert!(Instant::now() < end, "it never asked");
            std::thread::sleep(Duration::from_millis(5));
        }
        signal("ABRT", flush.id());
        let status = flush.wait().unwrap();
        assert_eq!((status.signal(), status.core_dumped()), (Some(6), false), "{arguments}");
    }
    for (path, bytes) in sandbox.files() {
        assert!(!holds(&bytes, KEY), "{}", path.display());
    }
    // A program that does not care leaves one, where the machine allows it.
    let mut sleeper = Command::new("/bin/bash")
        .args(["-c", "ulimit -S -c unlimited; exec sleep 60"])
        .current_dir(sandbox.home())
        .spawn()
        .unwrap();
    signal("ABRT", sleeper.id());
    if !sleeper.wait().unwrap().core_dumped() {
        println!("no program leaves a core here");
    }
}

/// It holds the key as well, and a payload from which no secret was taken yet.
#[test]
fn a_capture_that_crashes_leaves_no_core() {
    /// More than a pipe holds: when it is written, somebody has begun to read.
    const LONG: usize = 128 * 1024;
    let sandbox = Sandbox::unsent();
    let mut capture = sandbox
        .shell("ulimit -S -c unlimited; exec \"$0\" capture")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut pipe = capture.stdin.take().unwrap();
    std::io::Write::write_all(&mut pipe, format!("{{\"prompt\":\"{}", "x".repeat(LONG)).as_bytes()).unwrap();
    signal("ABRT", capture.id());
    let status = capture.wait().unwrap();
    assert_eq!((status.signal(), status.core_dumped()), (Some(6), false));
}

fn fs_unlock(lock: &std::fs::File) {
    lock.unlock().unwrap();
}

/// What a developer prints while looking for a mistake.
#[test]
fn nothing_that_is_printed_for_debugging_shows_the_key() {
    use engram_hook::config::{From, KeyFound};
    use engram_hook::key::Key;
    use engram_hook::net::{Courier, Transport};
    use engram_hook::origin::Origin;
    use engram_hook::spool::Destination;

    let key = Key::parse(KEY).unwrap();
    let destination = Destination { origin: Origin::default(), key: key.clone() };
    let courier = Courier::new(&destination, &Transport::default()).unwrap();
    let found = KeyFound::Usable(key.clone(), From::Default);
    let shown = format!(
        "{key:?} {key:#?} {destination:?} {destination:#?} {courier:?} {found:?} {}",
        destination.name()
    );
    assert!(!shown.contains(&KEY[4..12]), "{shown}");
}

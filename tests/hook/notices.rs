//! The one thing a capture prints: at a session's start, to the user, once a day and cause, that nothing is captured.

use engram_local::{Fault, Generation, Options, Server};

use crate::sandbox::{KEY, NOBODY, Ran, Sandbox, session_start, stop};

#[track_caller]
fn starts(sandbox: &Sandbox) -> Ran {
    sandbox.run_with(&["capture"], session_start("startup").as_bytes())
}

/// It is told at a start and only there, once for today, and again tomorrow.
#[track_caller]
fn tells_once(sandbox: &Sandbox, words: &str) {
    sandbox.capture(stop("s", "no session starts"));
    sandbox.capture(session_start("startup").replace("SessionStart", "SessionEnd"));
    starts(sandbox).notices(words);
    for source in ["startup", "resume", "clear", "compact"] {
        sandbox.capture(session_start(source));
    }
    a_day_passes(sandbox);
    sandbox.run_with(&["capture"], session_start("resume").as_bytes()).notices(words);
    sandbox.capture(session_start("compact"));
}

fn a_day_passes(sandbox: &Sandbox) {
    let file = sandbox.state().join("told");
    let told = std::fs::read_to_string(&file).unwrap();
    let (before, after) = told.split_once("\":\"").unwrap();
    let yesterday = jiff::Timestamp::now() - jiff::SignedDuration::from_hours(25);
    std::fs::write(&file, format!("{before}\":\"{yesterday}{}", &after[after.find('"').unwrap()..])).unwrap();
}

/// A home in which nothing is wrong but what the test makes so.
fn well() -> Sandbox {
    Sandbox::to(NOBODY)
}

#[test]
fn a_session_in_which_all_is_well_starts_in_silence() {
    let sandbox = well();
    for source in ["startup", "resume", "clear", "compact"] {
        sandbox.capture(session_start(source));
    }
    assert!(sandbox.files().is_empty());
}

#[test]
fn no_key_is_told_once_a_day() {
    let mut sandbox = well();
    sandbox.unset("ENGRAM_API_KEY");
    tells_once(
        &sandbox,
        "engram-hook captures nothing: there is no API key; set ENGRAM_API_KEY, or put the key into ",
    );
}

#[test]
fn what_is_no_key_and_a_key_file_that_others_read_are_told() {
    let mut sandbox = well().with("ENGRAM_API_KEY", "short");
    tells_once(&sandbox, "what ENGRAM_API_KEY holds is no API key: it is shorter than 8 characters");
    sandbox.unset("ENGRAM_API_KEY");
    std::fs::remove_file(sandbox.state().join("told")).unwrap();
    std::fs::create_dir_all(sandbox.settings()).unwrap();
    std::fs::write(sandbox.settings().join("api-key"), KEY).unwrap();
    let readable = std::os::unix::fs::PermissionsExt::from_mode(0o644);
    std::fs::set_permissions(sandbox.settings().join("api-key"), readable).unwrap();
    tells_once(&sandbox, "others may read it; `chmod 600` it");
}

#[test]
fn broken_settings_are_told_with_their_line() {
    let sandbox = well();
    sandbox.configure("{\n\"ignored\": [\"\\u001b[2J\"]}");
    tells_once(&sandbox, "line 2: there is no setting \"ignored\" (did you mean \"ignore\"?)");
    sandbox.configure(&format!("{{\"{}\":1}}", "\\u001b[2J\\n".repeat(2000)));
    std::fs::remove_file(sandbox.state().join("told")).unwrap();
    let ran = starts(&sandbox).notices("there is no setting");
    assert!(ran.stdout.len() < 1500, "{}", ran.stdout);
}

#[test]
fn a_url_that_is_none_and_an_origin_that_is_not_allowed_are_told() {
    let sandbox = well().with("ENGRAM_API_URL", "memories");
    tells_once(&sandbox, "what ENGRAM_API_URL holds is no base URL: it is not a URL");
    let sandbox = Sandbox::unsent();
    tells_once(
        &sandbox,
        "engram-hook sends nothing: you have not allowed https://memories.example.com; unset ENGRAM_API_URL",
    );
}

#[test]
fn a_rejected_key_is_told() {
    let server = Server::start(Options { generation: Generation::AsAsked, ..Options::default() }).unwrap();
    let sandbox = Sandbox::to(&server.url()).with("ENGRAM_API_KEY", &server.create_key("k"));
    server.faults().always(Some(Fault::Status {
        code: 401,
        headers: vec![],
        body: r#"{"detail":"no"}"#.into(),
    }));
    sandbox.capture(stop("s", "erased"));
    sandbox.wait_until("it is erased", |sandbox| !sandbox.status()["spool"]["tombstone"].is_null());
    tells_once(&sandbox, "the service rejected the API key at 20");
}

#[test]
fn each_cause_is_told_for_itself() {
    let mut sandbox = well();
    sandbox.unset("ENGRAM_API_KEY");
    starts(&sandbox).notices("there is no API key");
    sandbox.configure("{");
    starts(&sandbox).notices("config.json");
    sandbox.capture(session_start("startup"));
    sandbox.configure("{}");
    sandbox.capture(session_start("startup"));
}

#[test]
fn nothing_is_told_to_who_turned_it_off_or_did_so_on_purpose() {
    let without_a_key = || {
        let mut sandbox = well();
        sandbox.unset("ENGRAM_API_KEY");
        sandbox
    };
    let sandbox = without_a_key();
    sandbox.configure(r#"{"notices":false}"#);
    starts(&sandbox).unseen();
    let sandbox = without_a_key().with("ENGRAM_CAPTURE", "off");
    starts(&sandbox).unseen();
    let sandbox = without_a_key();
    sandbox.configure(r#"{"ignore":["/home/dev"]}"#);
    starts(&sandbox).unseen();
    let sandbox = without_a_key();
    std::fs::write(sandbox.home().join(".engram-ignore"), "").unwrap();
    let here = session_start("startup").replace("/home/dev/acme-api", sandbox.home().to_str().unwrap());
    sandbox.run_with(&["capture"], here.as_bytes()).unseen();
    // Other programs that run Claude Code's hooks.
    let sandbox = without_a_key();
    let cursor = session_start("startup").replacen('{', "{\"cursor_version\":\"2\",", 1);
    sandbox.run_with(&["capture"], cursor.as_bytes()).unseen();
    assert!(!sandbox.state().exists());
}

#[test]
fn what_cannot_be_remembered_or_said_is_let_be() {
    let mut sandbox = well();
    sandbox.unset("ENGRAM_API_KEY");
    let closed = |script: &str| sandbox.run_shell(script, session_start("startup").as_bytes());
    closed("\"$0\" capture >&-").unseen();
    a_day_passes(&sandbox);
    closed("\"$0\" capture > /dev/full").unseen();
    a_day_passes(&sandbox);
    closed("set -o pipefail; \"$0\" capture | head -c 0").unseen();
    std::fs::remove_dir_all(sandbox.state()).unwrap();
    std::fs::write(sandbox.state(), "a file where the directory should be").unwrap();
    starts(&sandbox).unseen();
}

#[test]
fn of_sessions_that_start_together_one_tells_it() {
    let mut sandbox = well();
    sandbox.unset("ENGRAM_API_KEY");
    starts(&sandbox).notices("there is no API key");
    let told = std::fs::File::options().write(true).open(sandbox.state().join("told")).unwrap();
    // Another session is at it, and has not written yet.
    told.lock().unwrap();
    told.set_len(0).unwrap();
    starts(&sandbox).unseen();
    told.unlock().unwrap();
    starts(&sandbox).notices("there is no API key");
}

//! A newer version was here and left its files: the older one works beside them, keeps them, and names them.

use engram_local::{Options, Server};
use serde_json::{Value, json};

use crate::sandbox::{Sandbox, stop};

#[test]
fn what_a_newer_version_left_stays_as_it_is_and_is_named_by_status() {
    let server = Server::start(Options::default()).unwrap();
    let sandbox = Sandbox::to(&server.url()).with("ENGRAM_API_KEY", &server.create_key("k"));
    let background = sandbox.hold_flush();
    sandbox.capture(stop("s", "before"));
    drop(background);
    sandbox.run(&["flush"]).exits(0);

    let (ledger, session) = (sandbox.spool().join("ledger"), sandbox.spool().join("session-newer"));
    let mut counts: Value = serde_json::from_slice(&std::fs::read(&ledger).unwrap()).unwrap();
    counts["dropped"] = json!({"too-dull": 4});
    counts["merged"] = json!(3);
    std::fs::write(&ledger, counts.to_string()).unwrap();
    std::fs::write(&session, r#"{"rooms":[1]}"#).unwrap();
    let newer = sandbox.state().join("spool/v2/0123456789abcdef");
    std::fs::create_dir_all(&newer).unwrap();
    std::fs::write(newer.join("active"), "of a version to come").unwrap();

    let background = sandbox.hold_flush();
    sandbox.capture(stop("s", "after"));
    drop(background);
    sandbox.run(&["flush"]).exits(0);
    assert_eq!(server.memories().len(), 2);

    let status = sandbox.status();
    assert_eq!(status["spool"]["accepted"], 2, "the counts go on");
    assert_eq!(status["spool"]["dropped"], json!({"too-dull": 4}));
    let after: Value = serde_json::from_slice(&std::fs::read(&ledger).unwrap()).unwrap();
    assert_eq!(after["merged"], 3);
    assert_eq!(std::fs::read_to_string(session).unwrap(), r#"{"rooms":[1]}"#);
    assert_eq!(std::fs::read_to_string(newer.join("active")).unwrap(), "of a version to come");
    let strangers = status["strangers"].as_array().unwrap();
    let named = |path: &str| strangers.iter().any(|stranger| stranger.as_str().unwrap().ends_with(path));
    assert!(named("spool/v2") && named("session-newer") && strangers.len() == 2, "{strangers:?}");
    let text = sandbox.run(&["status"]).exits(0).stdout;
    assert!(text.contains("spool/v2, left for a newer version"), "{text}");
    let doctor = sandbox.run(&["doctor", "--offline"]).stdout;
    for stranger in strangers {
        assert!(doctor.contains(stranger.as_str().unwrap()), "{doctor}");
    }
}

#[test]
fn a_flush_says_of_what_it_cannot_read_that_a_newer_version_can() {
    use engram_hook::spool::Encoded;
    let server = Server::start(Options::default()).unwrap();
    let sandbox = Sandbox::to(&server.url()).with("ENGRAM_API_KEY", &server.create_key("k"));
    let background = sandbox.hold_flush();
    sandbox.capture(stop("s", "ours"));
    let newer = json!({"id": "n", "at": "2026-01-01T00:00:00Z", "memory": {"mood": "good"}});
    let active = sandbox.spool().join("active.jsonl");
    let mut bytes = std::fs::read(&active).unwrap();
    bytes.extend(Encoded::waiting(&newer).unwrap().as_bytes());
    std::fs::write(active, bytes).unwrap();
    drop(background);
    let ran = sandbox.run(&["flush"]).exits(75);
    let said = ran.stdout + &ran.stderr;
    assert!(said.contains("1 memory can be read by a newer version only"), "{said}");
    assert!(!said.contains("fails on"), "{said}");
    assert_eq!((server.memories().len(), sandbox.waiting()), (1, 1));
}

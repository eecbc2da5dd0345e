//! Each file of the spool with something else in its place: nothing is followed, nothing is lost, and what could not be
//! stored is noted.

use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::Duration;

use super::{CODES, is_root, kept_or_noted, skipped, stands, topics};
use crate::sandbox::{Sandbox, stop};

/// What may stand where a file should be.
const INTRUDERS: [&str; 8] =
    ["directory", "full directory", "fifo", "socket", "symlink", "dangling symlink", "hard link", "device"];
/// Sealed so late that its age is never beyond the cap.
const SEGMENT: &str = "seal-04102444800000000000-1.jsonl";
/// A command meets nothing it waits for longer than this.
const LONGEST: Duration = Duration::from_secs(5);

/// Puts the intruder in place; false when that is not allowed here.
fn intrude(kind: &str, place: &Path, outside: &Path) -> bool {
    let target = outside.join("target");
    std::fs::write(&target, "bytes of somebody else").unwrap();
    let run = |program: &str, arguments: &[&str]| {
        std::process::Command::new(program).args(arguments).arg(place).status().unwrap().success()
    };
    match kind {
        "directory" => std::fs::create_dir(place).unwrap(),
        "full directory" => {
            std::fs::create_dir(place).unwrap();
            std::fs::write(place.join("something"), "in it").unwrap();
        }
        "socket" => {
            // Its path may be too long for the kind; what stands there otherwise is the same.
            if std::os::unix::net::UnixListener::bind(place).is_err() {
                skipped("the path is too long for a socket");
                return false;
            }
        }
        "fifo" => assert!(run("mkfifo", &[])),
        "symlink" => symlink(&target, place).unwrap(),
        "dangling symlink" => symlink(outside.join("nothing"), place).unwrap(),
        "hard link" => std::fs::hard_link(&target, place).unwrap(),
        // Without the right to make devices it is a link to the one that is always full.
        "device" if is_root() => {
            let made = std::process::Command::new("mknod")
                .arg(place)
                .args(["c", "1", "7"])
                .status()
                .unwrap()
                .success();
            if !made {
                skipped("devices may not be made here");
            }
            return made;
        }
        _ => symlink("/dev/full", place).unwrap(),
    }
    true
}

pub fn take_away(place: &Path) {
    match place.symlink_metadata() {
        Ok(metadata) if metadata.is_dir() => std::fs::remove_dir_all(place).unwrap(),
        Ok(_) => std::fs::remove_file(place).unwrap(),
        Err(_) => {}
    }
}

/// A home with one memory in a segment and one in the active file, whose flushes reach nobody.
fn furnished() -> Sandbox {
    let sandbox = Sandbox::unsent();
    sandbox.capture(stop("s", "sealed"));
    std::fs::rename(sandbox.spool().join("active.jsonl"), sandbox.spool().join(SEGMENT)).unwrap();
    sandbox.capture(stop("s", "active"));
    assert_eq!(topics(&sandbox), ["sealed", "active"]);
    sandbox
}

/// Whatever stands where `name` should be in the directory, a capture is unseen and either keeps its memory or leaves a
/// note; no other command hangs, panics or ends with 2; and afterwards everything is there.
fn stands_in_the_place_of(name: &str, directory: impl Fn(&Sandbox) -> std::path::PathBuf) {
    for kind in INTRUDERS {
        let sandbox = furnished();
        let outside = sandbox.home().join("outside");
        std::fs::create_dir(&outside).unwrap();
        let (place, aside) = (directory(&sandbox).join(name), outside.join("aside"));
        let was_there = std::fs::rename(&place, &aside).is_ok();
        if !intrude(kind, &place, &outside) {
            continue;
        }
        sandbox.capture(stop("s", "while it stood there"));
        for arguments in [&["status"][..], &["status", "--json"], &["list"], &["list", "--dead"]] {
            look(&sandbox, name, kind, arguments);
        }
        let on_status = sandbox.run(&["status"]).exits(0).stdout;
        sandbox.configure(r#"{"origins":["https://memories.example.com"]}"#);
        look(&sandbox, name, kind, &["flush"]);
        look(&sandbox, name, kind, &["flush", "--json"]);
        std::fs::remove_file(sandbox.settings().join("config.json")).unwrap();

        assert_eq!(
            std::fs::read(outside.join("target")).unwrap(),
            b"bytes of somebody else",
            "{name}: {kind}"
        );
        assert!(!stands(&outside.join("nothing")), "{name}: {kind} was followed");
        if was_there {
            take_away(&place);
            std::fs::rename(&aside, &place).unwrap();
        } else if name != SEGMENT {
            take_away(&place);
        }
        let topics = topics(&sandbox);
        for topic in ["sealed", "active"] {
            assert!(
                topics.iter().any(|waiting| waiting == topic),
                "{name}: {kind}: {topic} is lost, there is {topics:?}"
            );
        }
        assert!(
            kept_or_noted(&sandbox) >= 3,
            "{name}: {kind}: neither kept nor noted; status said:\n{on_status}"
        );
    }
}

#[track_caller]
fn look(sandbox: &Sandbox, name: &str, kind: &str, arguments: &[&str]) {
    let ran = sandbox.run(arguments);
    let what = format!("{name}: {kind}: {arguments:?}: {ran:?}");
    assert!(ran.code.is_some_and(|code| CODES.contains(&code)), "{what}");
    assert!(
        ran.took < LONGEST && !ran.stderr.contains("panicked") && ran.stderr.lines().count() <= 1,
        "{what}"
    );
    assert!(arguments[0] != "status" || ran.code == Some(0), "{what}");
}

macro_rules! replaced {
    ($($test:ident: $name:expr;)*) => {
        $(
            #[test]
            fn $test() {
                stands_in_the_place_of($name, Sandbox::spool);
            }
        )*
    };
}

replaced! {
    something_else_in_the_place_of_the_lock_loses_nothing: "lock";
    something_else_in_the_place_of_the_lock_of_the_flush_loses_nothing: "flush.lock";
    something_else_in_the_place_of_the_active_file_loses_nothing: "active.jsonl";
    something_else_in_the_place_of_a_segment_loses_nothing: SEGMENT;
    something_else_in_the_place_of_the_dead_letters_loses_nothing: "dead.jsonl";
    something_else_in_the_place_of_the_quarantine_loses_nothing: "quarantine.bin";
    something_else_in_the_place_of_the_next_try_loses_nothing: "retry";
    something_else_in_the_place_of_the_ledger_loses_nothing: "ledger";
    something_else_in_the_place_of_the_tombstone_loses_nothing: "tombstone";
    something_else_in_the_place_of_the_origin_loses_nothing: "origin";
    something_else_in_the_place_of_another_segment_loses_nothing: "one-04102444800000000001-1.jsonl";
}

#[test]
fn something_else_in_the_place_of_the_log_loses_nothing() {
    stands_in_the_place_of("log", Sandbox::state);
}

#[test]
fn something_else_in_the_place_of_the_notes_keeps_every_memory() {
    for kind in INTRUDERS {
        let sandbox = furnished();
        let outside = sandbox.home().join("outside");
        std::fs::create_dir(&outside).unwrap();
        let place = sandbox.state().join("notes");
        std::fs::remove_file(&place).unwrap();
        if intrude(kind, &place, &outside) {
            sandbox.capture(stop("s", "without notes"));
            sandbox.capture("no payload");
            assert_eq!(topics(&sandbox), ["sealed", "active", "without notes"], "{kind}");
            assert_eq!(sandbox.status()["notes"], serde_json::json!([]), "{kind}");
            assert_eq!(std::fs::read(outside.join("target")).unwrap(), b"bytes of somebody else", "{kind}");
            assert!(!stands(&outside.join("nothing")), "{kind}");
            take_away(&place);
        }
    }
}

/// A hole of ten gigabytes, as a broken disk leaves one: to count what waits behind it takes longer than a session waits.
#[test]
fn an_active_file_that_never_seems_to_end_is_not_read_by_a_capture() {
    let sandbox = furnished();
    let active = sandbox.spool().join("active.jsonl");
    std::fs::File::options().append(true).open(&active).unwrap().set_len(10 << 30).unwrap();
    let ran = sandbox.run_with(&["capture"], stop("s", "behind it").as_bytes()).unseen();
    assert!(ran.took < LONGEST, "{:?}", ran.took);
    assert!(std::fs::read_to_string(active).unwrap().contains("behind it"), "in a file of its own");
    assert!(sandbox.spool().join(SEGMENT).exists(), "what was there before is not let go for it");
}

//! The rules of the house, read off the sources: which room may use which crate, which effect and which other room.

#![expect(clippy::unwrap_used, clippy::string_slice, reason = "a test may stop where it stands")]

use std::collections::{BTreeMap, BTreeSet};

#[path = "layering/sources.rs"]
mod sources;

use sources::{Source, below};

/// Each third-party crate and the one room that uses it, so that replacing the crate is an edit to that room. An empty
/// room is every room: the crate is part of how this program is written.
const OWNERS: &[(&str, &str)] = &[
    ("anyhow", ""),
    ("backoff", "net/retry.rs"),
    ("clap", "cli"),
    ("clap_complete", "cli"),
    ("crc32fast", "spool/record.rs"),
    ("directories", "paths.rs"),
    ("fast_glob", "config/glob.rs"),
    ("fs2", "spool/lock.rs"),
    ("futures_util", "net/"),
    ("httpdate", "net/retry.rs"),
    ("indicatif", "ui/"),
    ("jiff", "clock.rs"),
    ("libc", "sys.rs"),
    ("memchr", ""),
    ("reqwest", "net/"),
    ("rustix", "sys.rs"),
    ("rustls", "net/"),
    ("secrecy", "key.rs"),
    ("serde", ""),
    ("serde_json", ""),
    ("sha2", "digest.rs"),
    ("similar", "settings/"),
    ("strsim", "config/mistake.rs"),
    ("thiserror", ""),
    ("tokio", "net/"),
    ("tracing", ""),
    ("tracing_subscriber", "log.rs"),
    ("unicode_segmentation", "hook/text"),
    ("url", "origin.rs"),
    ("uuid", "hook/id.rs"),
    ("webpki_roots", "net/"),
];

/// What only some rooms may do, those rooms, and why the ones after the first may.
const EFFECTS: &[(&[&str], &[&str])] = &[
    (&["async", "await"], &["net/"]),
    (
        &["println!", "print!", "eprintln!", "eprint!", "dbg!", "stdout()", "stderr()"],
        &[
            "ui/",
            // A capture does not reach `ui`, and has one line to say.
            "notice.rs",
        ],
    ),
    (
        &["Command::new", "process::Command", "fork", "fork_into"],
        &[
            "detach.rs",
            // How it is done.
            "sys.rs",
            // Waits for a capture, to time it.
            "cmd/doctor/trial.rs",
        ],
    ),
    (
        &["env::var", "env::vars", "env::var_os", "env::vars_os", "env::set_var", "env::remove_var"],
        &[
            "config.rs",
            // Passes variables on to the flush without looking at them.
            "detach.rs",
            // Told what to do wrong, in a build that is for tests.
            "fault/",
            // Claude Code's own directory, which `settings` is told.
            "cmd/install.rs",
        ],
    ),
    (&["SystemTime::now", "Timestamp::now", "Zoned::now"], &["clock.rs"]),
    (
        &["unsafe"],
        &[
            "sys.rs",   // An allocator is unsafe by definition.
            "arena.rs", // The name of `main`, and the pointers it is given.
            "main.rs",
        ],
    ),
    // The exit code is `main`'s; a hook that panics must exit with 0 from where it stands.
    (&["process::exit", "process::abort"], &["main.rs", "cmd/capture.rs"]),
];

/// Files of more than this many lines are split, or named here.
const MOST_LINES: usize = 300;
const LONG_FILES: &[(&str, &str)] =
    &[("src/sys.rs", "every system call has its one door here, and the door is one file")];

/// Not reachable from `capture`: what starts threads, runtimes and parsers, and errors made for people.
const NOT_ON_THE_CAPTURE_PATH: [&str; 11] = [
    "clap",
    "clap_complete",
    "tokio",
    "reqwest",
    "rustls",
    "tracing_subscriber",
    "anyhow",
    "indicatif",
    "backoff",
    "similar",
    "futures_util",
];

#[test]
fn each_crate_is_used_in_its_own_room_only() {
    let mut wrong = Vec::new();
    for source in below("src") {
        for (name, owner) in OWNERS {
            if source.uses_crate(name) && !source.path.starts_with(owner) {
                wrong.push(format!("{} uses {name}, which belongs to {owner}", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn each_dependency_has_an_owner_and_is_used() {
    let manifest = include_str!("../Cargo.toml");
    let section = manifest.split("\n[dependencies]\n").nth(1).unwrap().split("\n[").next().unwrap();
    let names: BTreeSet<_> = section
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'))
        .filter_map(|line| line.split_once('='))
        .map(|(name, _)| name.trim().trim_end_matches(".workspace").replace('-', "_"))
        .collect();
    let owned: BTreeSet<_> = OWNERS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(names, owned, "Cargo.toml on the left, the table of owners on the right");
    let sources = below("src");
    for name in &names {
        assert!(sources.iter().any(|source| source.uses_crate(name)), "{name} is used nowhere");
    }
}

#[test]
fn each_effect_has_one_door() {
    let mut wrong = Vec::new();
    for source in below("src") {
        for (words, rooms) in EFFECTS {
            for word in words.iter().filter(|word| source.says(word)) {
                if !rooms.iter().any(|room| source.path.starts_with(room)) {
                    wrong.push(format!("{} says {word}, which belongs to {}", source.path, rooms[0]));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn each_exception_to_a_rule_is_needed() {
    let sources = below("src");
    for (words, rooms) in EFFECTS {
        for room in *rooms {
            let mut theirs = sources.iter().filter(|source| source.path.starts_with(room));
            assert!(
                theirs.any(|source| words.iter().any(|word| source.says(word))),
                "{room} does none of {words:?}"
            );
        }
    }
    for (file, _) in LONG_FILES {
        let lines = std::fs::read_to_string(format!("{}/{file}", env!("CARGO_MANIFEST_DIR")))
            .unwrap()
            .lines()
            .count();
        assert!(lines > MOST_LINES, "{file} has {lines} lines: it need not be named");
    }
}

/// The rows of rooms in the doc of `lib.rs`, the highest first: the block after the sentence that begins with "A row of
/// rooms", a line a row, dots between the rooms.
fn rows(sources: &[Source]) -> BTreeMap<String, usize> {
    let text = &sources.iter().find(|source| source.path == "lib.rs").unwrap().text;
    let doc: Vec<_> = text.lines().map_while(|line| line.strip_prefix("//!")).map(str::trim).collect();
    let sentence = doc.iter().position(|line| line.starts_with("A row of rooms")).unwrap();
    let block = doc.get(sentence..).unwrap().iter().skip_while(|line| !line.starts_with("```")).skip(1);
    let mut rows = BTreeMap::new();
    for (row, rooms) in block.take_while(|line| !line.starts_with("```")).enumerate() {
        for room in rooms.split('·').map(str::trim) {
            assert_eq!(rows.insert(room.to_owned(), row), None, "{room} stands in one row");
        }
    }
    rows
}

#[test]
fn each_room_stands_in_a_row() {
    let sources = below("src");
    let rows = rows(&sources);
    let rooms: BTreeSet<_> =
        sources.iter().map(Source::room).filter(|room| !matches!(*room, "lib" | "main")).collect();
    assert_eq!(
        rows.keys().map(String::as_str).collect::<BTreeSet<_>>(),
        rooms,
        "lib.rs on the left, src on the right"
    );
}

#[test]
fn a_room_uses_only_rooms_of_its_row_and_below() {
    let sources = below("src");
    let rows = rows(&sources);
    let mut wrong = Vec::new();
    for source in sources.iter().filter(|source| !matches!(source.room(), "lib" | "main")) {
        for used in source.rooms_used() {
            if let (Some(mine), Some(theirs)) = (rows.get(source.room()), rows.get(&used))
                && theirs < mine
            {
                wrong.push(format!("{} uses {used}, which is above it", source.path));
            }
        }
        // A room's own files may name their neighbours; the crate's root is named `crate`.
        let is_root_of_a_room = !source.path.contains('/')
            || source.path.matches('/').count() == 1 && source.path.ends_with("/mod.rs");
        if is_root_of_a_room && source.says("super::") {
            wrong.push(format!("{} names another room by `super`", source.path));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn capture_reaches_nothing_that_is_heavy() {
    let sources = below("src");
    let mut reached: BTreeSet<String> = BTreeSet::new();
    let mut to_follow = vec!["cmd/capture.rs".to_owned()];
    while let Some(room) = to_follow.pop() {
        if !reached.insert(room.clone()) {
            continue;
        }
        // A room is reached as a whole; of the commands, only the one.
        for source in sources.iter().filter(|source| source.path == room || source.room() == room) {
            let used = source.rooms_used();
            assert!(!used.iter().any(|used| used == "cmd"), "{} reaches every command", source.path);
            to_follow.extend(used);
        }
    }
    assert!(["spool", "hook", "detach", "sys"].iter().all(|room| reached.contains(*room)), "{reached:?}");
    let mut wrong = Vec::new();
    for source in
        sources.iter().filter(|source| reached.contains(&source.path) || reached.contains(source.room()))
    {
        for name in NOT_ON_THE_CAPTURE_PATH.iter().filter(|name| source.uses_crate(name)) {
            wrong.push(format!("capture reaches {}, which uses {name}", source.path));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn each_file_says_what_it_is_for_and_is_short() {
    let mut wrong = Vec::new();
    for directory in ["src", "local-api/src"] {
        for source in below(directory) {
            let path = format!("{directory}/{}", source.path);
            if !source.text.lines().next().is_some_and(|line| line.starts_with("//! ") && line.len() > 12) {
                wrong.push(format!("{path} does not say in its first line what it is for"));
            }
            let lines = source.text.lines().count();
            if lines > MOST_LINES && !LONG_FILES.iter().any(|(file, _)| *file == path) {
                wrong.push(format!("{path} has {lines} lines: split it, or name it here with the reason"));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_proofs_are_built_with_what_the_program_is_built_with() {
    let section = |manifest: &'static str| {
        let (_, after) = manifest.split_once("\n[dependencies]\n").unwrap();
        after.split("\n[").next().unwrap()
    };
    let (ours, theirs) = (include_str!("../Cargo.toml"), include_str!("../proofs/Cargo.toml"));
    assert_eq!(section(ours), section(theirs), "copy [dependencies] of Cargo.toml to proofs/Cargo.toml");
}

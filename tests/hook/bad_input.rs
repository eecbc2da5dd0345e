//! Bad input: a hook stays unseen whatever it meets, loses nothing that was there before, and leaves a note; the other
//! commands say one sentence and never exit with 2.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::sandbox::{Ran, Sandbox, stop};

mod beside_the_spool;
mod disk;
mod home;
#[cfg(target_os = "linux")]
mod little_memory;
mod payload;
mod settings;
mod spool_files;
mod streams;
#[cfg(target_os = "linux")]
mod swapped;

/// What every command but `capture`, `status` and `explain` does when it cannot go on.
const NEEDS_A_SPOOL: [&[&str]; 6] = [
    &["flush"],
    &["list"],
    &["list", "--dead"],
    &["drop", "--yes"],
    &["retry-dead"],
    &["remember", "some words"],
];

/// The only exit codes there are.
const CODES: [i32; 5] = [0, 1, 64, 75, 77];

/// Each of the commands ends with 1 and one sentence that says `words`.
#[track_caller]
fn all_complain(sandbox: &Sandbox, words: &str) {
    for arguments in NEEDS_A_SPOOL {
        let ran = sandbox.run(arguments).exits(1);
        assert!(!ran.stderr.contains("panicked"), "{arguments:?}: {}", ran.stderr);
        ran.complains(words);
    }
}

/// How many memories a user finds: those that wait, and those a note says were not stored.
fn kept_or_noted(sandbox: &Sandbox) -> u64 {
    let noted: u64 = sandbox.notes("not-stored").iter().map(|note| note["times"].as_u64().unwrap()).sum();
    sandbox.listed().len() as u64 + noted
}

/// The topics of what waits.
fn topics(sandbox: &Sandbox) -> Vec<String> {
    sandbox.listed().iter().map(|record| topic(record).to_owned()).collect()
}

fn topic(record: &Value) -> &str {
    record["memory"]["topic"].as_str().unwrap().trim_end_matches(['·', ' '])
}

/// A home in which two memories wait.
fn with_two_memories() -> Sandbox {
    let sandbox = Sandbox::unsent();
    sandbox.capture(stop("s", "first"));
    sandbox.capture(stop("s", "second"));
    assert_eq!(topics(&sandbox), ["first", "second"]);
    sandbox
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata("/proc/self").unwrap().uid() == 0
}

/// Whether anything stands at a path, links not followed.
fn stands(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

/// The files below the home.
fn names(sandbox: &Sandbox) -> Vec<PathBuf> {
    sandbox.files().into_iter().map(|(path, _)| path).collect()
}

/// Whether a script could make namespaces of its own; says so when not.
fn was_allowed(ran: &Ran, what: &str) -> bool {
    let allowed = ran.code != Some(99) && !ran.stderr.contains("unshare");
    if !allowed {
        skipped(&format!("{what} is not allowed here: {}", ran.stderr.trim()));
    }
    allowed
}

fn chmod(path: impl AsRef<Path>, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[expect(clippy::print_stdout, reason = "a test that was skipped says so where its output is looked at")]
fn skipped(why: &str) {
    println!("skipped: {why}");
}

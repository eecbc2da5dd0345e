//! Homes that are none, and state directories that cannot be used.

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use super::{all_complain, chmod, is_root, names, skipped, stands, topics, was_allowed, with_two_memories};
use crate::sandbox::{Ran, Sandbox, stop};

/// A capture is unseen, and the commands say what is wrong with the state directory.
#[track_caller]
fn is_refused(sandbox: &Sandbox, words: &str) {
    sandbox.capture(stop("s", "nowhere to put it"));
    let trouble = sandbox.status()["trouble"].clone();
    let trouble = trouble.as_str().unwrap_or_else(|| panic!("`status` names no trouble"));
    assert!(trouble.contains(words) && trouble.contains("engram-hook"), "{trouble}");
    // A flush looks at whether it may send at all before it looks at the spool.
    sandbox.configure(r#"{"origins":["https://memories.example.com"]}"#);
    all_complain(sandbox, words);
    std::fs::remove_file(sandbox.settings().join("config.json")).unwrap();
}

#[test]
fn a_state_directory_that_cannot_be_made_is_reported() {
    let sandbox = Sandbox::unsent();
    std::fs::write(sandbox.home().join(".local"), "a file").unwrap();
    is_refused(&sandbox, "not a directory");
    assert_eq!(std::fs::read(sandbox.home().join(".local")).unwrap(), b"a file");
}

#[test]
fn a_refused_state_directory_is_named_with_the_next_step() {
    let sandbox = with_two_memories();
    chmod(sandbox.state(), 0o770);
    for arguments in [&["list"][..], &["drop", "--yes"], &["retry-dead"], &["remember", "some words"]] {
        let sentence = sandbox.run(arguments).exits(1).stderr;
        assert!(sentence.contains("; ") || sentence.contains("chmod"), "no next step: {sentence}");
    }
}

#[test]
fn a_state_directory_that_is_a_file_is_reported() {
    let sandbox = Sandbox::unsent();
    std::fs::create_dir_all(sandbox.state().parent().unwrap()).unwrap();
    std::fs::write(sandbox.state(), "a file").unwrap();
    is_refused(&sandbox, "not a directory");
    assert_eq!(std::fs::read(sandbox.state()).unwrap(), b"a file");
}

#[test]
fn a_state_directory_that_is_a_link_is_not_followed() {
    let sandbox = Sandbox::unsent();
    let elsewhere = sandbox.home().join("elsewhere");
    std::fs::create_dir(&elsewhere).unwrap();
    std::fs::create_dir_all(sandbox.state().parent().unwrap()).unwrap();
    symlink(&elsewhere, sandbox.state()).unwrap();
    is_refused(&sandbox, "symbolic link");
    assert_eq!(std::fs::read_dir(&elsewhere).unwrap().count(), 0);

    std::fs::remove_dir(&elsewhere).unwrap();
    is_refused(&sandbox, "symbolic link");
    assert!(!stands(&elsewhere));
}

#[test]
fn a_spool_that_is_a_link_is_not_followed_and_noted() {
    let sandbox = with_two_memories();
    let (place, elsewhere) = (sandbox.spool(), sandbox.home().join("elsewhere"));
    std::fs::rename(&place, &elsewhere).unwrap();
    let before = tree(&elsewhere);
    symlink(&elsewhere, &place).unwrap();
    sandbox.capture(stop("s", "through a link"));
    assert!(tree(&elsewhere) == before, "the link was followed");
    assert_eq!(sandbox.notes("not-stored").len(), 1);
    assert!(
        sandbox.status()["trouble"].as_str().is_some_and(|trouble| trouble.contains("cannot use the spool"))
    );
    std::fs::remove_file(&place).unwrap();
    std::fs::rename(&elsewhere, &place).unwrap();
    assert_eq!(topics(&sandbox), ["first", "second"]);
}

#[test]
fn a_link_on_the_way_to_a_spool_is_not_followed_and_noted() {
    for level in ["spool", "spool/v1"] {
        let sandbox = with_two_memories();
        let (place, elsewhere) = (sandbox.state().join(level), sandbox.home().join("elsewhere"));
        std::fs::rename(&place, &elsewhere).unwrap();
        symlink(&elsewhere, &place).unwrap();
        let before = tree(&elsewhere);
        sandbox.capture(stop("s", "through a link"));
        for arguments in [&["remember", "some words"][..], &["drop", "--yes"], &["retry-dead"]] {
            sandbox.run(arguments).exits(1);
        }
        assert!(tree(&elsewhere) == before, "{level}: the link was followed");
        assert_eq!(sandbox.notes("not-stored").len(), 1, "{level}");
        std::fs::remove_file(&place).unwrap();
        std::fs::rename(&elsewhere, &place).unwrap();
        assert_eq!(topics(&sandbox), ["first", "second"]);
    }
}

#[test]
fn a_state_directory_that_others_may_write_to_is_not_used() {
    for mode in [0o770, 0o707, 0o777] {
        let sandbox = with_two_memories();
        chmod(sandbox.state(), mode);
        let before = tree(&sandbox.state());
        is_refused(&sandbox, "others may write to it");
        assert!(tree(&sandbox.state()) == before, "something was written");
        chmod(sandbox.state(), 0o700);
        assert_eq!(topics(&sandbox), ["first", "second"]);
    }
}

#[test]
fn a_spool_that_others_may_write_to_is_not_used_and_noted() {
    let sandbox = with_two_memories();
    chmod(sandbox.spool(), 0o770);
    let before = tree(&sandbox.spool());
    is_refused(&sandbox, "others may write to it");
    assert!(tree(&sandbox.spool()) == before, "something was written");
    assert_eq!(sandbox.notes("not-stored").len(), 1);
    chmod(sandbox.spool(), 0o700);
    assert_eq!(topics(&sandbox), ["first", "second"]);
}

#[test]
fn a_state_directory_of_somebody_else_is_not_used() {
    if !is_root() {
        skipped("only root can give a directory away");
        return;
    }
    let sandbox = with_two_memories();
    std::os::unix::fs::chown(sandbox.state(), Some(12345), None).unwrap();
    let before = tree(&sandbox.state());
    is_refused(&sandbox, "it belongs to another user");
    assert!(tree(&sandbox.state()) == before, "something was written");
    std::os::unix::fs::chown(sandbox.state(), Some(0), None).unwrap();
    let active = sandbox.spool().join("active.jsonl");
    std::os::unix::fs::chown(&active, Some(12345), None).unwrap();
    sandbox.capture(stop("s", "not into that"));
    assert_eq!(sandbox.notes("not-stored").len(), 1);
    std::os::unix::fs::chown(&active, Some(0), None).unwrap();
    assert_eq!(topics(&sandbox), ["first", "second"]);
}

/// The program as a user whom the user database does not know, with this script around it.
fn as_nobody_known(sandbox: &Sandbox, script: &str, stdin: &[u8]) -> Option<Ran> {
    let allowed = sandbox.run_shell("unshare --user --map-user=54321 true || exit 99", b"");
    if !was_allowed(&allowed, "a user namespace") {
        return None;
    }
    let script = format!("exec unshare --user --map-user=54321 env -u HOME {script} \"$0\" \"$@\"");
    Some(sandbox.run_shell(&format!("set -- $ARGUMENTS; {script}"), stdin))
}

#[test]
fn without_a_home_nothing_is_captured_and_the_commands_say_what_to_set() {
    let mut sandbox = Sandbox::unsent().with("ARGUMENTS", "capture");
    let payload = stop("s", "homeless");
    for home in ["", "HOME="] {
        sandbox.set("ARGUMENTS", "capture");
        let Some(ran) = as_nobody_known(&sandbox, home, payload.as_bytes()) else { return };
        ran.unseen();
        for arguments in ["status", "list", "flush", "drop --yes", "retry-dead", "remember words", "explain"]
        {
            sandbox.set("ARGUMENTS", arguments);
            let ran = as_nobody_known(&sandbox, home, payload.as_bytes()).unwrap();
            ran.exits(1).complains("cannot find a home directory: set HOME");
        }
    }
    assert_eq!(names(&sandbox), Vec::<PathBuf>::new());
}

#[test]
fn a_relative_home_leaves_no_file_in_the_project() {
    for home in [".", "relative", "../relative"] {
        let sandbox = Sandbox::unsent();
        let project = sandbox.home().join("project");
        std::fs::create_dir(&project).unwrap();
        let run = |arguments: &[&str], stdin: &str| {
            let mut command = sandbox.command(arguments);
            command.env("HOME", home).current_dir(&project);
            Sandbox::finish(command, stdin.as_bytes())
        };
        run(&["capture"], &stop("s", "where to?")).unseen();
        run(&["status"], "");
        run(&["remember", "words"], "");
        assert_eq!(names(&sandbox), Vec::<PathBuf>::new(), "HOME={home}");
    }
}

#[test]
fn relative_directories_of_the_desktop_standard_are_not_used() {
    let sandbox = Sandbox::unsent().with("XDG_STATE_HOME", "state").with("XDG_CONFIG_HOME", "config");
    sandbox.capture(stop("s", "kept at home"));
    assert!(sandbox.state().is_dir() && !sandbox.home().join("state").exists());
    assert_eq!(topics(&sandbox), ["kept at home"]);
}

/// Every file below a directory, with its bytes.
pub fn tree(directory: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(tree(&path));
        } else {
            found.push((path.clone(), std::fs::read(&path).unwrap()));
        }
    }
    found.sort();
    found
}

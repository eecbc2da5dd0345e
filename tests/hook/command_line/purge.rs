//! `uninstall --purge`: everything of ours goes, after a word about what waits, and nothing else.

use std::fs;
use std::os::unix::fs::symlink;

use crate::sandbox::{Sandbox, stop};

/// A home with hooks in two settings files, a memory that waits, and settings.
fn in_use() -> Sandbox {
    // A home with `.claude` that is not the one in the user database looks like a project of somebody else's.
    let sandbox = Sandbox::unsent();
    let claude = sandbox.home().join("claude");
    let sandbox = sandbox.with("CLAUDE_CONFIG_DIR", claude.to_str().unwrap());
    fs::create_dir_all(sandbox.home().join("project/.claude")).unwrap();
    fs::write(sandbox.home().join("project/.claude/settings.json"), "{ }\n").unwrap();
    sandbox.run(&["install"]).exits(0);
    sandbox.run(&["install", "--settings", "project/.claude/settings.json"]).exits(0);
    sandbox.configure("{}");
    sandbox.capture(stop("s", "it waits"));
    sandbox
}

fn paths(sandbox: &Sandbox) -> Vec<String> {
    let home = sandbox.home();
    let mut paths: Vec<_> = sandbox
        .files()
        .iter()
        .map(|(path, _)| path.strip_prefix(home).unwrap().display().to_string())
        .collect();
    paths.sort();
    paths
}

#[test]
fn it_erases_all_of_ours_and_gives_every_settings_file_back() {
    let sandbox = in_use();
    let ran = sandbox.run(&["uninstall", "--purge", "--yes"]).exits(0);
    assert_eq!(paths(&sandbox), ["project/.claude/settings.json"], "{ran:?}");
    assert_eq!(fs::read_to_string(sandbox.home().join("project/.claude/settings.json")).unwrap(), "{ }\n");
    assert!(
        !sandbox.state().exists() && !sandbox.settings().exists() && !sandbox.home().join("claude").exists()
    );
    for directory in [sandbox.state(), sandbox.settings()] {
        assert!(ran.stdout.contains(&format!("{} was erased\n", directory.display())), "{ran:?}");
    }
    let again = sandbox.run(&["uninstall", "--purge", "--yes"]).exits(0);
    assert!(again.stderr.is_empty(), "{again:?}");
}

#[test]
fn without_an_answer_nothing_goes_and_what_waits_is_said() {
    let sandbox = in_use();
    let before = sandbox.files();
    sandbox.run_with(&["uninstall", "--purge"], b"y\n").exits(1).complains("(with 1 memory that waits)");
    assert_eq!(sandbox.files(), before);
    let dry = sandbox.run(&["uninstall", "--purge", "--dry-run"]).exits(0);
    assert_eq!(sandbox.files(), before);
    for words in [
        "would be changed",
        "project/.claude/settings.json",
        "would be erased",
        "with it: 1 memory that waits\n",
    ] {
        assert!(dry.stdout.contains(words), "{words} in {dry:?}");
    }
}

#[test]
fn hooks_that_cannot_be_taken_out_keep_everything_where_it_is() {
    let sandbox = in_use();
    fs::write(sandbox.home().join("claude/settings.json"), "{,}").unwrap();
    let before = sandbox.files();
    sandbox.run(&["uninstall", "--purge", "--yes"]).exits(1).complains("so nothing was erased");
    assert_eq!(sandbox.files(), before);
}

#[test]
fn nothing_behind_a_link_is_erased() {
    let sandbox = in_use();
    let kept = sandbox.home().join("dotfiles");
    fs::create_dir(&kept).unwrap();
    fs::rename(sandbox.settings().join("config.json"), kept.join("config.json")).unwrap();
    symlink(kept.join("config.json"), sandbox.settings().join("config.json")).unwrap();
    symlink(&kept, sandbox.state().join("a-link")).unwrap();
    sandbox.run(&["uninstall", "--purge", "--yes"]).exits(0);
    assert_eq!(paths(&sandbox), ["dotfiles/config.json", "project/.claude/settings.json"]);

    fs::create_dir_all(sandbox.settings().parent().unwrap()).unwrap();
    symlink(&kept, sandbox.settings()).unwrap();
    let refused = sandbox.run(&["uninstall", "--purge", "--yes"]).exits(1).stderr;
    assert!(refused.ends_with(": it is a symbolic link; move it away\n"), "{refused}");
    assert!(kept.join("config.json").exists());
}

#[test]
fn a_directory_in_a_project_is_not_ours_to_erase() {
    let project = Sandbox::unsent();
    let state = project.home().join("checkout/state");
    fs::create_dir_all(state.join("engram-hook")).unwrap();
    fs::create_dir_all(project.home().join("checkout/.git")).unwrap();
    fs::write(state.join("engram-hook/file"), "theirs").unwrap();
    let project = project.with("XDG_STATE_HOME", state.to_str().unwrap());
    project.run(&["uninstall", "--purge", "--yes"]).exits(1).complains("is in the project");
    assert!(state.join("engram-hook/file").exists());
}

#[test]
fn it_goes_with_no_other_way_to_name_a_file_and_yes_goes_with_it_only() {
    let sandbox = Sandbox::unsent();
    for words in [
        &["uninstall", "--purge", "--project"][..],
        &["uninstall", "--purge", "--settings", "x"],
        &["uninstall", "--yes"],
        &["install", "--purge"],
    ] {
        sandbox.run(words).exits(64);
    }
}

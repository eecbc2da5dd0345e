//! What `doctor` says of this machine: hooks, directories, the settings file, and the trial capture.

use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use super::findings;
use crate::PROGRAM;
use crate::sandbox::{Sandbox, stop};

/// What is said and what mends it, of every finding of a check.
#[track_caller]
fn told(sandbox: &Sandbox, check: &str) -> Vec<(String, String, String)> {
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let found = findings(sandbox, &["--offline"], check);
    found.iter().map(|one| (text(&one["level"]), text(&one["says"]), text(&one["mend"]))).collect()
}

#[track_caller]
fn tells(sandbox: &Sandbox, check: &str, level: &str, words: &str, mend: &str) {
    let told = told(sandbox, check);
    assert!(
        told.iter().any(|(l, says, mends)| l == level && says.contains(words) && mends.contains(mend)),
        "{level} {words} {mend} in {told:#?}"
    );
}

fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

#[test]
fn a_home_in_which_all_is_well_has_nothing_to_mend_and_keeps_nothing_of_the_look() {
    let sandbox = Sandbox::unsent().with("ENGRAM_API_URL", "http://127.0.0.1:9");
    sandbox.run(&["install"]).exits(0);
    let before = sandbox.files();
    let ran = sandbox.run(&["doctor", "--offline"]).exits(0);
    assert!(ran.stdout.ends_with("\nnothing to mend\n") && ran.stderr.is_empty(), "{ran:?}");
    assert!(!ran.stdout.contains('\x1b'), "no colours but on a terminal");
    assert_eq!(sandbox.files(), before);
    assert!(!sandbox.state().join("spool").exists());
}

#[test]
fn a_trial_capture_is_timed_and_leaves_nothing_but_its_time() {
    let sandbox = Sandbox::offline();
    let told = told(&sandbox, "trial capture");
    let (microseconds, rest) = told[0].1.split_once(" µs from start to exit").unwrap();
    assert!(microseconds.parse::<u64>().unwrap() > 0 && rest.contains("redacted"), "{told:?}");
    assert!(sandbox.files().is_empty() && !sandbox.state().exists());
    assert!(!sandbox.home().join(".local").exists(), "nor an empty directory above it");
}

#[test]
fn what_a_doctor_left_that_was_killed_goes_with_the_next_one_and_what_one_uses_now_does_not() {
    let sandbox = Sandbox::unsent();
    let (abandoned, in_use) = (sandbox.state().join("doctor-1"), sandbox.state().join("doctor-2"));
    for home in [&abandoned, &in_use] {
        write(&home.join("spool/left"), "behind");
    }
    let long_ago = std::time::SystemTime::now() - std::time::Duration::from_hours(2);
    std::fs::File::open(&abandoned).unwrap().set_modified(long_ago).unwrap();
    sandbox.run(&["doctor", "--offline"]);
    assert_eq!((abandoned.exists(), in_use.exists()), (false, true));
}

#[test]
fn nothing_is_put_into_a_project_not_even_for_a_moment() {
    let sandbox = Sandbox::offline();
    let project = sandbox.home().join("hostile");
    std::fs::create_dir_all(project.join(".git")).unwrap();
    let sandbox = sandbox.with("XDG_STATE_HOME", project.join("state").to_str().unwrap());
    tells(&sandbox, "trial capture", "skipped", "not run", "");
    tells(&sandbox, "settings", "bad", "it is in the project", "do what the sentence says");
    assert!(!project.join("state").exists());
}

#[test]
fn hooks_that_are_missing_old_or_cannot_run_are_told_with_the_command_that_installs_them() {
    let sandbox = Sandbox::offline();
    let file = sandbox.home().join(".claude/settings.json");
    tells(&sandbox, "hooks", "bad", "in no settings file", "engram-hook install");
    sandbox.run(&["install"]).exits(0);
    tells(&sandbox, "hooks", "good", &format!("10 in {}", file.display()), "");
    let installed = std::fs::read_to_string(&file).unwrap();
    write(&file, &installed.replace("\"SessionEnd\"", "\"Other\""));
    tells(&sandbox, "hooks", "bad", "has no hook for SessionEnd", "engram-hook install");
    write(&file, &installed.replace(PROGRAM, "/gone/engram-hook"));
    tells(&sandbox, "hooks", "bad", "/gone/engram-hook, which is not there", "engram-hook install");
    write(&file, &installed.replacen('{', "{\"disableAllHooks\": true,", 1));
    tells(&sandbox, "hooks", "bad", "\"disableAllHooks\" is true", "take \"disableAllHooks\" out");
    write(&file, "{ broken");
    tells(&sandbox, "hooks", "bad", "cannot understand", "correct the file");
}

#[test]
fn a_double_registration_is_told_with_the_command_that_takes_one_out() {
    let sandbox = Sandbox::offline();
    let file = sandbox.home().join(".claude/settings.json");
    write(&file, r#"{"enabledPlugins":{"engram-hook@market":true}}"#);
    tells(&sandbox, "hooks", "good", "brought by the plugin", "");
    sandbox.run(&["install"]).exits(0);
    tells(&sandbox, "hooks", "bad", "by settings and by the plugin", "engram-hook uninstall");
    let sandbox = Sandbox::offline();
    let project = sandbox.home().join("project");
    std::fs::create_dir(&project).unwrap();
    sandbox.run(&["install"]).exits(0);
    sandbox.run_shell("cd project && mkdir .claude && \"$0\" install --project", b"").exits(0);
    let ran = sandbox.run_shell("cd project && \"$0\" doctor --offline", b"").exits(0);
    assert!(
        ran.stdout.contains("one is enough") && ran.stdout.contains("-> engram-hook uninstall --project\n"),
        "{ran:?}"
    );
    // From elsewhere, the file an install went into is named.
    tells(&sandbox, "hooks", "note", "project/.claude/settings.json: one is enough", "uninstall --settings ");
}

#[test]
fn directories_others_may_write_to_are_told_with_the_command_that_mends_them() {
    let sandbox = Sandbox::offline();
    let background = sandbox.hold_flush();
    sandbox.capture(stop("s", "x"));
    let chmod =
        |path: &Path, mode| std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    tells(&sandbox, "state", "good", "is yours alone", "");
    chmod(&sandbox.state(), 0o755);
    tells(
        &sandbox,
        "state",
        "note",
        "others may look into",
        &format!("chmod 700 {}", sandbox.state().display()),
    );
    chmod(&sandbox.state(), 0o777);
    tells(
        &sandbox,
        "state",
        "bad",
        "others may write to it",
        &format!("chmod go-w {}", sandbox.state().display()),
    );
    chmod(&sandbox.state(), 0o700);
    chmod(&sandbox.state().join("spool/v1"), 0o770);
    tells(&sandbox, "state", "bad", "others may write to it", "spool/v1");
    chmod(&sandbox.state().join("spool/v1"), 0o700);
    drop(background);
    let sandbox = Sandbox::offline();
    write(&sandbox.home().join(".local/state/engram-hook"), "a file");
    tells(&sandbox, "state", "bad", "not a directory", "mv ");
    std::fs::remove_file(sandbox.state()).unwrap();
    symlink("/tmp", sandbox.state()).unwrap();
    tells(&sandbox, "state", "bad", "a symbolic link", "mv ");
}

#[test]
fn what_turns_capture_off_is_told() {
    let sandbox = Sandbox::offline().with("ENGRAM_CAPTURE", "off");
    tells(&sandbox, "capture", "bad", "ENGRAM_CAPTURE is off", "unset ENGRAM_CAPTURE");
    let sandbox = Sandbox::offline();
    sandbox.configure("{\"ignored\": []}");
    tells(&sandbox, "settings", "bad", "did you mean \"ignore\"?", "config.json.broken");
    sandbox.configure("{\"ignore\": [\"~\"], \"ca_file\": \"/no/such.pem\"}");
    tells(&sandbox, "capture", "note", "nothing is captured in this directory: ~ in config.json", "");
    tells(&sandbox, "settings", "note", "cannot read ca_file /no/such.pem", "");
    let sandbox = Sandbox::offline().with("ENGRAM_API_URL", "memories");
    tells(&sandbox, "url", "bad", "ENGRAM_API_URL is no base URL", "unset it");
    let sandbox = Sandbox::offline().with("ENGRAM_API_KEY", "short");
    tells(&sandbox, "key", "bad", "ENGRAM_API_KEY holds is no API key", "copy the key again");
}

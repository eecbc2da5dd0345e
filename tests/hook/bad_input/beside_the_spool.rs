//! Each file beside the spool that a command reads or makes, Claude Code's and a project's among them, with something else
//! in its place: nobody waits for it or reads it without end, nothing is followed that leads out of our directories, and
//! nothing elsewhere changes. `ENGRAM_SOAK` gives every intruder to every command.

use std::collections::BTreeMap;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use super::spool_files::take_away;
use super::{CODES, chmod};
use crate::sandbox::{Ran, Sandbox, stop};

/// What may stand there. The device never ends, and neither does what is made of holes, as far as a memory goes.
const INTRUDERS: [&str; 7] = [
    "fifo",
    "endless device",
    "ten gigabytes",
    "directory",
    "link to a directory",
    "link to nothing",
    "loop",
];
/// No command needs so long, not even on a machine that is busy.
const LONGEST: Duration = Duration::from_secs(20);
/// Several times what a command takes, and a fraction of what an endless file holds.
const MOST_KIB: usize = 1024 * 1024;

type Words = &'static [&'static str];

const CAPTURE: Words = &["capture"];
const FLUSH: Words = &["flush"];
const STATUS: Words = &["status"];
const SHOW: Words = &["config", "show"];
const DOCTOR: Words = &["doctor", "--offline"];
const LAST: Words = &["explain", "--last"];
const REMEMBER: Words = &["remember", "some words"];
const INSTALL: Words = &["install"];
const INTO_PROJECT: Words = &["install", "--project"];
const UNINSTALL: Words = &["uninstall"];
const OUT_OF_PROJECT: Words = &["uninstall", "--project"];
const PURGE: Words = &["uninstall", "--purge", "--yes"];
const ALL: [Words; 16] = [
    CAPTURE,
    FLUSH,
    STATUS,
    SHOW,
    DOCTOR,
    LAST,
    REMEMBER,
    &["list"],
    &["list", "--dead"],
    &["retry-dead"],
    &["adopt", "--yes"],
    &["drop", "--all", "--yes"],
    INSTALL,
    INTO_PROJECT,
    UNINSTALL,
    OUT_OF_PROJECT,
];

/// Each place below the home, with the commands that come there.
const SETTINGS: [(&str, &[Words]); 4] = [
    ("authority.pem", &[FLUSH, STATUS, SHOW]),
    (".config/engram-hook/config.json", &[CAPTURE, SHOW]),
    (".config/engram-hook/api-key", &[CAPTURE, STATUS]),
    (".config/3ngram/api-key", &[CAPTURE, STATUS]),
];
const CLAUDE_CODE: [(&str, &[Words]); 4] = [
    ("claude", &[DOCTOR, INSTALL, UNINSTALL]),
    ("claude/settings.json", &[DOCTOR, INSTALL, UNINSTALL]),
    ("claude/settings.json.engram-backup", &[INSTALL, UNINSTALL]),
    ("claude/plugins/installed_plugins.json", &[INSTALL]),
];
const PROJECT: [(&str, &[Words]); 7] = [
    ("project/.claude", &[DOCTOR, INTO_PROJECT, OUT_OF_PROJECT]),
    ("project/.claude/settings.json", &[INTO_PROJECT, OUT_OF_PROJECT]),
    ("project/.claude/settings.json.engram-backup", &[INTO_PROJECT, OUT_OF_PROJECT]),
    ("project/.claude/settings.local.json", &[DOCTOR, INSTALL]),
    ("project/.git", &[CAPTURE]),
    ("project/.git/config", &[CAPTURE]),
    ("project/.engram-ignore", &[CAPTURE]),
];
const STATE: [(&str, &[Words]); 5] = [
    (".local/state/engram-hook/installed", &[INSTALL, UNINSTALL, PURGE]),
    (".local/state/engram-hook/installed/MEMO", &[DOCTOR, INSTALL, PURGE]),
    (".local/state/engram-hook/notes", &[CAPTURE, STATUS]),
    (".local/state/engram-hook/told", &[CAPTURE]),
    (".local/state/engram-hook/log.1", &[DOCTOR]),
];

#[test]
fn something_else_in_the_place_of_the_settings_harms_nobody() {
    stands_in_each(&SETTINGS);
}

#[test]
fn something_else_in_the_place_of_a_file_of_claude_code_harms_nobody() {
    stands_in_each(&CLAUDE_CODE);
}

#[test]
fn something_else_in_the_place_of_a_file_of_a_project_harms_nobody() {
    stands_in_each(&PROJECT);
}

#[test]
fn something_else_in_the_place_of_a_file_of_the_state_harms_nobody() {
    stands_in_each(&STATE);
}

fn stands_in_each(places: &[(&str, &[Words])]) {
    for (place, commands) in places {
        for kind in INTRUDERS {
            let sandbox = furnished();
            let (place, outside) = (at(&sandbox, place), sandbox.home().join("outside"));
            intrude(kind, &place, &outside);
            let before = tree(&outside);
            // A repository of dotfiles has them elsewhere, and there is where the hooks are to go.
            let is_followed =
                kind == "link to a directory" && (place.ends_with("claude") || place.ends_with(".claude"));
            let every = [&ALL[..], &[PURGE]].concat();
            let commands = if std::env::var_os("ENGRAM_SOAK").is_some() { &every } else { *commands };
            for arguments in commands {
                let what = format!("{}: {kind}: {arguments:?}", place.display());
                ends_well(&sandbox, arguments, &what);
                assert!(is_followed || tree(&outside) == before, "{what}: something changed elsewhere");
            }
            // Whoever tidies up after a test would read it.
            take_away(&place);
        }
    }
}

/// A home with everything in it that a command may look at.
fn furnished() -> Sandbox {
    let mut sandbox = Sandbox::unsent();
    let home = sandbox.home().to_path_buf();
    let write = |path: &str, text: &str| {
        std::fs::create_dir_all(home.join(path).parent().unwrap()).unwrap();
        std::fs::write(home.join(path), text).unwrap();
    };
    write("authority.pem", &crate::leaks::authority::Authority::new().pem);
    write(
        ".config/engram-hook/config.json",
        r#"{"ca_file":"~/authority.pem","origins":["https://memories.example.com"]}"#,
    );
    write("project/.git/config", "[remote \"origin\"]\n\turl = git@host:acme/api.git\n");
    let here = home.join("project");
    write("claude/settings.json", "{\"model\":\"opus\"}");
    write(
        "claude/plugins/installed_plugins.json",
        &format!(
            r#"{{"plugins":{{"engram-hook@m":[{{"scope":"local","projectPath":"{}"}}]}}}}"#,
            here.display()
        ),
    );
    write("project/.claude/settings.json", "{}");
    sandbox.set("CLAUDE_CONFIG_DIR", home.join("claude").to_str().unwrap());
    std::fs::create_dir(home.join("outside")).unwrap();
    std::fs::write(home.join("outside/target"), "bytes of somebody else").unwrap();
    std::fs::DirBuilder::new().mode(0o700).create(home.join("outside/directory")).unwrap();
    // Nothing is sent, and so no flush goes on behind it.
    ends_well(&sandbox, INSTALL, "at first");
    sandbox
}

/// The path; the name of a memo is made of the path of the settings, which differs.
fn at(sandbox: &Sandbox, place: &str) -> PathBuf {
    let path = sandbox.home().join(place);
    if place.ends_with("MEMO") {
        return std::fs::read_dir(path.parent().unwrap()).unwrap().next().unwrap().unwrap().path();
    }
    path
}

fn intrude(kind: &str, place: &Path, outside: &Path) {
    if place.symlink_metadata().is_ok() {
        std::fs::rename(place, outside.join("what was there")).unwrap();
    }
    std::fs::create_dir_all(place.parent().unwrap()).unwrap();
    match kind {
        "fifo" => assert!(std::process::Command::new("mkfifo").arg(place).status().unwrap().success()),
        "endless device" => symlink("/dev/zero", place).unwrap(),
        "ten gigabytes" => {
            std::fs::File::create(place).unwrap().set_len(10 << 30).unwrap();
            chmod(place, 0o600);
        }
        "directory" => std::fs::create_dir(place).unwrap(),
        "link to a directory" => symlink(outside.join("directory"), place).unwrap(),
        "link to nothing" => symlink(outside.join("nothing"), place).unwrap(),
        _ => symlink(place.file_name().unwrap(), place).unwrap(),
    }
}

/// What a command may end with, soon and without much memory; and a capture unseen.
#[track_caller]
fn ends_well(sandbox: &Sandbox, arguments: &[&str], what: &str) {
    let script =
        format!("ulimit -v {MOST_KIB}; cd project; exec \"$0\" {} < ../payload", arguments.join(" "));
    std::fs::write(sandbox.home().join("payload"), stop("s", "beside the spool")).unwrap();
    let mut command = sandbox.shell(&script);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let started = Instant::now();
    let mut child = command.spawn().unwrap();
    while child.try_wait().unwrap().is_none() {
        if started.elapsed() > LONGEST {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("{what}: it waits");
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    let ran = Ran::new(child.wait_with_output().unwrap(), started.elapsed());
    assert!(ran.code.is_some_and(|code| CODES.contains(&code)), "{what}: {ran:?}");
    assert!(!ran.stderr.contains("panicked") && ran.stderr.lines().count() <= 1, "{what}: {ran:?}");
    if arguments == CAPTURE {
        ran.unseen();
    }
}

/// All that is there: its kind and mode, when it last changed, and its bytes.
fn tree(root: &Path) -> BTreeMap<PathBuf, (u32, i64, i64, Vec<u8>)> {
    let mut found = BTreeMap::new();
    let mut directories = vec![root.to_path_buf()];
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(directory).unwrap().flatten() {
            let meta = entry.path().symlink_metadata().unwrap();
            let bytes = if meta.is_file() { std::fs::read(entry.path()).unwrap() } else { Vec::new() };
            if meta.is_dir() {
                directories.push(entry.path());
            }
            found.insert(entry.path(), (meta.mode(), meta.mtime(), meta.mtime_nsec(), bytes));
        }
    }
    found
}

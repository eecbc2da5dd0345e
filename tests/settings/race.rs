//! Several processes at once. The test binary starts itself as the other processes.

use std::env;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use engram_hook::settings::{self, Mode, OurHooks, Target};

use crate::home::Home;

const ROUNDS: usize = 12;
const PROCESSES: usize = 6;
const TEXT: &str = "{\n  \"hooks\": {\n    \"Stop\": [ ]\n  }\n}\n";

/// What a child does; it waits for the starting sign so that all of them go at once.
#[test]
#[ignore = "the other side of the tests below"]
fn one_of_many() {
    let Some(home) = env::var_os("RACE_HOME").map(PathBuf::from) else { return };
    let target = Target { settings: home.join(".claude/settings.json"), state: home.join("state") };
    let ours = OurHooks::new(&home.join("bin/engram-hook")).unwrap();
    let until = Instant::now() + Duration::from_secs(30);
    while !home.join("go").exists() {
        assert!(Instant::now() < until, "no starting sign");
        std::thread::yield_now();
    }
    if env::var_os("RACE_UNINSTALL").is_some() {
        settings::uninstall(&target, Mode::Write).unwrap();
    } else {
        settings::install(&target, &ours, Mode::Write).unwrap();
    }
}

fn start(home: &Home, uninstalls: bool) -> Child {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", "race::one_of_many", "--ignored"]).env("RACE_HOME", home.path());
    if uninstalls {
        command.env("RACE_UNINSTALL", "1");
    }
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Runs the processes at once, the first `uninstalls` of them uninstalling.
fn run(home: &Home, uninstalls: usize) {
    let children: Vec<Child> = (0..PROCESSES).map(|at| start(home, at < uninstalls)).collect();
    std::fs::write(home.path().join("go"), "").unwrap();
    for child in children {
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success() && said.contains("1 passed"), "{said}");
    }
    std::fs::remove_file(home.path().join("go")).unwrap();
}

#[test]
fn installs_at_once_install_once() {
    for _ in 0..ROUNDS {
        let home = Home::with(TEXT);
        let before = home.tree();
        run(&home, 0);
        assert!(settings::inspect(&home.settings(), &home.ours()).unwrap().is_current);
        home.uninstall();
        home.state_is_clean();
        assert_eq!(home.tree(), before);
    }
}

#[test]
fn installs_and_uninstalls_at_once_end_in_one_or_the_other() {
    for _ in 0..ROUNDS {
        let home = Home::with(TEXT);
        let before = home.tree();
        run(&home, PROCESSES / 2);
        let found = settings::inspect(&home.settings(), &home.ours()).unwrap();
        assert!(found.is_current || found.hooks.is_empty());
        home.uninstall();
        home.state_is_clean();
        assert_eq!(home.tree(), before);
    }
}

//! How long sessions of forty tool calls take: with our hooks, without, and with hooks that run `/bin/true`. Printed, never
//! asserted; `CLAUDE_CODE_ROUNDS` says how often, and `just claude-pace` runs it long enough to be believed.
//!
//! The model answers at once, which none does: what a hook costs is measured against the least a session can take. It is
//! the release build that is timed, where there is one; what was timed is printed.

mod mix;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::machine::{HOOK, Hooks, Machine, memory};
use crate::scene::tell;
use crate::script::{Script, says};
use mix::{Mix, furnish, subject};

#[test]
#[ignore = "needs Claude Code: tests/claude-code/run.sh"]
fn sessions_of_forty_calls_take_their_time() {
    let rounds: usize =
        std::env::var("CLAUDE_CODE_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(1);
    let program = timed_program();
    tell(&format!("timed: {}", program.display()));
    for mix in [Mix::Everyday, Mix::CommitAfterCommit] {
        pace(mix, rounds, &program);
    }
}

fn pace(mix: Mix, rounds: usize, program: &Path) {
    let script = (0..rounds).fold(Script::default(), |script, round| {
        script.play(&format!("round {round}"), mix.calls(round).into_iter().chain([says("Done.")]))
    });
    let machines = [
        ("without hooks", Machine::new(script.clone(), Hooks::None)),
        ("with ours", Machine::new(script.clone(), Hooks::Installed)),
        ("with /bin/true", Machine::new(script, Hooks::Installed)),
    ];
    run_instead(&machines[1].1, program);
    run_instead(&machines[2].1, Path::new("/bin/true"));
    for (_, machine) in &machines {
        furnish(machine);
    }
    let mut times: [Vec<Duration>; 3] = Default::default();
    let mut waits: [Vec<Duration>; 3] = Default::default();
    for round in 0..rounds {
        // Another one is the first each time, so that none is always behind the same.
        for at in (0..machines.len()).map(|number| (number + round) % machines.len()) {
            let machine = &machines[at].1;
            let ended = machine.session(&format!("[[round {round}]] Work.")).run();
            assert_eq!(ended.code, Some(0), "{ended:?}");
            mix.was_played(machine, round);
            times[at].push(ended.took);
            waits[at].push(waited_for_hooks(&ended.debug));
        }
    }
    let (times, waits) = (times.map(median), waits.map(median));
    for (((name, _), time), wait) in machines.iter().zip(times).zip(waits) {
        let ratio = time.as_secs_f64() / times[0].as_secs_f64();
        tell(&format!(
            "{mix}, {name}: median of {rounds} {time:.3?}, {ratio:.3} of without; {wait:.0?} in hooks by its own clock"
        ));
    }
    let kept = (0..rounds).flat_map(|round| mix.commits().map(move |number| subject(round, number)));
    let kept = kept.map(|subject| memory("note", &subject, &subject, &["commit"]));
    machines[1].1.keeps(&kept.collect::<Vec<_>>());
    assert_eq!((machines[0].1.kept().len(), machines[2].1.kept().len()), (0, 0), "the others keep nothing");
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// How long Claude Code says that it waited for its hooks: `finished with status 0 (4ms)`. It says nothing of the one at a
/// session's end.
fn waited_for_hooks(debug: &str) -> Duration {
    let times =
        debug.lines().filter_map(|line| line.split_once(" finished with status 0 (")?.1.split_once("ms)"));
    Duration::from_millis(times.map(|(time, _)| time.parse::<u64>().unwrap()).sum())
}

/// The release build of this target directory, or else the one that is tested.
fn timed_program() -> PathBuf {
    let target = Path::new(HOOK).ancestors().nth(2).unwrap();
    let release = format!("{}-unknown-linux-musl/release/engram-hook", std::env::consts::ARCH);
    let release = target.join(release);
    if release.is_file() { release } else { PathBuf::from(HOOK) }
}

/// Puts another program in the place of ours in this machine's hooks.
fn run_instead(machine: &Machine, program: &Path) {
    let settings = machine.home().join(".claude/settings.json");
    let text = fs::read_to_string(&settings).unwrap();
    fs::write(&settings, text.replace(HOOK, program.to_str().unwrap())).unwrap();
}

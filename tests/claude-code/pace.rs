//! How long a session of forty tool calls takes: with our hooks, without, and with hooks that run `/bin/true`. Printed,
//! never asserted; `CLAUDE_CODE_ROUNDS` says how often, and `just claude-pace` runs it long enough to be believed.
//!
//! It is the release build that is timed, where there is one; what was timed is printed.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::machine::{HOOK, Hooks, Machine, memory};
use crate::scene::tell;
use crate::script::{Script, runs, says};

const CALLS: usize = 40;

#[test]
#[ignore = "needs Claude Code: tests/claude-code/run.sh"]
fn a_session_of_forty_calls_takes_its_time() {
    let rounds: usize =
        std::env::var("CLAUDE_CODE_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(1);
    let subject = |round, number| format!("Part {number} of round {round}");
    // Every fourth is a commit, which is what our hook is started for.
    let call = |round, number| match number % 4 {
        0 => {
            let subject = subject(round, number);
            runs(&format!("git commit --quiet --allow-empty -m '{subject}' && git log -1 --oneline"))
        }
        _ => runs("true"),
    };
    let script = (0..rounds).fold(Script::default(), |script, round| {
        let calls = (0..CALLS).map(|number| call(round, number));
        script.play(&format!("round {round}"), calls.chain([says("Done.")]))
    });
    let machines = [
        ("without hooks", Machine::new(script.clone(), Hooks::None)),
        ("with ours", Machine::new(script.clone(), Hooks::Installed)),
        ("with /bin/true", Machine::new(script, Hooks::Installed)),
    ];
    let program = timed_program();
    tell(&format!("timed: {}", program.display()));
    run_instead(&machines[1].1, &program);
    run_instead(&machines[2].1, Path::new("/bin/true"));
    let mut times: [Vec<Duration>; 3] = Default::default();
    for round in 0..rounds {
        // Another one is the first each time, so that none is always behind the same.
        for at in (0..machines.len()).map(|number| (number + round) % machines.len()) {
            let ended = machines[at].1.session(&format!("[[round {round}]] Work.")).run();
            assert_eq!(ended.code, Some(0), "{ended:?}");
            times[at].push(ended.took);
        }
    }
    let medians = times.map(|mut times| {
        times.sort_unstable();
        times[times.len() / 2]
    });
    for ((name, _), median) in machines.iter().zip(medians) {
        let ratio = median.as_secs_f64() / medians[0].as_secs_f64();
        tell(&format!("{CALLS} calls {name}: median of {rounds} {median:.2?}, {ratio:.3} of without"));
    }
    let parts = (0..rounds).flat_map(|round| (0..CALLS).step_by(4).map(move |number| (round, number)));
    let kept = parts.map(|(round, number)| {
        let subject = subject(round, number);
        memory("note", &subject, &subject, &["commit"])
    });
    machines[1].1.keeps(&kept.collect::<Vec<_>>());
    assert_eq!((machines[0].1.kept().len(), machines[2].1.kept().len()), (0, 0), "the others keep nothing");
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

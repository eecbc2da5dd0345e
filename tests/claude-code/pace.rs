//! How long a session of forty tool calls takes: with our hooks, without, and with hooks that run `/bin/true`. Printed,
//! never asserted; `CLAUDE_CODE_ROUNDS` says how often, and `just claude-pace` runs it long enough to be believed.

use std::fs;
use std::time::Duration;

use crate::machine::{HOOK, Hooks, Machine};
use crate::script::{Script, runs, says};

const CALLS: usize = 40;

#[test]
#[ignore = "needs Claude Code: tests/claude-code/run.sh"]
fn a_session_of_forty_calls_takes_its_time() {
    // Every fourth is a commit, which is what our hook is started for.
    let call = |number| match number % 4 {
        0 => runs(&format!("git commit --quiet --allow-empty -m 'Part {number}' && git log -1 --oneline")),
        _ => runs("true"),
    };
    let script = Script::default().play("pace", (0..CALLS).map(call).chain([says("Done.")]));
    let machines = [
        ("without hooks", Machine::new(script.clone(), Hooks::None)),
        ("with ours", Machine::new(script.clone(), Hooks::Installed)),
        ("with /bin/true", Machine::new(script, Hooks::Installed)),
    ];
    let settings = machines[2].1.home().join(".claude/settings.json");
    let text = fs::read_to_string(&settings).unwrap();
    fs::write(&settings, text.replace(HOOK, "/bin/true")).unwrap();
    let rounds = std::env::var("CLAUDE_CODE_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(1);
    let mut times: [Vec<Duration>; 3] = Default::default();
    for _ in 0..rounds {
        for ((_, machine), times) in machines.iter().zip(&mut times) {
            let ended = machine.session("[[pace]] Work.").run();
            assert_eq!(ended.code, Some(0), "{ended:?}");
            times.push(ended.took);
        }
    }
    let medians = times.map(|mut times| {
        times.sort_unstable();
        times[times.len() / 2]
    });
    for ((name, _), median) in machines.iter().zip(medians) {
        let ratio = median.as_secs_f64() / medians[0].as_secs_f64();
        println!("{CALLS} calls {name}: median of {rounds} {median:.2?}, {ratio:.3} of without");
    }
    machines[1].1.settle();
    assert!(machines[1].1.kept().len() >= CALLS / 4, "our hooks were at work");
}

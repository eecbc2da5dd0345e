//! How long sessions of forty tool calls take: with our hooks, without, and with hooks that run `/bin/true`. Printed, never
//! asserted; `CLAUDE_CODE_ROUNDS` says how often, and `just claude-pace` runs it long enough to be believed.
//!
//! The model answers at once, which none does: what a hook costs is measured against the least a session can take.
//! `CLAUDE_CODE_MODEL_MS` lets it think before each reply. It is the release build that is timed, where there is one; what was
//! timed is printed.

mod mix;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::machine::{HOOK, Hooks, Machine, memory};
use crate::scene::tell;
use crate::script::{Script, says};
use crate::session::Ended;
use mix::{Mix, furnish, subject};

#[test]
#[ignore = "needs Claude Code: tests/claude-code/run.sh"]
fn everyday_sessions_of_forty_calls_take_their_time() {
    pace(Mix::Everyday);
}

#[test]
#[ignore = "needs Claude Code: tests/claude-code/run.sh"]
fn sessions_that_commit_ten_times_take_their_time() {
    pace(Mix::CommitAfterCommit);
}

fn pace(mix: Mix) {
    let number = |name, default| {
        std::env::var(name).ok().and_then(|number| number.parse::<u32>().ok()).unwrap_or(default)
    };
    let rounds = number("CLAUDE_CODE_ROUNDS", 1) as usize;
    let thinks = Duration::from_millis(number("CLAUDE_CODE_MODEL_MS", 0).into());
    let program = timed_program();
    tell(&format!("timed: {}, with a model that thinks for {thinks:?}", program.display()));
    let script = (0..rounds).fold(Script::default(), |script, round| {
        script.play(&format!("round {round}"), mix.calls(round).into_iter().chain([says("Done.")]))
    });
    let machines = [
        ("without hooks", Machine::new(script.clone(), Hooks::None)),
        ("with ours", Machine::new(script.clone(), Hooks::Installed)),
        ("with /bin/true", Machine::new(script, Hooks::Installed)),
    ];
    run_instead(&machines[1].1, &program);
    run_instead(&machines[2].1, Path::new("/bin/true"));
    for (_, machine) in &machines {
        furnish(machine);
        machine.model.think(thinks);
    }
    let mut seen: [Vec<Seen>; 3] = Default::default();
    for round in 0..rounds {
        // Another one is the first each time, so that none is always behind the same.
        for at in (0..machines.len()).map(|number| (number + round) % machines.len()) {
            let machine = &machines[at].1;
            let play = format!("round {round}");
            let ended = machine.session(&format!("[[{play}]] Work.")).run();
            assert_eq!(ended.code, Some(0), "{ended:?}");
            mix.was_played(machine, round);
            seen[at].push(Seen::of(&ended, &machine.model.asked_at(&play)));
        }
    }
    let without = &seen[0];
    for ((name, _), with) in machines.iter().zip(&seen) {
        // What a machine does otherwise is much the same for the sessions of a round.
        let ratios = with.iter().zip(without).map(|(with, without)| with.took.div_duration_f64(without.took));
        let (ratio, took) = (Spread::of(ratios), Spread::of(with.iter().map(|seen| seen.took)));
        let whole: Vec<_> = mix.parts().into_iter().flat_map(|(_, pieces)| pieces).collect();
        let piecewise = sum_of_medians(with, &whole).div_duration_f64(sum_of_medians(without, &whole));
        let waited = Spread::of(with.iter().map(|seen| seen.waited));
        tell(&format!(
            "{mix}, {name}: median of {rounds} {:.3?}; of without {:.3} (19 in 20: {:.3} to {:.3}), piece by piece {piecewise:.3}; \
             {:.0?} in hooks by its own clock",
            took.median, ratio.median, ratio.low, ratio.high, waited.median
        ));
        let parts = mix.parts().map(|(part, pieces)| {
            let more =
                sum_of_medians(with, &pieces).as_secs_f64() - sum_of_medians(without, &pieces).as_secs_f64();
            format!("{part} ({}) {:+.1}", pieces.len(), more * 1e3)
        });
        tell(&format!("  ms more than without: {}", parts.join(", ")));
    }
    let kept = (0..rounds).flat_map(|round| mix.commits().map(move |number| subject(round, number)));
    let kept = kept.map(|subject| memory("note", &subject, &subject, &["commit"]));
    machines[1].1.keeps(&kept.collect::<Vec<_>>());
    assert_eq!((machines[0].1.kept().len(), machines[2].1.kept().len()), (0, 0), "the others keep nothing");
}

/// What a session took.
struct Seen {
    took: Duration,
    /// From its start to the first request, from each request to the next, and from the last to its end: of all sessions of
    /// a mix, each piece does the same.
    pieces: Vec<Duration>,
    /// In hooks, as Claude Code says.
    waited: Duration,
}

impl Seen {
    fn of(ended: &Ended, requests: &[Instant]) -> Self {
        let end = ended.began + ended.took;
        let until = requests.iter().chain([&end]);
        let pieces =
            until.zip([&ended.began].into_iter().chain(requests)).map(|(until, from)| *until - *from);
        Self { took: ended.took, pieces: pieces.collect(), waited: waited_for_hooks(&ended.debug) }
    }
}

/// What these pieces of a session take when each takes its median: what hits a few pieces of each round hits none of these.
fn sum_of_medians(sessions: &[Seen], pieces: &[usize]) -> Duration {
    pieces.iter().map(|piece| Spread::of(sessions.iter().map(|seen| seen.pieces[*piece])).median).sum()
}

/// The median of some values, and the two of them between which that of all there could be lies, 19 times in 20.
struct Spread<T> {
    low: T,
    median: T,
    high: T,
}

impl<T: PartialOrd + Copy> Spread<T> {
    fn of(values: impl Iterator<Item = T>) -> Self {
        let mut values: Vec<_> = values.collect();
        values.sort_unstable_by(|one, other| one.partial_cmp(other).expect("no time is not a number"));
        let (low, high) = ranks_about_the_median(values.len());
        Self { low: values[low], median: values[values.len() / 2], high: values[high] }
    }
}

/// Of so many sorted values, those between which the median lies 19 times in 20, whatever their distribution is: each is on
/// either side of it as a coin falls.
fn ranks_about_the_median(count: usize) -> (usize, usize) {
    // The chance that so many of them lie below the median, and that so many or fewer do.
    let mut chance = 0.5_f64.powi(i32::try_from(count).expect("few rounds"));
    let mut tail = 0.0;
    let mut low = 0;
    for number in 0..count / 2 {
        tail += chance;
        if tail > 0.025 {
            break;
        }
        low = number;
        #[expect(clippy::cast_precision_loss, reason = "few rounds")]
        {
            chance *= (count - number) as f64 / (number + 1) as f64;
        }
    }
    (low, count - 1 - low)
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

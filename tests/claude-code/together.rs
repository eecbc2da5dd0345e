//! More than one thing at once: parallel tool calls, two sessions in one repository, a session in each worktree.

use std::thread;

use crate::machine::{memory, turn};
use crate::scene::play;
use crate::script::{Script, bash, calls, runs, says};

#[test]
#[ignore = "needs Claude Code: tests/claude-code/run.sh"]
fn parallel_tool_calls_are_a_memory_each() {
    const DONE: &str = "All eight of them are written down, one after the other or all at once.";
    // One lock a repository is git's rule, so that each has a repository of its own.
    let commit = |number: usize| {
        bash(Box::leak(
            format!(
                "git init -q ../r{number} && git -C ../r{number} commit --allow-empty -m 'Part {number}'"
            )
            .into_boxed_str(),
        ))
    };
    let script = Script::default().play("eight", [calls((0..8).map(commit)), says(DONE)]);
    let machine = play(&script, |machine| vec![machine.session("[[eight]] All of them.").run()]);
    let part = |number| {
        let subject = format!("Part {number}");
        memory("note", &subject, &subject, &["commit"])
    };
    machine.keeps(&(0..8).map(part).chain([turn(DONE)]).collect::<Vec<_>>());
}

#[test]
#[ignore = "needs Claude Code: tests/claude-code/run.sh"]
fn two_sessions_in_one_repository_and_two_in_worktrees_lose_nothing() {
    const PLAYS: [&str; 4] = ["one", "two", "three", "four"];
    let done = |play: &str| format!("Session {play} has done what it was asked to do, and so it ends.");
    let script = PLAYS.iter().fold(Script::default(), |script, play| {
        script.play(
            play,
            [
                runs(&format!("until git commit --allow-empty -m 'Work of {play}'; do sleep 0.1; done")),
                says(&done(play)),
            ],
        )
    });
    let machine = play(&script, |machine| {
        for tree in ["three", "four"] {
            machine.git(&["worktree", "add", "--quiet", &format!("../{tree}")]);
        }
        let machine = &*machine;
        thread::scope(|scope| {
            let sessions: Vec<_> = PLAYS
                .iter()
                .map(|play| {
                    scope.spawn(move || {
                        let session = machine.session(&format!("[[{play}]] Work."));
                        let tree = machine.home().join(play);
                        if tree.exists() { session.within(&tree).run() } else { session.run() }
                    })
                })
                .collect();
            sessions.into_iter().map(|session| session.join().unwrap()).collect()
        })
    });
    let work = |play: &&str| {
        let subject = format!("Work of {play}");
        [memory("note", &subject, &subject, &["commit"]), turn(&done(play))]
    };
    machine.keeps(&PLAYS.iter().flat_map(work).collect::<Vec<_>>());
}

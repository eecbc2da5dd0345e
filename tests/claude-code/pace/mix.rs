//! The sessions that are timed: forty calls each, and the same ones every time.

use std::fmt;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::json;

use crate::machine::Machine;
use crate::script::{Reply, calls, runs, write};

const CALLS: usize = 40;
/// What an everyday session changes a piece at a time, and commits.
const PIECES: usize = 3;
/// Stands for a compiler or a test run: some 60 ms of work for a processor.
const CHECK: &str =
    "#!/bin/sh\nleft=60000\nwhile [ $left -gt 0 ]; do left=$((left - 1)); done\necho 'all is well'\n";
const CODE: &str = "src/invoices.py";

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mix {
    /// What a session does: it looks around, reads, edits, checks, and commits three times.
    Everyday,
    /// The hardest for us: every fourth call is a commit, which is what a hook is started for, and the others do nothing.
    CommitAfterCommit,
}

impl fmt::Display for Mix {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Everyday => "everyday",
            Self::CommitAfterCommit => "commit after commit",
        })
    }
}

/// The one line of a commit's message.
pub fn subject(round: usize, number: usize) -> String {
    format!("Part {number} of round {round}")
}

impl Mix {
    pub fn calls(self, round: usize) -> Vec<Reply> {
        let calls: Vec<_> = match self {
            Self::Everyday => {
                let pieces = (0..PIECES).flat_map(|piece| piece_of_work(round, piece));
                pieces.chain([runs("git log --oneline -3")]).collect()
            }
            Self::CommitAfterCommit => (0..CALLS)
                .map(|number| match number % 4 {
                    0 => {
                        let subject = subject(round, number);
                        runs(&format!(
                            "git commit --quiet --allow-empty -m '{subject}' && git log -1 --oneline"
                        ))
                    }
                    _ => runs("true"),
                })
                .collect(),
        };
        assert_eq!(calls.len(), CALLS);
        calls
    }

    /// The numbers of a round's commits.
    pub fn commits(self) -> Box<dyn Iterator<Item = usize>> {
        match self {
            Self::Everyday => Box::new(0..PIECES),
            Self::CommitAfterCommit => Box::new((0..CALLS).step_by(4)),
        }
    }

    /// What a session waits for from one request to the next, and the pieces of it that are of that kind.
    pub fn parts(self) -> [(&'static str, Vec<usize>); 5] {
        let kinds: Vec<_> = self.calls(0).iter().map(kind).collect();
        // The first piece comes before the first call.
        let pieces = |of: &str| (1..=CALLS).filter(|piece| kinds[piece - 1] == of).collect();
        let part = |of| (of, pieces(of));
        [("start", vec![0]), part("commits"), part("other commands"), part("files"), ("end", vec![CALLS + 1])]
    }

    /// Whether the round did what it says: a call that is refused takes no time.
    #[track_caller]
    pub fn was_played(self, machine: &Machine, round: usize) {
        if self == Self::Everyday {
            let code = fs::read_to_string(machine.project().join(CODE)).unwrap();
            let steps = 2 * PIECES * (round + 1);
            assert!(code.starts_with(&format!("STEP = {steps}\n")), "not every edit was made: {code}");
        }
    }
}

fn kind(call: &Reply) -> &'static str {
    match call {
        Reply::Calls(calls) if calls[0].0 != "Bash" => "files",
        Reply::Calls(calls) if calls[0].1["command"].as_str().unwrap().contains("git commit") => "commits",
        _ => "other commands",
    }
}

fn piece_of_work(round: usize, piece: usize) -> [Reply; 13] {
    let code = format!("{{{{home}}}}/work/{CODE}");
    let test = format!("{{{{home}}}}/work/tests/part_{piece}_{round}.py");
    let step = 2 * (PIECES * round + piece);
    let read = || calls([("Read", json!({"file_path": code}))]);
    let edit = |from: usize| {
        let (old, new) = (format!("STEP = {from}\n"), format!("STEP = {}\n", from + 1));
        calls([("Edit", json!({"file_path": code, "old_string": old, "new_string": new}))])
    };
    let commit = format!("git add --all && git commit --quiet -m '{}'", subject(round, piece));
    [
        runs("ls -la src tests"),
        runs("grep -rn 'def number' src"),
        runs("find . -name '*.py' -not -path './.git/*'"),
        read(),
        edit(step),
        runs("./check"),
        read(),
        edit(step + 1),
        calls([write(&test, "from invoices import number\n\nassert number(1) == '2026-0001'\n")]),
        runs("./check"),
        runs("git status --short"),
        runs("git diff"),
        runs(&commit),
    ]
}

/// The project that an everyday session works on.
pub fn furnish(machine: &Machine) {
    let project = machine.project();
    for directory in ["src", "tests"] {
        fs::create_dir_all(project.join(directory)).unwrap();
    }
    let lines =
        (0..200).map(|number| format!("def number_{number}(invoice):\n    return invoice + {number}\n\n"));
    fs::write(project.join(CODE), format!("STEP = 0\n\n{}", lines.collect::<String>())).unwrap();
    fs::write(project.join("tests/first.py"), "import invoices\n").unwrap();
    fs::write(project.join("check"), CHECK).unwrap();
    fs::set_permissions(project.join("check"), fs::Permissions::from_mode(0o755)).unwrap();
    machine.git(&["add", "--all"]);
    machine.git(&["commit", "--quiet", "--message", "Number invoices"]);
}

//! Commits: one memory each, whatever the command around it looks like.

use crate::machine::{memory, turn};
use crate::scene::play;
use crate::script::{Script, runs, says};

const DONE: &str = "Everything that was asked for is done and stands in the history.";

#[test]
#[ignore = "needs Claude Code: tests/claude-code/run.sh"]
fn a_commit_is_one_memory_in_whatever_form_it_is_made() {
    let script = Script::default().play(
        "commits",
        [
            runs("echo 1 > a && git add a && git commit -m 'feat(bill): number invoices per tenant' -m 'They asked.'"),
            runs("git commit --allow-empty -m \"$(cat <<'EOF'\nfix: keep the last digit\n\nIt was cut.\nEOF\n)\""),
            runs("cd .; for word in one; do git commit --allow-empty -F - <<EOF\nA note on $word thing\nEOF\ndone; git log --oneline | wc -l"),
            runs("git commit -m 'There is nothing to commit'"),
            runs("git checkout -q -b topic && git status --short"),
            says(DONE),
        ],
    );
    let machine = play(&script, |machine| vec![machine.session("[[commits]] Please commit.").run()]);
    machine.keeps(&[
        memory(
            "decision",
            "feat(bill): number invoices per tenant",
            "feat(bill): number invoices per tenant\n\nThey asked.",
            &["commit", "feat", "bill"],
        ),
        memory(
            "note",
            "fix: keep the last digit",
            "fix: keep the last digit\n\nIt was cut.",
            &["commit", "fix"],
        ),
        memory("note", "A note on one thing", "A note on one thing", &["commit"]),
        turn(DONE),
    ]);
}

//! What the output says about which commits were made.

use super::super::commits;
use super::{Case, case, check, none};

const STATUS: &str = "On branch main\nnothing to commit, working tree clean";

pub(super) fn lines() -> Vec<Case> {
    let says =
        |line: &str, message: &'static str| case("git commit --amend --no-edit; true", line, &[message]);
    vec![
        says("[main 1a2b3c4] s", "s"),
        says("[main (root-commit) 1a2b3c4] s", "s"),
        says("[detached HEAD 1a2b3c4] s", "s"),
        says("[losgelöster HEAD 1a2b3c4] s", "s"),
        says("[feature/x-1 1a2b3c4] s", "s"),
        says("[a]b/(x) 1a2b3c4] s] t", "s] t"),
        says("[main 1a2b3c4] [ABC-1] s", "[ABC-1] s"),
        says("[main 0123456789abcdef0123456789abcdef01234567] s", "s"),
        says("noise\r\n[main 1a2b3c4] s\r\n 1 file changed", "s"),
        case("git commit --amend --no-edit; true", "[main 1a2b3c4]", &[]),
        case(
            "git commit --amend --no-edit; true",
            "[STARTED] s\n[INFO 2024] s\n[main 1A2B3C4] s\nmain 1a2b3c4] s",
            &[],
        ),
        // The line says what git recorded, whatever a hook made of the subject.
        case(
            "git commit -m 'fix: s\n\nbody'; true",
            "[main 1a2b3c4] ABC-1 fix: s",
            &["ABC-1 fix: s\n\nbody"],
        ),
        case("git commit -m 'fix: big bug'; true", "[main 1a2b3c4] 🐛 big bug", &["🐛 big bug"]),
        case("git commit -m 'one\ntwo\n\nbody'; true", "[main 1a2b3c4] one two", &["one\ntwo\n\nbody"]),
    ]
}

pub(super) fn failures() -> Vec<Case> {
    let hook = "husky - pre-commit hook exited with code 1 (error)";
    vec![
        case("git commit -m x; git push", STATUS, &[]),
        case("git commit -m x || true", STATUS, &[]),
        case("git commit -m x; echo done", "done", &[]),
        case("git commit -m x | cat; true", "", &[]),
        case("git commit -qm x || true", STATUS, &[]),
        case("git commit -qm x; git log", "no changes added to commit (use \"git add\")", &[]),
        case("git commit -qm x; ls", "nothing added to commit but untracked files present", &[]),
        case("git commit -qm x; ls", "Aborting commit due to empty commit message.", &[]),
        case("git commit -qm x; ls", "error: pathspec 'x' did not match any file(s) known to git", &[]),
        case(
            "git commit -qm x; ls",
            "fatal: not a git repository (or any of the parent directories): .git",
            &[],
        ),
        case("git commit -qm x; ls", "fatal: Unable to create '/r/.git/index.lock': File exists.", &[]),
        case("git commit -qm x; ls", hook, &[]),
        case("git commit -qm x; ls", "eslint....Failed\n- hook id: eslint\n- exit code: 1", &[]),
        case(
            "git commit -m x > /dev/null 2>&1; ls",
            "Author identity unknown\n\n*** Please tell me who you are.",
            &[],
        ),
        case("git commit -m x 2>&1 | tail -1; ls", "nothing to commit, working tree clean", &[]),
        case("git commit -m x 2>&1 | head -1; ls", "On branch main", &[]),
        case("git commit -m x 2>&1 | tail -3; ls", "src/a.js: 3 problems", &[]),
        case("git commit -qm x || echo 'could not'", "could not", &[]),
        case("git commit -qm x && echo committed; ls", "a\nb", &[]),
        case("git commit -qm a; git commit -qm b; ls", STATUS, &["a"]),
        case("git commit -m a; git commit -qm b; ls", STATUS, &["b"]),
        case("git commit -m a > /dev/null; git commit -qm b; ls", STATUS, &["a"]),
        case("git commit -m x > log; cat log; ls", STATUS, &[]),
        case("git commit -m x > log 2>&1; cat log; ls", "a failed hook", &[]),
        case("git commit -m x > log 2>&1; tail -3 log; ls", STATUS, &[]),
        case("git commit -qm a && git commit -m b; ls", STATUS, &[]),
        case("git commit -m a && git commit -qm b; ls", STATUS, &[]),
        case("git commit -m a && (ls; git commit -qm b) || ls; git commit -qm c; ls", STATUS, &["c"]),
        case("(git commit -m a; ls) && git commit -qm b; ls", STATUS, &["b"]),
        case("git commit -m a | cat && git commit -qm b; ls", STATUS, &["b"]),
        case("git commit -m a || git commit --no-verify -qm a; git commit -qm b; ls", STATUS, &["b"]),
        case("git commit -qm a && (ls; git commit -m b) || ls; ls", STATUS, &[]),
        case("git commit -qm a || git commit -m b; git commit -m c; ls", STATUS, &["a"]),
        case("git commit -qm x; git commit -h > /dev/null; ls", STATUS, &[]),
        case("git commit -m x 2>&1 | tail -1; ls", "12 problems", &[]),
        case("git commit -q --no-quiet -m x; ls", "", &[]),
        case(
            "git commit -m a | tail -1; git commit -m b | tail -1; ls",
            " 1 file changed\nnothing to commit",
            &["a"],
        ),
        case(
            "git commit -qm a; git commit -qm b; ls",
            "error: gpg failed to sign the data\nfatal: failed to write commit object",
            &["a"],
        ),
        case("! git commit -m x", "", &[]),
        case("! git commit -qm x", "", &[]),
        case("git commit -m 'fix: s'; true", "husky - failed\n[main 1a2b3c4] entirely another", &[]),
    ]
}

pub(super) fn vouched() -> Vec<Case> {
    vec![
        case("git commit -qm x", "", &["x"]),
        case("git add -A && git commit -q -m x", "", &["x"]),
        case("git add -A && git commit -q -m x && git log --oneline -1", "1a2b3c4 x", &["x"]),
        case("git commit --quiet -m x && git status", STATUS, &["x"]),
        case("(git add . && git commit -qm x)", "", &["x"]),
        case("{ git commit -qm x; }", "", &["x"]),
        case("a || b && git commit -qm x", "", &["x"]),
        case("set -e; git commit -qm x; ls", STATUS, &["x"]),
        case("set -euo pipefail\ngit commit -qm x | cat\n", STATUS, &["x"]),
        case("[ -f a ] && git commit -qm x", "", &["x"]),
        case("git commit -m x > /dev/null", "", &["x"]),
        case("git commit -m x &> /dev/null && git push", "", &["x"]),
    ]
}

pub(super) fn unseen() -> Vec<Case> {
    vec![
        case("git commit -qm x; git push", "", &["x"]),
        case("git commit -qm x; git status", STATUS, &["x"]),
        case("git commit -qm x; git stash pop", STATUS, &["x"]),
        case("git commit --dry-run -m y; git commit -qm x; ls", STATUS, &["x"]),
        case("git commit -qm x; git status -s", STATUS, &[]),
        case("git commit -qm x || echo 'could not'", "", &["x"]),
        case("git commit -qm x && echo committed; ls", "committed", &["x"]),
        case("git commit -qm x || echo 'could not'; cat notes", "nothing to commit", &["x"]),
        case("git commit -qm 'a\n\nb'; git commit -m a", "[main 1a2b3c4] a", &["a\n\nb", "a"]),
        case("git commit -m x > /dev/null; ls", "", &["x"]),
        case("git commit -m x >> log 2>&1; ls", "", &["x"]),
        case("git commit -m x &>/dev/null; ls", "", &["x"]),
        case("git commit -m x 2>&1 >/dev/null; ls", "", &["x"]),
        case("git commit -m x 2>/dev/null; ls", "", &[]),
        case("{ git commit -m x; } > log; ls", "", &["x"]),
        case("git commit -m x 2>&1 | tail -1; ls", " 1 file changed, 1 insertion(+)", &["x"]),
        case("git commit -m x | tail -n 2; ls", " create mode 100644 a\n create mode 100644 b", &["x"]),
        case(
            "git commit --amend -m a; git commit -m x | tail -1; ls",
            "[main 1a2b3c4] a\n Date: now\n create mode 100644 b",
            &["a", "x"],
        ),
        case(
            "git commit --amend -m a; git commit -m x | tail -1; ls",
            "[main 1a2b3c4] a\n Date: now\n 2 files changed\n create mode 100644 b",
            &["a"],
        ),
        case(
            "git commit -m a; git commit -m x | tail -1; ls",
            "[main 1a2b3c4] a\n 2 files changed\n 1 file changed",
            &["a", "x"],
        ),
        case("git commit -m x | tail -3; ls", "[main 1a2b3c4] x\n 2 files changed", &["x"]),
        case("git commit -m x | grep -v foo; ls", "", &["x"]),
        case("git commit -m x > log; tail -1 log; ls", " 1 file changed", &["x"]),
        case("out=$(git commit -m x); ls", "", &["x"]),
        case("git commit -qm \"Release $V\"; ls", "", &["Release $V"]),
        case(
            "git commit -qm \"Release $V\" && git log --oneline -1",
            "1a2b3c4 (HEAD -> main) Release 3",
            &["Release 3"],
        ),
        case("git commit -qm \"$V\" -m body; ls", "", &["body"]),
        case("git commit -qm \"$V\"; ls", "", &[]),
        case("git commit -q --amend --no-edit; ls", "", &[]),
    ]
}

pub(super) fn doubtful() -> Vec<Case> {
    vec![
        none("git diff --cached --quiet || git commit -qm x"),
        none("git diff --cached --quiet || git commit -m x"),
        none("if a; then git commit -qm x; fi"),
        none("if a; then b; else git commit -qm x; fi"),
        none("for f in *; do git commit -qm x; done"),
        none("case a in b) git commit -qm x;; esac"),
        none("f() { git commit -qm x; }"),
        none("[ -f a ] && git commit -qm x; ls"),
        none("command -v lint && git commit -qm x; ls"),
        none("! git diff --quiet && git commit -qm x; ls"),
        none("if a; then git commit -m x > /dev/null; fi"),
        case("a || git commit -qm x; git log --oneline -1", "1a2b3c4 x", &["x"]),
        case(
            "if a; then git commit -qm x; fi; git log --oneline -2",
            "* 1a2b3c4 (HEAD -> main) x\n* 2222222 y",
            &["x"],
        ),
        case("if a; then git commit -m x; else git commit -m y; fi", "[main 1a2b3c4] y", &["y"]),
        case("git commit -m x || git commit --no-verify -m x", "[main 1a2b3c4] x", &["x"]),
    ]
}

#[test]
fn the_line_of_a_commit_is_known_from_other_lines() {
    check(lines());
}

#[test]
fn a_commit_that_failed_is_none() {
    check(failures());
}

#[test]
fn a_quiet_commit_counts_where_the_exit_code_vouches_for_it() {
    check(vouched());
}

#[test]
fn a_commit_that_shows_nothing_counts_unless_a_failure_is_shown() {
    check(unseen());
}

#[test]
fn a_commit_that_may_not_have_run_needs_evidence() {
    check(doubtful());
}

#[test]
fn a_commit_whose_line_was_cut_off_counts() {
    let cut = "x\n".repeat(15_000);
    check(vec![case("make; git commit -m x; ls", &cut, &["x"]), case("make; git commit -m x; ls", "x", &[])]);
}

#[test]
fn a_failure_on_standard_error_is_seen() {
    assert!(
        commits("git commit -qm x; ls", "", "fatal: cannot lock ref 'HEAD': is at 1 but expected 2")
            .is_empty()
    );
    assert_eq!(commits("git commit -qm x; ls", "", "warning: LF will be replaced by CRLF").len(), 1);
}

#[test]
fn the_recorded_quiet_commit_is_one_commit() {
    let payload = include_str!("../../../../tests/fixtures/payloads/PostToolUse-Bash-git-commit.json");
    let command = "git add -A && git commit -q --allow-empty -m \"feat: añadir módulo 日本語 ✓\" && git log --oneline -1";
    let stdout = "9fca3e6 feat: añadir módulo 日本語 ✓";
    assert!(payload.contains(&command.replace('"', "\\\"")) && payload.contains(stdout));
    check(vec![case(command, stdout, &["feat: añadir módulo 日本語 ✓"])]);
}

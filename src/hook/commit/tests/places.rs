//! Where in a command a commit may stand.

use super::{Case, case, check, made};

pub(super) fn compounds() -> Vec<Case> {
    vec![
        made("git add -A && git commit -m x", "x"),
        made("git add -A && git commit -m x && git push", "x"),
        made("cd sub; git commit -m x; cd ..", "x"),
        made("git add .\ngit commit -m x\n", "x"),
        made("git diff --quiet || git commit -m x", "x"),
        made("git commit -m x || true", "x"),
        made("(cd sub && git commit -m x)", "x"),
        made("( git commit -m 'x' )", "x"),
        made("{ git commit -m x; }", "x"),
        made("if git add .; then git commit -m x; fi", "x"),
        made("if a; then b; elif c; then git commit -m x; else d; fi", "x"),
        made("if ! git diff --cached --quiet; then\n  git commit -m x\nfi", "x"),
        made("if git commit -m x; then echo ok; fi", "x"),
        made("for f in a b; do git add $f; done; git commit -m x", "x"),
        made("while read l; do git commit -m x; done < list", "x"),
        made("until git commit -m x; do sleep 1; done", "x"),
        made("case $1 in a) git log;; b|c) git commit -m x;; esac", "x"),
        made("case $1 in\n  (a) git commit -m x ;;\nesac", "x"),
        made("f() { git commit -m x; }; f", "x"),
        made("function f { git commit -m \"$1\"; }\nf x", "x"),
        made("git commit -m x | cat", "x"),
        made("git commit -m x 2>&1 | tee log.txt", "x"),
        made("git commit -m x |& cat", "x"),
        made("out=$(git commit -m x); echo \"$out\"", "x"),
        made("echo \"$(git commit -m x)\"", "x"),
        made("[[ -n $x && ( $y == a || $z =~ ^(b|c)$ ) ]] && git commit -m x", "x"),
        made("a=(1 2 'three )'); git commit -m x", "x"),
        made("((n++)); echo $((n * (2 + 3))) ${n:-$(echo \"}\")}; git commit -m x", "x"),
        made("for ((i=0; i<1; i++)); do git commit -m x; done", "x"),
        made("shopt -s extglob; rm -f !(a|b); git commit -m x", "x"),
        made("cat <<A <<'B' >f; git commit -m x\none $(echo two)\nA\nthree\nB\n", "x"),
        made("set -e\ncd a\ngit add .\ngit commit -m x", "x"),
        made("git commit -m x > log 2>&1; cat log", "x"),
        made("git commit -m x >&2", "x"),
    ]
}

pub(super) fn several() -> Vec<Case> {
    let both = "[main 1111111] a\n 1 file changed\n[main 2222222] b\n 1 file changed";
    let first = "[main 1111111] a\n 1 file changed";
    vec![
        case("git commit -m a && git commit -m b", both, &["a", "b"]),
        case("git commit -m a; git commit -m b", both, &["a", "b"]),
        case("git commit -m a; git commit -m b || true", first, &["a"]),
        case("git commit -m b || true; git commit -m a || true", first, &["a"]),
        case("git commit -m a; git commit -qm b", first, &["a", "b"]),
        case("git commit -qm z; git commit -m a; git commit -qm b", first, &["z", "a", "b"]),
        case(
            "git commit -m a && git commit --amend --no-edit",
            "[main 1111111] a\n[main 2222222] a",
            &["a", "a"],
        ),
        case("git commit -m a; git commit -m a; true", "[main 1111111] a", &["a"]),
        case("git commit --amend --no-edit; git commit -m a; true", first, &["a"]),
        case("git cherry-pick x && git commit -m a", "[main 1111111] other\n[main 2222222] a", &["a"]),
        case(
            "git revert HEAD && git commit --amend --no-edit",
            "[main 1111111] Revert \"b\"\n[main 2222222] c",
            &["c"],
        ),
        case(
            "git commit -m 'fix: a' >/dev/null && git commit --fixup=HEAD",
            "[main 1111111] fixup! fix: a",
            &["fix: a", "fixup! fix: a"],
        ),
        case("git commit -m b; git revert HEAD; true", "[main 1111111] Revert \"b\"", &[]),
        case(
            "git commit -m 'fix: a' | tail -1; git commit --fixup=HEAD",
            " 1 file changed\n[main 1111111] fixup! fix: a",
            &["fix: a", "fixup! fix: a"],
        ),
        case(
            "for i in 1 2; do git commit -m b; done; git commit -F notes",
            "[main 1111111] b\n[main 2222222] b\n[main 3333333] c",
            &["b", "b", "c"],
        ),
        case("git merge x; f() { git commit -m \"$1\"; }; f a; f b", both, &["a", "b"]),
        case("git merge --continue; git commit -m a", "[main 1111111] Merge b\n[main 2222222] a", &["a"]),
        case("git commit -m a; ./again.sh", "[main 1111111] a\n[main 2222222] a", &["a"]),
        case("./auto.sh; git commit -m a", "[main 1111111] by a script\n[main 2222222] a", &["a"]),
        case(
            "for i in 1 2; do git commit -m \"c $i\"; done",
            "[main 1111111] c 1\n[main 2222222] c 2",
            &["c 1", "c 2"],
        ),
        case(
            "for d in p q; do (cd $d && git commit -m \"same\n\nbody\"); done",
            "[main 1111111] same\n[dev 2222222] same",
            &["same\n\nbody", "same\n\nbody"],
        ),
        case(
            "for i in 1 2; do git commit -m \"a $i\"; git commit -m \"b $i\"; done",
            "[main 1111111] a 1\n[main 2222222] b 1\n[main 3333333] a 2\n[main 4444444] b 2",
            &["a 1", "a 2", "b 1", "b 2"],
        ),
        case(
            "c() { git commit --allow-empty -m \"$1\"; }\nc one; c two",
            "[main 1111111] one\n[main 2222222] two",
            &["one", "two"],
        ),
        case("git commit -m a >&2; git commit -m b", "[main 2222222] b\n[main 1111111] a", &["a", "b"]),
        case(
            "git commit -m a > /dev/null; f() { git commit -m \"$1\"; }; f b",
            "[main 1111111] b",
            &["a", "b"],
        ),
    ]
}

#[test]
fn a_commit_is_found_wherever_it_stands() {
    check(compounds());
}

#[test]
fn every_commit_of_a_command_is_found_in_order() {
    check(several());
}

#[test]
fn a_commit_whose_line_went_to_standard_error_is_found() {
    let found =
        super::commits("git commit -m \"Release $V\" >&2", "", "[main 1a2b3c4] Release 2\n 1 file changed");
    assert_eq!(found.iter().map(|commit| commit.message.as_str()).collect::<Vec<_>>(), ["Release 2"]);
}

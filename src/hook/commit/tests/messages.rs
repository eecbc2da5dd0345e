//! Where the message comes from, and how it is quoted.

use super::{Case, check, check_unseen, made};

pub(super) fn quoted() -> Vec<Case> {
    vec![
        made("git commit -m plain", "plain"),
        made("git commit -m 'feat: single'", "feat: single"),
        made(r#"git commit -m "feat: double""#, "feat: double"),
        made(r"git commit -m feat:\ bare", "feat: bare"),
        made(r#"git commit -m 'it'"'"'s'"#, "it's"),
        made(r"git commit -m 'it'\''s'", "it's"),
        made(r#"git commit -m "say \"hi\" for \$5 \`now\` \\o/ \x""#, r#"say "hi" for $5 `now` \o/ \x"#),
        made(r"git commit -m $'a\tb\'c\\d'", "a\tb'c\\d"),
        made(r"git commit -m $'caf\xc3\xa9 \u2713 \U0001F600 \x41 \101'", "café ✓ 😀 A A"),
        made(r"git commit -m $'one\n\ntwo\nthree'", "one\n\ntwo\nthree"),
        made(r#"git commit -m $"local""#, "local"),
        made("git commit -m 'añadir módulo 日本語 ✓'", "añadir módulo 日本語 ✓"),
        made("git commit -m \"two\nlines\n\nbody\"", "two\nlines\n\nbody"),
        made("git commit \\\n  -m \\\n  'continued'", "continued"),
        made("git commit -m \"joined \\\nline\"", "joined line"),
        made("git\tcommit\t-m\t'tabs'", "tabs"),
        made("git commit -m 'a; b && c | d # e'", "a; b && c | d # e"),
        made("git commit -m pre'fix'\" and\"\\ more", "prefix and more"),
        made("git commit -m '# not a comment'", "# not a comment"),
        made("git commit -m 'x#y' # a comment", "x#y"),
        made("\"git\" 'commit' '-m' x", "x"),
    ]
}

pub(super) fn options() -> Vec<Case> {
    vec![
        made("git commit -m one -m two -m three", "one\n\ntwo\n\nthree"),
        made("git commit -m'attached'", "attached"),
        made("git commit -mfoo", "foo"),
        made("git commit -am all", "all"),
        made("git commit -vam x", "x"),
        made("git commit --message=eq", "eq"),
        made("git commit --message sep", "sep"),
        made("git commit --mess=short", "short"),
        made("git commit -m x --no-verify --author='A <a@b>' --date now file.txt", "x"),
        made("git commit --author 'A -m B' -m x", "x"),
        made("git commit -S -m signed", "signed"),
        made("git commit -Skey -m signed", "signed"),
        made("git commit -u no -m x", "x"),
        made("git commit file -m x -- -m y", "x"),
        made("git commit -m '' -m second", "second"),
        made("git commit -m '  x  \n\n\n\ny  \n\n'", "  x\n\ny"),
        made("git commit -m 'x\n# kept'", "x\n# kept"),
        made("git commit --cleanup=strip -m 'x\n\n# gone\ny'", "x\n\ny"),
        made("git commit --amend -m amended", "amended"),
        made("git commit --amend --no-edit -m amended", "amended"),
        made("git commit --no-quiet -m x", "x"),
        made(
            "git commit -m s --trailer 'Co-authored-by: A <a@b>' --trailer k=v",
            "s\n\nCo-authored-by: A <a@b>\nk: v",
        ),
        made("git commit -m s -m 'Reviewed-by: Z' --trailer k=v", "s\n\nReviewed-by: Z\nk: v"),
        made(
            "git commit -m 'feat: x\n\nCo-Authored-By: Claude <noreply@anthropic.com>'",
            "feat: x\n\nCo-Authored-By: Claude <noreply@anthropic.com>",
        ),
    ]
}

pub(super) fn substituted() -> Vec<Case> {
    vec![
        made(
            "git commit -m \"$(cat <<'EOF'\nfeat: x\n\n- `a` $b \\ \"c\" it's\nEOF\n)\"",
            "feat: x\n\n- `a` $b \\ \"c\" it's",
        ),
        made(
            "git commit -m \"$(cat <<EOF\nfeat: x \\$5 \\`y\\` \\\\ \"q\"\nEOF\n)\"",
            "feat: x $5 `y` \\ \"q\"",
        ),
        made("git commit -m \"$(cat <<\"EOF\"\nfeat: $x\nEOF\n)\"", "feat: $x"),
        made("git commit -m \"$(cat <<\\EOF\nfeat: $x\nEOF\n)\"", "feat: $x"),
        made("git commit -m \"$(cat <<-'EOF'\n\tfeat: x\n\n\t\tbody\n\tEOF\n)\"", "feat: x\n\nbody"),
        made("git commit -m \"$(cat << 'EOF'\nspaced\nEOF\n)\"", "spaced"),
        made("git commit -m \"$(cat <<'EOF'\nfeat: x (y) 'z\nEOF)\"", "feat: x (y) 'z"),
        made("git commit -m \"`cat <<'EOF'\nfeat: tick\nEOF\n`\"", "feat: tick"),
        made("git commit -m \"$(cat <<'EOF'\nfeat: x\nEOF\n)\" && git push", "feat: x"),
        made("git commit -m \"$(cat <<'END OF'\nfeat: x\nEND OF\n)\" --no-verify", "feat: x"),
        made("git commit -m \"$(echo 'feat: e')\"", "feat: e"),
        made("git commit -m \"$(printf 'feat: %s\\n\\n%s\\n' p 'q r')\"", "feat: p\n\nq r"),
        made("git commit -m \"$(printf '100%% %b' 'a\\tb')\"", "100% a\tb"),
        made("git commit -m \"$(echo feat: a; echo; echo b)\"", "feat: a\n\nb"),
        made("git commit -m \"$(cat <<< 'here string')\"", "here string"),
        made("git commit -m x\"$(echo y)\"z", "xyz"),
        made("git commit -F - <<'EOF'\nfeat: f\n\nbody\nEOF", "feat: f\n\nbody"),
        made("git commit -F- <<'EOF'\nfeat: f\nEOF\n", "feat: f"),
        made("git commit --file=- <<EOF\nfeat: f\nEOF", "feat: f"),
        made("git commit --file - <<-EOF\n\tfeat: f\n\tEOF", "feat: f"),
        made("git commit -qF - <<'EOF' && git log -1\nfeat: f\nEOF", "feat: f"),
        made("git commit -F /dev/stdin <<'EOF'\nfeat: f\nEOF", "feat: f"),
        made("git commit -F - <<< 'feat: h'", "feat: h"),
        made("git commit -F - <<<$'feat: h\\n\\nb'", "feat: h\n\nb"),
        made("<<'EOF' git commit -F -\nfeat: first\nEOF", "feat: first"),
        made("echo 'feat: p' | git commit -F -", "feat: p"),
        made("echo -e 'feat: p\\n\\nb' | git commit -F -", "feat: p\n\nb"),
        made("echo -n 'feat: p' | git commit -F -", "feat: p"),
        made("printf 'a\\n\\nb' | git commit -F -", "a\n\nb"),
        made("printf '%s\\n' 'a' '' 'b' | git commit -F -", "a\n\nb"),
        made("cat <<'EOF' | git commit -F -\nfeat: c\n\nd\nEOF", "feat: c\n\nd"),
        made("echo a | cat - | git commit -F -", "a"),
        made("{ true; echo a; } | git commit -F -", "a"),
        made("{ echo a; echo; echo b; } | git commit -F -", "a\n\nb"),
        made("cat <<'A' > /dev/null; git commit -F - <<'B'\nno\nA\nyes\nB", "yes"),
        made("git commit -F <(printf 'a\\n\\nb')", "a\n\nb"),
    ]
}

pub(super) fn held_by_the_command() -> Vec<Case> {
    vec![
        made("msg='feat: v\n\nbody'; git commit -m \"$msg\"", "feat: v\n\nbody"),
        made("MSG=$(cat <<'EOF'\nfeat: v\n\nbody\nEOF\n)\ngit commit -m \"${MSG}\"", "feat: v\n\nbody"),
        made("export M=x && git commit -m \"$M\"", "x"),
        made("cat > ../m <<'EOF'\nfeat: file\n\nbody\nEOF\ngit commit -F ../m", "feat: file\n\nbody"),
        made(
            "echo 'feat: file' > m.txt && echo body >> m.txt && git commit -F m.txt && rm m.txt",
            "feat: file\nbody",
        ),
        made("tee m <<'EOF'\nfeat: tee\nEOF\ngit commit --file=m", "feat: tee"),
        made("cat <<'EOF' > m\nfeat: cat\nEOF\ngit commit -m \"$(cat m)\"", "feat: cat"),
        made("(cd x && M='a\n\nb' && git commit -m \"$M\")", "a\n\nb"),
    ]
}

pub(super) fn known_to_git_alone() -> Vec<Case> {
    vec![
        made("git commit --amend --no-edit", "old subject"),
        made("git commit -C HEAD~1", "reused"),
        made("git commit --reuse-message=HEAD", "reused"),
        made("git commit -c ORIG_HEAD", "reused"),
        made("git commit --fixup=HEAD", "fixup! old subject"),
        made("git commit --fixup HEAD -m 'and more'", "fixup! old subject\n\nand more"),
        made("git commit --squash=abc -m more", "squash! old subject\n\nmore"),
        made("git commit", "from the editor"),
        made("git commit -v", "from the editor"),
        made("git commit -F notes.txt", "from a file"),
        made("git commit -t template", "from the editor"),
        made("git commit -m \"$MSG\"", "feat: from a variable"),
        made("git commit -m \"$1\" -m 'known body'", "feat: from a variable\n\nknown body"),
        made("git commit -m \"$(./describe.sh)\"", "made by a script"),
        made("git commit -m \"Release $VERSION\"", "Release 1.2.3"),
        made("git commit -m \"Release $(date +%F)\n\nAll of $X.\"", "Release 2026-01-02\n\nAll of $X."),
        made("git commit -m \"$(cat <<EOF\nbump to ${v:-\"}\"}\n\nbody\nEOF\n)\"", "bump to 2\n\nbody"),
        made("git commit $FLAGS", "whatever"),
        made("if a; then M=x; fi; git commit -m \"$M\"", "y"),
        made("(M=x); git commit -m \"$M\"", "y"),
        made("M=x; read M; git commit -m \"$M\"", "y"),
        made("M=x; M+=z; git commit -m \"$M\"", "xz"),
        made("M=x git commit -m \"$M\"", "other"),
        made("for m in a; do git commit -m \"$m\"; done", "a"),
        made("for i in 1; do M='a\n\nb'; git commit -m \"$M\"; done", "a\n\nb"),
        made("{ cat > /dev/null; git commit -F -; } <<'E'\nx\nE", "y"),
        made("cat > /dev/null <<'E' && git commit -F -\nx\nE", "y"),
        made("(cat; git commit -F -) <<< x", "y"),
    ]
}

#[test]
fn quotes_come_off_as_the_shell_takes_them_off() {
    check(quoted());
    check_unseen(quoted());
}

#[test]
fn every_way_to_give_a_message_as_an_option_is_understood() {
    check(options());
    check_unseen(options());
}

#[test]
fn a_message_from_a_heredoc_or_a_pipe_is_the_one_git_reads() {
    check(substituted());
    check_unseen(substituted());
}

#[test]
fn a_message_that_the_command_keeps_in_a_variable_or_a_file_is_found_there() {
    check(held_by_the_command());
    check_unseen(held_by_the_command());
}

#[test]
fn what_the_command_does_not_hold_comes_from_the_line_git_prints() {
    check(known_to_git_alone());
}

//! What is a `git commit`, and what only looks like one.

use super::{Case, case, check, made, none};

pub(super) fn calls() -> Vec<Case> {
    vec![
        made("git -C dir commit -m x", "x"),
        made("git -c user.name='A B' -c commit.gpgsign=false commit -m x", "x"),
        made("git --git-dir=/r/.git --work-tree /r commit -m x", "x"),
        made("git --no-pager -P commit -m x", "x"),
        made("/usr/bin/git commit -m x", "x"),
        made("git.exe commit -m x", "x"),
        made("\\git commit -m x", "x"),
        made("GIT_AUTHOR_DATE='2020-01-01' GIT_EDITOR=true git commit -m x", "x"),
        made("env A=b C=d git commit -m x", "x"),
        made("env -u HOME -i git commit -m x", "x"),
        made("command git commit -m x", "x"),
        made("sudo git commit -m x", "x"),
        made("sudo -u me -E git commit -m x", "x"),
        made("timeout -k 5 60 git commit -m x", "x"),
        made("nice -n 10 nohup git commit -m x", "x"),
        made("time git commit -m x", "x"),
        made("time -p git commit -m x", "x"),
        made("! ! git commit -m x", "x"),
        made("2>&1 git commit -m x", "x"),
        made("git 2>/dev/null commit -m x", "x"),
        made("git commit -m x &", "x"),
    ]
}

pub(super) fn mentions() -> Vec<Case> {
    vec![
        none("echo 'git commit -m x'"),
        none("echo git commit -m x"),
        none("grep -rn \"git commit\" ."),
        none("# git commit -m x"),
        none("ls # && git commit -m x"),
        none("ls;# git commit -m x\nls"),
        none("cat > run.sh <<'EOF'\ngit commit -m x\nEOF"),
        none("cat > run.sh <<EOF\ngit commit -m x\nEOF\nls"),
        none("bash -c 'git commit -m x'"),
        none("sh -c \"git commit -m x\""),
        none("bash <<'EOF'\ngit commit -m x\nEOF"),
        none("ssh host git commit -m x"),
        none("eval 'git commit -m x'"),
        none("git log --grep=commit"),
        none("git log --grep commit -m"),
        none("git commit-tree -m x HEAD^{tree}"),
        none("git commit-graph write"),
        none("git commit --dry-run -m x"),
        none("git commit --dry -m x"),
        none("git commit --help"),
        none("git commit -h"),
        none("git --help commit"),
        none("git --version commit -m x"),
        none("git help commit"),
        none("git commit --short -m x"),
        none("git commit --porcelain"),
        none("git commit -m"),
        none("git config alias.ci 'commit -m x'"),
        none("git ci -m x"),
        none("alias gc='git commit -m x'"),
        none("x='git commit -m x'"),
        none("git merge --no-ff -m commit topic"),
        none("git revert HEAD --no-edit # commit"),
        none("git cherry-pick commit"),
        none("git show commit"),
        none("command -v git commit"),
        none("gitk commit -m x"),
        none("mygit commit -m x"),
        none("$(echo git) log commit"),
        none("[[ git == commit || ( a && b ) ]]"),
        none("git commit -m ''"),
        case("git log | grep commit", "[main 1a2b3c4] x", &[]),
        case("./release.sh # git commit", "[main 1a2b3c4] x", &[]),
        case("git cherry-pick commit~3", "[main 1a2b3c4] x\n Date: now", &[]),
        case("echo git; git revert --no-edit HEAD~1 # commit", "git\n[main 1a2b3c4] Revert \"x\"", &[]),
    ]
}

#[test]
fn a_commit_is_found_however_git_is_called() {
    check(calls());
}

#[test]
fn text_that_mentions_a_commit_is_none() {
    check(mentions());
}

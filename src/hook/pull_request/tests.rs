//! Tests of finding pull requests: a command, what it printed, and title, body and address of what was opened.

use super::{PullRequest, pull_requests};

const GITHUB: &str = "https://github.com/acme/api/pull/7";
const GITLAB: &str = "https://gitlab.example.com/group/sub/api/-/merge_requests/12";

#[track_caller]
fn check(command: &str, stdout: &str, expected: &[(&str, &str, Option<&str>)]) {
    let found = pull_requests(command, stdout);
    let expected = expected.iter().map(|(title, body, url)| PullRequest {
        title: (*title).to_owned(),
        body: (*body).to_owned(),
        url: url.map(str::to_owned),
    });
    assert_eq!(found, expected.collect::<Vec<_>>(), "\n--- command\n{command}\n--- stdout\n{stdout}");
}

#[test]
fn title_and_body_are_found_in_every_form() {
    let commands = [
        "gh pr create --title 'T x' --body 'B y'",
        "gh pr create -t 'T x' -b 'B y'",
        "gh pr create --title='T x' --body=\"B y\"",
        "gh pr create -t='T x' -b='B y'",
        "gh pr create -t'T x' -b'B y'",
        "gh pr create -dt 'T x' -fb 'B y'",
        "gh pr new --draft --base main --head me:topic --title 'T x' --body 'B y' --label bug",
        "gh pr create --title \"T x\" --body \"$(cat <<'EOF'\nB y\nEOF\n)\"",
        "gh pr create --title 'T x' --body-file - <<'EOF'\nB y\nEOF",
        "gh pr create --title 'T x' -F - <<< 'B y'",
        "echo 'B y' | gh pr create --title 'T x' -F-",
        "cat > b.md <<'EOF'\nB y\nEOF\ngh pr create --title 'T x' --body-file b.md",
        "git push -u origin HEAD && gh pr create --title 'T x' --body 'B y'",
        "gh -R acme/api pr create --title 'T x' --body 'B y'",
        "gh pr create -R acme/api -t 'T x' -b 'B y' --web=false",
        "GH_TOKEN=x /usr/bin/gh pr create -t 'T x' -b 'B y'",
        "gh pr view || gh pr create -t 'T x' -b 'B y'",
        "if true; then gh pr create -t 'T x' -b 'B y'; fi",
        "url=$(gh pr create -t 'T x' -b 'B y'); echo \"$url\"",
        "gh pr create -t 'T x' -b 'B y' 2>&1 | tail -1",
    ];
    for command in commands {
        check(command, &format!("Creating pull request\n{GITHUB}"), &[("T x", "B y", Some(GITHUB))]);
    }
    let commands = [
        "glab mr create --title 'T x' --description 'B y' --yes",
        "glab mr create -t 'T x' -d 'B y' -b main -s topic",
        "glab mr new -yt 'T x' -d \"$(cat <<'EOF'\nB y\nEOF\n)\"",
    ];
    for command in commands {
        check(command, &format!("!12 T x (topic)\n {GITLAB}\n"), &[("T x", "B y", Some(GITLAB))]);
    }
}

#[test]
fn a_title_that_only_the_program_knows_is_made_of_the_address() {
    check("gh pr create --fill", GITHUB, &[("Pull request acme/api#7", "", Some(GITHUB))]);
    check("gh pr create --title \"$T\" -b x", GITHUB, &[("Pull request acme/api#7", "x", Some(GITHUB))]);
    check("glab mr create --fill", GITLAB, &[("Pull request group/sub/api!12", "", Some(GITLAB))]);
    check("gh pr create -t \"Release $V\" -F notes.md", GITHUB, &[("Release $V", "", Some(GITHUB))]);
    check("gh pr create --fill > url.txt", "", &[]);
}

#[test]
fn the_address_is_found_in_the_output() {
    let cases = [
        (GITHUB.to_owned(), GITHUB),
        (format!("x\n{GITHUB}#issue-1\n"), GITHUB),
        (format!("see \"{GITHUB}\"."), GITHUB),
        (format!("remote: https://github.com/acme/api/pull/new/topic\n{GITHUB}"), GITHUB),
        (format!("{GITHUB}/files?w=1 https://github.com/acme/api/pull/8"), GITHUB),
        ("http://git.local/a/b/pull/1".to_owned(), "http://git.local/a/b/pull/1"),
        (format!("https://gitlab.com/a/b/-/merge_requests/new?x=1\n{GITLAB}"), GITLAB),
    ];
    for (stdout, url) in cases {
        check("gh pr create -t T -b B", &stdout, &[("T", "B", Some(url))]);
    }
}

#[test]
fn a_call_that_opened_nothing_gives_nothing() {
    let url = GITHUB;
    check("gh pr create -t T -b B; true", "", &[]);
    check("gh pr create -t T -b B || true", "a pull request already exists", &[]);
    check("gh pr create -t T -b B", "https://github.com/acme/api/pull/new/topic", &[]);
    check("gh pr create -t T -b B", "https://github.com/acme/api/pull/7abc", &[]);
    check("gh pr create -t T -b B --web", url, &[]);
    check("gh pr create -t T -b B -w", url, &[]);
    check("gh pr create -t T -b B --dry-run", url, &[]);
    check("gh pr create --help", url, &[]);
    check("gh pr create -t", url, &[]);
    check("gh pr view 7", url, &[]);
    check("gh pr list --search 'pr create'", url, &[]);
    check("gh issue create -t T -b B", "https://github.com/acme/api/issues/7", &[]);
    check("gh mr create -t T", url, &[]);
    check("glab pr create -t T", url, &[]);
    check("echo 'gh pr create -t T'", url, &[]);
    check("# gh pr create -t T", url, &[]);
    check("bash -c 'gh pr create -t T'", url, &[]);
    check("! gh pr create -t T", url, &[]);
    check("if a; then gh pr create -t T > /dev/null; fi", "", &[]);
}

#[test]
fn a_call_whose_output_went_elsewhere_counts_without_an_address() {
    check("gh pr create -t T -b B > url.txt", "", &[("T", "B", None)]);
    check("url=$(gh pr create -t T -b B)", "", &[("T", "B", None)]);
    check("gh pr create -t T -b B &> /dev/null; gh pr view", GITHUB, &[("T", "B", None)]);
}

#[test]
fn several_calls_take_the_addresses_in_order() {
    let other = "https://github.com/acme/api/pull/8";
    let both = format!("{GITHUB}\n{GITHUB}\n{other}");
    let opened = [("A", "", Some(GITHUB)), ("B", "", Some(other))];
    check("gh pr create -t A -b ''; gh pr create -t B -b ''", &both, &opened);
    check("gh pr create -t A -b '' && gh pr create -t B -b ''", GITHUB, &opened[..1]);
    let looped = [("A", "", Some(GITHUB)), ("A", "", Some(other))];
    check("for r in x y; do (cd $r; gh pr create -t A -b ''); done", &both, &looped);
}

//! Tests of finding commits. Each case is a command, what it printed, and the messages it left.

mod evidence;
mod forms;
mod garbage;
mod messages;
mod places;

use super::{Conventional, commits, conventional};

/// Command, standard output, messages.
type Case = (String, String, Vec<&'static str>);

fn case(command: &str, stdout: &str, messages: &[&'static str]) -> Case {
    (command.to_owned(), stdout.to_owned(), messages.to_vec())
}

/// A case in which git printed the line of the one commit that was made, with the subject of the message.
fn made(command: &str, message: &'static str) -> Case {
    let subject = message.split("\n\n").next().unwrap_or_default().replace('\n', " ");
    case(command, &format!("[main 1a2b3c4] {subject}\n 1 file changed, 1 insertion(+)"), &[message])
}

/// A case in which nothing was printed and no commit counts.
fn none(command: &str) -> Case {
    case(command, "", &[])
}

/// Checks cases whose message the command holds, and whose success the exit code tells, without any output.
#[track_caller]
fn check_unseen(cases: Vec<Case>) {
    check(cases.into_iter().map(|(command, _, messages)| (command, String::new(), messages)).collect());
}

#[track_caller]
fn check(cases: Vec<Case>) {
    for (command, stdout, expected) in cases {
        let found = commits(&command, &stdout, "");
        let found = found.iter().map(|commit| commit.message.as_str()).collect::<Vec<_>>();
        assert_eq!(found, expected, "\n--- command\n{command}\n--- stdout\n{stdout}");
    }
}

#[test]
fn the_head_of_a_conventional_subject_is_read() {
    let head = |kind, scope, breaking| Some(Conventional { kind, scope, breaking });
    let cases = [
        ("feat: add login", head("feat", None, false)),
        ("fix(api): handle 500", head("fix", Some("api"), false)),
        ("feat!: drop v1", head("feat", None, true)),
        ("refactor(core)!: move files", head("refactor", Some("core"), true)),
        ("Fix(ui/button): colour", head("Fix", Some("ui/button"), false)),
        ("chore( deps ): bump", head("chore", Some("deps"), false)),
        ("docs(): empty scope", head("docs", None, false)),
        ("build-ci: x", head("build-ci", None, false)),
        ("feat:\ttab", head("feat", None, false)),
        ("feat:no space", None),
        ("feat:", None),
        ("feat: ", None),
        ("feat", None),
        ("", None),
        (": nothing", None),
        ("Merge branch: x", None),
        ("http://example.com", None),
        ("std::fmt: x", None),
        ("feat(api: x", None),
        ("feat(a(b)): x", None),
        ("feat (api): x", None),
        ("2fix: x", None),
        ("añadir: x", None),
        ("feat: \nbody", None),
        ("feat(a\nb): x", None),
        ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: x", None),
    ];
    for (subject, expected) in cases {
        assert_eq!(conventional(subject), expected, "{subject:?}");
    }
}

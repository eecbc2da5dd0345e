//! The service is away or has had enough of the key, and the session does not notice.

use engram_local::{Options, Server};
use serde_json::Value;

use crate::machine::{KEY_NAME, memory, turn};
use crate::scene::play;
use crate::script::{Script, held, runs, says};

const DONE: &str = "The work is done, and it stands in the history for everybody to see.";

#[test]
#[ignore = "needs Claude Code: tests/claude-code/run.sh"]
fn what_a_session_leaves_while_the_service_is_away_arrives_with_the_next_session() {
    let script = Script::default()
        .play("away", [runs("git commit --allow-empty -m 'While it was away'"), says(DONE)])
        .play("back", [says("Done.")]);
    let machine = play(&script, |machine| {
        let data = machine.home().join("service");
        let options = |port| Options { data: Some(data.clone()), port, ..Options::default() };
        let first = Server::start(options(0)).unwrap();
        let (port, key) = (first.port(), first.create_key(KEY_NAME));
        machine.set("ENGRAM_API_URL", &first.url());
        machine.set("ENGRAM_API_KEY", &key);
        drop(first);
        let away = machine.session("[[away]] Work.").run();
        machine.settle();
        machine.service = Server::start(options(port)).unwrap();
        let back = machine.session("[[back]] Hello.").run();
        vec![away, back]
    });
    machine.keeps(&[memory("note", "While it was away", "While it was away", &["commit"]), turn(DONE)]);
}

#[test]
#[ignore = "needs Claude Code: tests/claude-code/run.sh"]
fn a_key_revoked_in_the_middle_ends_capture_and_not_the_session() {
    let script = Script::default().play(
        "revoked",
        [
            runs("git commit --allow-empty -m 'With a key'"),
            held(runs("git commit --allow-empty -m 'Without a key'")),
            says(DONE),
        ],
    );
    let machine = play(&script, |machine| {
        let session = machine.session("[[revoked]] Work.").start();
        machine.model.wait_for("revoked", 1, 1);
        if machine.has_hooks() {
            let arrived =
                machine.service.wait_until(crate::model::DEADLINE, |service| !service.memories().is_empty());
            assert!(arrived, "the first commit is not delivered: {}", machine.status());
        }
        machine.service.revoke_keys_named(KEY_NAME);
        machine.model.release();
        vec![session.wait()]
    });
    machine.settle();
    assert_eq!(machine.kept(), [memory("note", "With a key", "With a key", &["commit"])]);
    let status = machine.status();
    assert!(status["spool"]["tombstone"].is_object(), "{status}");
    assert!(
        matches!(&status["spool"]["waiting"], Value::Number(number) if number.as_u64() == Some(0)),
        "{status}"
    );
    assert!(!machine.state_holds("Without a key"), "its text is erased");
}

//! `explain --last`: the newest memory and where it is, at each place it can be; and nothing written for it.

use engram_local::{Fault, Generation};
use serde_json::Value;

use crate::sandbox::{Sandbox, stop};
use crate::verdicts::pair;

impl Sandbox {
    #[track_caller]
    fn last(&self) -> Value {
        self.run(&["explain", "--last", "--json"]).exits(0).json()
    }
}

#[test]
fn of_an_empty_home_it_says_that_there_is_nothing_and_writes_nothing() {
    let mut sandbox = Sandbox::offline();
    assert_eq!(
        (&sandbox.last()["seen"], &sandbox.last()["whereabouts"]["state"]),
        (&Value::Null, &"nowhere".into())
    );
    let text = sandbox.run(&["explain", "--last"]).exits(0).stdout;
    assert!(text.starts_with("last        nothing was captured for this key yet\n"), "{text}");
    sandbox.unset("ENGRAM_API_KEY");
    let text = sandbox.run(&["explain", "--last"]).exits(0).stdout;
    assert!(text.contains("but         a capture keeps nothing now: there is no API key"), "{text}");
    assert!(sandbox.files().is_empty());
}

#[test]
fn a_memory_that_waits_is_shown_as_it_will_be_sent() {
    let sandbox = Sandbox::unsent();
    sandbox.capture(stop("s", "the first"));
    sandbox.capture(stop("s", "the second, with ghp_012345678901234567890123456789abcdef"));
    let before = sandbox.files();
    let last = sandbox.last();
    assert_eq!(last["seen"]["id"], sandbox.listed()[1]["id"]);
    assert_eq!(last["memory"], sandbox.listed()[1]["memory"]);
    assert_eq!(
        (&last["whereabouts"]["state"], &last["redacted"][0]),
        (&"waits".into(), &"github-token".into())
    );
    let text = sandbox.run(&["explain", "--last"]).exits(0).stdout;
    for row in [
        "where       it waits here",
        "tags        claude-code, turn",
        "redacted    github-token",
        "topic       the second",
    ] {
        assert!(text.contains(row), "{row} in {text}");
    }
    assert_eq!(sandbox.files(), before);
}

#[test]
fn a_memory_that_has_left_is_told_without_its_text() {
    let (server, sandbox) = pair(Generation::AsAsked);
    sandbox.capture(stop("s", "something to be delivered"));
    sandbox.wait_until("it is delivered", |sandbox| sandbox.status()["spool"]["accepted"] == 1);
    sandbox
        .wait_until("its segment is gone", |sandbox| sandbox.last()["whereabouts"]["state"] == "delivered");
    let last = sandbox.last();
    assert_eq!((&last["memory"], &last["seen"]["project"]), (&Value::Null, &"acme-api".into()));
    assert!(!last.to_string().contains("something to be delivered"));
    assert!(!sandbox.holds("something to be delivered"), "nor is it in any file");

    server.faults().always(Some(Fault::Status {
        code: 422,
        headers: vec![],
        body: r#"{"detail":"no"}"#.into(),
    }));
    sandbox.capture(stop("s", "something to be refused"));
    sandbox.wait_until("it is refused", |sandbox| sandbox.last()["whereabouts"]["state"] == "dead");
    server.faults().clear();

    let sandbox = Sandbox::unsent();
    sandbox.capture(stop("s", "something to be dropped"));
    sandbox.run(&["drop", "--yes"]).exits(0);
    assert_eq!(sandbox.last()["seen"], Value::Null, "no flush has seen it");
}

#[test]
fn what_a_rejected_key_took_with_it_is_told() {
    let (server, sandbox) = pair(Generation::AsAsked);
    let sandbox = sandbox.with("ENGRAM_API_KEY", "eng_0123456789012345678901234567890123456789");
    sandbox.capture(stop("s", "something to be erased"));
    sandbox.wait_until("it is erased", |sandbox| !sandbox.last()["rejected"].is_null());
    let text = sandbox.run(&["explain", "--last"]).exits(0).stdout;
    for words in [
        "last        the API rejected this key at ",
        "what waited was erased, 1 memory\n",
        "but         a capture keeps nothing now: the API rejected this key; set a new one",
    ] {
        assert!(text.contains(words), "{words} in {text}");
    }
    assert!(server.memories().is_empty());
}

#[test]
fn what_went_wrong_since_is_told() {
    let sandbox = Sandbox::unsent();
    sandbox.capture("no payload");
    sandbox.capture(stop("s", "one"));
    assert!(!sandbox.run(&["explain", "--last"]).exits(0).stdout.contains("no JSON object"), "it was before");
    sandbox.capture("no payload again");
    let text = sandbox.run(&["explain", "--last"]).exits(0).stdout;
    assert!(text.contains("since       ") && text.contains("a payload was no JSON object"), "{text}");
    sandbox.configure("{");
    sandbox.run(&["explain", "--last"]).exits(0);
}

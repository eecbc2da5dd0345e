//! A revoked key's erasing that is cut short, and a capture that it does not see.

use crate::home::{armed, capture, held_at, hold_lock, let_go, with_waiting};
use crate::sandbox::stop;

#[test]
fn an_erasing_that_is_cut_short_has_said_what_it_erases() {
    let (server, sandbox) = with_waiting(&["first", "second"]);
    server.revoke_keys_named("k");
    let died = armed(&sandbox, &["flush"], "kill forget.unlinked").output().unwrap();
    assert_eq!(died.status.code(), None, "{died:?}");
    let erased = || sandbox.status()["spool"]["tombstone"]["erased"].clone();
    assert_eq!(erased(), 2);
    sandbox.run(&["flush"]).exits(77);
    assert!(!sandbox.holds("first") && !sandbox.holds("second"));
    assert_eq!(erased(), 2);
}

#[test]
fn a_capture_that_began_before_its_key_was_refused_leaves_no_text() {
    let (server, sandbox) = with_waiting(&["before"]);
    let lock = hold_lock(&sandbox);
    let late = held_at("alone.looked", &sandbox, &["capture"], &stop("s", "too late"));
    drop(lock);
    server.revoke_keys_named("k");
    sandbox.run(&["flush"]).exits(77);
    // Nobody erases after it.
    let background = sandbox.hold_flush();
    assert!(let_go(&sandbox, late).success());
    assert!(!sandbox.holds("too late") && !sandbox.holds("before"));
    assert!(capture(sandbox.command(&["capture"]), "later still"));
    assert!(!sandbox.holds("later still"));
    drop(background);
}

//! `adopt` beside a capture and beside a flush of the spool that it empties.

use std::process::Stdio;
use std::time::{Duration, Instant};

use engram_local::{Options, Server};

use crate::home::{capture, deliveries, held_at, home, let_go, said, until_no_flush_lives, waits_long};

/// Longer than it takes to move one memory, and than most people would wait before they believe it.
const A_WHILE: Duration = Duration::from_secs(2);

#[test]
fn what_is_captured_beside_an_adoption_stays() {
    let server = Server::start(Options::default()).unwrap();
    let mut sandbox = home(&server);
    let old = server.create_key("old");
    sandbox.set("ENGRAM_API_KEY", &old);
    waits_long(&server, &sandbox, "moved");
    sandbox.set("ENGRAM_API_KEY", &server.create_key("new"));
    let adoption = held_at("adopt.moved", &sandbox, &["adopt", "--yes"], "");
    // A session that was begun with the old key goes on.
    sandbox.set("ENGRAM_API_KEY", &old);
    assert!(capture(sandbox.command(&["capture"]), "captured beside it"));
    assert!(let_go(&sandbox, adoption).success());
    assert!(sandbox.holds("captured beside it") || said(&server).contains(&"captured beside it".to_owned()));
    until_no_flush_lives(&sandbox);
}

#[test]
fn what_a_flush_delivers_meanwhile_is_not_moved_and_sent_again() {
    let server = Server::start(Options::default()).unwrap();
    let mut sandbox = home(&server);
    waits_long(&server, &sandbox, "on its way");
    let flush = held_at("deliver.taken", &sandbox, &["flush"], "");
    sandbox.set("ENGRAM_API_KEY", &server.create_key("new"));
    let mut adoption = sandbox
        .command(&["adopt", "--yes"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // It waits for the flush; one that does not has moved the memory by then.
    let end = Instant::now() + A_WHILE;
    while adoption.try_wait().unwrap().is_none() && Instant::now() < end {
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(let_go(&sandbox, flush).success());
    assert!(adoption.wait().unwrap().success());
    assert_eq!(said(&server), ["on its way"]);
    sandbox.run(&["flush"]).exits(0);
    assert_eq!(deliveries(&server).into_values().collect::<Vec<_>>(), [1], "it is delivered once");
}

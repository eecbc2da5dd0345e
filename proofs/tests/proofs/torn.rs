//! A capture that is killed in the middle of its write: at every byte of it.

use engram_local::{Options, Server};

use crate::home::{armed, arrive, capture, deliveries, home, said, sign};
use crate::sandbox::Sandbox;

/// How long the record of one capture is.
fn record_length(sandbox: &Sandbox) -> u64 {
    std::fs::metadata(sandbox.spool().join("active.jsonl")).unwrap().len()
}

#[test]
fn a_kill_at_every_byte_of_an_append_costs_no_other_memory() {
    let server = Server::start(Options::default()).unwrap();
    let sandbox = home(&server);
    let background = sandbox.hold_flush();
    assert!(capture(sandbox.command(&["capture"]), "turn 0000"));
    let length = usize::try_from(record_length(&sandbox)).unwrap();
    let mut acknowledged = vec!["turn 0000".to_owned()];
    for written in 0..=length {
        let order = format!("cut append.write {written}");
        assert!(!capture(armed(&sandbox, &["capture"], &order), &format!("torn {written:04}")), "{order}");
        std::fs::remove_file(sign(&sandbox)).unwrap();
        let turn = format!("turn {:04}", written + 1);
        assert!(capture(sandbox.command(&["capture"]), &turn));
        acknowledged.push(turn);
    }
    drop(background);
    assert!(capture(sandbox.command(&["capture"]), "the last turn"));
    acknowledged.push("the last turn".to_owned());
    let messages: Vec<_> = acknowledged.iter().map(String::as_str).collect();
    let arrived = arrive(&sandbox, &server, &messages);
    let said = said(&server);
    let lost: Vec<_> = messages.iter().filter(|message| !said.iter().any(|said| said == *message)).collect();
    assert!(arrived, "lost: {lost:?}");
    sandbox.wait_until("nothing waits", |sandbox| sandbox.waiting() == 0);
    let deliveries = deliveries(&server);
    assert!(deliveries.values().all(|times| *times <= 2), "{deliveries:?}");
    let whole = said.iter().filter(|said| said.starts_with("torn")).count();
    // A record is whole without its line feed, and the fence before it is one byte of the write after a torn tail.
    println!(
        "{} kills, one at every byte: {} acknowledged, {} delivered, {whole} of the killed were whole, 0 lost, 0 stuck",
        length + 1,
        messages.len(),
        said.len()
    );
}

//! Streams that are not what they should be: a stdin that is never closed, and a stdout and stderr nobody reads.

use std::io::Write as _;
use std::process::Child;
use std::time::{Duration, Instant};

use engram_local::{Fault, Options, Server};

use super::topics;
use crate::sandbox::{DEADLINE, Sandbox, stop};

/// Claude Code waits no longer than this.
const LONGEST: Duration = Duration::from_millis(1200);

/// Waits for the end of a process whose stdin is still open; answers how long that took.
#[track_caller]
fn ends_in_silence(mut child: Child, started: Instant) -> Duration {
    while child.try_wait().unwrap().is_none() {
        if started.elapsed() > DEADLINE {
            child.kill().unwrap();
            panic!("it waits for a stdin that is never closed");
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    let took = started.elapsed();
    let pipe = child.stdin.take();
    let output = child.wait_with_output().unwrap();
    drop(pipe);
    assert_eq!(
        (output.status.code(), output.stdout.as_slice(), output.stderr.as_slice()),
        (Some(0), &b""[..], &b""[..])
    );
    took
}

#[track_caller]
fn captured_without_an_end(sandbox: &Sandbox, written: &str) {
    let started = Instant::now();
    let mut child = sandbox.start(&["capture"]);
    child.stdin.as_mut().unwrap().write_all(written.as_bytes()).unwrap();
    let took = ends_in_silence(child, started);
    assert!(took < LONGEST, "{took:?}");
}

#[test]
fn a_whole_payload_is_kept_though_stdin_is_never_closed() {
    for end in ["", "\n"] {
        let sandbox = Sandbox::unsent();
        captured_without_an_end(&sandbox, &(stop("s", "the pipe stays open") + end));
        assert_eq!(topics(&sandbox), ["the pipe stays open"]);
        assert!(sandbox.notes("payload").is_empty());
    }
}

#[test]
fn half_a_payload_is_not_waited_for_longer_than_a_second() {
    let whole = stop("s", "half");
    for written in ["", &whole[..whole.len() / 2], "{\"a\":{}"] {
        let sandbox = Sandbox::unsent();
        captured_without_an_end(&sandbox, written);
        assert!(sandbox.listed().is_empty());
        assert_eq!(sandbox.notes("payload")[0]["text"], "stdin did not end within 1 s: not captured");
    }
}

#[test]
fn a_payload_that_trickles_in_is_not_waited_for_longer_than_a_second() {
    let sandbox = Sandbox::unsent();
    let started = Instant::now();
    let mut child = sandbox.start(&["capture"]);
    let mut pipe = child.stdin.take().unwrap();
    let trickle = std::thread::spawn(move || {
        // Ends when the program has gone.
        while pipe.write_all(b"{}").is_ok() {
            std::thread::sleep(Duration::from_millis(5));
        }
    });
    let took = ends_in_silence(child, started);
    trickle.join().unwrap();
    assert!(took < LONGEST, "{took:?}");
    assert_eq!(sandbox.notes("payload").len(), 1);
}

#[test]
fn explain_does_not_wait_for_a_stdin_that_is_never_closed() {
    let sandbox = Sandbox::unsent();
    let started = Instant::now();
    let mut child = sandbox.start(&["explain", "--json"]);
    let pipe = child.stdin.take();
    let output = child.wait_with_output().unwrap();
    drop(pipe);
    assert!(started.elapsed() < LONGEST);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr.contains("stdin did not end") && stderr.lines().count() == 1, "{stderr}");
}

#[test]
fn closed_streams_change_nothing() {
    let sandbox = Sandbox::unsent();
    let payload = stop("s", "nobody listens");
    for streams in [">&-", "2>&-", ">&- 2>&-", ">/dev/full 2>/dev/full", "> >(exec true) 2> >(exec true)"] {
        sandbox.run_shell(&format!("exec \"$0\" capture {streams}"), payload.as_bytes()).unseen();
    }
    assert_eq!(topics(&sandbox), ["nobody listens"; 5]);
    sandbox.run_shell("exec \"$0\" capture <&- >&- 2>&-", b"").unseen();
    assert_eq!(sandbox.waiting(), 5);
}

#[test]
fn what_could_not_be_printed_is_no_success_and_a_reader_who_leaves_is_no_failure() {
    let sandbox = Sandbox::unsent();
    sandbox.capture(stop("s", "a list for a full disk"));
    for command in ["list --json", "status", "config show", "--help", "completions bash"] {
        let ran = sandbox.run_shell(&format!("exec \"$0\" {command} >/dev/full"), b"");
        ran.exits(1).complains("cannot write what was found: No space left on device");
        let ran = sandbox.run_shell(&format!("set -o pipefail; \"$0\" {command} | exec true"), b"").exits(0);
        assert_eq!(ran.stderr, "");
    }
}

#[test]
fn notes_that_could_not_be_shown_are_not_cleared() {
    let sandbox = Sandbox::unsent();
    sandbox.capture("no payload");
    sandbox.run_shell("exec \"$0\" status --clear-notes >/dev/full", b"").exits(1);
    assert_eq!(sandbox.notes("payload").len(), 1);
}

#[test]
fn a_stdin_that_cannot_be_read_is_noted() {
    let sandbox = Sandbox::unsent();
    sandbox.run_shell("exec \"$0\" capture < /", b"").unseen();
    assert_eq!(sandbox.notes("payload").len(), 1);
    sandbox.run_shell("exec \"$0\" capture < /dev/null", b"").unseen();
    assert_eq!(sandbox.notes("payload")[0]["times"], 1);
}

/// Whoever waits for the end of the pipes it gave a hook, 3 and 9 among them, waits for the hook and not for its flush.
#[test]
fn the_pipes_of_a_capture_end_with_it_while_its_flush_lives_on() {
    let server = Server::start(Options::default()).unwrap();
    let sandbox = Sandbox::to(&server.url()).with("ENGRAM_API_KEY", &server.create_key("k"));
    server.faults().always(Some(Fault::Hang(DEADLINE)));
    let begun = Instant::now();
    sandbox.run_shell("exec \"$0\" capture 3>&1 9>&2", stop("s", "on its way").as_bytes()).unseen();
    let took = begun.elapsed();
    // Both pipes have ended, and with them 3 and 9; the flush is at it.
    let lock = std::fs::File::open(sandbox.spool().join("flush.lock")).unwrap();
    assert!(lock.try_lock_shared().is_err(), "the flush lives");
    println!("the end of the pipes came {took:?} after the start of the shell");
    server.wait_until(DEADLINE, |server| !server.requests().is_empty());
    assert_eq!(server.requests().len(), 1);
}

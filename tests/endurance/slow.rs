//! A service that takes its time: the flush gives up at its deadline, and the next one delivers.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use engram_local::{Fault, Options, Server};

use crate::sandbox::{Sandbox, stop};
use crate::{is_soak, names, skipped, timed};

/// A request may take 15 s; a flush that waits for longer than this waits for ever.
const FAR_BEYOND: Duration = Duration::from_mins(2);
const ACCEPTED: &[u8] = b"HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\n{}";

#[test]
fn a_service_that_hangs_is_given_up_on_and_asked_again_later() {
    if !is_soak() {
        return skipped("a request's deadline is 15 s away; ENGRAM_SOAK=1 waits for it");
    }
    let server = Server::start(Options::default()).unwrap();
    let sandbox = Sandbox::to(&server.url()).with("ENGRAM_API_KEY", &server.create_key("k"));
    server.faults().always(Some(Fault::Hang(Duration::from_mins(5))));
    let background = sandbox.hold_flush();
    sandbox.capture(stop("s", "asked in vain"));
    drop(background);
    let ran = sandbox.run(&["flush"]).exits(75);
    println!("a service that hangs: given up on after {:?}", ran.took);
    assert!(ran.took < FAR_BEYOND);
    server.faults().clear();
    sandbox.run(&["flush"]).exits(0);
    assert_eq!(crate::said(&server).len(), 1);
}

/// Answers one byte a second, until it is told to be quick; answers what was asked of it.
fn dripping(stream: &mut TcpStream, is_quick: &AtomicBool, taken: &AtomicUsize) -> std::io::Result<()> {
    let mut request = Vec::new();
    let mut bytes = [0; 4096];
    loop {
        let read = stream.read(&mut bytes)?;
        request.extend_from_slice(&bytes[..read]);
        // A memory's body is an object and ends like one.
        if read > 0 && !request.ends_with(b"}") {
            continue;
        }
        if read == 0 {
            return Ok(());
        }
        request.clear();
        if is_quick.load(Ordering::Relaxed) {
            taken.fetch_add(1, Ordering::Relaxed);
            stream.write_all(ACCEPTED)?;
            continue;
        }
        for byte in ACCEPTED {
            stream.write_all(&[*byte])?;
            std::thread::sleep(Duration::from_secs(1));
        }
    }
}

#[test]
fn captures_do_not_wait_for_a_service_that_answers_a_byte_a_second_and_another_flush_follows() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (is_quick, taken) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let shared = (Arc::clone(&is_quick), Arc::clone(&taken));
    // It ends with the program of the tests.
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let (is_quick, taken) = (Arc::clone(&shared.0), Arc::clone(&shared.1));
            // A client that gives up is what this is about.
            std::thread::spawn(move || drop(dripping(&mut stream, &is_quick, &taken)));
        }
    });
    let sandbox = Sandbox::to(&url);
    let messages = names("slow", 10);
    let took = timed(&sandbox, &messages);
    println!("10 captures beside a byte a second: p50 {:?}, slowest {:?}", took[5], took[9]);
    if !is_soak() {
        return skipped("a request's deadline is 15 s away; ENGRAM_SOAK=1 waits for it");
    }
    sandbox.wait_until_given_up();
    is_quick.store(true, Ordering::Relaxed);
    sandbox.run(&["flush"]).exits(0);
    println!("{} of 10 delivered once the service was quick", taken.load(Ordering::Relaxed));
    assert_eq!((sandbox.waiting(), taken.load(Ordering::Relaxed)), (0, 10));
}

impl Sandbox {
    /// Waits until the flush in the background has given up, which may take as long as a request may.
    fn wait_until_given_up(&self) {
        let end = std::time::Instant::now() + FAR_BEYOND;
        while self.status()["spool"]["next_try"].is_null() {
            assert!(std::time::Instant::now() < end, "the flush waits for ever");
            std::thread::sleep(Duration::from_millis(200));
        }
    }
}

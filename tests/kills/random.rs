//! Captures and flushes are killed at random moments, while a server drops some of its answers.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::os::unix::process::ExitStatusExt as _;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use engram_local::{Fault, Options, SeenRequest, Server};

use crate::reaper::Reaper;
use crate::sandbox::{Sandbox, stop};
use crate::{Dice, size};

const WRITERS: u64 = 4;
const BOUNDARY: &str = r#"{"hook_event_name":"SessionStart","session_id":"s","cwd":"/home/dev/acme-api"}"#;
/// A capture of the debug build takes about as long; a flush is left alone for a few of them.
const CAPTURE_MICROSECONDS: u64 = 3_000;
const FLUSH_MICROSECONDS: u64 = 60_000;

#[derive(Default)]
struct Tally {
    captures_killed: AtomicUsize,
    flushes_killed: AtomicUsize,
    acknowledged: Mutex<Vec<String>>,
}

impl Tally {
    fn kills(&self) -> usize {
        self.captures_killed.load(Ordering::Relaxed) + self.flushes_killed.load(Ordering::Relaxed)
    }

    /// Captures until there were enough kills; every other capture is killed, or lived too short to be.
    fn write(&self, sandbox: &Sandbox, writer: u64, enough: usize) {
        use std::io::Write as _;
        let mut dice = Dice(0x9e37_79b9_7f4a_7c15 ^ (writer + 1));
        let mut number = 0;
        while self.kills() < enough {
            number += 1;
            let message = format!("{writer}/{number}");
            let payload = if number % 40 == 0 { BOUNDARY.to_owned() } else { stop("s", &message) };
            let mut child = sandbox.start(&["capture"]);
            let mut pipe = child.stdin.take().unwrap();
            // It may be killed before it has read everything.
            drop(pipe.write_all(payload.as_bytes()));
            drop(pipe);
            if dice.roll(2) == 0 {
                std::thread::sleep(Duration::from_micros(dice.roll(CAPTURE_MICROSECONDS)));
                child.kill().unwrap();
            }
            let output = child.wait_with_output().unwrap();
            assert_eq!((output.stdout, output.stderr), (Vec::new(), Vec::new()));
            match (output.status.code(), output.status.signal()) {
                (Some(0), None) if payload != BOUNDARY => self.acknowledged.lock().unwrap().push(message),
                (Some(0), None) => {}
                (None, Some(9)) => drop(self.captures_killed.fetch_add(1, Ordering::Relaxed)),
                ended => assert_eq!(ended, (Some(0), None), "a capture ended in another way"),
            }
        }
    }
}

/// Every fortieth memory is stored and its first answer dropped; every fifth answer is slow, so that kills find requests
/// under way.
fn drops_answers(
    dropped: &'static AtomicUsize,
) -> impl Fn(&SeenRequest) -> Option<Fault> + Send + Sync + 'static {
    let (asked, already) = (AtomicUsize::new(0), Mutex::new(HashSet::new()));
    move |seen| {
        let number = asked.fetch_add(1, Ordering::Relaxed);
        if number % 40 == 7 && already.lock().unwrap().insert(seen.header("idempotency-key")?.to_owned()) {
            dropped.fetch_add(1, Ordering::Relaxed);
            return Some(Fault::AcceptThenReset);
        }
        (number % 5 == 0).then_some(Fault::Delay(Duration::from_millis(3)))
    }
}

#[test]
fn random_kills_of_captures_and_flushes_lose_no_acknowledged_memory_and_strand_none() {
    static DROPPED: AtomicUsize = AtomicUsize::new(0);
    let enough = size(1_000, 10_000);
    let reaper = Reaper::new();
    let server = Server::start(Options::default()).unwrap();
    let sandbox = Sandbox::to(&server.url()).with("ENGRAM_API_KEY", &server.create_key("k"));
    server.faults().when(drops_answers(&DROPPED));
    let tally = Tally::default();
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let killer = scope.spawn(|| {
            let mut dice = Dice(0x2545_f491_4f6c_dd1d);
            while !over.load(Ordering::Relaxed) {
                std::thread::sleep(Duration::from_micros(2_000 + dice.roll(FLUSH_MICROSECONDS)));
                tally.flushes_killed.fetch_add(reaper.kill_flushes(), Ordering::Relaxed);
            }
        });
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                scope.spawn({
                    let (tally, sandbox) = (&tally, &sandbox);
                    move || tally.write(sandbox, writer, enough)
                })
            })
            .collect();
        let ended: Vec<_> = writers.into_iter().map(std::thread::ScopedJoinHandle::join).collect();
        over.store(true, Ordering::Relaxed);
        killer.join().unwrap();
        assert!(ended.iter().all(Result::is_ok), "a capture was seen");
    });
    server.faults().clear();

    // One ordinary hook event, and nobody flushes by hand.
    let postponed = !sandbox.status()["spool"]["next_try"].is_null();
    sandbox.capture(if postponed { BOUNDARY.to_owned() } else { stop("s", "the last one") });
    sandbox.wait_until("nothing waits", |sandbox| sandbox.waiting() == 0);

    let said: BTreeSet<_> = server
        .memories()
        .iter()
        .map(|memory| memory.content.trim_end_matches(['·', ' ']).to_owned())
        .collect();
    let acknowledged = tally.acknowledged.lock().unwrap();
    let lost: Vec<_> = acknowledged.iter().filter(|message| !said.contains(*message)).collect();
    let mut ids: BTreeMap<String, BTreeSet<Vec<u8>>> = BTreeMap::new();
    let mut contents: BTreeMap<Vec<u8>, BTreeSet<String>> = BTreeMap::new();
    let posts: Vec<_> = server.requests().into_iter().filter(|request| request.method == "POST").collect();
    for post in &posts {
        let id = post.header("idempotency-key").unwrap().to_owned();
        ids.entry(id.clone()).or_default().insert(post.body.clone());
        contents.entry(post.body.clone()).or_default().insert(id);
    }
    let (twice, dropped) = (posts.len() - ids.len(), DROPPED.load(Ordering::Relaxed));
    let flushes_killed = tally.flushes_killed.load(Ordering::Relaxed);
    println!(
        "{} kills ({} of captures, {flushes_killed} of flushes), {dropped} answers dropped: {} acknowledged, {} delivered, \
         {twice} delivered once more, {} lost, 0 stranded",
        tally.kills(),
        tally.kills() - flushes_killed,
        acknowledged.len(),
        said.len(),
        lost.len(),
    );
    assert!(lost.is_empty(), "{lost:?}");
    assert!(twice <= tally.kills() + dropped, "{twice} second deliveries");
    assert!(ids.values().all(|bodies| bodies.len() == 1), "an id names one memory");
    assert!(contents.values().all(|ids| ids.len() == 1), "a memory is sent again under its own id only");
    assert!(flushes_killed >= enough / 100, "{flushes_killed} flushes killed");
    assert_eq!(sandbox.status()["spool"]["dead_letters"], 0);
}

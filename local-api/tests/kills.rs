//! SIGKILL while clients write: whatever was answered 201 is there afterwards, once.
//!
//! Ten kills by default; `ENGRAM_SOAK=1` makes it two hundred.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its tools too")]

mod client;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use client::memory;
use engram_local::StoredMemory;

const WRITERS: usize = 4;
const BINARY: &str = env!("CARGO_BIN_EXE_engram-local");

fn serve(data: &str) -> (Child, String) {
    let mut child = Command::new(BINARY)
        .args(["serve", "--port", "0", "--data", data])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let line = BufReader::new(child.stdout.take().unwrap()).lines().next().unwrap().unwrap();
    (child, line.rsplit(' ').next().unwrap().to_owned())
}

/// Posts until the server is gone; the ids and contents that were answered 201.
fn write_until_killed(url: &str, key: &str, name: &str, answered: &AtomicUsize) -> Vec<(String, String)> {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let mut acknowledged = Vec::new();
    for number in 0..100_000 {
        let content = format!("{name} {number}");
        let sent = agent
            .post(format!("{url}/api/memories"))
            .header("authorization", format!("Bearer {key}"))
            .header("idempotency-key", content.replace(' ', "-"))
            .send_json(memory(&content));
        let Ok(mut answer) = sent else { break };
        // An answer that was cut off acknowledges nothing.
        let Ok(stored) = answer.body_mut().read_json::<StoredMemory>() else { break };
        assert_eq!(answer.status(), 201);
        acknowledged.push((stored.id, content));
        answered.fetch_add(1, Ordering::Relaxed);
    }
    acknowledged
}

#[test]
fn whatever_was_answered_201_survives_sigkill() {
    let kills = if std::env::var_os("ENGRAM_SOAK").is_some() { 200 } else { 10 };
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().to_str().unwrap();
    let made = Command::new(BINARY).args(["keys", "create", "laptop", "--data", data]).output().unwrap();
    let key = String::from_utf8(made.stdout).unwrap().trim().to_owned();
    let mut acknowledged = BTreeMap::new();
    for kill in 0..kills {
        let (mut child, url) = serve(data);
        let answered = AtomicUsize::new(0);
        // Each kill comes at another moment of the work: after so many answers, or a little later.
        let (enough, extra) =
            (1 + kill * 7 % 60, Duration::from_micros(u64::try_from(kill).unwrap() * 997 % 5000));
        let written = thread::scope(|scope| {
            let writers: Vec<_> = (0..WRITERS)
                .map(|writer| {
                    let (url, key, answered) = (&url, &key, &answered);
                    scope.spawn(move || write_until_killed(url, key, &format!("{kill}.{writer}"), answered))
                })
                .collect();
            let deadline = Instant::now() + Duration::from_secs(30);
            while answered.load(Ordering::Relaxed) < enough && Instant::now() < deadline {
                thread::yield_now();
            }
            thread::sleep(extra);
            child.kill().unwrap();
            child.wait().unwrap();
            writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect::<Vec<_>>()
        });
        assert!(written.len() >= enough, "kill {kill}: only {} answers in 30 s", written.len());
        acknowledged.extend(written);
    }
    let (mut child, _) = serve(data);
    child.kill().unwrap();
    child.wait().unwrap();
    let exported = Command::new(BINARY).args(["export", "--data", data]).output().unwrap();
    assert!(exported.status.success());
    let stored: Vec<StoredMemory> = String::from_utf8(exported.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let by_id: BTreeMap<_, _> = stored.iter().map(|memory| (&memory.id, &memory.content)).collect();
    let lost = acknowledged.iter().filter(|(id, content)| by_id.get(id) != Some(content)).count();
    println!("{kills} kills: {} answered 201, {} stored, {lost} lost", acknowledged.len(), stored.len());
    assert_eq!(lost, 0);
    assert_eq!(by_id.len(), stored.len(), "every id is stored once");
    // At most the one memory of each writer whose answer the kill cut off is there unacknowledged.
    assert!(stored.len() <= acknowledged.len() + kills * WRITERS);
}

//! How long an answer takes with 50,000 memories: `cargo bench -p engram-local`.
//!
//! Eight clients write at once over connections that stay open; beside them, in the same run and on the same disk,
//! a bare `SQLite` loop that commits each row with the same care. Fails if a search or the dashboard takes more
//! than 50 ms half of the time.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark prints, and stops where it fails")]

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use engram_local::{Options, Server};
use serde_json::json;

const MEMORIES: usize = 50_000;
const CLIENTS: usize = 8;
const WRITES_PER_CLIENT: usize = 500;
const READS: usize = 100;
const BUDGET: Duration = Duration::from_millis(50);
const WORDS: [&str; 12] = [
    "retry", "backoff", "segment", "spool", "commit", "parser", "window", "cursor", "schema", "invoice",
    "session", "release",
];

fn main() -> ExitCode {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let begin = Instant::now();
    fill(&data);
    println!("imported {MEMORIES} memories in {:.1} s", begin.elapsed().as_secs_f64());

    let server = Server::start(Options { data: Some(data), ..Options::default() }).unwrap();
    let key = server.create_key("benchmark");
    let url = server.url();
    let mut bare = bare_inserts(directory.path());
    report("bare SQLite insert, one writer", &mut bare);
    let begin = Instant::now();
    let mut posts = posts(&url, &key);
    let rate = f64::from(u32::try_from(posts.len()).unwrap()) / begin.elapsed().as_secs_f64();
    report(&format!("POST, {CLIENTS} clients ({rate:.0} a second)"), &mut posts);

    let mut within = true;
    for (name, path) in [
        ("search, a common word", "/api/memories?q=retry"),
        ("search, three words", "/api/memories?q=retry+commit+inv"),
        ("search, a rare word", "/api/memories?q=word49999"),
        ("search within a project", "/api/memories?q=retry&project=project-5"),
        ("list by tag", "/api/memories?tag=tag-7"),
        ("dashboard", "/api/dashboard/summary"),
    ] {
        let mut times = reads(&url, &key, path);
        within &= report(name, &mut times) <= BUDGET;
    }
    if within { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn content(number: usize) -> String {
    let mut text = format!("word{number}");
    // A thousand characters, as turns of a session have.
    for step in 0..140 {
        let word = WORDS.get((number * 31 + step * step) % WORDS.len()).unwrap();
        write!(text, " {word}").unwrap();
    }
    text
}

fn fill(data: &Path) {
    let mut import = Command::new(env!("CARGO_BIN_EXE_engram-local"))
        .args(["import", "--data"])
        .arg(data)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut input = std::io::BufWriter::new(import.stdin.take().unwrap());
    let types = ["note", "decision", "event", "commitment", "fact"];
    let now = jiff::Timestamp::now().as_second();
    for number in 0..MEMORIES {
        let age = i64::try_from((MEMORIES - number) * 60).unwrap();
        let line = json!({
            "id": format!("mem_{number}"), "topic": format!("Topic {number}"), "content": content(number),
            "memory_type": types.get(number % 5), "project": format!("project-{}", number % 40),
            "scope": "work", "tags": [format!("tag-{}", number % 100)], "source": "hook",
            "created_at": jiff::Timestamp::from_second(now - age).unwrap(),
        });
        writeln!(input, "{line}").unwrap();
    }
    drop(input);
    assert!(import.wait().unwrap().success());
}

fn bare_inserts(directory: &Path) -> Vec<Duration> {
    let connection = rusqlite::Connection::open(directory.join("bare.sqlite3")).unwrap();
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
             CREATE TABLE memories (id INTEGER PRIMARY KEY, topic TEXT, content TEXT)",
        )
        .unwrap();
    let mut insert = connection.prepare("INSERT INTO memories (topic, content) VALUES (?1, ?2)").unwrap();
    timed(CLIENTS * WRITES_PER_CLIENT, |number| {
        insert.execute(("A topic", content(number))).unwrap();
    })
}

fn posts(url: &str, key: &str) -> Vec<Duration> {
    thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| {
                scope.spawn(move || {
                    let agent = agent();
                    timed(WRITES_PER_CLIENT, |number| {
                        let text = content(MEMORIES + client * WRITES_PER_CLIENT + number);
                        agent
                            .post(format!("{url}/api/memories"))
                            .header("authorization", format!("Bearer {key}"))
                            .send_json(json!({"topic": "A topic", "content": text, "memory_type": "note"}))
                            .unwrap()
                            .body_mut()
                            .read_to_vec()
                            .unwrap();
                    })
                })
            })
            .collect();
        clients.into_iter().flat_map(|client| client.join().unwrap()).collect()
    })
}

fn reads(url: &str, key: &str, path: &str) -> Vec<Duration> {
    let agent = agent();
    timed(READS, |_| {
        let request = agent.get(format!("{url}{path}")).header("authorization", format!("Bearer {key}"));
        let body = request.call().unwrap().body_mut().read_to_vec().unwrap();
        assert!(body.len() > 200, "an answer with something in it");
    })
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().build().into()
}

fn timed(times: usize, mut act: impl FnMut(usize)) -> Vec<Duration> {
    (0..times)
        .map(|number| {
            let begin = Instant::now();
            act(number);
            begin.elapsed()
        })
        .collect()
}

/// Prints, and returns the median.
fn report(name: &str, times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    let at = |percent: usize| *times.get(times.len() * percent / 100).unwrap();
    let milliseconds = |time: Duration| time.as_secs_f64() * 1000.0;
    println!("{name:<36} p50 {:8.2} ms   p99 {:8.2} ms", milliseconds(at(50)), milliseconds(at(99)));
    at(50)
}

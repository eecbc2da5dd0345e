//! Commands that move or erase what waits race captures and flushes under three keys in one home, and all of them are killed
//! at random moments: what was acknowledged is delivered, or dropped and counted.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::os::unix::process::ExitStatusExt as _;
use std::process::Stdio;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use engram_local::{Fault, Options, Server};

use crate::reaper::Reaper;
use crate::sandbox::{Sandbox, stop};
use crate::{Dice, size};

const CAPTURE_MICROSECONDS: u64 = 4_000;
const COMMAND_MICROSECONDS: u64 = 30_000;
const FLUSH_MICROSECONDS: u64 = 60_000;

/// What waits for the second key is adopted by the first; what waits for the third is dropped.
const ADOPTING: usize = 0;
const ADOPTED: usize = 1;
const DROPPED: usize = 2;

struct Race<'a> {
    sandbox: &'a Sandbox,
    keys: [String; 3],
    kills: AtomicUsize,
    is_over: AtomicBool,
    acknowledged: [Mutex<Vec<String>>; 3],
}

impl Race<'_> {
    fn command(&self, key: usize, words: &[&str]) -> std::process::Command {
        let mut command = self.sandbox.command(words);
        command.env("ENGRAM_API_KEY", &self.keys[key]).stdin(Stdio::piped());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn capture(&self, key: usize, writer: u64) {
        let mut dice = Dice(0x9e37_79b9_7f4a_7c15 ^ (writer + 1));
        let mut number = 0;
        while !self.is_over.load(Ordering::Relaxed) {
            number += 1;
            let message = format!("{writer}/{number}");
            let mut child = self.command(key, &["capture"]).spawn().unwrap();
            let mut pipe = child.stdin.take().unwrap();
            // It may be killed before it has read everything.
            drop(pipe.write_all(stop("s", &message).as_bytes()));
            drop(pipe);
            if dice.roll(3) == 0 {
                std::thread::sleep(Duration::from_micros(dice.roll(CAPTURE_MICROSECONDS)));
                child.kill().unwrap();
            }
            let output = child.wait_with_output().unwrap();
            assert_eq!((output.stdout, output.stderr), (Vec::new(), Vec::new()));
            match (output.status.code(), output.status.signal()) {
                (Some(0), None) => self.acknowledged[key].lock().unwrap().push(message),
                ended => {
                    assert_eq!(ended, (None, Some(9)), "a capture ended in another way");
                    self.kills.fetch_add(1, Ordering::Relaxed);
                }
            }
        }
    }

    /// Again and again, killed three times in five, or as soon as the race is over.
    fn repeat(&self, key: usize, words: &[&str]) {
        let mut dice = Dice(0x2545_f491_4f6c_dd1d ^ words[0].len() as u64);
        while !self.is_over.load(Ordering::Relaxed) {
            let mut child = self.command(key, words).spawn().unwrap();
            let moment = Duration::from_micros(dice.roll(COMMAND_MICROSECONDS));
            if dice.roll(5) < 3 {
                std::thread::sleep(moment);
                child.kill().unwrap();
            }
            while child.try_wait().unwrap().is_none() {
                std::thread::sleep(Duration::from_millis(1));
                if self.is_over.load(Ordering::Relaxed) {
                    child.kill().unwrap();
                }
            }
            let output = child.wait_with_output().unwrap();
            // 1: the flush at work did not end in time. 75: something was captured meanwhile.
            let ended = (output.status.code(), output.status.signal());
            assert!(matches!(ended, (None, Some(9)) | (Some(0 | 1 | 75), None)), "{words:?}: {output:?}");
            self.kills.fetch_add(usize::from(ended.1.is_some()), Ordering::Relaxed);
        }
    }

    /// Ordinary commands, to their end.
    fn comes_to_rest(&self) {
        for (key, words) in
            [(DROPPED, &["flush"][..]), (ADOPTING, &["adopt", "--yes"]), (ADOPTING, &["flush"])]
        {
            let output = self.command(key, words).output().unwrap();
            assert_eq!(output.status.code(), Some(0), "{words:?}: {output:?}");
        }
    }

    fn status(&self, key: usize) -> serde_json::Value {
        let output = self.command(key, &["status", "--json"]).output().unwrap();
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

#[test]
fn commands_that_race_captures_and_are_killed_lose_nothing_that_was_acknowledged() {
    let enough = size(250, 10_000);
    let reaper = Reaper::new();
    let server = Server::start(Options::default()).unwrap();
    let sandbox = Sandbox::to(&server.url()).with("ENGRAM_API_KEY", "eng_unused_0123");
    let race = Race {
        sandbox: &sandbox,
        keys: ["adopting", "adopted", "dropped"].map(|name| server.create_key(name)),
        kills: AtomicUsize::new(0),
        is_over: AtomicBool::new(false),
        acknowledged: Default::default(),
    };
    // The service has no time for the second key, and says so once: what is captured under it waits for somebody to adopt it.
    let busy_for = format!("Bearer {}", race.keys[ADOPTED]);
    server.faults().when(move |seen| {
        (seen.header("authorization")? == busy_for).then(|| Fault::Status {
            code: 503,
            headers: vec![("retry-after".into(), "3600".into())],
            body: String::new(),
        })
    });
    let flushes_killed = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for (writer, key) in [ADOPTED, ADOPTED, DROPPED].into_iter().enumerate() {
            scope.spawn({
                let race = &race;
                move || race.capture(key, writer as u64)
            });
        }
        for (key, words) in
            [(ADOPTING, &["adopt", "--yes"][..]), (ADOPTED, &["retry-dead"]), (DROPPED, &["drop", "--yes"])]
        {
            scope.spawn({
                let race = &race;
                move || race.repeat(key, words)
            });
        }
        let mut dice = Dice(0x1234_5678_9abc_def1);
        while race.kills.load(Ordering::Relaxed) + flushes_killed.load(Ordering::Relaxed) < enough {
            std::thread::sleep(Duration::from_micros(5_000 + dice.roll(FLUSH_MICROSECONDS)));
            flushes_killed.fetch_add(reaper.kill_flushes(), Ordering::Relaxed);
        }
        race.is_over.store(true, Ordering::Relaxed);
    });
    race.comes_to_rest();

    let said: BTreeSet<_> = server
        .memories()
        .iter()
        .map(|memory| memory.content.trim_end_matches(['·', ' ']).to_owned())
        .collect();
    let missing = |key: usize| {
        let acknowledged = race.acknowledged[key].lock().unwrap();
        (acknowledged.len(), acknowledged.iter().filter(|message| !said.contains(*message)).count())
    };
    let dropped = race.status(DROPPED)["spool"]["dropped"]["user"].as_u64().unwrap_or(0);
    let ((adopted, lost), (others, gone)) = (missing(ADOPTED), missing(DROPPED));
    println!(
        "{} kills of captures and commands, {} of flushes: {} acknowledged, {} delivered, {dropped} dropped, {lost} lost",
        race.kills.load(Ordering::Relaxed),
        flushes_killed.load(Ordering::Relaxed),
        adopted + others,
        said.len(),
    );
    assert_eq!(lost, 0, "of what nobody dropped");
    assert!(gone as u64 <= dropped, "{gone} are neither delivered nor counted as dropped");
    for key in [ADOPTING, ADOPTED, DROPPED] {
        let spool = race.status(key)["spool"].clone();
        assert!(spool.is_null() || spool["waiting"] == 0 && spool["dead_letters"] == 0, "{spool}");
    }
}

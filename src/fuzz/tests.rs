//! The fuzz targets under the stable toolchain: every input of the corpora, the recorded payloads, and some thousand changes
//! of them. `ENGRAM_SOAK` makes it a hundred times as many.

use std::path::Path;

use tempfile::TempDir;

/// Changes tried of all inputs of one target.
const CHANGES: usize = 3000;
/// Larger inputs are cut: the work is for the long runs.
const MOST_BYTES: usize = 64 * 1024;

/// The inputs that are checked in for a target, in the order of their names.
fn corpus(target: &str) -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut directories = vec![root.join("fuzz/corpus").join(target)];
    if target == "payload" {
        directories.push(root.join("tests/fixtures/payloads"));
    }
    let mut files: Vec<_> = directories
        .iter()
        .flat_map(|directory| std::fs::read_dir(directory).unwrap())
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    assert!(files.len() >= 5, "{target} has a corpus");
    files.iter().map(|file| std::fs::read(file).unwrap()).collect()
}

/// Numbers that look like chance and are the same every time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % most.max(1) as u64).unwrap()
    }

    fn changed(&mut self, inputs: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = inputs[self.below(inputs.len())].clone();
        for _ in 0..=self.below(4) {
            let at = self.below(bytes.len() + 1);
            match self.below(6) {
                0 => bytes.truncate(at),
                1 if at < bytes.len() => bytes[at] ^= 1 << self.below(8),
                2 => bytes.insert(at, u8::try_from(self.below(256)).unwrap()),
                3 => {
                    let end = (at + self.below(64)).min(bytes.len());
                    bytes.drain(at..end);
                }
                4 => {
                    let end = (at + self.below(256)).min(bytes.len());
                    let part = bytes[at..end].to_vec();
                    bytes.splice(at..at, part);
                }
                _ => {
                    let other = &inputs[self.below(inputs.len())];
                    let from = self.below(other.len() + 1);
                    let to = (from + self.below(512)).min(other.len());
                    bytes.splice(at..at, other[from..to].iter().copied());
                }
            }
        }
        bytes.truncate(MOST_BYTES);
        bytes
    }
}

fn holds_of_the_corpus_and_its_changes(name: &str, target: impl Fn(&[u8])) {
    holds_of_the_corpus_and(CHANGES, name, target);
}

fn holds_of_the_corpus_and(changes: usize, name: &str, target: impl Fn(&[u8])) {
    let inputs = corpus(name);
    for input in &inputs {
        target(input);
    }
    let changes = if std::env::var_os("ENGRAM_SOAK").is_some() { 100 * changes } else { changes };
    let mut chance = Chance(0x9e37_79b9_7f4a_7c15);
    for _ in 0..changes {
        target(&chance.changed(&inputs));
    }
    println!("{name}: {} inputs and {changes} changes of them", inputs.len());
}

#[test]
fn any_payload_becomes_memories_that_the_service_takes() {
    holds_of_the_corpus_and_its_changes("payload", super::payload);
}

#[test]
fn any_command_is_read_for_commits() {
    holds_of_the_corpus_and_its_changes("commits", super::commits);
}

#[test]
fn any_text_is_redacted_once_and_for_all() {
    holds_of_the_corpus_and_its_changes("redaction", super::redaction);
}

#[test]
fn any_retry_after_is_at_most_an_hour() {
    holds_of_the_corpus_and_its_changes("retry_after", super::retry_after);
}

#[test]
fn any_settings_are_used_or_explained() {
    holds_of_the_corpus_and_its_changes("settings", super::settings);
}

#[test]
fn any_segment_gives_every_whole_record_and_nothing_else() {
    let state = TempDir::new().unwrap();
    // Each is a file of up to 400 KiB, read twice.
    holds_of_the_corpus_and(200, "segment", |input| {
        super::segment(&state.path().join("state"), input);
    });
}

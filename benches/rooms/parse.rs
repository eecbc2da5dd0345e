//! From bytes to an event, and to drafts.

use std::hint::black_box;

use criterion::{Criterion, Throughput};
use engram_hook::config::Kinds;
use engram_hook::hook::beginning::Beginning;
use engram_hook::hook::wire::Payload;
use engram_hook::hook::{Event, memory};

const TURN: &[u8] = include_bytes!("../../tests/fixtures/payloads/Stop.json");
const COMMIT: &[u8] = include_bytes!("../../tests/fixtures/payloads/PostToolUse-Bash-git-commit.json");
const LARGE: &[u8] = include_bytes!("../../tests/fixtures/payloads/PostToolUse-Bash-large.json");
const FILE: &[u8] = include_bytes!("../../tests/fixtures/payloads/PostToolUse-Write.json");

pub(super) fn payloads(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("parse");
    for (name, bytes) in [("a turn", TURN), ("a commit", COMMIT), ("30 KB of output", LARGE)] {
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let payload = Payload::read(black_box(bytes)).unwrap();
                memory::drafts(&Event::of(&payload), Kinds::default(), &[]).map(|drafts| drafts.len())
            });
        });
    }
    group.throughput(Throughput::Bytes(FILE.len() as u64));
    group.bench_function("the beginning of a file", |bencher| {
        bencher.iter(|| memory::may_be_kept(&Beginning::of(black_box(FILE)), &[]));
    });
    group.finish();
}

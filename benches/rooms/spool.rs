//! On disk: one record appended, a segment sealed, a thousand memories handed out and accepted.

use std::time::Duration;

use criterion::{BatchSize, Criterion};
use engram_hook::clock;
use engram_hook::key::Key;
use engram_hook::memory::{Memory, MemoryType};
use engram_hook::origin::Origin;
use engram_hook::spool::{
    Appended, Destination, Drain, Encoded, FlushLock, Lock, Patience, Record, Settled, Spool, append,
};
use tempfile::TempDir;

struct Shelf {
    /// Goes when the shelf does.
    _state: TempDir,
    spool: Spool,
}

impl Shelf {
    fn with(memories: usize) -> Self {
        let state = TempDir::new().unwrap();
        let destination =
            Destination { origin: Origin::default(), key: Key::parse("eng_of_a_benchmark").unwrap() };
        let spool = Spool::open_or_make(&state.path().join("state"), &destination).unwrap();
        let shelf = Self { _state: state, spool };
        (0..memories).for_each(|number| shelf.append(&record(number)));
        shelf
    }

    fn append(&self, record: &Encoded) {
        assert!(matches!(append(&self.spool, std::slice::from_ref(record)), Appended::Stored));
    }

    fn seal(&self) {
        let lock = Lock::take(self.spool.dir(), Duration::ZERO).unwrap().unwrap();
        self.spool.seal(&lock).unwrap();
    }

    fn drain(&self) -> usize {
        let flush_lock = FlushLock::take(self.spool.dir(), Duration::ZERO).unwrap().unwrap();
        let segments = self.spool.segments().unwrap();
        let mut drain = Drain::new(&self.spool, &flush_lock, segments, &|_| false, Patience::Keep);
        let mut sent = 0;
        while let Some(letter) = drain.next_letter().unwrap() {
            drain.settle(letter.ticket, Settled::Accepted).unwrap();
            sent += 1;
        }
        sent
    }
}

fn record(number: usize) -> Encoded {
    let memory = Memory {
        topic: format!("Turn {number}"),
        content: "The invoice numbers are made per tenant now. ".repeat(32),
        memory_type: MemoryType::Note,
        project: Some("acme-api".into()),
        scope: None,
        tags: vec!["claude-code".into(), "turn".into()],
    };
    let record =
        Record { id: number.to_string(), at: clock::now(), dir: "/home/dev/acme-api".into(), memory };
    Encoded::waiting(&record).unwrap()
}

pub(super) fn append_one(criterion: &mut Criterion) {
    let shelf = Shelf::with(0);
    let record = record(0);
    criterion.bench_function("append", |bencher| bencher.iter(|| shelf.append(&record)));
}

pub(super) fn seal(criterion: &mut Criterion) {
    criterion.bench_function("seal", |bencher| {
        bencher.iter_batched_ref(|| Shelf::with(1), |shelf| shelf.seal(), BatchSize::SmallInput);
    });
}

pub(super) fn drain_1000(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("drain");
    group.sample_size(10);
    let sealed = || {
        let shelf = Shelf::with(1000);
        shelf.seal();
        shelf
    };
    group.bench_function("1,000 memories", |bencher| {
        bencher.iter_batched_ref(sealed, |shelf| assert_eq!(shelf.drain(), 1000), BatchSize::PerIteration);
    });
    group.finish();
}

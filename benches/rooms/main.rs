//! How long the steps of a memory take, one by one and without the start of a process: `cargo bench`.

#![expect(clippy::unwrap_used, reason = "a benchmark may stop where it stands")]

use criterion::{criterion_group, criterion_main};

mod parse;
mod redact;
mod spool;

criterion_group!(
    benches,
    parse::payloads,
    redact::redact_16_kib,
    spool::append_one,
    spool::seal,
    spool::drain_1000
);
criterion_main!(benches);

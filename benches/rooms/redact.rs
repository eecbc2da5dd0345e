//! How long the redactor takes for 16 KiB, the length of a long answer: of prose, of code, of look-alikes, and with secrets.

use std::hint::black_box;

use criterion::{Criterion, Throughput};
use engram_hook::hook::redact::{KnownSecrets, redact};

#[expect(dead_code, reason = "the benchmark needs the samples, and not what is said of them")]
#[path = "../../tests/redaction/labelled.rs"]
mod labelled;

const BYTES: usize = 16 * 1024;

/// Exactly so much text, from parts repeated in turn.
fn text_of<'a>(parts: impl Iterator<Item = &'a str> + Clone) -> String {
    let mut text = String::new();
    for part in parts.cycle() {
        text.push_str(part);
        text.push('\n');
        if text.len() >= BYTES {
            break;
        }
    }
    text.truncate(text.floor_char_boundary(BYTES));
    text
}

pub(super) fn redact_16_kib(criterion: &mut Criterion) {
    let innocents = labelled::innocents();
    let samples = labelled::samples();
    let words = innocents.iter().filter(|innocent| innocent.about == "words" || innocent.about == "prose");
    let prose = text_of(words.map(|innocent| innocent.text.as_str()));
    let code = text_of(
        [include_str!("../../src/hook/redact/scan.rs"), include_str!("../../src/hook/private.rs")]
            .into_iter(),
    );
    let look_alikes = text_of(innocents.iter().map(|innocent| innocent.text.as_str()));
    let some = samples.iter().step_by(samples.len() / 10).map(labelled::Sample::text).collect::<Vec<_>>();
    let lines = innocents.iter().take(200).map(|innocent| innocent.text.as_str());
    let secrets = text_of(some.iter().map(String::as_str).chain(lines));

    let names: Vec<(String, String)> = (0..20)
        .map(|number| (format!("SERVICE_{number}_API_KEY"), format!("q8Zr2L{number}pXw7Tn4Vb1Kd")))
        .collect();
    let known = KnownSecrets::of(names.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    let unknown = KnownSecrets::default();

    let mut group = criterion.benchmark_group("redact 16 KiB");
    group.throughput(Throughput::Bytes(BYTES as u64));
    for (name, text, known) in [
        ("prose", &prose, &unknown),
        ("code", &code, &unknown),
        ("code, 20 known values", &code, &known),
        ("look-alikes", &look_alikes, &unknown),
        ("with secrets", &secrets, &unknown),
    ] {
        group.bench_function(name, |bencher| bencher.iter(|| redact(black_box(text), known)));
    }
    group.finish();
}

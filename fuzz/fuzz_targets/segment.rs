//! `engram_hook::fuzz::segment` under libFuzzer, with a state directory of this process's own.

#![no_main]

use std::path::PathBuf;
use std::sync::LazyLock;

/// In memory where there is such a place: every input is written to a file.
static STATE: LazyLock<PathBuf> = LazyLock::new(|| {
    let memory = PathBuf::from("/dev/shm");
    let root = if memory.is_dir() { memory } else { std::env::temp_dir() };
    root.join(format!("engram-fuzz-{}", std::process::id()))
});

libfuzzer_sys::fuzz_target!(|input: &[u8]| engram_hook::fuzz::segment(&STATE, input));

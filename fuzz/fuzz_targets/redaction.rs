//! `engram_hook::fuzz::redaction` under libFuzzer.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| engram_hook::fuzz::redaction(input));

//! `engram_hook::fuzz::commits` under libFuzzer.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| engram_hook::fuzz::commits(input));

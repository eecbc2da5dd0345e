//! The program of `src/`, built with failpoints and mutants. It does what it is told to do wrong by two variables of its
//! environment, and nothing else differs.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(engram_hook_proofs::run(std::env::args_os()) as u8)
}

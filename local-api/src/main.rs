//! Arguments in, exit code out.

use std::process::ExitCode;

fn main() -> ExitCode {
    engram_local::run(std::env::args_os())
}

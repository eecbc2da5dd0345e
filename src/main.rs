//! Arguments in, exit code out.

use std::process::ExitCode;

fn main() -> ExitCode {
    engram_hook::run(std::env::args_os()).into()
}

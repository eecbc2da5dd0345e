//! Arguments in, exit code out.

use std::process::ExitCode;

use engram_hook::arena::Arena;

#[global_allocator]
static ARENA: Arena = Arena::new();

fn main() -> ExitCode {
    engram_hook::run(std::env::args_os()).into()
}

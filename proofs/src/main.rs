//! The program of `src/`, built with failpoints and mutants: it begins as that one does, line for line, and does what it is
//! told to do wrong by two variables of its environment.

#![no_main]

use std::ffi::{c_char, c_int};

use engram_hook_proofs::arena::Arena;
use engram_hook_proofs::sys;

#[global_allocator]
static ARENA: Arena = Arena::new();

#[expect(unsafe_code, reason = "the name is the C library's; nothing else here is called `main`")]
#[unsafe(no_mangle)]
extern "C" fn main(count: c_int, arguments: *const *const c_char) -> c_int {
    sys::begin();
    // SAFETY: both are what the C library was started with.
    let arguments = unsafe { sys::arguments(count, arguments) };
    let exit = engram_hook_proofs::run(arguments);
    // Returning would leave what was printed without a line end unprinted.
    std::process::exit(exit as c_int);
}

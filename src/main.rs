//! Arguments in, exit code out.
//!
//! The C library calls `main` itself: what `std` would do before it, most of all to tell of a full stack, is thirteen
//! system calls that a capture has no use for. What we do need of it, `sys::begin` does.

#![no_main]

use std::ffi::{c_char, c_int};

use engram_hook::arena::Arena;
use engram_hook::sys;

#[global_allocator]
static ARENA: Arena = Arena::new();

#[expect(unsafe_code, reason = "the name is the C library's; nothing else here is called `main`")]
#[unsafe(no_mangle)]
extern "C" fn main(count: c_int, arguments: *const *const c_char) -> c_int {
    sys::begin();
    // SAFETY: both are what the C library was started with.
    let arguments = unsafe { sys::arguments(count, arguments) };
    let exit = engram_hook::run(arguments);
    // Returning would leave what was printed without a line end unprinted.
    std::process::exit(exit as c_int);
}

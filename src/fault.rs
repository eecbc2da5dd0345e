//! Failpoints and mutants: where the program can be made to die, and what it can be made to do wrong, so that a test can
//! show that nothing is lost, and that it would have noticed.
//!
//! They are there only with the feature `faults`, which `proofs/` alone asks for. Without it each of the three is nothing:
//! no code, no text, and `mutant!` is the word `false`.
//!
//! - `ENGRAM_FAILPOINT="kill NAME FILE [N]"`: SIGKILL at the Nth time the failpoint is passed
//! - `ENGRAM_FAILPOINT="cut NAME FILE N"`: N bytes of that write, then SIGKILL
//! - `ENGRAM_FAILPOINT="hold NAME FILE"`: waits there until `FILE` is gone
//!
//! Each makes `FILE` when it has come to that; the name of a failpoint may go on with `:` and the file it is about.
//! - `ENGRAM_MUTANT=Name`: this one mistake is made

#[cfg(feature = "faults")]
mod armed;

#[cfg(feature = "faults")]
pub(crate) use armed::{Mutant, VARIABLES, cut_at, is, pass};

/// A place where a kill is worth a test. The second word names the file, where one place serves several.
#[cfg(feature = "faults")]
macro_rules! point {
    ($name:literal) => {
        $crate::fault::pass($name, "")
    };
    ($name:literal, $of:expr) => {
        $crate::fault::pass($name, $of)
    };
}
#[cfg(not(feature = "faults"))]
macro_rules! point {
    ($name:literal) => {};
    ($name:literal, $of:expr) => {};
}

/// A write that can be cut short by a kill.
#[cfg(feature = "faults")]
macro_rules! cut {
    ($name:literal, $file:expr, $bytes:expr) => {
        $crate::fault::cut_at($name, $file, $bytes)
    };
}
#[cfg(not(feature = "faults"))]
macro_rules! cut {
    ($name:literal, $file:expr, $bytes:expr) => {};
}

/// Whether this mistake is to be made.
#[cfg(feature = "faults")]
macro_rules! mutant {
    ($mutant:ident) => {
        $crate::fault::is($crate::fault::Mutant::$mutant)
    };
}
#[cfg(not(feature = "faults"))]
macro_rules! mutant {
    ($mutant:ident) => {
        false
    };
}

pub(crate) use {cut, mutant, point};

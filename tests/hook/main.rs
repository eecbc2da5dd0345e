//! The program from outside: the real binary in a home of its own, against the real local API.

mod bad_input;
mod burst;
mod command_line;
mod destinations;
mod fixtures;
mod lost_and_found;
mod revocation;
mod sandbox;
mod verdicts;

//! `engram-local`: the memory service on your own machine.
//!
//! A binary for people, and a library with which tests start the same service, watch it and make it fail:
//!
//! ```
//! use engram_local::{Options, Server};
//!
//! let server = Server::start(Options::default())?;
//! let key = server.create_key("a test");
//! assert!(key.starts_with("eng_"));
//! assert!(server.memories().is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod admin;
mod api;
mod app;
mod cli;
mod clock;
mod cmd;
mod faults;
mod generation;
mod keys;
mod memories;
mod page;
mod random;
mod running;
mod server;
mod store;
mod wire;

pub use api::documented_routes;
pub use api::limits::RateLimit;
pub use cli::run;
pub use faults::{Fault, Faults, SeenRequest};
pub use generation::Generation;
pub use memories::StoredMemory;
pub use server::{Options, Server};

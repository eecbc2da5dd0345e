//! Delivers memories: the only room with async in it, the only one that uses `tokio`, `reqwest` and `rustls`.
//!
//! Nothing async leaves it: a [`Courier`] owns its runtime and its connections, and its methods return when they are done.
//! It decides how a memory is sent and what an answer means; what becomes of the memory on disk is the drain's to write down.

mod answer;
mod api;
mod client;
mod deliver;
mod retry;
mod trouble;
mod verdict;

pub use api::Generation;
pub use client::{Courier, Probe, Transport, check_ca_file};
pub use deliver::{Delivery, Outcome, Stop, Wait};
pub use retry::{retry_after, wait_after};
pub use trouble::{Tls, Trouble};
pub use verdict::Verdict;

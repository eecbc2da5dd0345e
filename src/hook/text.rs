//! Text on its way to the disk: cleaned, cut to what the API takes, and its first telling line found.

mod clean;
mod cut;
mod headline;

pub use clean::clean;
pub use cut::{CONTENT_UNITS, TOPIC_UNITS, cut};
pub use headline::headline;

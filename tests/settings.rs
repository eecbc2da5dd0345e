//! Claude Code's settings file: our hooks in, brought up to date, and out again without a trace.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test may stop where it stands"
)]

#[path = "settings/between.rs"]
mod between;
#[path = "settings/corpus.rs"]
mod corpus;
#[path = "settings/disk.rs"]
mod disk;
#[path = "settings/home.rs"]
mod home;
#[path = "settings/inspect.rs"]
mod inspect;
#[path = "settings/layout.rs"]
mod layout;
#[path = "settings/plugin.rs"]
mod plugin;
#[path = "settings/properties.rs"]
mod properties;
#[path = "settings/race.rs"]
mod race;
#[path = "settings/random.rs"]
mod random;
#[path = "settings/refused.rs"]
mod refused;
#[path = "settings/target.rs"]
mod target;
#[path = "settings/update.rs"]
mod update;

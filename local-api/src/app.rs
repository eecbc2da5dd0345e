//! What every request sees: the database, and how this service was started.

use std::sync::Arc;

use crate::api::limits::Limits;
use crate::generation::Generation;
use crate::page::fresh::FreshKeys;
use crate::store::Store;

pub(crate) type Shared = Arc<App>;

pub(crate) struct App {
    pub(crate) store: Store,
    pub(crate) generation: Generation,
    /// The port we listen on: part of our own host name, and of the cookie's name, since browsers keep
    /// cookies of all ports together.
    pub(crate) port: u16,
    pub(crate) limits: Limits,
    /// Without one, the cron routes refuse everybody.
    pub(crate) cron_secret: Option<String>,
    pub(crate) fresh_keys: FreshKeys,
}

//! Keys that were just made, until their one showing.
//!
//! A form is answered with a redirect, so that reloading the page makes no second key. Between the two
//! requests the full key has to wait somewhere: here, in memory, for a minute at most.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::keys::Secret;

const WAITS: Duration = Duration::from_mins(1);

#[derive(Default)]
pub(crate) struct FreshKeys(Mutex<HashMap<String, (Instant, Secret)>>);

impl FreshKeys {
    pub(crate) fn put(&self, id: String, secret: Secret) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|_, (since, _)| since.elapsed() < WAITS);
        waiting.insert(id, (Instant::now(), secret));
    }

    /// The key, the first time it is asked for.
    pub(crate) fn take(&self, id: &str) -> Option<Secret> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|_, (since, _)| since.elapsed() < WAITS);
        waiting.remove(id).map(|(_, secret)| secret)
    }
}

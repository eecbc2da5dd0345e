//! So many requests per key in a fixed window of time.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How many requests one key may make in each window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    /// The request after this many is refused.
    pub requests: u32,
    /// The window begins with a key's first request and is not moved by later ones.
    pub window: Duration,
}

impl RateLimit {
    /// What the newer generation was seen to do.
    pub const OBSERVED: Self = Self { requests: 300, window: Duration::from_mins(1) };
}

pub(crate) struct Limits {
    limit: Option<RateLimit>,
    windows: Mutex<HashMap<String, (Instant, u32)>>,
}

impl Limits {
    pub(crate) fn new(limit: Option<RateLimit>) -> Self {
        Self { limit, windows: Mutex::new(HashMap::new()) }
    }

    /// Counts a request; how long to wait if it is one too many.
    pub(crate) fn admit(&self, key: &str) -> Result<(), Duration> {
        let Some(limit) = self.limit else { return Ok(()) };
        let now = Instant::now();
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        windows.retain(|_, (start, _)| now.duration_since(*start) < limit.window);
        let (start, count) = windows.entry(key.to_owned()).or_insert((now, 0));
        if *count >= limit.requests {
            return Err(limit.window.saturating_sub(now.duration_since(*start)));
        }
        *count += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_has_a_window_of_its_own() {
        let limits = Limits::new(Some(RateLimit { requests: 2, window: Duration::from_mins(1) }));
        assert!(limits.admit("a").is_ok());
        assert!(limits.admit("a").is_ok());
        let wait = limits.admit("a").unwrap_err();
        assert!(wait > Duration::from_secs(59) && wait <= Duration::from_mins(1), "{wait:?}");
        assert!(limits.admit("b").is_ok());
    }

    #[test]
    fn a_window_ends() {
        let limits = Limits::new(Some(RateLimit { requests: 1, window: Duration::ZERO }));
        assert!((0..10).all(|_| limits.admit("a").is_ok()));
    }
}

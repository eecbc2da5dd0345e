//! The only room that asks what time it is, and the only one that uses `jiff`.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

/// A point in time, to the millisecond; written as RFC 3339 in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant(jiff::Timestamp);

/// What the wall clock says.
pub fn now() -> Instant {
    let now = jiff::Timestamp::now();
    Instant(jiff::Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now))
}

/// Nanoseconds since 1970: what segments are named by. A clock before 1970 counts as 1970.
pub fn nanoseconds() -> u64 {
    u64::try_from(jiff::Timestamp::now().as_nanosecond()).unwrap_or(0)
}

/// A moment, and how far away it is.
pub fn moment(at: Instant) -> String {
    let now = now();
    if now < at { format!("{at} (in {})", span(now.until(at))) } else { format!("{at} ({} ago)", ago(at)) }
}

/// How long ago it was.
pub fn ago(at: Instant) -> String {
    span(at.until(now()))
}

fn span(span: Duration) -> String {
    match span.as_secs() {
        seconds @ 0..120 => format!("{seconds} s"),
        seconds @ 120..7200 => format!("{} min", seconds / 60),
        seconds @ 7200..172_800 => format!("{} h", seconds / 3600),
        seconds => format!("{} days", seconds / 86_400),
    }
}

impl Instant {
    /// The instant `span` after this one; the last one there is when that is beyond it.
    #[must_use]
    pub fn plus(self, span: Duration) -> Self {
        let span = jiff::SignedDuration::try_from(span).unwrap_or(jiff::SignedDuration::MAX);
        Self(self.0.checked_add(span).unwrap_or(jiff::Timestamp::MAX))
    }

    /// How long before `later` this is; zero when it is not.
    pub fn until(self, later: Self) -> Duration {
        Duration::try_from(later.0.duration_since(self.0)).unwrap_or(Duration::ZERO)
    }

    /// From the nanoseconds in a segment's name.
    pub fn from_nanoseconds(nanoseconds: u64) -> Self {
        Self(jiff::Timestamp::from_nanosecond(i128::from(nanoseconds)).unwrap_or(jiff::Timestamp::UNIX_EPOCH))
    }
}

impl From<Instant> for SystemTime {
    fn from(instant: Instant) -> Self {
        let since = instant.0.duration_since(jiff::Timestamp::UNIX_EPOCH);
        Self::UNIX_EPOCH + Duration::try_from(since).unwrap_or(Duration::ZERO)
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3}", self.0)
    }
}

impl FromStr for Instant {
    type Err = jiff::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

impl Serialize for Instant {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_reads_back_as_it_was_written() {
        let at: Instant = "2026-03-01T12:00:00.250Z".parse().unwrap();
        assert_eq!(at.to_string(), "2026-03-01T12:00:00.250Z");
        assert_eq!(at.plus(Duration::from_mins(1)).to_string(), "2026-03-01T12:01:00.250Z");
        assert_eq!(at.until(at.plus(Duration::from_secs(5))), Duration::from_secs(5));
        assert_eq!(at.plus(Duration::from_secs(5)).until(at), Duration::ZERO);
    }
}

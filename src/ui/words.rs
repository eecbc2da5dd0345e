//! Counts, moments and spans as people say them.

use std::time::Duration;

use crate::clock::{self, Instant};

/// A count of memories.
pub fn memories(count: u64) -> String {
    if count == 1 { "1 memory".to_owned() } else { format!("{count} memories") }
}

/// Without line breaks and runs of spaces.
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A moment, and how far away it is.
pub fn moment(at: Instant) -> String {
    let now = clock::now();
    if now < at { format!("{at} (in {})", span(now.until(at))) } else { format!("{at} ({} ago)", ago(at)) }
}

/// How long ago it was.
pub fn ago(at: Instant) -> String {
    span(at.until(clock::now()))
}

fn span(span: Duration) -> String {
    match span.as_secs() {
        seconds @ 0..120 => format!("{seconds} s"),
        seconds @ 120..7200 => format!("{} min", seconds / 60),
        seconds @ 7200..172_800 => format!("{} h", seconds / 3600),
        seconds => format!("{} days", seconds / 86_400),
    }
}

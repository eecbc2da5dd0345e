//! How long to wait: exponential backoff with jitter, and what `Retry-After` says. The only room that uses `backoff` and
//! `httpdate`.

use std::time::{Duration, SystemTime};

use backoff::ExponentialBackoff;
use backoff::backoff::Backoff as _;

const FIRST: Duration = Duration::from_secs(15);
/// No wait is longer, whoever asks for it.
pub(super) const LONGEST: Duration = Duration::from_hours(1);

/// The wait after the `attempt`th failure in a row (from 0): 15 s, doubling to an hour, a fifth of it by chance.
pub fn wait_after(attempt: u32) -> Duration {
    let mut backoff = ExponentialBackoff {
        current_interval: FIRST,
        initial_interval: FIRST,
        multiplier: 2.0,
        max_interval: LONGEST,
        randomization_factor: 0.2,
        max_elapsed_time: None,
        ..ExponentialBackoff::default()
    };
    // After so many the longest wait is reached, and the sum of them need not be taken.
    for _ in 0..attempt.min(10) {
        backoff.next_backoff();
    }
    backoff.next_backoff().unwrap_or(LONGEST).min(LONGEST)
}

/// What a `Retry-After` header asks for: whole seconds or an HTTP date, at most an hour; `None` when it is neither.
pub fn retry_after(value: &str, now: SystemTime) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than a number holds are a long time all the same.
        return Some(value.parse().map_or(LONGEST, Duration::from_secs).min(LONGEST));
    }
    let at = httpdate::parse_http_date(value).ok()?;
    Some(at.duration_since(now).unwrap_or(Duration::ZERO).min(LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_from_a_quarter_minute_to_an_hour() {
        for (attempt, seconds) in
            [(0, 15.0), (1, 30.0), (2, 60.0), (5, 480.0), (8, 3600.0), (10, 3600.0), (u32::MAX, 3600.0)]
        {
            let wait = wait_after(attempt).as_secs_f64();
            assert!((seconds * 0.79..=(seconds * 1.21_f64).min(3600.0)).contains(&wait), "{attempt}: {wait}");
        }
    }

    #[test]
    fn retry_after_is_seconds_or_a_date_and_never_more_than_an_hour() {
        let now = httpdate::parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT").unwrap();
        for (value, seconds) in [
            ("0", Some(0)),
            (" 30 ", Some(30)),
            ("86400", Some(3600)),
            ("99999999999999999999999", Some(3600)),
            ("Sun, 06 Nov 1994 08:50:37 GMT", Some(60)),
            ("Sun, 06 Nov 1994 08:00:00 GMT", Some(0)),
            ("Sat, 06 Nov 2094 08:00:00 GMT", Some(3600)),
            ("-1", None),
            ("1.5", None),
            ("soon", None),
            ("", None),
        ] {
            assert_eq!(retry_after(value, now), seconds.map(Duration::from_secs), "{value:?}");
        }
    }
}

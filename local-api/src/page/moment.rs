//! A time on a page: exact for machines, short for people, in UTC until the script knows better.

use jiff::Timestamp;
use jiff::tz::TimeZone;

pub(super) struct Moment {
    pub(super) iso: String,
    pub(super) text: String,
}

impl From<Timestamp> for Moment {
    fn from(at: Timestamp) -> Self {
        let text = TimeZone::UTC.to_datetime(at).strftime("%-d %b %Y, %H:%M UTC").to_string();
        Self { iso: at.to_string(), text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_reads_like_a_date() {
        let moment = Moment::from("2026-03-04T05:06:07.891Z".parse::<Timestamp>().unwrap());
        assert_eq!(moment.text, "4 Mar 2026, 05:06 UTC");
        assert_eq!(moment.iso, "2026-03-04T05:06:07.891Z");
    }
}

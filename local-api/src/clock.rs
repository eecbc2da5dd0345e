//! What time it is. The only room that asks the system.

use jiff::Timestamp;

/// Microseconds since 1970 in UTC, the unit in which the database keeps every time.
pub(crate) type Micros = i64;

pub(crate) const MICROS_PER_DAY: Micros = 86_400_000_000;

pub(crate) fn now() -> Micros {
    Timestamp::now().as_microsecond()
}

/// The instant a number from the database stands for. A number no calendar holds reads as 1970.
pub(crate) fn instant(micros: Micros) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap_or(Timestamp::UNIX_EPOCH)
}

//! The dashboard: how many memories there are, of which kinds, on which days.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use rusqlite::{Connection, OptionalExtension as _, params};
use serde::Serialize;

use super::search::{self, Filter};
use crate::clock::{MICROS_PER_DAY, Micros, instant};
use crate::memories::StoredMemory;

const DAYS: Micros = 30;
const MOST_PROJECTS: i64 = 50;
/// More than there are types or sources.
const MOST_TYPES: i64 = 100;
const NEWEST: usize = 5;

#[derive(Debug, Serialize)]
pub(crate) struct Summary {
    pub(crate) total: i64,
    pub(crate) by_type: Vec<Count>,
    /// The 50 projects with the most memories.
    pub(crate) by_project: Vec<Count>,
    pub(crate) by_source: Vec<Count>,
    /// The last 30 days in UTC, oldest first, empty days included.
    pub(crate) by_day: Vec<Day>,
    /// The newest commitments. The API has no call that closes one, so all of them are open.
    pub(crate) open_commitments: Commitments,
    pub(crate) newest: Vec<StoredMemory>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Count {
    pub(crate) name: String,
    pub(crate) memories: i64,
}

#[derive(Debug, Serialize)]
pub(crate) struct Day {
    pub(crate) day: Date,
    pub(crate) memories: i64,
}

#[derive(Debug, Serialize)]
pub(crate) struct Commitments {
    pub(crate) total: i64,
    pub(crate) newest: Vec<StoredMemory>,
}

pub(crate) fn summary(connection: &Connection, now: Micros) -> rusqlite::Result<Summary> {
    let by_type = count_by(connection, "type", MOST_TYPES)?;
    let commitments = Filter { memory_type: Some("commitment".to_owned()), ..Filter::default() };
    Ok(Summary {
        total: by_type.iter().map(|count| count.memories).sum(),
        by_project: count_by(connection, "project", MOST_PROJECTS)?,
        by_source: count_by(connection, "source", MOST_TYPES)?,
        by_day: count_days(connection, now)?,
        open_commitments: Commitments {
            total: by_type.iter().find(|count| count.name == "commitment").map_or(0, |count| count.memories),
            newest: search::page(connection, &commitments, None, NEWEST)?.memories,
        },
        newest: search::page(connection, &Filter::default(), None, NEWEST)?.memories,
        by_type,
    })
}

/// Most first.
fn count_by(connection: &Connection, kind: &str, most: i64) -> rusqlite::Result<Vec<Count>> {
    connection
        .prepare_cached(
            "SELECT name, memories FROM memory_counts WHERE kind = ?1 ORDER BY memories DESC, name LIMIT ?2",
        )?
        .query_map(params![kind, most], |row| Ok(Count { name: row.get(0)?, memories: row.get(1)? }))?
        .collect()
}

fn count_days(connection: &Connection, now: Micros) -> rusqlite::Result<Vec<Day>> {
    let mut statement =
        connection.prepare_cached("SELECT memories FROM memory_counts WHERE kind = 'day' AND name = ?1")?;
    (0..DAYS)
        .rev()
        .map(|age| {
            let day = TimeZone::UTC.to_datetime(instant(now - age * MICROS_PER_DAY)).date();
            let memories = statement.query_row([day.to_string()], |row| row.get(0)).optional()?;
            Ok(Day { day, memories: memories.unwrap_or(0) })
        })
        .collect()
}

//! The dashboard: how many memories there are, of which kinds, on which days.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use rusqlite::Connection;
use serde::Serialize;

use super::search::{self, Filter};
use crate::clock::{MICROS_PER_DAY, Micros, instant};
use crate::memories::StoredMemory;

const DAYS: Micros = 30;
const MOST_PROJECTS: usize = 50;
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
    let by_type = count_by(connection, "memory_type")?;
    let commitments = Filter { memory_type: Some("commitment".to_owned()), ..Filter::default() };
    Ok(Summary {
        total: by_type.iter().map(|count| count.memories).sum(),
        by_project: count_by(connection, "project")?.into_iter().take(MOST_PROJECTS).collect(),
        by_source: count_by(connection, "source")?,
        by_day: count_days(connection, now)?,
        open_commitments: Commitments {
            total: by_type.iter().find(|count| count.name == "commitment").map_or(0, |count| count.memories),
            newest: search::page(connection, &commitments, None, NEWEST)?.memories,
        },
        newest: search::page(connection, &Filter::default(), None, NEWEST)?.memories,
        by_type,
    })
}

/// Most first. Each column has an index, so this reads no memory's text.
fn count_by(connection: &Connection, column: &str) -> rusqlite::Result<Vec<Count>> {
    let sql = format!(
        "SELECT {column}, count(*) AS memories FROM memories WHERE {column} IS NOT NULL
         GROUP BY {column} ORDER BY memories DESC, {column}"
    );
    connection
        .prepare_cached(&sql)?
        .query_map([], |row| Ok(Count { name: row.get(0)?, memories: row.get(1)? }))?
        .collect()
}

fn count_days(connection: &Connection, now: Micros) -> rusqlite::Result<Vec<Day>> {
    let today = now.div_euclid(MICROS_PER_DAY);
    // One range count per day on the smallest index that holds the time; the table itself is too wide to walk.
    let mut statement = connection
        .prepare_cached("SELECT count(*) FROM memories WHERE created_us >= ?1 AND created_us < ?2")?;
    (today - DAYS + 1..=today)
        .map(|day| {
            let start = day * MICROS_PER_DAY;
            let memories = statement.query_row([start, start + MICROS_PER_DAY], |row| row.get(0))?;
            Ok(Day { day: TimeZone::UTC.to_datetime(instant(start)).date(), memories })
        })
        .collect()
}

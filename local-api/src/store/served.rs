//! The port and the generation of the last `serve`, for `admin-url` and `keys create` beside it.

use rusqlite::{Connection, OptionalExtension as _, params};

use crate::generation::Generation;

/// How the database is served, or was the last time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Served {
    pub(crate) port: u16,
    pub(crate) generation: Generation,
}

pub(crate) fn remember(connection: &Connection, served: Served) -> rusqlite::Result<()> {
    let api = match served.generation {
        Generation::AsAsked => "default",
        Generation::V1 => "v1",
    };
    connection
        .execute(
            "INSERT INTO served (only, port, api) VALUES (1, ?1, ?2)
             ON CONFLICT (only) DO UPDATE SET port = excluded.port, api = excluded.api",
            params![served.port, api],
        )
        .map(drop)
}

/// `None` when it never was.
pub(crate) fn last(connection: &Connection) -> rusqlite::Result<Option<Served>> {
    let read = |row: &rusqlite::Row<'_>| {
        let generation = match row.get_ref("api")?.as_str()? {
            "v1" => Generation::V1,
            _ => Generation::AsAsked,
        };
        Ok(Served { port: row.get("port")?, generation })
    };
    connection.query_row("SELECT port, api FROM served", [], read).optional()
}

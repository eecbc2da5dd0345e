//! Housekeeping on request.

use rusqlite::Connection;

/// Merges the search index into one piece and refreshes what the query planner knows.
pub(crate) fn optimize(connection: &Connection) -> rusqlite::Result<()> {
    connection
        .execute_batch("INSERT INTO memories_text (memories_text) VALUES ('optimize'); PRAGMA optimize;")
}

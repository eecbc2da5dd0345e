//! The tables, and how a database of an older version becomes one of ours. The version is `user_version`.

use std::path::Path;

use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

use super::{BUSY, Check, StoreError};

/// The `application_id`: tells our file from any other program's.
const APPLICATION_ID: i64 = 0x656e_6772;

/// One entry per version; entry 0 makes version 1. Entries are added, never changed.
const MIGRATIONS: [&str; 2] = [include_str!("schema.sql"), include_str!("served.sql")];

/// The version this program writes.
pub(super) fn latest() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

/// Looks at an existing file without writing to it.
pub(super) fn inspect(path: &Path, check: Check) -> Result<(), StoreError> {
    let damaged = |reason: String| StoreError::Damaged { path: path.to_owned(), reason };
    let look = || -> rusqlite::Result<(i64, i64, i64, Option<String>)> {
        let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        connection.busy_timeout(BUSY)?;
        let application = number(&connection, "PRAGMA application_id")?;
        let version = number(&connection, "PRAGMA user_version")?;
        let tables = number(&connection, "SELECT count(*) FROM sqlite_schema")?;
        let finding = match check {
            Check::Quick => None,
            Check::EveryPage => {
                Some(connection.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0))?)
            }
        };
        Ok((application, version, tables, finding.filter(|finding| finding != "ok")))
    };
    match look() {
        Err(error) if is_damage(&error) => Err(damaged(error.to_string())),
        Err(error) => Err(error.into()),
        Ok((application, _, tables, _)) if application != APPLICATION_ID && tables > 0 => {
            Err(StoreError::Foreign { path: path.to_owned() })
        }
        Ok((_, found, _, _)) if found > latest() => Err(StoreError::Newer { path: path.to_owned(), found }),
        // The finding's first line is a heading.
        Ok((.., Some(finding))) => Err(damaged(finding.lines().last().unwrap_or_default().to_owned())),
        Ok(_) => Ok(()),
    }
}

/// Brings the database to the latest version, in one transaction.
pub(super) fn migrate(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let version = number(&transaction, "PRAGMA user_version")?;
    let missing = MIGRATIONS.iter().skip(usize::try_from(version).unwrap_or(0));
    for migration in missing {
        transaction.execute_batch(migration)?;
    }
    if version < latest() {
        transaction.pragma_update(None, "user_version", latest())?;
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    }
    transaction.commit()
}

fn number(connection: &Connection, query: &str) -> rusqlite::Result<i64> {
    connection.query_row(query, [], |row| row.get(0))
}

fn is_damage(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
}

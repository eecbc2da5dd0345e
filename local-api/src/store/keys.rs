//! The table of API keys.

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use crate::clock::{self, Micros, instant};
use crate::keys::{Digest, KeyRecord};

/// What became of a wish to revoke.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Revocation {
    Revoked,
    /// Dead before; the time of death stays as it was.
    AlreadyRevoked,
    NoSuchKey,
}

pub(crate) fn create(
    connection: &Connection,
    id: &str,
    name: &str,
    digest: &Digest,
) -> rusqlite::Result<KeyRecord> {
    let now = clock::now();
    connection.execute(
        "INSERT INTO keys (id, name, digest, created_us) VALUES (?1, ?2, ?3, ?4)",
        params![id, name, digest.bytes(), now],
    )?;
    Ok(KeyRecord {
        id: id.to_owned(),
        name: name.to_owned(),
        created_at: instant(now),
        last_used_at: None,
        revoked_at: None,
    })
}

/// Newest first; the dead after the living.
pub(crate) fn list(connection: &Connection) -> rusqlite::Result<Vec<KeyRecord>> {
    connection
        .prepare_cached(
            "SELECT id, name, created_us, last_used_us, revoked_us FROM keys
             ORDER BY revoked_us IS NOT NULL, created_us DESC, id",
        )?
        .query_map([], |row| {
            Ok(KeyRecord {
                id: row.get(0)?,
                name: row.get(1)?,
                created_at: instant(row.get(2)?),
                last_used_at: row.get::<_, Option<Micros>>(3)?.map(instant),
                revoked_at: row.get::<_, Option<Micros>>(4)?.map(instant),
            })
        })?
        .collect()
}

/// The id of the key with this digest, if it lives.
pub(crate) fn find_live(connection: &Connection, digest: &Digest) -> rusqlite::Result<Option<String>> {
    let mut statement = connection.prepare_cached(
        "SELECT digest, id FROM keys WHERE substr(digest, 1, 8) = ?1 AND revoked_us IS NULL",
    )?;
    let candidates = statement.query_map([digest.head()], |row: &Row<'_>| {
        Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, String>(1)?))
    })?;
    let mut found = None;
    for candidate in candidates {
        let (stored, id) = candidate?;
        if digest.matches(&stored) {
            found = Some(id);
        }
    }
    Ok(found)
}

pub(crate) fn lives(connection: &Connection, id: &str) -> rusqlite::Result<bool> {
    connection
        .prepare_cached("SELECT 1 FROM keys WHERE id = ?1 AND revoked_us IS NULL")?
        .query_row([id], |_| Ok(()))
        .optional()
        .map(|row| row.is_some())
}

/// Notes that a request with this key has just succeeded.
pub(crate) fn touch(connection: &Connection, id: &str) -> rusqlite::Result<()> {
    connection
        .prepare_cached("UPDATE keys SET last_used_us = max(ifnull(last_used_us, 0), ?2) WHERE id = ?1")?
        .execute(params![id, clock::now()])
        .map(drop)
}

pub(crate) fn revoke(connection: &Connection, id: &str) -> rusqlite::Result<Revocation> {
    let revoked = connection.execute(
        "UPDATE keys SET revoked_us = ?2 WHERE id = ?1 AND revoked_us IS NULL",
        params![id, clock::now()],
    )?;
    if revoked > 0 {
        return Ok(Revocation::Revoked);
    }
    let known = connection.query_row("SELECT 1 FROM keys WHERE id = ?1", [id], |_| Ok(())).optional()?;
    Ok(if known.is_some() { Revocation::AlreadyRevoked } else { Revocation::NoSuchKey })
}

/// Forgets the revoked keys; how many there were.
pub(crate) fn purge_revoked(connection: &Connection) -> rusqlite::Result<usize> {
    connection.execute("DELETE FROM keys WHERE revoked_us IS NOT NULL", [])
}

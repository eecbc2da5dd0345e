//! The table of memories: keeping one, and moving all of them in or out.

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::keys;
use crate::clock::{self, Micros, instant};
use crate::keys::Digest;
use crate::memories::{Draft, StoredMemory};

/// The columns `read_row` reads, in its order.
pub(super) const COLUMNS: &str = "memories.created_us, memories.id, memories.idempotency_key, memories.topic, \
     memories.content, memories.memory_type, memories.project, memories.scope, memories.tags, memories.source";

/// What became of a memory that was sent to us.
#[derive(Debug)]
pub(crate) enum Outcome {
    Stored(StoredMemory),
    /// This `Idempotency-Key` was here before; this is what it stored then.
    Replayed(StoredMemory),
    /// A memory with the same content exists under this id.
    Duplicate(String),
    /// The key died between its check and this moment.
    KeyRevoked,
}

/// Keeps a draft, in the transaction that also sees whether the key still lives.
pub(crate) fn keep(
    connection: &Connection,
    key: &str,
    draft: Draft,
    idempotency_key: Option<String>,
) -> rusqlite::Result<Outcome> {
    if !keys::lives(connection, key)? {
        return Ok(Outcome::KeyRevoked);
    }
    let before = match &idempotency_key {
        Some(sent) => find(connection, "idempotency_key", sent)?,
        None => None,
    };
    if let Some(memory) = before {
        keys::touch(connection, key)?;
        return Ok(Outcome::Replayed(memory));
    }
    let digest = Digest::of(draft.content.as_bytes());
    if let Some(id) = same_content(connection, &digest)? {
        return Ok(Outcome::Duplicate(id));
    }
    let memory = StoredMemory {
        id: new_id()?,
        idempotency_key,
        topic: draft.topic,
        content: draft.content,
        memory_type: draft.memory_type,
        project: draft.project,
        scope: draft.scope,
        tags: draft.tags,
        source: draft.source,
        created_at: instant(free_microsecond(connection, clock::now())?),
    };
    insert(connection, &memory, &digest)?;
    keys::touch(connection, key)?;
    Ok(Outcome::Stored(memory))
}

/// Takes in an exported memory as it is. `false` if its id, its idempotency key or its content is here already.
pub(crate) fn take_in(connection: &Connection, mut memory: StoredMemory) -> rusqlite::Result<bool> {
    let digest = Digest::of(memory.content.as_bytes());
    let known = find(connection, "id", &memory.id)?.is_some() || same_content(connection, &digest)?.is_some();
    let replayed = match &memory.idempotency_key {
        Some(sent) => find(connection, "idempotency_key", sent)?.is_some(),
        None => false,
    };
    if known || replayed {
        return Ok(false);
    }
    memory.created_at = instant(free_microsecond(connection, memory.created_at.as_microsecond())?);
    insert(connection, &memory, &digest)?;
    Ok(true)
}

/// Every memory, oldest first, one at a time.
pub(crate) fn each<E: From<rusqlite::Error>>(
    connection: &Connection,
    mut visit: impl FnMut(StoredMemory) -> Result<(), E>,
) -> Result<(), E> {
    let mut statement = connection.prepare(&format!("SELECT {COLUMNS} FROM memories ORDER BY created_us"))?;
    for memory in statement.query_map([], read_row)? {
        visit(memory?)?;
    }
    Ok(())
}

pub(super) fn read_row(row: &Row<'_>) -> rusqlite::Result<StoredMemory> {
    let tags: String = row.get(8)?;
    Ok(StoredMemory {
        created_at: instant(row.get(0)?),
        id: row.get(1)?,
        idempotency_key: row.get(2)?,
        topic: row.get(3)?,
        content: row.get(4)?,
        memory_type: row.get(5)?,
        project: row.get(6)?,
        scope: row.get(7)?,
        tags: serde_json::from_str(&tags).map_err(|error| {
            rusqlite::Error::FromSqlConversionFailure(8, rusqlite::types::Type::Text, Box::new(error))
        })?,
        source: row.get(9)?,
    })
}

fn insert(connection: &Connection, memory: &StoredMemory, digest: &Digest) -> rusqlite::Result<()> {
    let tags = serde_json::to_string(&memory.tags)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
    connection
        .prepare_cached(
            "INSERT INTO memories (created_us, id, idempotency_key, content_digest, topic, content,
                                   memory_type, project, scope, tags, source)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )?
        .execute(params![
            memory.created_at.as_microsecond(),
            memory.id,
            memory.idempotency_key,
            digest.bytes(),
            memory.topic,
            memory.content,
            memory.memory_type,
            memory.project,
            memory.scope,
            tags,
            memory.source
        ])
        .map(drop)
}

fn find(connection: &Connection, column: &str, text: &str) -> rusqlite::Result<Option<StoredMemory>> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM memories WHERE {column} = ?1"))?
        .query_row([text], read_row)
        .optional()
}

fn same_content(connection: &Connection, digest: &Digest) -> rusqlite::Result<Option<String>> {
    connection
        .prepare_cached("SELECT id FROM memories WHERE content_digest = ?1")?
        .query_row([digest.bytes()], |row| row.get(0))
        .optional()
}

/// `wanted`, or the first microsecond after it that no memory has.
fn free_microsecond(connection: &Connection, wanted: Micros) -> rusqlite::Result<Micros> {
    let mut taken = connection.prepare_cached("SELECT 1 FROM memories WHERE created_us = ?1")?;
    let mut micros = wanted;
    while taken.exists([micros])? {
        micros += 1;
    }
    Ok(micros)
}

fn new_id() -> rusqlite::Result<String> {
    crate::random::characters(crate::random::LETTERS_AND_DIGITS, 20)
        .map(|characters| format!("mem_{characters}"))
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}

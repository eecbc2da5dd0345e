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

#[cfg(test)]
mod tests {
    use super::super::{Check, Store};
    use super::*;

    fn draft(content: &str) -> Draft {
        Draft {
            topic: "A topic".to_owned(),
            content: content.to_owned(),
            memory_type: "note".to_owned(),
            project: None,
            scope: None,
            tags: vec!["a".to_owned(), "b".to_owned()],
            source: "hook".to_owned(),
        }
    }

    fn store_with_key() -> (tempfile::TempDir, Store) {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open(directory.path(), Check::EveryPage).unwrap();
        let digest = Digest::of(b"a key");
        store.write_here(move |connection| keys::create(connection, "key", "laptop", &digest)).unwrap();
        (directory, store)
    }

    #[test]
    fn a_write_that_was_let_in_before_a_revocation_and_comes_after_it_stores_nothing() {
        let (_directory, store) = store_with_key();
        store.write_here(|connection| keys::revoke(connection, "key")).unwrap();
        let outcome = store.write_here(|connection| keep(connection, "key", draft("late"), None)).unwrap();
        assert!(matches!(outcome, Outcome::KeyRevoked), "{outcome:?}");
        let count: i64 = store
            .read_here(|connection| {
                connection.query_row("SELECT count(*) FROM memories", [], |row| row.get(0))
            })
            .unwrap();
        assert_eq!(count, 0);
    }

    #[test]
    fn memories_of_one_moment_get_neighbouring_microseconds() {
        let (_directory, store) = store_with_key();
        let at = instant(1_700_000_000_000_000);
        let memory = |number: i64| StoredMemory {
            id: format!("m{number}"),
            idempotency_key: None,
            topic: "A topic".to_owned(),
            content: format!("content {number}"),
            memory_type: "note".to_owned(),
            project: None,
            scope: None,
            tags: Vec::new(),
            source: "hook".to_owned(),
            created_at: at,
        };
        for number in 0..3 {
            let memory = memory(number);
            assert!(store.write_here(move |connection| take_in(connection, memory)).unwrap());
        }
        let mut times = Vec::new();
        store
            .read_here(|connection| {
                each(connection, |memory| {
                    times.push(memory.created_at.as_microsecond() - at.as_microsecond());
                    Ok::<_, rusqlite::Error>(())
                })
            })
            .unwrap();
        assert_eq!(times, [0, 1, 2]);
    }

    #[test]
    fn what_is_counted_is_what_is_there() {
        let (_directory, store) = store_with_key();
        for number in 0..5 {
            let content = format!("content {}", number % 3);
            store.write_here(move |connection| keep(connection, "key", draft(&content), None)).unwrap();
        }
        let counts: Vec<(String, i64)> = store
            .read_here(|connection| {
                connection
                    .prepare("SELECT kind, memories FROM memory_counts ORDER BY kind")?
                    .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
                    .collect()
            })
            .unwrap();
        let days: i64 = counts.iter().filter(|(kind, _)| kind == "day").map(|(_, count)| count).sum();
        assert_eq!(days, 3);
        assert!(counts.contains(&("type".to_owned(), 3)) && counts.contains(&("source".to_owned(), 3)));
        assert!(!counts.iter().any(|(kind, _)| kind == "project"), "none has a project");
    }
}

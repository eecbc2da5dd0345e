//! The one thread that writes. Changes that arrive while it syncs share the next commit.
//!
//! A commit costs a sync of the disk, far more than the change itself. So the thread takes whatever waits,
//! up to a bound, gives each change a savepoint of its own, commits once, and only then answers them all.

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{self, JoinHandle};

use rusqlite::Connection;

use super::StoreError;

const MOST_PER_COMMIT: usize = 64;

type Commit = Result<(), Arc<rusqlite::Error>>;
/// Runs in the transaction; what it returns is called once the commit is known.
type Change = Box<dyn FnOnce(&Connection) -> Answer + Send>;
type Answer = Box<dyn FnOnce(&Commit)>;

pub(super) struct Writer {
    changes: Option<Sender<Change>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(connection: Connection) -> Self {
        let (changes, waiting) = mpsc::channel();
        let thread = thread::spawn(move || write_until_closed(&connection, &waiting));
        Self { changes: Some(changes), thread: Some(thread) }
    }

    /// `tell` is called with the outcome after the commit, or dropped uncalled if the writer is gone.
    pub(super) fn submit<T: Send + 'static>(
        &self,
        change: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
        tell: impl FnOnce(Result<T, StoreError>) + Send + 'static,
    ) {
        let change: Change = Box::new(move |connection| {
            let result = in_savepoint(connection, change);
            Box::new(move |commit| {
                tell(match commit {
                    Ok(()) => result.map_err(StoreError::Sql),
                    Err(error) => Err(StoreError::Commit(Arc::clone(error))),
                });
            })
        });
        if let Some(changes) = &self.changes {
            // When the thread is gone the change comes back as an error, and `tell` goes with it.
            drop(changes.send(change));
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.changes = None;
        if let Some(thread) = self.thread.take() {
            // A panic there has already been reported by the thread itself.
            drop(thread.join());
        }
    }
}

fn write_until_closed(connection: &Connection, waiting: &Receiver<Change>) {
    while let Ok(first) = waiting.recv() {
        let mut answers = Vec::new();
        let commit = connection.execute_batch("BEGIN IMMEDIATE").and_then(|()| {
            answers.push(first(connection));
            answers.extend(waiting.try_iter().take(MOST_PER_COMMIT - 1).map(|change| change(connection)));
            connection.execute_batch("COMMIT").inspect_err(|_| roll_back(connection))
        });
        let commit = commit.map_err(Arc::new);
        for answer in answers {
            answer(&commit);
        }
    }
}

fn in_savepoint<T>(
    connection: &Connection,
    change: impl FnOnce(&Connection) -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    connection.prepare_cached("SAVEPOINT change")?.execute([])?;
    let result = change(connection);
    if result.is_err() {
        connection.prepare_cached("ROLLBACK TO change")?.execute([])?;
    }
    connection.prepare_cached("RELEASE change")?.execute([])?;
    result
}

/// After a failed commit the database may or may not have rolled back already; a second time is an error that says so.
fn roll_back(connection: &Connection) {
    if !connection.is_autocommit() {
        drop(connection.execute_batch("ROLLBACK"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn writer(directory: &std::path::Path) -> Writer {
        let connection = Connection::open(directory.join("test.sqlite3")).unwrap();
        connection.execute_batch("CREATE TABLE numbers (number INTEGER UNIQUE)").unwrap();
        connection.busy_timeout(std::time::Duration::ZERO).unwrap();
        Writer::start(connection)
    }

    fn add(writer: &Writer, numbers: &'static [i64]) -> mpsc::Receiver<Result<(), StoreError>> {
        let (tell, outcome) = mpsc::channel();
        let change = move |connection: &Connection| {
            numbers.iter().try_for_each(|number| {
                connection.execute("INSERT INTO numbers VALUES (?1)", [number]).map(drop)
            })
        };
        writer.submit(change, move |result| tell.send(result).unwrap());
        outcome
    }

    fn stored(directory: &std::path::Path) -> Vec<i64> {
        let connection = Connection::open(directory.join("test.sqlite3")).unwrap();
        let mut all = connection.prepare("SELECT number FROM numbers ORDER BY number").unwrap();
        all.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }

    #[test]
    fn a_change_that_fails_leaves_nothing_and_its_neighbours_are_kept() {
        let directory = tempfile::tempdir().unwrap();
        let writer = writer(directory.path());
        let outcomes = [&[1, 2][..], &[3, 3], &[4]].map(|numbers| add(&writer, numbers));
        let kept = outcomes.map(|outcome| outcome.recv().unwrap().is_ok());
        assert_eq!(kept, [true, false, true]);
        assert_eq!(stored(directory.path()), [1, 2, 4]);
    }

    #[test]
    fn changes_that_wait_when_the_writer_goes_are_still_committed() {
        let directory = tempfile::tempdir().unwrap();
        let writer = writer(directory.path());
        let outcomes = [&[1][..], &[2], &[3]].map(|numbers| add(&writer, numbers));
        drop(writer);
        assert!(outcomes.into_iter().all(|outcome| outcome.recv().unwrap().is_ok()));
        assert_eq!(stored(directory.path()), [1, 2, 3]);
    }

    #[test]
    fn while_the_database_is_locked_nobody_is_told_that_a_change_was_kept() {
        let directory = tempfile::tempdir().unwrap();
        let writer = writer(directory.path());
        let other = Connection::open(directory.path().join("test.sqlite3")).unwrap();
        other.execute_batch("BEGIN EXCLUSIVE").unwrap();
        assert!(add(&writer, &[1]).recv().is_err(), "the answer is dropped");
        other.execute_batch("COMMIT").unwrap();
        assert!(add(&writer, &[2]).recv().unwrap().is_ok());
        assert_eq!(stored(directory.path()), [2]);
    }
}

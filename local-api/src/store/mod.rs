//! The database: one `SQLite` file in the data directory, one connection that writes, a few that read.
//!
//! Everything that was answered as stored survives a crash and a power cut: the file is in WAL mode with
//! `synchronous=FULL`, and an answer goes out only after the commit. A database that is damaged, of a newer
//! version, or somebody else's is never opened for writing.

use std::fs::{DirBuilder, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use thiserror::Error;
use tokio::sync::oneshot;

pub(crate) mod admin;
pub(crate) mod keys;
pub(crate) mod maintenance;
pub(crate) mod memories;
mod schema;
pub(crate) mod search;
pub(crate) mod served;
pub(crate) mod summary;
mod writer;

use writer::Writer;

const FILE_NAME: &str = "engram.sqlite3";
/// How long one process waits while another holds the write lock.
const BUSY: Duration = Duration::from_secs(5);

/// Why the database cannot be used. Each message is a whole sentence for the person who started us.
#[derive(Debug, Error)]
pub(crate) enum StoreError {
    #[error("cannot use the data directory {}: {why}; choose another with --data", .path.display())]
    Directory { path: PathBuf, why: io::Error },
    #[error(
        "cannot use {}: it was written by a newer engram-local (format {found}, this one knows {}); update engram-local",
        .path.display(), schema::latest()
    )]
    Newer { path: PathBuf, found: i64 },
    #[error(
        "cannot use {}: the database is damaged ({reason}); nothing was changed, put a backup in its place or choose another directory with --data",
        .path.display()
    )]
    Damaged { path: PathBuf, reason: String },
    #[error("cannot use {}: it is a database of another program; choose another directory with --data", .path.display())]
    Foreign { path: PathBuf },
    #[error("the database refused: {0}")]
    Sql(#[from] rusqlite::Error),
    #[error("the database refused to commit: {0}")]
    Commit(Arc<rusqlite::Error>),
    #[error("the database cannot be used right now; try again")]
    Unreachable,
}

/// How closely the file is looked at before it is used.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Check {
    /// Its header and version; what a short command needs.
    Quick,
    /// Every page; what a service that will write for weeks wants to know first.
    EveryPage,
}

/// A handle on the database, cheap to clone. The last one to go waits for the writes that are under way.
#[derive(Clone)]
pub(crate) struct Store(Arc<Inner>);

struct Inner {
    writer: Writer,
    readers: Mutex<Vec<Connection>>,
    path: PathBuf,
}

impl Store {
    /// Opens the database in `directory`, making both if they are not there yet.
    pub(crate) fn open(directory: &Path, check: Check) -> Result<Self, StoreError> {
        let in_directory = |why| StoreError::Directory { path: directory.to_owned(), why };
        DirBuilder::new().recursive(true).mode(0o700).create(directory).map_err(in_directory)?;
        let path = directory.join(FILE_NAME);
        match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => schema::inspect(&path, check)?,
            Err(error) => return Err(in_directory(error)),
            // SQLite gives its side files the mode of this one, so it is made before SQLite sees it.
            Ok(_empty) => {}
        }
        let mut connection = Connection::open_with_flags(&path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        connection.busy_timeout(BUSY)?;
        connection.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -32000;",
        )?;
        schema::migrate(&mut connection)?;
        connection.set_prepared_statement_cache_capacity(64);
        Ok(Self(Arc::new(Inner { writer: Writer::start(connection), readers: Mutex::new(Vec::new()), path })))
    }

    /// Runs a query on this thread.
    pub(crate) fn read_here<T>(
        &self,
        query: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        let waiting = self.0.readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = waiting.map_or_else(|| self.another_reader(), Ok)?;
        let answer = query(&connection);
        self.0.readers.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        Ok(answer?)
    }

    /// Runs a query on a thread that may block.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        query: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let store = self.clone();
        tokio::task::spawn_blocking(move || store.read_here(query))
            .await
            .unwrap_or(Err(StoreError::Unreachable))
    }

    /// Hands a change to the writer; done when it is committed.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        change: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (tell, outcome) = oneshot::channel();
        // A caller that went away has nothing left to hear.
        self.0.writer.submit(change, move |result| drop(tell.send(result)));
        outcome.await.unwrap_or(Err(StoreError::Unreachable))
    }

    /// Like `write`, for a caller that may block, be it on a runtime's thread or not.
    pub(crate) fn write_here<T: Send + 'static>(
        &self,
        change: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (tell, outcome) = mpsc::channel();
        self.0.writer.submit(change, move |result| drop(tell.send(result)));
        outcome.recv().unwrap_or(Err(StoreError::Unreachable))
    }

    /// Hands over a change that nobody waits for. Every later change comes after it.
    pub(crate) fn write_later(
        &self,
        change: impl FnOnce(&Connection) -> rusqlite::Result<()> + Send + 'static,
    ) {
        self.0.writer.submit(change, drop);
    }

    fn another_reader(&self) -> Result<Connection, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.0.path, flags)?;
        connection.busy_timeout(BUSY)?;
        connection.execute_batch("PRAGMA cache_size = -16000;")?;
        connection.set_prepared_statement_cache_capacity(64);
        Ok(connection)
    }
}

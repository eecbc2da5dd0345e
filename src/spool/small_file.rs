//! Small JSON files that are read whole and replaced whole: ledger, retry, tombstone. What a newer version put into one is
//! written back.

use std::io::Write as _;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::append::read_to_end;
use crate::fault;
use crate::sys::{Access, Dir, Refused};

/// The members of such a file that this version does not know.
pub type Rest = serde_json::Map<String, serde_json::Value>;

const LIMIT_BYTES: u64 = 256 * 1024;

/// Whether a file must be on the disk before the next step is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Durability {
    /// The kernel may write it back when it likes.
    Lazy,
    /// After a power cut it is the old one or the new one, never an empty one.
    Whole,
    /// It is on the disk when this returns.
    Synced,
}

/// What the file says; `None` when it is not there or says nothing we understand.
pub(super) fn read<T: DeserializeOwned>(dir: &Dir, name: &str) -> Option<T> {
    let opened = dir.open_file(name, Access::Read).ok()?;
    serde_json::from_slice(&read_to_end(&opened.file, LIMIT_BYTES).ok()?).ok()
}

/// Replaces the file at one blow.
pub(super) fn write<T: Serialize>(
    dir: &Dir,
    name: &str,
    value: &T,
    durability: Durability,
) -> Result<(), Refused> {
    let temporary = format!("tmp-{name}-{}", std::process::id());
    let mut bytes = serde_json::to_vec(value).map_err(std::io::Error::from)?;
    bytes.push(b'\n');
    // A leftover of a process that had our number.
    dir.unlink(&temporary)?;
    let mut file = dir.open_file(&temporary, Access::CreateNew)?.file;
    let written = file.write_all(&bytes).and_then(|()| match durability {
        Durability::Lazy => Ok(()),
        Durability::Whole | Durability::Synced => file.sync_data(),
    });
    fault::point!("replace.written", name);
    if let Err(error) = written.and_then(|()| dir.rename(&temporary, name)) {
        // The sentence is about the write; a leftover is swept later.
        drop(dir.unlink(&temporary));
        return Err(error.into());
    }
    fault::point!("replace.renamed", name);
    if durability == Durability::Synced {
        dir.sync()?;
    }
    Ok(())
}

//! The note an install leaves in our state directory, one file per settings file, and an uninstall removes.

use std::io::{self, Read as _, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use super::before::Before;
use crate::sys::{Access, Dir, Refused};

const VERSION: u32 = 1;
/// Below the state directory.
const DIRECTORY: &str = "installed";
/// A file that says what stood before an install is as large as a settings file at most.
const MAX_BYTES: u64 = 16 << 20;

/// What an uninstall has to know about one settings file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Memo {
    version: u32,
    /// The file behind every symlink.
    path: PathBuf,
    /// The install created the file.
    pub(super) created_file: bool,
    /// The install created the directory the file is in.
    pub(super) created_directory: bool,
    pub(super) before: Before,
}

impl Memo {
    pub(super) fn new(path: &Path, created_file: bool, created_directory: bool, before: Before) -> Memo {
        Memo { version: VERSION, path: path.to_owned(), created_file, created_directory, before }
    }

    /// The memo about `path`. One that is lost, broken or of another version is none: the structure has to do then.
    pub(super) fn read(state: &Path, path: &Path) -> Option<Memo> {
        read(&memos(state).ok()?, &name_of(path)).filter(|memo| memo.path == path)
    }

    pub(super) fn write(&self, state: &Path) -> anyhow::Result<()> {
        let name = name_of(&self.path);
        let write = || {
            let state = Dir::open_or_make(state)?;
            state.make_below(DIRECTORY)?;
            let memos = state.open_below(DIRECTORY)?;
            let temporary = format!("tmp-{name}-{}", std::process::id());
            // A leftover of a process that had our number.
            memos.unlink(&temporary)?;
            let mut file = memos.open_file(&temporary, Access::CreateNew)?.file;
            let text = serde_json::to_vec_pretty(self).map_err(io::Error::from)?;
            let written = file.write_all(&text).and_then(|()| file.sync_data());
            if let Err(error) = written.and_then(|()| memos.rename(&temporary, &name)) {
                // The sentence is about the write; a leftover is replaced by the next run.
                drop(memos.unlink(&temporary));
                return Err(Refused::from(error));
            }
            Ok(memos.sync()?)
        };
        write().with_context(|| {
            let file = state.join(DIRECTORY).join(&name);
            format!("cannot write {}; check the directory and try again", file.display())
        })
    }

    /// Forgets about `path`, and about the directory of memos with the last one.
    pub(super) fn remove(state: &Path, path: &Path) -> anyhow::Result<()> {
        let name = name_of(path);
        // What we would not read is not asked to forget.
        let Ok(memos) = memos(state) else { return Ok(()) };
        memos.unlink(&name).with_context(|| {
            format!("cannot remove {}; remove it by hand", memos.path().join(&name).display())
        })?;
        if let Ok(state) = Dir::open(state) {
            // It fails while other memos are in it, as it should.
            drop(state.unlink_dir(DIRECTORY));
        }
        Ok(())
    }
}

/// The settings files an install went into and no uninstall came back to, as far as we know.
pub fn known(state: &Path) -> Vec<PathBuf> {
    let Ok(memos) = memos(state) else { return Vec::new() };
    let names = memos.names().unwrap_or_default();
    let mut paths: Vec<PathBuf> =
        names.iter().filter_map(|name| read(&memos, name)).map(|memo| memo.path).collect();
    paths.sort();
    paths
}

fn memos(state: &Path) -> Result<Dir, Refused> {
    Dir::open(state)?.open_below(DIRECTORY)
}

fn read(memos: &Dir, name: &str) -> Option<Memo> {
    let opened = memos.open_file(name, Access::Read).ok()?;
    let mut text = Vec::new();
    opened.file.take(MAX_BYTES).read_to_end(&mut text).ok()?;
    let memo: Memo = serde_json::from_slice(&text).ok()?;
    (memo.version == VERSION).then_some(memo)
}

fn name_of(path: &Path) -> String {
    format!("{:016x}.json", fnv1a(path.as_os_str().as_bytes()))
}

/// FNV-1a: a name for a path. The memo names the path itself, so a collision costs the memo and nothing else.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

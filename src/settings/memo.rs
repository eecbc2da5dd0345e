//! The note an install leaves in our state directory, one file per settings file, and an uninstall removes.

use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use super::before::Before;
use super::file::write_private;

const VERSION: u32 = 1;

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
        read_file(&file_of(state, path)).filter(|memo| memo.path == path)
    }

    pub(super) fn write(&self, state: &Path) -> anyhow::Result<()> {
        let file = file_of(state, &self.path);
        let context = || format!("cannot write {}; check the directory and try again", file.display());
        let directory = directory_of(state);
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&directory).with_context(context)?;
        let text = serde_json::to_string_pretty(self).with_context(context)?;
        write_private(&file, &(text + "\n")).with_context(context)
    }

    /// Forgets about `path`, and about the directory of memos with the last one.
    pub(super) fn remove(state: &Path, path: &Path) -> anyhow::Result<()> {
        let file = file_of(state, path);
        match fs::remove_file(&file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(error).with_context(|| format!("cannot remove {}; remove it by hand", file.display()))
            }
            _ => {
                // It fails while other memos are in it, as it should.
                fs::remove_dir(directory_of(state)).ok();
                Ok(())
            }
        }
    }
}

/// The settings files an install went into and no uninstall came back to, as far as we know.
pub fn known(state: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(directory_of(state)) else { return Vec::new() };
    let mut paths: Vec<PathBuf> =
        entries.flatten().filter_map(|entry| read_file(&entry.path())).map(|memo| memo.path).collect();
    paths.sort();
    paths
}

fn read_file(file: &Path) -> Option<Memo> {
    let memo: Memo = serde_json::from_str(&fs::read_to_string(file).ok()?).ok()?;
    (memo.version == VERSION).then_some(memo)
}

fn directory_of(state: &Path) -> PathBuf {
    state.join("installed")
}

fn file_of(state: &Path, path: &Path) -> PathBuf {
    directory_of(state).join(format!("{:016x}.json", fnv1a(path.as_os_str().as_bytes())))
}

/// FNV-1a: a name for a path. The memo names the path itself, so a collision costs the memo and nothing else.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

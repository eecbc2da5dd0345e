//! A settings file on disk: read once, replaced in one step, and only if nobody changed it in between.
//!
//! A symlink is followed and its target replaced, so that a dotfiles repository keeps its file. The new text goes to a
//! file beside the target, with the old mode and owner, and is renamed over it: a crash leaves the old or the new text.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _, fchown};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use crate::sys::{self, Refused, Trust};

/// Larger than any settings file by far; what is larger is something else.
const MAX_BYTES: usize = 16 << 20;

/// A settings file as it was when it was read.
#[derive(Debug)]
pub(super) struct Snapshot {
    /// Where the text really lives: behind every symlink.
    pub(super) target: PathBuf,
    /// Absent when there is no file yet.
    pub(super) text: Option<String>,
    was: Option<Was>,
}

/// What a replacement has to keep.
#[derive(Debug, Clone, Copy)]
struct Was {
    mode: u32,
    uid: u32,
    gid: u32,
    links: u64,
}

impl Snapshot {
    /// Reads the file at `path`; one that is not there is no error.
    pub(super) fn read(path: &Path) -> anyhow::Result<Snapshot> {
        let shown = path.display();
        let target = match fs::canonicalize(path) {
            Ok(target) => target,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                if fs::symlink_metadata(path).is_ok() {
                    bail!(
                        "cannot read {shown}: it is a symlink to nothing; create its target or remove the link"
                    )
                }
                return Ok(Snapshot { target: beside_link(path)?, text: None, was: None });
            }
            Err(error) => return Err(error).with_context(|| format!("cannot read {shown}")),
        };
        let meta = fs::metadata(&target).with_context(|| format!("cannot read {shown}"))?;
        if !meta.is_file() {
            bail!("cannot read {shown}: it is not a file; move it away and try again")
        }
        if meta.len() > MAX_BYTES as u64 {
            bail!("cannot read {shown}: {} bytes are too many for settings; check the file", meta.len())
        }
        let bytes = bytes_of(&target).with_context(|| format!("cannot read {shown}"))?;
        let text = match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let good = error.as_bytes().iter().take(error.utf8_error().valid_up_to());
                let line = good.filter(|byte| **byte == b'\n').count() + 1;
                bail!("cannot read {shown}: line {line}: not utf-8; save the file as utf-8 and try again")
            }
        };
        let was = Was { mode: meta.mode() & 0o7777, uid: meta.uid(), gid: meta.gid(), links: meta.nlink() };
        Ok(Snapshot { target, text: Some(text), was: Some(was) })
    }

    /// The text, empty when there is no file.
    pub(super) fn text(&self) -> &str {
        self.text.as_deref().unwrap_or_default()
    }

    /// Other names of the same file, which keep the old text.
    pub(super) fn other_links(&self) -> u64 {
        self.was.map_or(0, |was| was.links.saturating_sub(1))
    }

    /// Writes `text` beside the file, with everything that can be refused looked at.
    pub(super) fn draft(&self, text: &str) -> anyhow::Result<Draft> {
        let shown = self.target.display();
        if self.was.is_some_and(|was| was.mode & 0o222 == 0) {
            bail!("cannot write {shown}: the file is read-only; make it writable and try again")
        }
        let draft = Draft::beside(&self.target)
            .and_then(|mut draft| {
                draft.fill(text, self.was)?;
                Ok(draft)
            })
            .with_context(|| format!("cannot write beside {shown}; check the directory and try again"))?;
        self.unchanged()?;
        Ok(draft)
    }

    /// Replaces the file by the draft, or creates the file for its owner alone.
    pub(super) fn replace(&self, draft: Draft) -> anyhow::Result<()> {
        self.unchanged()?;
        draft.publish(&self.target).with_context(|| {
            format!("cannot replace {}; check the directory and try again", self.target.display())
        })
    }

    /// Removes a file that an install created.
    pub(super) fn delete(&self) -> anyhow::Result<()> {
        self.unchanged()?;
        fs::remove_file(&self.target)
            .and_then(|()| sync_directory(&self.target))
            .with_context(|| format!("cannot remove {}; remove it by hand", self.target.display()))
    }

    /// Refuses when somebody wrote to the file after it was read.
    fn unchanged(&self) -> anyhow::Result<()> {
        let now = match bytes_of(&self.target) {
            Ok(bytes) => Some(bytes),
            Err(refused) if refused.is_not_found() => None,
            Err(refused) => {
                return Err(refused).with_context(|| format!("cannot read {}", self.target.display()));
            }
        };
        if now.as_deref() != self.text.as_ref().map(String::as_bytes) {
            bail!("cannot write {}: it was changed meanwhile; run the command again", self.target.display())
        }
        Ok(())
    }
}

/// Writes a file of ours, readable by its owner alone, in one step; a symlink in its place is replaced, not followed.
pub(super) fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut draft = Draft::beside(path)?;
    draft.fill(text, None)?;
    draft.publish(path)
}

/// The path itself, behind the symlinks of its directory.
fn beside_link(path: &Path) -> anyhow::Result<PathBuf> {
    let name =
        path.file_name().with_context(|| format!("cannot read {}: it is no file name", path.display()))?;
    match path.parent().map(fs::canonicalize) {
        Some(Ok(parent)) => Ok(parent.join(name)),
        // The directory is not there either; a dry run says what it would do without it.
        _ => Ok(path.to_owned()),
    }
}

/// What a file of Claude Code's holds. Something else in its place is not waited for, and not read without end: a project
/// brings files of these names along.
pub(super) fn bytes_of(path: &Path) -> Result<Vec<u8>, Refused> {
    sys::read_file(path, MAX_BYTES, Trust::Anyone)
}

fn sync_directory(of: &Path) -> io::Result<()> {
    of.parent().map_or(Ok(()), |parent| File::open(parent)?.sync_all())
}

/// A file not yet under its name; dropped without `publish`, it leaves nothing behind.
#[derive(Debug)]
pub(super) struct Draft {
    path: PathBuf,
    file: File,
    published: bool,
}

impl Draft {
    fn beside(target: &Path) -> io::Result<Draft> {
        let name = target.file_name().unwrap_or_default().to_string_lossy();
        let path = target.with_file_name(format!(".{name}.engram-{}", std::process::id()));
        let open = || OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
        let file = match open() {
            // Left by a process of the same id that was killed; the lock says that none is at work now.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                fs::remove_file(&path)?;
                open()?
            }
            other => other?,
        };
        Ok(Draft { path, file, published: false })
    }

    fn fill(&mut self, text: &str, was: Option<Was>) -> io::Result<()> {
        self.file.write_all(text.as_bytes())?;
        if let Some(was) = was {
            let now = self.file.metadata()?;
            if (now.uid(), now.gid()) != (was.uid, was.gid) {
                fchown(&self.file, Some(was.uid), Some(was.gid))?;
            }
            // After the owner, because changing that clears bits of the mode.
            self.file.set_permissions(fs::Permissions::from_mode(was.mode))?;
        }
        self.file.sync_all()
    }

    fn publish(mut self, target: &Path) -> io::Result<()> {
        fs::rename(&self.path, target)?;
        self.published = true;
        sync_directory(target)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.published && fs::remove_file(&self.path).is_err() {
            // The failure that brought us here is the one to report; a stale draft is replaced by the next run.
        }
    }
}

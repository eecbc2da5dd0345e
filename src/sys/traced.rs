//! For tests: what is done to files is written down in order, and can be made to fail, so that crashes, power cuts and full
//! disks can be played by `spool::tests`. The program itself uses `std::fs::File`.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;

/// Names a file through all its names.
pub type Id = usize;

/// One thing that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// A directory was made.
    Made(PathBuf),
    /// A file was made, empty.
    Created(PathBuf, Id),
    /// Bytes were written at an offset.
    Wrote(Id, u64, Vec<u8>),
    /// A file was cut to a length.
    Cut(Id, u64),
    /// What was written to a file so far is on the disk.
    Synced(Id),
    /// A file has another name.
    Renamed(PathBuf, PathBuf),
    /// A name is gone.
    Unlinked(PathBuf),
    /// Nothing: what stands where a test took something out.
    Nothing,
    /// The names in a directory are on the disk.
    SyncedNames(PathBuf),
}

#[derive(Default)]
struct Trace {
    effects: Vec<Effect>,
    /// By device and inode.
    ids: BTreeMap<(u64, u64), Id>,
    next: Id,
}

thread_local! {
    static TRACE: RefCell<Option<Trace>> = const { RefCell::new(None) };
    static FAULT: RefCell<Option<Fault>> = const { RefCell::new(None) };
}

/// A disk that takes no more.
#[derive(Debug, Clone, Copy)]
pub struct Fault {
    /// So many bytes are still taken.
    pub room: usize,
    /// Whether a file can be cut.
    pub cuts: bool,
}

/// Begins to write down what this thread does.
pub fn start() {
    TRACE.set(Some(Trace::default()));
}

/// The same, below a directory that is on the disk already, as everything in it is.
pub fn start_on(root: &Path) -> io::Result<()> {
    start();
    let mut directories = vec![root.to_owned()];
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(&directory)? {
            let path = entry?.path();
            if path.is_dir() {
                made(&path);
                directories.push(path);
            } else {
                let (file, bytes) = (File(std::fs::File::open(&path)?), std::fs::read(&path)?);
                opened(&file, &path);
                file.note(|id| Effect::Wrote(id, 0, bytes));
                file.note(Effect::Synced);
            }
        }
        synced(&directory);
    }
    Ok(())
}

/// How much was written down so far.
pub fn len() -> usize {
    TRACE.with_borrow(|trace| trace.as_ref().map_or(0, |trace| trace.effects.len()))
}

/// Ends it; answers what was written down.
pub fn take() -> Vec<Effect> {
    TRACE.take().map(|trace| trace.effects).unwrap_or_default()
}

/// Makes this thread's writes fail, or no longer.
pub fn set_fault(fault: Option<Fault>) {
    FAULT.set(fault);
}

fn note(effect: impl FnOnce(&mut Trace) -> Option<Effect>) {
    TRACE.with_borrow_mut(|trace| {
        if let Some(trace) = trace {
            let effect = effect(trace);
            trace.effects.extend(effect);
        }
    });
}

pub(super) fn made(path: &Path) {
    note(|_| Some(Effect::Made(path.to_owned())));
}

pub(super) fn opened(file: impl AsFd, path: &Path) {
    let Some(inode) = super::identity(file) else { return };
    note(|trace| {
        // One that is empty and not known by this inode was made just now; the number may have been another file's before.
        if trace.ids.contains_key(&inode) {
            return None;
        }
        trace.next += 1;
        trace.ids.insert(inode, trace.next);
        Some(Effect::Created(path.to_owned(), trace.next))
    });
}

pub(super) fn renamed(from: &Path, to: &Path, replaced: Option<(u64, u64)>) {
    note(|trace| {
        replaced.map(|inode| trace.ids.remove(&inode));
        Some(Effect::Renamed(from.to_owned(), to.to_owned()))
    });
}

pub(super) fn unlinked(path: &Path, inode: Option<(u64, u64)>) {
    note(|trace| {
        inode.map(|inode| trace.ids.remove(&inode));
        Some(Effect::Unlinked(path.to_owned()))
    });
}

pub(super) fn synced(directory: &Path) {
    note(|_| Some(Effect::SyncedNames(directory.to_owned())));
}

/// An open file.
#[derive(Debug)]
pub struct File(std::fs::File);

impl File {
    fn note(&self, effect: impl FnOnce(Id) -> Effect) {
        let Some(inode) = super::identity(self) else { return };
        note(|trace| trace.ids.get(&inode).copied().map(effect));
    }

    /// As in `std`; while it is written down, nothing waits for a disk.
    pub fn sync_data(&self) -> io::Result<()> {
        self.note(Effect::Synced);
        if TRACE.with_borrow(Option::is_some) { Ok(()) } else { self.0.sync_data() }
    }

    /// As in `std`.
    pub fn set_len(&self, len: u64) -> io::Result<()> {
        if FAULT.with_borrow(|fault| fault.is_some_and(|fault| !fault.cuts)) {
            return Err(io::ErrorKind::QuotaExceeded.into());
        }
        self.0.set_len(len)?;
        self.note(|id| Effect::Cut(id, len));
        Ok(())
    }
}

impl FileExt for File {
    fn read_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<usize> {
        self.0.read_at(bytes, offset)
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<usize> {
        let written = self.0.write_at(bytes, offset)?;
        self.note(|id| Effect::Wrote(id, offset, bytes.iter().copied().take(written).collect()));
        Ok(written)
    }
}

impl Write for &File {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = FAULT.with_borrow_mut(|fault| match fault {
            Some(fault) => {
                let room = fault.room.min(bytes.len());
                fault.room -= room;
                room
            }
            None => bytes.len(),
        });
        let Some(taken) = bytes.get(..room).filter(|taken| taken.len() == bytes.len() || !taken.is_empty())
        else {
            return Err(io::ErrorKind::StorageFull.into());
        };
        let written = (&self.0).write(taken)?;
        // Also with `O_APPEND`, the position is behind what was written.
        let offset = (&self.0).stream_position()? - written as u64;
        let taken = taken.get(..written).unwrap_or(taken).to_vec();
        self.note(|id| Effect::Wrote(id, offset, taken));
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Write for File {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        (&*self).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Read for &File {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        (&self.0).read(bytes)
    }
}

impl Seek for &File {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        (&self.0).seek(to)
    }
}

impl Read for File {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.0.read(bytes)
    }
}

impl Seek for File {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.0.seek(to)
    }
}

impl std::ops::Deref for File {
    type Target = std::fs::File;

    fn deref(&self) -> &std::fs::File {
        &self.0
    }
}

impl AsFd for File {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

impl AsRawFd for File {
    fn as_raw_fd(&self) -> RawFd {
        self.0.as_raw_fd()
    }
}

impl From<OwnedFd> for File {
    fn from(fd: OwnedFd) -> Self {
        Self(fd.into())
    }
}

impl From<File> for Stdio {
    fn from(file: File) -> Self {
        file.0.into()
    }
}

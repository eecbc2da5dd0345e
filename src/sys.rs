//! What we ask of the operating system beyond `std`: directories and files that cannot be swapped under us, waiting on
//! stdin, signals. The only room that uses `rustix` and `libc`, and the only one with `unsafe` in it.
//!
//! Every file is opened relative to a directory that was checked, without following links, without blocking on a FIFO,
//! and is used only when it is a regular file of ours with one name. Nothing here is retried or explained: a refusal is a
//! value that the caller turns into a note or a sentence.

use std::ffi::{CStr, CString, OsStr, OsString, c_char, c_int};
use std::io;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Duration;

use rustix::fs::{AtFlags, FileType, Mode, OFlags, Stat};
use rustix::io::Errno;

#[cfg(test)]
pub mod traced;

/// A file of ours. In tests it writes down what is done to it, so that a power cut can be played.
#[cfg(not(test))]
pub use std::fs::File;
#[cfg(test)]
pub use traced::File;

const NOT_A_DIRECTORY: &str = "not a directory";

/// Why a file or directory is not used.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// Something else stands where a regular file or a directory of ours should be.
    #[error("it is {0}; move it away")]
    Shape(&'static str),
    /// It belongs to another user, or others may write to it.
    #[error("{0}")]
    Ownership(&'static str),
    /// The operating system said no.
    #[error(transparent)]
    Os(io::Error),
}

impl Refused {
    /// Whether something in the path is a file where a directory should be.
    pub fn is_below_a_file(&self) -> bool {
        matches!(self, Self::Shape(NOT_A_DIRECTORY))
    }

    /// Whether it is only that nothing is there.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Os(error) if error.kind() == io::ErrorKind::NotFound)
    }
}

impl From<io::Error> for Refused {
    fn from(error: io::Error) -> Self {
        Self::Os(error)
    }
}

impl From<Errno> for Refused {
    fn from(errno: Errno) -> Self {
        match errno {
            Errno::LOOP => Self::Shape("a symbolic link"),
            Errno::NOTDIR => Self::Shape(NOT_A_DIRECTORY),
            Errno::ISDIR => Self::Shape("a directory"),
            Errno::NXIO => Self::Shape("a FIFO or a socket"),
            other => Self::Os(other.into()),
        }
    }
}

/// How a file is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// It must be there.
    Read,
    /// It must be there; bytes in place are changed.
    ReadWrite,
    /// It is made when it is not there; bytes in place are changed.
    ReadWriteCreate,
    /// It is made when it is not there; writes go to its end.
    Append,
    /// It must not be there.
    CreateNew,
}

impl Access {
    fn flags(self) -> OFlags {
        let flags = OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
        flags
            | match self {
                Self::Read => OFlags::RDONLY,
                Self::ReadWrite => OFlags::RDWR,
                Self::ReadWriteCreate => OFlags::RDWR | OFlags::CREATE,
                Self::Append => OFlags::RDWR | OFlags::CREATE | OFlags::APPEND,
                Self::CreateNew => OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL,
            }
    }
}

/// A directory of ours, held open so that its path cannot be swapped during the run.
#[derive(Debug)]
pub struct Dir {
    fd: OwnedFd,
    path: PathBuf,
}

/// A file of ours and how long it was when it was opened.
#[derive(Debug)]
pub struct Opened {
    /// The open file.
    pub file: File,
    /// Its length in bytes.
    pub len: u64,
}

const DIRECTORY_FLAGS: OFlags =
    OFlags::DIRECTORY.union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC).union(OFlags::RDONLY);

impl Dir {
    /// Opens a directory that exists and is ours alone to write to.
    pub fn open(path: &Path) -> Result<Self, Refused> {
        let fd = rustix::fs::open(path, DIRECTORY_FLAGS, Mode::empty()).map_err(|errno| {
            // Linux calls a link "not a directory" when both flags are given.
            match rustix::fs::lstat(path) {
                Ok(stat) if FileType::from_raw_mode(stat.st_mode) == FileType::Symlink => Errno::LOOP,
                _ => errno,
            }
        })?;
        Self::checked(fd, path.to_path_buf())
    }

    /// Opens a directory, making it (0700) and its parents when they are not there.
    pub fn open_or_make(path: &Path) -> Result<Self, Refused> {
        match Self::open(path) {
            Err(refused) if refused.is_not_found() => {
                use std::os::unix::fs::DirBuilderExt as _;
                std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path)?;
                #[cfg(test)]
                traced::made(path);
                Self::open(path)
            }
            opened => opened,
        }
    }

    /// Opens a directory below this one, one or more names away; no link on the way is followed.
    pub fn open_below(&self, below: &str) -> Result<Self, Refused> {
        Self::checked(open_way(&self.fd, below)?, self.path.join(below))
    }

    /// Makes a directory below this one; one that is there already is fine.
    pub fn make_below(&self, name: &str) -> Result<(), Refused> {
        match rustix::fs::mkdirat(&self.fd, name, Mode::RWXU) {
            Ok(()) => {
                #[cfg(test)]
                traced::made(&self.path.join(name));
                Ok(())
            }
            Err(Errno::EXIST) => Ok(()),
            Err(errno) => Err(errno.into()),
        }
    }

    fn checked(fd: OwnedFd, path: PathBuf) -> Result<Self, Refused> {
        let stat = rustix::fs::fstat(&fd)?;
        check_owner(&stat)?;
        Ok(Self { fd, path })
    }

    /// The path it was opened by, for sentences.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Opens a regular file of ours in this directory; files that are made are 0600.
    pub fn open_file(&self, name: &str, access: Access) -> Result<Opened, Refused> {
        let fd = rustix::fs::openat(&self.fd, name, access.flags(), Mode::RUSR | Mode::WUSR)?;
        let stat = rustix::fs::fstat(&fd)?;
        check_file(&stat)?;
        #[cfg(test)]
        traced::opened(&fd, &self.path.join(name));
        Ok(Opened { file: fd.into(), len: u64::try_from(stat.st_size).unwrap_or(0) })
    }

    /// Whether there is anything of that name, whatever it is.
    pub fn holds(&self, name: &str) -> bool {
        rustix::fs::statat(&self.fd, name, AtFlags::SYMLINK_NOFOLLOW).is_ok()
    }

    /// The length of a file and when it last changed, in nanoseconds since 1970; `None` when it is not there.
    pub fn stat(&self, name: &str) -> Option<(u64, u64)> {
        let stat = rustix::fs::statat(&self.fd, name, AtFlags::SYMLINK_NOFOLLOW).ok()?;
        let seconds = u64::try_from(stat.st_mtime).unwrap_or(0);
        #[expect(clippy::useless_conversion, reason = "its type differs by platform")]
        let nanoseconds = u64::try_from(stat.st_mtime_nsec).unwrap_or(0);
        let length = u64::try_from(stat.st_size).unwrap_or(0);
        Some((length, seconds.saturating_mul(1_000_000_000).saturating_add(nanoseconds)))
    }

    /// Which file a name stands for: device and inode.
    pub fn stat_identity(&self, name: &str) -> Option<(u64, u64)> {
        rustix::fs::statat(&self.fd, name, AtFlags::SYMLINK_NOFOLLOW).ok().as_ref().map(device_and_inode)
    }

    /// Gives a file another name in this directory, taking the place of one that has it.
    pub fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        #[cfg(test)]
        let replaced = self.stat_identity(to);
        rustix::fs::renameat(&self.fd, from, &self.fd, to)?;
        #[cfg(test)]
        traced::renamed(&self.path.join(from), &self.path.join(to), replaced);
        Ok(())
    }

    /// Takes a file away; one that is not there is fine.
    pub fn unlink(&self, name: &str) -> io::Result<()> {
        #[cfg(test)]
        let inode = self.stat_identity(name);
        match rustix::fs::unlinkat(&self.fd, name, AtFlags::empty()) {
            Ok(()) => {
                #[cfg(test)]
                traced::unlinked(&self.path.join(name), inode);
                Ok(())
            }
            Err(Errno::NOENT) => Ok(()),
            Err(errno) => Err(errno.into()),
        }
    }

    /// Takes an empty directory away.
    pub fn unlink_dir(&self, name: &str) -> io::Result<()> {
        Ok(rustix::fs::unlinkat(&self.fd, name, AtFlags::REMOVEDIR)?)
    }

    /// The names in this directory that are UTF-8, but `.` and `..`; in no order.
    pub fn names(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        // It opens the directory anew: a handle has one place in it, and others may read by ours.
        for entry in rustix::fs::Dir::read_from(&self.fd)? {
            match entry?.file_name().to_str() {
                Ok("." | "..") | Err(_) => {}
                Ok(name) => names.push(name.to_owned()),
            }
        }
        Ok(names)
    }

    /// Makes renames and unlinks in this directory survive a power loss.
    pub fn sync(&self) -> io::Result<()> {
        self.sync_with_those_above(0)
    }

    /// The same for this directory and so many above it: a name is found only when the names on the way to it are.
    pub fn sync_with_those_above(&self, levels: usize) -> io::Result<()> {
        rustix::fs::fsync(&self.fd)?;
        for level in 1..=levels {
            // By way of what is open: the path may lead elsewhere by now.
            let above = rustix::fs::openat(&self.fd, "../".repeat(level), DIRECTORY_FLAGS, Mode::empty())?;
            rustix::fs::fsync(above)?;
        }
        #[cfg(test)]
        self.path.ancestors().take(levels + 1).for_each(traced::synced);
        Ok(())
    }
}

/// Opens a directory by its names below another one; of no name a link is followed, which one system call does here.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn open_way(from: &OwnedFd, below: &str) -> Result<OwnedFd, Errno> {
    use rustix::fs::ResolveFlags;
    match rustix::fs::openat2(from, below, DIRECTORY_FLAGS, Mode::empty(), ResolveFlags::NO_SYMLINKS) {
        // A kernel before 5.6, or a sandbox that knows the call no better.
        Err(Errno::NOSYS | Errno::PERM) => open_way_by_steps(from, below),
        opened => opened,
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
use open_way_by_steps as open_way;

#[cfg_attr(any(target_os = "linux", target_os = "android"), cold)]
fn open_way_by_steps(from: &OwnedFd, below: &str) -> Result<OwnedFd, Errno> {
    let mut names = below.split('/');
    let first = names.next().unwrap_or_default();
    let mut fd = rustix::fs::openat(from, first, DIRECTORY_FLAGS, Mode::empty())?;
    for name in names {
        fd = rustix::fs::openat(&fd, name, DIRECTORY_FLAGS, Mode::empty())?;
    }
    Ok(fd)
}

/// Which file this is: device and inode.
pub fn identity(file: impl AsFd) -> Option<(u64, u64)> {
    rustix::fs::fstat(file).ok().as_ref().map(device_and_inode)
}

#[expect(clippy::unnecessary_cast, reason = "the widths differ by platform")]
fn device_and_inode(stat: &Stat) -> (u64, u64) {
    (stat.st_dev as u64, stat.st_ino as u64)
}

/// Who we are; asked once.
static USER: LazyLock<u32> = LazyLock::new(|| rustix::process::geteuid().as_raw());

fn check_owner(stat: &Stat) -> Result<(), Refused> {
    if stat.st_uid != *USER {
        return Err(Refused::Ownership(
            "it belongs to another user; take it over with `chown`, or move it away",
        ));
    }
    check_writers(stat)
}

fn check_writers(stat: &Stat) -> Result<(), Refused> {
    if Mode::from_raw_mode(stat.st_mode).intersects(Mode::WGRP | Mode::WOTH) {
        return Err(Refused::Ownership("others may write to it; take that away with `chmod go-w`"));
    }
    Ok(())
}

fn check_file(stat: &Stat) -> Result<(), Refused> {
    match FileType::from_raw_mode(stat.st_mode) {
        FileType::RegularFile => {}
        FileType::Directory => return Err(Refused::Shape("a directory")),
        FileType::Fifo => return Err(Refused::Shape("a FIFO")),
        FileType::Socket => return Err(Refused::Shape("a socket")),
        _ => return Err(Refused::Shape("a device")),
    }
    if stat.st_nlink > 1 {
        return Err(Refused::Shape("a hard link to another file"));
    }
    check_owner(stat)
}

/// Who may own a file that is only read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// Any regular file: what it says is not believed further than its own project (`.git/config`).
    Anyone,
    /// Ours or the system's, and not writable by others: certificates.
    OwnerOrSystem,
    /// Ours, and not writable by others: settings.
    Owner,
    /// Ours, and not even readable by others: the key.
    OwnerOnly,
}

/// Reads a regular file of at most `limit` bytes, without waiting on a FIFO or a device. Links in its path are followed:
/// people keep their settings in a dotfiles repository.
pub fn read_file(path: &Path, limit: usize, trust: Trust) -> Result<Vec<u8>, Refused> {
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
    let fd = rustix::fs::open(path, flags, Mode::empty())?;
    let stat = rustix::fs::fstat(&fd)?;
    match FileType::from_raw_mode(stat.st_mode) {
        FileType::RegularFile => {}
        FileType::Directory => return Err(Refused::Shape("a directory")),
        _ => return Err(Refused::Shape("not a regular file")),
    }
    match trust {
        Trust::Anyone => {}
        Trust::OwnerOrSystem if stat.st_uid == 0 => check_writers(&stat)?,
        Trust::OwnerOrSystem | Trust::Owner | Trust::OwnerOnly => check_owner(&stat)?,
    }
    if trust == Trust::OwnerOnly && Mode::from_raw_mode(stat.st_mode).intersects(Mode::RWXG | Mode::RWXO) {
        return Err(Refused::Ownership("others may read it; `chmod 600` it"));
    }
    let length = usize::try_from(stat.st_size).unwrap_or(usize::MAX);
    if length > limit {
        return Err(Refused::Shape("larger than we read"));
    }
    let mut bytes = Vec::with_capacity(length);
    io::Read::read_to_end(&mut io::Read::take(std::fs::File::from(fd), limit as u64), &mut bytes)?;
    Ok(bytes)
}

/// Opens a directory, whosever it is, without waiting on a FIFO in its place. Links are followed.
pub fn open_directory(path: &Path) -> io::Result<std::fs::File> {
    let flags = OFlags::DIRECTORY | OFlags::CLOEXEC | OFlags::RDONLY;
    Ok(rustix::fs::open(path, flags, Mode::empty())?.into())
}

/// Opens a regular file of ours for reading, `below` a directory: from there on, no link is followed, and everything on the
/// way is ours.
pub fn open_below(root: &Path, below: &str) -> Result<Opened, Refused> {
    let (directories, name) = below.rsplit_once('/').unwrap_or(("", below));
    let flags = OFlags::DIRECTORY | OFlags::CLOEXEC | OFlags::RDONLY;
    let mut fd = rustix::fs::open(root, flags, Mode::empty())?;
    for part in directories.split('/').filter(|part| !part.is_empty()) {
        fd = rustix::fs::openat(&fd, part, DIRECTORY_FLAGS, Mode::empty())?;
        if rustix::fs::fstat(&fd)?.st_uid != *USER {
            return Err(Refused::Ownership("a directory above it belongs to another user"));
        }
    }
    let fd = rustix::fs::openat(&fd, name, Access::Read.flags(), Mode::empty())?;
    let stat = rustix::fs::fstat(&fd)?;
    check_file(&stat)?;
    Ok(Opened { file: fd.into(), len: u64::try_from(stat.st_size).unwrap_or(0) })
}

/// The home directory that the user database names for us, whatever HOME says.
pub fn home_of_user() -> Option<PathBuf> {
    const MAX_BYTES: usize = 4 * 1024 * 1024;
    let users = read_file(Path::new("/etc/passwd"), MAX_BYTES, Trust::Anyone).ok()?;
    let users = String::from_utf8_lossy(&users);
    let me = USER.to_string();
    let mine = users.lines().find(|line| line.split(':').nth(2) == Some(&me))?;
    mine.split(':').nth(5).map(PathBuf::from)
}

/// What stands at a path, links not followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// Something.
    There,
    /// Nothing.
    Absent,
}

/// Why we may not write to the directory at `path`, if we may not: above all a disk that is mounted read-only.
pub fn check_writable(path: &Path) -> io::Result<()> {
    Ok(rustix::fs::access(path, rustix::fs::Access::WRITE_OK)?)
}

/// Whether anything stands at `path`, a link that leads nowhere included; one system call.
pub fn presence(path: &Path) -> Presence {
    match rustix::fs::lstat(path) {
        Ok(_) => Presence::There,
        Err(_) => Presence::Absent,
    }
}

/// Waits until `source` can be read (or has ended), at most `limit`. False when the time is up.
pub fn wait_readable(source: impl AsFd, limit: Duration) -> io::Result<bool> {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let limit = Timespec::try_from(limit).map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))?;
    let mut fds = [PollFd::new(&source, PollFlags::IN)];
    loop {
        match poll(&mut fds, Some(&limit)) {
            Ok(ready) => return Ok(ready > 0),
            Err(Errno::INTR) => {}
            Err(errno) => return Err(errno.into()),
        }
    }
}

/// One `read` into the room a vector has left, without the buffer that `std` puts before stdin, and without zeros that are
/// overwritten at once.
pub fn read(source: impl AsFd, into: &mut Vec<u8>) -> io::Result<usize> {
    Ok(rustix::io::read(source, rustix::buffer::spare_capacity(into))?)
}

/// What `std` does before a `main` of its own: a closed pipe becomes an ordinary write error, and the descriptors 0 to 2 are
/// open, so that no file of ours gets a number that others print to.
#[expect(unsafe_code, reason = "no safe wrapper ignores a signal, or opens what nobody owns")]
pub fn begin() {
    // SAFETY: `signal` with SIG_IGN has no preconditions; a path that ends in NUL is opened to stay open.
    unsafe {
        libc::signal(libc::SIGPIPE, libc::SIG_IGN);
        for _ in 0..closed_standard_files() {
            // Takes the lowest number that is free.
            libc::open(c"/dev/null".as_ptr(), libc::O_RDWR);
        }
    }
}

/// How many of the descriptors 0 to 2 are closed: asked in one system call.
#[cfg(not(target_vendor = "apple"))]
#[expect(unsafe_code, reason = "no safe wrapper asks about a closed descriptor")]
fn closed_standard_files() -> usize {
    let mut standard = [0, 1, 2].map(|fd| libc::pollfd { fd, events: 0, revents: 0 });
    // SAFETY: `poll` is given as many entries as it is told.
    let found = unsafe { libc::poll(standard.as_mut_ptr(), 3, 0) };
    if found > 0 { standard.iter().filter(|polled| polled.revents & libc::POLLNVAL != 0).count() } else { 0 }
}

/// The same where `poll` does not say that a descriptor is closed.
#[cfg(target_vendor = "apple")]
#[expect(unsafe_code, reason = "no safe wrapper asks about a closed descriptor")]
fn closed_standard_files() -> usize {
    // SAFETY: asking for a descriptor's flags changes nothing, and one that is closed is an error.
    (0..3).filter(|fd| unsafe { libc::fcntl(*fd, libc::F_GETFD) } == -1).count()
}

/// The command line. `std` knows it only when it was started by its own `main`.
///
/// # Safety
///
/// `arguments` points to `count` pointers to strings that end in NUL and stay as they are.
#[expect(unsafe_code, reason = "the C library hands over pointers")]
pub unsafe fn arguments(count: c_int, arguments: *const *const c_char) -> impl Iterator<Item = OsString> {
    (0..usize::try_from(count).unwrap_or(0)).map(move |at| {
        // SAFETY: the caller's promise.
        let argument = unsafe { CStr::from_ptr(*arguments.add(at)) };
        OsStr::from_bytes(argument.to_bytes()).to_owned()
    })
}

/// Makes a file-size limit an ordinary write error instead of the end of the process.
#[expect(unsafe_code, reason = "no safe wrapper ignores a signal; SIG_IGN runs no code of ours")]
pub fn ignore_file_size_signal() {
    // SAFETY: `signal` with SIG_IGN has no preconditions.
    unsafe {
        libc::signal(libc::SIGXFSZ, libc::SIG_IGN);
    }
}

/// Closes every file descriptor from 3 up: what the parent left open must not be held by a flush for minutes.
///
/// To be called before anything is opened.
#[expect(unsafe_code, reason = "closing descriptors that nobody in this process owns has no safe wrapper")]
pub fn close_inherited_files() {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    // SAFETY: called first thing in `main`, when no descriptor above 2 belongs to a value of this process.
    unsafe {
        if libc::syscall(libc::SYS_close_range, 3_u32, u32::MAX, 0_u32) == 0 {
            return;
        }
    }
    // SAFETY: as above; a descriptor that is not open is an error we do not look at.
    unsafe {
        let most = libc::sysconf(libc::_SC_OPEN_MAX).clamp(0, 65_536);
        for fd in 3..i32::try_from(most).unwrap_or(1024) {
            libc::close(fd);
        }
    }
}

/// Ends this process with exit code 0 where it stands: what was to be printed is not.
#[expect(unsafe_code, reason = "no safe way ends a process without asking its parts, which want memory")]
pub fn end_unseen() -> ! {
    // SAFETY: it has no preconditions, and nothing runs after it.
    unsafe { libc::_exit(0) }
}

/// Ends this process as a kill from outside does: nothing of ours runs any more.
#[cfg(feature = "faults")]
pub(crate) fn die() -> ! {
    loop {
        // It cannot fail: the process is our own.
        rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL)
            .unwrap_or_default();
    }
}

/// Makes this process unreadable through `/proc` and without a core dump: it holds the key.
pub fn hide_process() -> io::Result<()> {
    leave_no_core()?;
    let none = rustix::process::Rlimit { current: Some(0), maximum: Some(0) };
    Ok(rustix::process::setrlimit(rustix::process::Resource::Core, none)?)
}

/// The same for a process that ends at once, in one system call. On Linux it is the one that counts: a limit on cores does
/// not stop a kernel that pipes them to a program.
pub fn leave_no_core() -> io::Result<()> {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable)?;
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    rustix::process::setrlimit(
        rustix::process::Resource::Core,
        rustix::process::Rlimit { current: Some(0), maximum: Some(0) },
    )?;
    Ok(())
}

/// The name of a file as text, when it is text.
pub fn file_name(path: &Path) -> Option<&str> {
    path.file_name().and_then(OsStr::to_str)
}

/// Starts a program in a group of its own, with `stdin`, `/dev/null` for the rest, and these variables only; and does not
/// wait until it has begun, which takes longer than a whole capture. So what keeps it from beginning is told in the child.
///
/// To be called by a process of one thread: `failed` runs between `fork` and the end of the child.
#[expect(unsafe_code, reason = "no safe way starts a program and does not wait for it to begin")]
pub fn fork_into(
    program: &CStr,
    arguments: &[&CStr],
    environment: &[CString],
    stdin: Option<&File>,
    failed: impl FnOnce(io::Error),
) -> io::Result<()> {
    let ended =
        |pointers: Vec<*const c_char>| pointers.into_iter().chain([std::ptr::null()]).collect::<Vec<_>>();
    let arguments = ended(arguments.iter().map(|argument| argument.as_ptr()).collect());
    let environment = ended(environment.iter().map(|variable| variable.as_ptr()).collect());
    // SAFETY: the strings end in NUL, the lists in a null pointer, and all of them outlive the calls. The child has this
    // thread alone, which held no lock when it forked; it ends here, in `execve` or in `_exit`, and drops nothing.
    unsafe {
        match libc::fork() {
            -1 => Err(io::Error::last_os_error()),
            0 => {
                let null = libc::open(c"/dev/null".as_ptr(), libc::O_RDWR | libc::O_CLOEXEC);
                let stdin = stdin.map_or(null, AsRawFd::as_raw_fd);
                let mut nothing = std::mem::zeroed();
                libc::sigemptyset(&raw mut nothing);
                if libc::setpgid(0, 0) == 0
                    && libc::dup2(stdin, 0) == 0
                    && libc::dup2(null, 1) == 1
                    && libc::dup2(null, 2) == 2
                    && libc::sigprocmask(libc::SIG_SETMASK, &raw const nothing, std::ptr::null_mut()) == 0
                {
                    libc::execve(program.as_ptr(), arguments.as_ptr(), environment.as_ptr());
                }
                failed(io::Error::last_os_error());
                libc::_exit(1)
            }
            child => {
                // The child does so too: whoever is first, it is done before we are gone. An error is the child's having
                // been first.
                libc::setpgid(child, child);
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_cannot_begin_is_told_of_by_the_child() {
        let directory = tempfile::tempdir().unwrap();
        let told = directory.path().join("told");
        let tell = |error: io::Error| std::fs::write(&told, error.kind().to_string()).unwrap();
        fork_into(c"/no/such/program", &[c"x"], &[], None, tell).unwrap();
        let deadline = std::time::Instant::now() + Duration::from_secs(30);
        while std::fs::read(&told).unwrap_or_default() != b"entity not found" {
            assert!(std::time::Instant::now() < deadline, "nothing was told");
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

//! The faults themselves, in a build that has them.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const FAILPOINT: &str = "ENGRAM_FAILPOINT";
const MUTANT: &str = "ENGRAM_MUTANT";
/// What a flush inherits, so that it can be told as well.
pub(crate) const VARIABLES: [&str; 2] = [FAILPOINT, MUTANT];
/// A test that forgot to let go is not waited for without end.
const LONGEST_HOLD: Duration = Duration::from_mins(1);

/// A mistake that somebody could make, and that a test must notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mutant {
    /// A flush sees an empty spool, lets `lock` go, and lets `flush.lock` go afterwards.
    LeavesLate,
    /// A flush does not look for segments of captures that could not have `lock`.
    LooksOnce,
    /// What a killed capture left is continued in the middle of its line.
    NoFence,
    /// What a failed write left stays.
    NotTakenBack,
    /// A memory counts as delivered when it is sent.
    AcceptsUnanswered,
    /// A redirect counts as an acceptance.
    AcceptsRedirects,
    /// A line that looks like a record is one, whatever its checksum says.
    BelievesLines,
    /// A revoked key erases what waits for the others too.
    ForgetsOthers,
    /// A segment goes when it was read, though something in it waits.
    UnlinksWaiting,
    /// What a capture wrote beside a spool that is adopted goes with it, unread.
    HandsOverUnread,
    /// What waits for another key is moved while a flush delivers it.
    AdoptsBesideAFlush,
    /// A capture that could not have `lock` does not look again whether the key was refused meanwhile.
    LooksBeforeOnly,
    /// A revoked key's memories go before there is anything that says so.
    ErasesFirst,
    /// The service is left alone for no longer, however often it failed.
    NeverBacksOff,
}

/// What a test ordered.
struct Order {
    what: String,
    point: String,
    file: PathBuf,
    number: Option<usize>,
}

/// Passes a failpoint; `of` is the file it is about, where one place serves several.
pub(crate) fn pass(name: &str, of: &str) {
    let Some(order) = order() else { return };
    let (place, file) = order.point.split_once(':').unwrap_or((&order.point, ""));
    if place != name || file != of {
        return;
    }
    match order.what.as_str() {
        "kill" if is_the_time(order.number) => die(&order.file),
        "hold" => hold(&order.file),
        _ => {}
    }
}

/// Writes the beginning of `bytes` and dies, when that is the order.
pub(crate) fn cut_at(name: &str, mut file: &File, bytes: &[u8]) {
    if let Some(order) = order()
        && order.what == "cut"
        && order.point == name
        && let Some(beginning) = order.number.and_then(|length| bytes.get(..length))
        && file.write_all(beginning).is_ok()
    {
        die(&order.file);
    }
}

fn die(file: &Path) -> ! {
    // A test that does not find the file fails.
    drop(File::create_new(file));
    crate::sys::die()
}

/// Whether this mistake is to be made.
pub(crate) fn is(mutant: Mutant) -> bool {
    std::env::var(MUTANT).is_ok_and(|name| name == format!("{mutant:?}"))
}

fn order() -> Option<Order> {
    let text = std::env::var(FAILPOINT).ok()?;
    let mut words = text.split(' ');
    let (what, point) = (words.next()?.to_owned(), words.next()?.to_owned());
    let (file, number) = (PathBuf::from(words.next()?), words.next().and_then(|number| number.parse().ok()));
    Some(Order { what, point, file, number })
}

fn is_the_time(number: Option<usize>) -> bool {
    static PASSED: AtomicUsize = AtomicUsize::new(0);
    PASSED.fetch_add(1, Ordering::Relaxed) + 1 == number.unwrap_or(1)
}

fn hold(file: &Path) {
    static HELD: AtomicBool = AtomicBool::new(false);
    if HELD.swap(true, Ordering::Relaxed) || File::create_new(file).is_err() {
        return;
    }
    let started = Instant::now();
    while file.exists() && started.elapsed() < LONGEST_HOLD {
        std::thread::sleep(Duration::from_millis(1));
    }
}

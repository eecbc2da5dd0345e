//! What the user was told at a session's start, and when: at most once a day for each cause. One small file in the state
//! directory, read and written under a lock on itself: sessions that start together tell it once.

use std::collections::BTreeMap;
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::time::Duration;

use super::append::read_to_end;
use crate::clock::{self, Instant};
use crate::sys::{Access, Dir, File, Refused};

const NAME: &str = "told";
const LIMIT_BYTES: u64 = 4 * 1024;
const A_DAY: Duration = Duration::from_hours(24);

/// Whether the user is to be told of this now; then it counts as told. What cannot be written down is not told: it would be
/// told at every start.
pub fn is_to_be_told(state: &Path, cause: &'static str) -> bool {
    try_to_tell(state, cause, clock::now()).unwrap_or(false)
}

fn try_to_tell(state: &Path, cause: &'static str, now: Instant) -> Result<bool, Refused> {
    let file = Dir::open_or_make(state)?.open_file(NAME, Access::ReadWriteCreate)?.file;
    if file.try_lock().is_err() {
        return Ok(false);
    }
    let is_to_be_told = tell(&file, cause, now);
    // Said aloud: a program that is being started has the file open as well, until its exec.
    file.unlock()?;
    is_to_be_told
}

fn tell(file: &File, cause: &'static str, now: Instant) -> Result<bool, Refused> {
    // What is torn or of another version counts as nothing told.
    let mut told: BTreeMap<String, Instant> =
        serde_json::from_slice(&read_to_end(file, LIMIT_BYTES)?).unwrap_or_default();
    // A clock that was set back does not make it told for longer than a day.
    let is_recent = |at: Instant| at.until(now).max(now.until(at)) < A_DAY;
    told.retain(|_, at| is_recent(*at));
    if told.contains_key(cause) {
        return Ok(false);
    }
    told.insert(cause.to_owned(), now);
    let bytes = serde_json::to_vec(&told).map_err(std::io::Error::from)?;
    file.set_len(0)?;
    file.write_all_at(&bytes, 0)?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_cause_is_told_once_a_day_whatever_the_clock_and_the_file_are_like() {
        let home = tempfile::tempdir().unwrap();
        let state = home.path().join("state");
        let at = |hours: u64| Instant::from_nanoseconds((1_000_000 + hours) * 3_600_000_000_000);
        let told = |cause, hours| try_to_tell(&state, cause, at(hours)).unwrap();
        for (cause, hours, is_told) in [
            ("key", 100, true),
            ("key", 100, false),
            ("settings", 101, true),
            ("key", 123, false),
            ("key", 124, true),
            ("key", 110, false),
            // Set back by more than a day.
            ("key", 50, true),
            ("settings", 51, true),
        ] {
            assert_eq!(told(cause, hours), is_told, "{cause} {hours}");
        }
        for torn in ["", "{\"key\":", "[]", "\0\0\0"] {
            std::fs::write(state.join(NAME), torn).unwrap();
            assert!(told("key", 60), "{torn}");
            assert!(!told("key", 60), "{torn}");
        }
        let dir = Dir::open(&state).unwrap();
        let held = dir.open_file(NAME, Access::ReadWriteCreate).unwrap().file;
        held.lock().unwrap();
        assert!(!told("key", 90), "another session is telling it");
        held.unlock().unwrap();
        assert!(told("key", 90));
    }

    #[test]
    fn what_cannot_be_written_down_is_not_told() {
        let home = tempfile::tempdir().unwrap();
        let state = home.path().join("state");
        std::fs::write(&state, "a file").unwrap();
        assert!(!is_to_be_told(&state, "key"));
        std::fs::remove_file(&state).unwrap();
        std::os::unix::fs::symlink(home.path(), &state).unwrap();
        assert!(!is_to_be_told(&state, "key"));
    }
}

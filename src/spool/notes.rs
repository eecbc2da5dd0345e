//! Notes: what went wrong in silence, for `status` to say.
//!
//! One file of 4 KiB, a slot of 256 bytes for each cause, written in place. It is made in full when the state directory is
//! made, so that "the disk is full" can still be written to a full disk. A slot that is torn is a note that is lost, and
//! nothing else.

use std::os::unix::fs::FileExt as _;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::append::read_to_end;
use crate::clock::{self, Instant};
use crate::sys::{Access, Dir, Refused};

const NAME: &str = "notes";
const SLOT_BYTES: usize = 256;
const SLOTS: usize = 16;

/// What can go wrong in a capture; the number is the slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// A memory could not be written.
    NotStored = 0,
    /// `config.json` could not be used: nothing is captured.
    Settings = 1,
    /// The key is no key: nothing is captured.
    Key = 2,
    /// The URL is no URL: nothing is captured.
    Origin = 3,
    /// The key may not be sent to this origin: memories wait.
    OriginNotAllowed = 4,
    /// The payload could not be read.
    Payload = 5,
    /// The flush could not be started: memories wait.
    Flush = 6,
    /// The scope is none the service takes: memories go without.
    Scope = 7,
    /// The program failed in a way it should not: a memory may be missing.
    Panic = 8,
    /// A memory was larger than a record can be.
    TooLarge = 9,
}

impl Cause {
    /// Every cause, in the order of the slots.
    pub const ALL: [Self; 10] = [
        Self::NotStored,
        Self::Settings,
        Self::Key,
        Self::Origin,
        Self::OriginNotAllowed,
        Self::Payload,
        Self::Flush,
        Self::Scope,
        Self::Panic,
        Self::TooLarge,
    ];
}

/// One note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// What it is about.
    pub cause: Cause,
    /// When it last happened.
    pub at: Instant,
    /// How often it has happened since the note was first written.
    pub times: u64,
    /// A sentence; never payload text, never the key.
    pub text: String,
}

/// The notes of a state directory.
#[derive(Debug)]
pub struct Notes;

impl Notes {
    /// Leaves a note. What cannot be written is not: there is nobody to tell.
    pub fn leave(state: &Path, cause: Cause, text: &str) {
        // A capture has no other place for a failure of this, and must stay silent.
        drop(Self::try_leave(state, cause, text));
    }

    fn try_leave(state: &Path, cause: Cause, text: &str) -> Result<(), Refused> {
        let opened = Dir::open_or_make(state)?.open_file(NAME, Access::ReadWriteCreate)?;
        if opened.len < (SLOT_BYTES * SLOTS) as u64 {
            opened.file.write_all_at(&[b' '; SLOT_BYTES * SLOTS], 0)?;
        }
        let offset = (cause as usize * SLOT_BYTES) as u64;
        let mut slot = [0_u8; SLOT_BYTES];
        opened.file.read_exact_at(&mut slot, offset)?;
        let times = parse(&slot).map_or(0, |note| note.times) + 1;
        let mut note = Note { cause, at: clock::now(), times, text: text.to_owned() };
        let mut bytes = serde_json::to_vec(&note).map_err(std::io::Error::from)?;
        while bytes.len() >= SLOT_BYTES {
            // The end of a long sentence goes: a path's tail is what may be long.
            note.text.pop();
            bytes = serde_json::to_vec(&note).map_err(std::io::Error::from)?;
        }
        bytes.resize(SLOT_BYTES - 1, b' ');
        bytes.push(b'\n');
        Ok(opened.file.write_all_at(&bytes, offset)?)
    }

    /// Makes the file in full, so that a note can be left on a full disk later.
    pub fn prepare(state: &Dir) -> Result<(), Refused> {
        let opened = state.open_file(NAME, Access::ReadWriteCreate)?;
        if opened.len < (SLOT_BYTES * SLOTS) as u64 {
            opened.file.write_all_at(&[b' '; SLOT_BYTES * SLOTS], 0)?;
        }
        Ok(())
    }

    /// The notes there are, the newest first.
    pub fn read(state: &Path) -> Vec<Note> {
        let bytes = Dir::open(state)
            .and_then(|dir| dir.open_file(NAME, Access::Read))
            .and_then(|opened| Ok(read_to_end(&opened.file, (SLOT_BYTES * SLOTS) as u64)?))
            .unwrap_or_default();
        let mut notes: Vec<_> = bytes.chunks(SLOT_BYTES).filter_map(parse).collect();
        notes.sort_by_key(|note| std::cmp::Reverse(note.at));
        notes
    }

    /// Takes all notes away.
    pub fn clear(state: &Path) -> Result<(), Refused> {
        Ok(Dir::open(state)?.unlink(NAME)?)
    }
}

fn parse(slot: &[u8]) -> Option<Note> {
    serde_json::from_slice(slot.trim_ascii()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_counted_in_its_slot_and_kept_within_it() {
        let home = tempfile::tempdir().unwrap();
        let state = home.path().join("state");
        Notes::leave(&state, Cause::NotStored, &"é\"".repeat(400));
        Notes::leave(&state, Cause::Settings, "cannot use config.json");
        Notes::leave(&state, Cause::NotStored, "no space left on device");
        let notes = Notes::read(&state);
        assert_eq!(notes.len(), 2);
        let not_stored = notes.iter().find(|note| note.cause == Cause::NotStored).unwrap();
        assert_eq!((not_stored.times, not_stored.text.as_str()), (2, "no space left on device"));
        assert_eq!(std::fs::metadata(state.join(NAME)).unwrap().len(), 4096);
        Notes::clear(&state).unwrap();
        assert!(Notes::read(&state).is_empty());
    }

    #[test]
    fn every_cause_has_a_slot_of_its_own() {
        for (slot, cause) in Cause::ALL.into_iter().enumerate() {
            assert_eq!(cause as usize, slot);
            assert!(slot < SLOTS);
        }
    }
}

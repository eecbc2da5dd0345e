//! What may be on a disk after a crash: images made from what was written down by [`traced`](crate::sys::traced).
//!
//! After a kill, everything up to some system call is there, the last write in part. After a power cut, files hold what was
//! synced and any part of what was written since, torn, as zeros, or by sectors in any order; and of the renames, unlinks
//! and new names since their directory was synced, any may have been undone.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use crate::sys::traced::{Effect, Id};

const SECTOR_BYTES: usize = 512;

/// Numbers that look like chance and are the same for the same seed.
pub(super) struct Chance(pub(super) u64);

impl Chance {
    pub(super) fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        usize::try_from(((mixed ^ (mixed >> 27)) >> 16) % most.max(1) as u64).unwrap()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Crash {
    /// The process is killed; the kernel lives.
    Kill,
    /// The same, in the middle of a write.
    KillInAWrite,
    /// The power goes.
    PowerCut,
}

#[derive(Default)]
struct Content {
    bytes: Vec<u8>,
    /// Writes and cuts since the last sync.
    pending: Vec<Effect>,
}

#[derive(Default)]
struct Disk {
    /// `None` is a directory.
    names: BTreeMap<PathBuf, Option<Id>>,
    contents: BTreeMap<Id, Content>,
}

impl Disk {
    fn change_names(&mut self, effect: &Effect) {
        match effect {
            Effect::Made(path) => drop(self.names.insert(path.clone(), None)),
            Effect::Created(path, id) => drop(self.names.insert(path.clone(), Some(*id))),
            Effect::Renamed(from, to) => {
                if let Some(id) = self.names.remove(from) {
                    self.names.insert(to.clone(), id);
                }
            }
            Effect::Unlinked(path) => drop(self.names.remove(path)),
            _ => {}
        }
    }
}

fn apply(bytes: &mut Vec<u8>, effect: &Effect) {
    match effect {
        Effect::Wrote(_, offset, written) => {
            let (from, to) =
                (usize::try_from(*offset).unwrap(), usize::try_from(*offset).unwrap() + written.len());
            bytes.resize(bytes.len().max(to), 0);
            bytes[from..to].copy_from_slice(written);
        }
        Effect::Cut(_, len) => bytes.resize(usize::try_from(*len).unwrap(), 0),
        _ => {}
    }
}

/// Makes the image of a crash after the first effects, below `root`, in which the effects happened below `was`.
pub(super) fn make(effects: &[Effect], crash: Crash, chance: &mut Chance, was: &Path, root: &Path) {
    let disk = match crash {
        Crash::Kill | Crash::KillInAWrite => killed(effects, crash, chance),
        Crash::PowerCut => without_power(effects, chance),
    };
    for (path, id) in &disk.names {
        let path = root.join(path.strip_prefix(was).unwrap());
        if !path.parent().unwrap().is_dir() {
            // The name of its directory was lost, and it with it.
            continue;
        }
        match id {
            None => fs::DirBuilder::new().mode(0o700).create(&path).unwrap(),
            Some(id) => {
                let mut file = fs::File::options();
                let mut file = file.write(true).create_new(true).mode(0o600).open(&path).unwrap();
                std::io::Write::write_all(&mut file, &disk.contents[id].bytes).unwrap();
            }
        }
    }
}

fn killed(effects: &[Effect], crash: Crash, chance: &mut Chance) -> Disk {
    let mut disk = Disk::default();
    for (number, effect) in effects.iter().enumerate() {
        disk.change_names(effect);
        match effect {
            Effect::Created(_, id) => drop(disk.contents.insert(*id, Content::default())),
            Effect::Wrote(id, offset, written)
                if crash == Crash::KillInAWrite && number + 1 == effects.len() =>
            {
                let part = written[..chance.below(written.len())].to_vec();
                apply(&mut disk.contents.get_mut(id).unwrap().bytes, &Effect::Wrote(*id, *offset, part));
            }
            Effect::Wrote(id, ..) | Effect::Cut(id, _) => {
                apply(&mut disk.contents.get_mut(id).unwrap().bytes, effect);
            }
            _ => {}
        }
    }
    disk
}

fn without_power(effects: &[Effect], chance: &mut Chance) -> Disk {
    let mut disk = Disk::default();
    let mut unsynced: Vec<(&Path, &Effect)> = Vec::new();
    for effect in effects {
        match effect {
            Effect::Created(path, id) => {
                disk.contents.insert(*id, Content::default());
                unsynced.push((path.parent().unwrap(), effect));
            }
            Effect::Made(path) | Effect::Renamed(path, _) | Effect::Unlinked(path) => {
                unsynced.push((path.parent().unwrap(), effect));
            }
            Effect::Wrote(id, ..) | Effect::Cut(id, _) => {
                disk.contents.get_mut(id).unwrap().pending.push(effect.clone());
            }
            Effect::Synced(id) => {
                let content = disk.contents.get_mut(id).unwrap();
                for effect in std::mem::take(&mut content.pending) {
                    apply(&mut content.bytes, &effect);
                }
            }
            Effect::Nothing => {}
            Effect::SyncedNames(directory) => {
                for (_, effect) in unsynced.iter().filter(|(of, _)| of == directory) {
                    disk.change_names(effect);
                }
                unsynced.retain(|(of, _)| of != directory);
            }
        }
    }
    // Most file systems keep the order of names; those that do not may keep any of them.
    let (keeps_order, most) = (chance.below(2) == 0, chance.below(unsynced.len() + 1));
    for (number, (_, effect)) in unsynced.iter().enumerate() {
        if if keeps_order { number < most } else { chance.below(2) == 0 } {
            disk.change_names(effect);
        }
    }
    for content in disk.contents.values_mut() {
        lose(content, chance);
    }
    disk
}

/// What is left of a file's writes since its last sync.
fn lose(content: &mut Content, chance: &mut Chance) {
    let mut whole = content.bytes.clone();
    content.pending.iter().for_each(|effect| apply(&mut whole, effect));
    match chance.below(5) {
        0 => {}
        1 => content.bytes = whole,
        2 => {
            let kept = chance.below(content.pending.len() + 1);
            content.pending.iter().take(kept).for_each(|effect| apply(&mut content.bytes, effect));
            // The write after those, in part.
            if let Some(Effect::Wrote(id, offset, written)) = content.pending.get(kept) {
                let part = written[..chance.below(written.len())].to_vec();
                apply(&mut content.bytes, &Effect::Wrote(*id, *offset, part));
            }
        }
        3 => content.bytes.resize(whole.len(), 0),
        _ => {
            content.bytes.resize(whole.len(), 0);
            for (old, new) in content.bytes.chunks_mut(SECTOR_BYTES).zip(whole.chunks(SECTOR_BYTES)) {
                if chance.below(2) == 0 {
                    old.copy_from_slice(new);
                }
            }
        }
    }
}

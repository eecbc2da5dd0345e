//! A destination, and the directory its memories wait in.

use std::path::Path;

use super::{Notes, small_file};
use crate::digest;
use crate::fault;
use crate::key::Key;
use crate::origin::Origin;
use crate::sys::{Dir, Refused};

/// One (origin, API key) pair: memories captured for one are never sent to another.
#[derive(Debug, Clone)]
pub struct Destination {
    /// Where the service is.
    pub origin: Origin,
    /// The key that is sent there.
    pub key: Key,
}

impl Destination {
    /// The name of its directory; says nothing of the key.
    pub fn name(&self) -> String {
        let digest = digest::of_bytes(&[
            b"engram-spool-v1\0",
            self.origin.as_str().as_bytes(),
            b"\0",
            self.key.reveal().as_bytes(),
        ]);
        digest::hex_prefix::<8>(&digest)
    }
}

/// The open directory of one destination.
#[derive(Debug)]
pub struct Spool {
    dir: Dir,
    name: String,
}

/// Where the destinations' directories are, below the state directory.
const BELOW_STATE: [&str; 2] = ["spool", "v1"];
/// The origin in clear, for `status` and `adopt`; holds no key.
const ORIGIN: &str = "origin";

impl Spool {
    /// Opens the spool of a destination, making it when it is not there.
    pub fn open_or_make(state: &Path, destination: &Destination) -> Result<Self, Refused> {
        let name = destination.name();
        match Self::open(state, &name) {
            Err(refused) if refused.is_not_found() => {}
            opened => return opened,
        }
        let mut dir = Dir::open_or_make(state)?;
        for below in BELOW_STATE.into_iter().chain([name.as_str()]) {
            dir.make_below(below)?;
            dir = dir.open_below(below)?;
        }
        fault::point!("spool.made");
        // Two captures may both get here; they write the same.
        Notes::prepare(&Dir::open(state)?)?;
        let spool = Self { dir, name };
        spool.name_origin(destination)?;
        Ok(spool)
    }

    /// Writes the origin down where the capture that made the spool was ended before it could, or a power cut took it.
    pub fn name_origin(&self, destination: &Destination) -> Result<(), Refused> {
        if self.origin().is_some() {
            return Ok(());
        }
        small_file::write(&self.dir, ORIGIN, &destination.origin.as_str(), small_file::Durability::Lazy)
    }

    /// Opens the spool of a destination that has one.
    pub fn open(state: &Path, name: &str) -> Result<Self, Refused> {
        // Below a state directory that only we may write to, nobody else can put a link in between.
        let dir = Dir::open(state)?.open_below(&format!("{}/{}/{name}", BELOW_STATE[0], BELOW_STATE[1]))?;
        Ok(Self { dir, name: name.to_owned() })
    }

    /// The directory.
    pub fn dir(&self) -> &Dir {
        &self.dir
    }

    /// The origin this spool is for, when it was written down.
    pub fn origin(&self) -> Option<String> {
        small_file::read(&self.dir, ORIGIN)
    }

    /// The destination's name.
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// The names of the destinations that have a directory, but `mine`.
pub fn others(state: &Path, mine: Option<&str>) -> Vec<String> {
    let names = Dir::open(state)
        .and_then(|state| state.open_below(&BELOW_STATE.join("/")))
        .and_then(|spools| Ok(spools.names()?))
        .unwrap_or_default();
    let mut names: Vec<_> =
        names.into_iter().filter(|name| is_name(name) && Some(name.as_str()) != mine).collect();
    names.sort();
    names
}

pub(super) fn is_name(name: &str) -> bool {
    name.len() == 16 && name.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_the_documented_digest_and_differs_by_key_and_origin() {
        let name = |origin: &str, key: &str| {
            Destination { origin: Origin::parse(origin).unwrap(), key: Key::parse(key).unwrap() }.name()
        };
        // printf 'engram-spool-v1\0https://api.3ngram.ai\0eng_12345678' | sha256sum | cut -c1-16
        assert_eq!(name("https://api.3ngram.ai", "eng_12345678"), "343348893dde200e");
        assert_ne!(
            name("https://api.3ngram.ai", "eng_12345678"),
            name("https://api.3ngram.ai", "eng_12345679")
        );
        assert_ne!(name("http://localhost:1", "eng_12345678"), name("http://localhost:2", "eng_12345678"));
    }
}

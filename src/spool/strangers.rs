//! What stands in the state directory and is not of this version: a newer one wrote it. It is left alone, and named.

use std::path::Path;

use super::ended::{self, Noted};
use super::{Spool, destination, others, segment};
use crate::sys::{Dir, Refused};

/// What stands in the state directory itself.
const AT_THE_TOP: [&str; 6] = ["spool", "notes", "told", "log", "log.1", "installed"];
/// What `doctor` tries a capture in.
const TRIAL: &str = "doctor-";
/// What stands in a destination's directory beside segments and ended sessions.
const IN_A_SPOOL: [&str; 9] = [
    "lock",
    "flush.lock",
    "active.jsonl",
    "dead.jsonl",
    "quarantine.bin",
    "retry",
    "ledger",
    "tombstone",
    "origin",
];
/// More of them are not named: nobody reads on.
const MOST: usize = 16;

/// The paths of files and directories that no room of this version writes; at most a handful.
pub fn strangers(state: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let below = |name: &str| Dir::open(state).and_then(|state| state.open_below(name));
    let mut look = |dir: Result<Dir, Refused>, is_ours: &dyn Fn(&str) -> bool| {
        let Ok(dir) = dir else { return };
        let mut names = dir.names().unwrap_or_default();
        names.retain(|name| !is_ours(name) && !name.starts_with("tmp-"));
        names.sort();
        found.extend(names.iter().map(|name| dir.path().join(name).display().to_string()));
    };
    look(Dir::open(state), &|name| AT_THE_TOP.contains(&name) || name.starts_with(TRIAL));
    look(below("spool"), &|name| name == "v1");
    look(below("spool/v1"), &destination::is_name);
    for name in others(state, None) {
        let Ok(spool) = Spool::open(state, &name) else { continue };
        look(below(&format!("spool/v1/{name}")), &|name| is_of_a_spool(&spool, name));
    }
    found.truncate(MOST);
    found
}

/// Whether this version writes such a file into a destination's directory. One of ours that it cannot read is not its own.
fn is_of_a_spool(spool: &Spool, name: &str) -> bool {
    segment::is_segment(name)
        || IN_A_SPOOL.contains(&name)
        || (name.starts_with(ended::PREFIX) && !matches!(spool.ended_session(name), Noted::Newer))
}

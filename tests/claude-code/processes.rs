//! The processes of a machine, told by the home directory in their environment; never by name alone.

use std::fs;
use std::path::Path;

/// Processes of ours that live with this home: their command lines.
///
/// A flush cannot be looked into by the user's other programs, and then only root sees its environment. Its lock tells
/// anybody that it lives: it is held for as long.
pub fn ours(home: &Path) -> Vec<String> {
    let marker = format!("HOME={}", home.display());
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc").unwrap().flatten() {
        let directory = entry.path();
        let Ok(environment) = fs::read(directory.join("environ")) else { continue };
        if !environment.split(|byte| *byte == 0).any(|variable| variable == marker.as_bytes()) {
            continue;
        }
        let line = fs::read(directory.join("cmdline")).unwrap_or_default();
        let line = String::from_utf8_lossy(&line).replace('\0', " ");
        if line.contains("engram-hook") && !line.contains("claude ") {
            found.push(line);
        }
    }
    found.extend(held_locks(home));
    found
}

fn held_locks(home: &Path) -> Vec<String> {
    let Ok(spools) = fs::read_dir(home.join(".local/state/engram-hook/spool/v1")) else { return Vec::new() };
    let locks = spools.flatten().map(|spool| spool.path().join("flush.lock"));
    let held = locks.filter(|path| {
        let Ok(file) = fs::File::open(path) else { return false };
        file.try_lock().is_err()
    });
    held.map(|path| format!("whoever holds {}", path.display())).collect()
}

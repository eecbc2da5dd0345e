//! A unified diff of a settings file, for `--dry-run` and for reports. The only file that uses `similar`.

use std::path::Path;

use similar::TextDiff;

/// What changes from `old` to `new`; empty when nothing does.
pub(super) fn unified(path: &Path, old: &str, new: &str) -> String {
    if old == new {
        return String::new();
    }
    let name = path.display().to_string();
    TextDiff::from_lines(old, new).unified_diff().context_radius(3).header(&name, &name).to_string()
}

//! What `install` and `uninstall` say they did.

use super::{complain, say};
use crate::cmd::purge::Doomed;
use crate::exit::Exit;
use crate::settings::{Outcome, Report};

/// What was to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Hooks in.
    Install,
    /// Hooks out.
    Uninstall,
}

/// What install or uninstall did.
pub fn settings_changed(report: &Report, change: Change, dry_run: bool) -> Exit {
    let path = report.path.display();
    let mut text = match (report.outcome, change) {
        (Outcome::Unchanged, Change::Install) => {
            format!("{path} has the hooks already; nothing was changed\n")
        }
        (Outcome::Unchanged, Change::Uninstall) => {
            format!("{path} has no hook of ours; nothing was changed\n")
        }
        _ if dry_run => format!("{path} would be changed:\n{}", report.diff),
        (Outcome::Created, _) => format!("{path} was created, with the hooks in it\n"),
        (Outcome::Changed, Change::Install) => format!("{path} has the hooks now\n"),
        (Outcome::Changed, Change::Uninstall) => format!("{path} is without our hooks again\n"),
        (Outcome::Removed, _) => format!("{path} was removed: it had been created by an install\n"),
    };
    if !dry_run {
        if let Some(backup) = &report.backup {
            text.push_str(&format!("the file as it was: {}\n", backup.display()));
        }
        if change == Change::Install && report.outcome != Outcome::Unchanged {
            text.push_str(
                "sessions that start from now on are captured; `engram-hook doctor` says whether all else is ready\n",
            );
        }
    }
    let exit = say(&text, Exit::Done);
    for warning in &report.warnings {
        complain(&format!("engram-hook: {warning}\n"), Exit::Done);
    }
    exit
}

/// What an uninstall did to several files.
pub fn each_settings_changed(reports: &[Report], dry_run: bool) {
    for report in reports {
        settings_changed(report, Change::Uninstall, dry_run);
    }
}

/// What a purge would erase besides.
pub fn would_be_erased(doomed: &Doomed) -> Exit {
    let directories =
        doomed.directories.iter().map(|directory| format!("{} would be erased\n", directory.display()));
    let waits = Some(doomed.what_waits()).filter(|waits| !waits.is_empty());
    let waits = waits.map(|waits| format!("with it: {waits}\n"));
    say(&directories.chain(waits).collect::<String>(), Exit::Done)
}

/// What a purge erased.
pub fn erased(sentences: &[String]) -> Exit {
    let open = "sessions that are open keep the hooks they began with; end them, or they write there again\n";
    say(&format!("{}{open}", sentences.concat()), Exit::Done)
}

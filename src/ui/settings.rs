//! What `install` and `uninstall` say they did.

use super::{complain, say};
use crate::cmd::purge::Doomed;
use crate::exit::Exit;
use crate::settings::{Outcome, Report};

/// What install or uninstall did.
pub fn settings_changed(report: &Report, dry_run: bool) -> Exit {
    let path = report.path.display();
    let mut text = match (report.outcome, dry_run) {
        (Outcome::Unchanged, _) => format!("{path} is as it should be; nothing was changed\n"),
        (_, true) => format!("{path} would be changed:\n{}", report.diff),
        (Outcome::Created, false) => format!("{path} was created\n"),
        (Outcome::Changed, false) => format!("{path} was changed\n"),
        (Outcome::Removed, false) => format!("{path} was removed: it had been created by an install\n"),
    };
    if let (Some(backup), false) = (&report.backup, dry_run) {
        text.push_str(&format!("the file as it was: {}\n", backup.display()));
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
        settings_changed(report, dry_run);
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

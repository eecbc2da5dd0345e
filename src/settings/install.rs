//! Install and uninstall: the pure texts and the disk brought together, under one lock.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::before::Before;
use super::diff::unified;
use super::file::{Snapshot, bytes_of, write_private};
use super::inspect::warnings;
use super::lock::DirectoryLock;
use super::memo::Memo;
use super::merge::merge_again;
use super::ours::OurHooks;
use super::report::{Mode, Outcome, Report, Warning};
use super::scan::scan;
use super::take_out::take_out;
use super::target::Target;

/// Puts `ours` into the settings, or brings older entries of ours up to date.
pub fn install(target: &Target, ours: &OurHooks, mode: Mode) -> anyhow::Result<Report> {
    if mode == Mode::DryRun {
        return put_in(target, ours, mode, false);
    }
    let created = create_directory(&target.settings)?;
    let report = lock(&target.settings).and_then(|_held| put_in(target, ours, mode, created));
    if created && report.is_err() {
        remove_directory(&target.settings);
    }
    report
}

/// Takes every entry of ours out of the settings and forgets about the file.
pub fn uninstall(target: &Target, mode: Mode) -> anyhow::Result<Report> {
    // A project without `.claude` has nothing to lock and nothing to take out.
    let _held = match mode {
        Mode::Write if directory_of(&target.settings).is_dir() => Some(lock(&target.settings)?),
        _ => None,
    };
    get_out(target, mode)
}

fn put_in(target: &Target, ours: &OurHooks, mode: Mode, created_directory: bool) -> anyhow::Result<Report> {
    let path = &target.settings;
    let snapshot = Snapshot::read(path)?;
    let context = || format!("cannot install into {}", path.display());
    let memo = Memo::read(&target.state, &snapshot.target);
    let prior = memo.as_ref().map(|memo| memo.before.clone()).unwrap_or_default();
    let merged = merge_again(snapshot.text(), ours, &prior).with_context(context)?;
    let had_ours = take_out(snapshot.text(), &Before::default()).with_context(context)?.removed > 0;
    let mut report = Report {
        path: path.clone(),
        outcome: match &snapshot.text {
            None => Outcome::Created,
            Some(text) if *text == merged.text => Outcome::Unchanged,
            Some(_) => Outcome::Changed,
        },
        diff: unified(path, snapshot.text(), &merged.text),
        backup: None,
        warnings: warnings(&scan(&merged.text).with_context(context)?).with_context(context)?,
    };
    if mode == Mode::Write && report.outcome != Outcome::Unchanged {
        let earlier = memo.filter(|_| had_ours);
        let created_file = earlier.as_ref().map_or(snapshot.text.is_none(), |memo| memo.created_file);
        let created_directory = created_directory || earlier.is_some_and(|memo| memo.created_directory);
        let draft = snapshot.draft(&merged.text)?;
        // Before the settings: a note about an install that did not happen harms nobody.
        Memo::new(&snapshot.target, created_file, created_directory, merged.before).write(&target.state)?;
        let is_first_text_kept = had_ours && backup_of(path).exists();
        if !created_file && !is_first_text_kept {
            back_up(path, snapshot.text())?;
        }
        snapshot.replace(draft)?;
    }
    if report.outcome == Outcome::Changed && snapshot.other_links() > 0 {
        report.warnings.push(Warning::OtherLinks { count: snapshot.other_links() });
    }
    report.backup = Some(backup_of(path)).filter(|backup| backup.exists());
    Ok(report)
}

fn get_out(target: &Target, mode: Mode) -> anyhow::Result<Report> {
    let path = &target.settings;
    let snapshot = Snapshot::read(path)?;
    let context = || format!("cannot uninstall from {}", path.display());
    let memo = Memo::read(&target.state, &snapshot.target);
    let before = memo.as_ref().map(|memo| memo.before.clone()).unwrap_or_default();
    let taken = take_out(snapshot.text(), &before).with_context(context)?;
    let is_whole_file_ours = taken.is_empty && memo.as_ref().is_some_and(|memo| memo.created_file);
    let outcome = match (taken.removed, is_whole_file_ours) {
        (0, _) => Outcome::Unchanged,
        (_, true) => Outcome::Removed,
        _ => Outcome::Changed,
    };
    let left = if outcome == Outcome::Removed { "" } else { taken.text.as_str() };
    let mut report = Report {
        path: path.clone(),
        outcome,
        diff: unified(path, snapshot.text(), left),
        backup: None,
        warnings: Vec::new(),
    };
    if !taken.text.trim().is_empty() {
        report.warnings = warnings(&scan(&taken.text).with_context(context)?).with_context(context)?;
        report.warnings.retain(|warning| matches!(warning, Warning::Stray { .. }));
    }
    if mode == Mode::Write {
        match outcome {
            Outcome::Removed => snapshot.delete()?,
            Outcome::Changed => snapshot.replace(snapshot.draft(&taken.text)?)?,
            Outcome::Created | Outcome::Unchanged => {}
        }
        if outcome == Outcome::Removed && memo.is_some_and(|memo| memo.created_directory) {
            remove_directory(path);
        }
        Memo::remove(&target.state, &snapshot.target)?;
        remove_backup(path, left)?;
    }
    if outcome == Outcome::Changed && snapshot.other_links() > 0 {
        report.warnings.push(Warning::OtherLinks { count: snapshot.other_links() });
    }
    report.backup = Some(backup_of(path)).filter(|backup| backup.exists());
    if let Some(backup) = &report.backup {
        report.warnings.push(Warning::BackupStays { path: backup.clone() });
    }
    Ok(report)
}

/// Beside the file as the user names it, not in the dotfiles repository its symlink may point to.
fn backup_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".engram-backup");
    PathBuf::from(name)
}

fn back_up(path: &Path, text: &str) -> anyhow::Result<()> {
    let backup = backup_of(path);
    if bytes_of(&backup).is_ok_and(|there| there == text.as_bytes()) {
        return Ok(());
    }
    write_private(&backup, text)
        .with_context(|| format!("cannot write {}; move what is there and try again", backup.display()))
}

/// A backup that says what the settings say again is of no use to anybody.
fn remove_backup(path: &Path, text: &str) -> anyhow::Result<()> {
    let backup = backup_of(path);
    if bytes_of(&backup).is_ok_and(|there| there == text.as_bytes()) {
        fs::remove_file(&backup)
            .with_context(|| format!("cannot remove {}; remove it by hand", backup.display()))?;
    }
    Ok(())
}

fn directory_of(settings: &Path) -> &Path {
    settings.parent().unwrap_or(settings)
}

/// Locks the directory the text is in, behind every symlink: it is there that the rename happens.
fn lock(settings: &Path) -> anyhow::Result<DirectoryLock> {
    match fs::canonicalize(settings) {
        Ok(target) => DirectoryLock::of(directory_of(&target)),
        Err(_) => DirectoryLock::of(directory_of(settings)),
    }
}

/// Creates the directory of the settings, one level and no more: a mistyped path should not become a tree.
fn create_directory(settings: &Path) -> anyhow::Result<bool> {
    let directory = directory_of(settings);
    match fs::create_dir(directory) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error)
            .with_context(|| format!("cannot create {}; check the path and try again", directory.display())),
    }
}

/// Removes a directory an install created, if nobody has put anything into it.
fn remove_directory(settings: &Path) {
    fs::remove_dir(directory_of(settings)).ok();
}

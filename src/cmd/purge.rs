//! `uninstall --purge`: the hooks out of every settings file they went into, then every file of ours. Says what waits
//! first; nothing outside our two directories is erased.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, anyhow, bail};

use super::install;
use crate::paths::Paths;
use crate::settings::{self, Mode, Report, Target};
use crate::spool::{FlushLock, Spool, Survey, others};
use crate::sys::{Dir, Refused};

/// A flush that is at work is waited for: what it holds would be written again.
const PATIENCE: Duration = Duration::from_secs(30);

/// What would go.
#[derive(Debug)]
pub struct Doomed {
    paths: Paths,
    targets: Vec<Target>,
    /// The directories of ours that there are.
    pub directories: Vec<PathBuf>,
    waiting: u64,
    sessions: u64,
    dead: u64,
    unreadable: u64,
}

/// Looks at what would go.
pub fn doomed() -> anyhow::Result<Doomed> {
    let paths = Paths::find().ok_or_else(|| anyhow!("cannot find a home directory: set HOME"))?;
    if let Some(project) = paths.project_around() {
        bail!(
            "cannot erase our directories: one is in the project {}; unset XDG_CONFIG_HOME and XDG_STATE_HOME, and let HOME be your home",
            project.display()
        );
    }
    let usual = install::users_own()?;
    let mut targets = vec![usual.clone()];
    for path in settings::known(&paths.state) {
        if fs::canonicalize(&usual.settings).ok().as_ref() != Some(&path) && path != usual.settings {
            targets.push(Target { settings: path, state: paths.state.clone() });
        }
    }
    let mut doomed = Doomed {
        directories: [&paths.state, &paths.settings]
            .into_iter()
            .filter(|dir| dir.exists())
            .cloned()
            .collect(),
        paths,
        targets,
        waiting: 0,
        sessions: 0,
        dead: 0,
        unreadable: 0,
    };
    for name in others(&doomed.paths.state, None) {
        match Spool::open(&doomed.paths.state, &name).and_then(|spool| Survey::of(&spool)) {
            Ok(survey) => {
                doomed.waiting += survey.waiting;
                doomed.sessions += survey.sessions;
                doomed.dead += survey.dead;
            }
            Err(_) => doomed.unreadable += 1,
        }
    }
    Ok(doomed)
}

impl Doomed {
    /// What waits, and would never arrive; empty when nothing does.
    pub fn what_waits(&self) -> String {
        let counts = [
            (self.waiting, "memory that waits", "memories that wait"),
            (self.sessions, "ended session that was not told yet", "ended sessions that were not told yet"),
            (self.dead, "dead letter", "dead letters"),
            (self.unreadable, "spool that cannot be read", "spools that cannot be read"),
        ];
        let said = counts.into_iter().filter(|(count, ..)| *count > 0);
        said.map(|(count, one, several)| format!("{count} {}", if count == 1 { one } else { several }))
            .collect::<Vec<_>>()
            .join(", ")
    }

    /// What the user is asked.
    pub fn question(&self) -> String {
        let directories: Vec<_> = self.directories.iter().map(|dir| dir.display().to_string()).collect();
        let waits = match self.what_waits() {
            waits if waits.is_empty() => "nothing waits".to_owned(),
            waits => format!("with {waits}"),
        };
        match directories.as_slice() {
            [] => "Take the hooks out of Claude Code's settings?".to_owned(),
            _ => format!(
                "Take the hooks out of Claude Code's settings and erase {} ({waits})? It cannot be brought back.",
                directories.join(" and ")
            ),
        }
    }

    /// Takes the hooks out of every settings file; in a dry run, only says how.
    pub fn take_hooks_out(&self, mode: Mode) -> anyhow::Result<Vec<Report>> {
        let reports = self.targets.iter().map(|target| {
            settings::uninstall(target, mode).with_context(|| {
                format!("cannot take the hooks out of {}, so nothing was erased", target.settings.display())
            })
        });
        reports.collect()
    }

    /// Erases our directories, the hooks being out; answers the sentences that say so.
    pub fn erase(&self) -> anyhow::Result<Vec<String>> {
        let mut flush_locks = Vec::new();
        for name in others(&self.paths.state, None) {
            let Ok(spool) = Spool::open(&self.paths.state, &name) else { continue };
            let lock = FlushLock::take(spool.dir(), PATIENCE).context("cannot lock the spool")?;
            flush_locks.push(lock.ok_or_else(|| {
                anyhow!("cannot erase the spool: a flush is at work; wait for it to end and try again")
            })?);
        }
        self.directories.iter().map(|directory| erase(directory)).collect()
    }
}

fn erase(directory: &Path) -> anyhow::Result<String> {
    let shown = directory.display();
    match Dir::open(directory) {
        Err(Refused::Os(error)) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(refused) => bail!("cannot erase {shown}: {refused}"),
        // Links in it are taken away, and what they point to is not touched.
        Ok(_) => fs::remove_dir_all(directory)
            .with_context(|| format!("cannot erase {shown}; remove it by hand"))?,
    }
    Ok(format!("{shown} was erased\n"))
}

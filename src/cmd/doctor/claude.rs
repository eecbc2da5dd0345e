//! Claude Code's settings: whether our hooks are in, where, how often, and whether they can run.

use std::path::{Path, PathBuf};

use super::Finding;
use super::settings::quoted;
use crate::cmd::Session;
use crate::cmd::install::surroundings;
use crate::settings::{self, BinaryState, Installed, OurHooks, Scope};

/// Stands for a program whose own name says nothing.
const SOME_PROGRAM: &str = "/engram-hook";

/// A settings file that Claude Code reads, and how an install into it is asked for.
struct Place {
    path: PathBuf,
    install: String,
}

pub(super) fn findings(session: &Session) -> anyhow::Result<Vec<Finding>> {
    let program = std::env::current_exe().unwrap_or_default();
    let ours = OurHooks::new(&program).or_else(|_| OurHooks::new(Path::new(SOME_PROGRAM)))?;
    let mut findings = Vec::new();
    let mut found = Vec::new();
    for place in places(session)? {
        match settings::inspect(&place.path, &ours) {
            Ok(installed) => found.push((place, installed)),
            Err(error) => {
                findings.push(Finding::bad("hooks", format!("{error:#}"), "correct the file by hand"));
            }
        }
    }
    for (_, installed) in &found {
        if installed.hooks_disabled() {
            let says =
                format!("nothing is captured: \"disableAllHooks\" is true in {}", installed.path.display());
            findings.push(Finding::bad("hooks", says, "take \"disableAllHooks\" out of that file"));
        }
    }
    let with_hooks: Vec<_> = found.iter().filter(|(_, installed)| !installed.hooks.is_empty()).collect();
    let plugin = found.iter().find(|(_, installed)| installed.plugin_enabled());
    match (with_hooks.as_slice(), plugin) {
        ([], None) => findings.push(Finding::bad(
            "hooks",
            "nothing is captured: the hooks are in no settings file that Claude Code reads here",
            "engram-hook install",
        )),
        ([], Some((_, by))) => {
            findings.push(Finding::good(
                "hooks",
                format!("brought by the plugin, which {} enables", by.path.display()),
            ));
        }
        (with_hooks, plugin) => {
            findings.extend(with_hooks.iter().map(|(place, installed)| judged(place, installed, &program)));
            findings.extend(twice(with_hooks, plugin.map(|(_, by)| by)));
        }
    }
    Ok(findings)
}

/// The user's file, the project's two, and wherever else an install went.
fn places(session: &Session) -> anyhow::Result<Vec<Place>> {
    let around = surroundings()?;
    let mut places = Vec::new();
    if let Ok(path) = settings::settings_path(&Scope::User, &around) {
        places.push(Place { path, install: "engram-hook install".to_owned() });
    }
    let project = settings::settings_path(&Scope::Project, &around)?;
    let local = project.with_file_name("settings.local.json");
    let known = settings::known(&session.paths.state);
    let mut add = |path: PathBuf, install: String| {
        let is_new = |place: &Place| !is_same(&place.path, &path);
        if places.iter().all(is_new) {
            places.push(Place { path, install });
        }
    };
    add(project, "engram-hook install --project".to_owned());
    for path in [local].into_iter().chain(known) {
        let install = format!("engram-hook install --settings {}", quoted(&path.display().to_string()));
        add(path, install);
    }
    Ok(places)
}

/// An install remembers the file behind every link.
fn is_same(one: &Path, other: &Path) -> bool {
    one == other || one.canonicalize().ok().is_some_and(|one| other.canonicalize().ok() == Some(one))
}

fn judged(place: &Place, installed: &Installed, program: &Path) -> Finding {
    let path = installed.path.display();
    let bad = |says: String| Finding::bad("hooks", says, place.install.clone());
    if let Some(hook) = installed.hooks.iter().find(|hook| hook.state == BinaryState::Missing) {
        return bad(format!("every event fails: {path} runs {}, which is not there", hook.binary));
    }
    if let Some(hook) = installed.hooks.iter().find(|hook| hook.state == BinaryState::NotExecutable) {
        return bad(format!("every event fails: {path} runs {}, which cannot be executed", hook.binary));
    }
    if !installed.missing.is_empty() {
        return bad(format!(
            "not everything is captured: {path} has no hook for {}",
            installed.missing.join(", ")
        ));
    }
    let count = installed.hooks.len();
    let other = installed.hooks.iter().find(|hook| Path::new(&hook.binary) != program);
    match other {
        Some(hook) => {
            Finding::note("hooks", format!("{count} in {path}, which run another program: {}", hook.binary))
                .with(place.install.clone())
        }
        None if !installed.is_current => {
            Finding::note("hooks", format!("{count} in {path}, of another version of this program"))
                .with(place.install.clone())
        }
        None => Finding::good("hooks", format!("{count} in {path}")),
    }
}

/// One event must not start two programs.
fn twice(places: &[&(Place, Installed)], plugin: Option<&Installed>) -> Option<Finding> {
    const COST: &str = "each event starts two processes (and makes one memory all the same)";
    let (place, _) = places.last()?;
    let uninstall = place.install.replacen("install", "uninstall", 1);
    if let Some(by) = plugin {
        let says = format!("twice, by settings and by the plugin that {} enables: {COST}", by.path.display());
        return Some(Finding::bad("hooks", says, uninstall));
    }
    if let Some((place, installed)) = places.iter().find(|(_, installed)| installed.duplicates > 0) {
        let says = format!("{} stand twice in {}: {COST}", installed.duplicates, installed.path.display());
        let uninstall = place.install.replacen("install", "uninstall", 1);
        return Some(Finding::bad("hooks", says, format!("{uninstall} && {}", place.install)));
    }
    if let [_, _, ..] = places {
        let names: Vec<_> =
            places.iter().map(|(_, installed)| installed.path.display().to_string()).collect();
        return Some(
            Finding::note("hooks", format!("in {}: one is enough", names.join(" and "))).with(uninstall),
        );
    }
    None
}

//! `install` and `uninstall`: our hooks in Claude Code's settings, and out of them again.

use std::path::Path;

use anyhow::{Context as _, anyhow};

use crate::cli::SettingsArguments;
use crate::paths::{self, Paths};
use crate::settings::{self, Mode, OurHooks, Report, Scope, Surroundings, Target, Warning};

/// Puts the hooks in.
pub fn install(arguments: &SettingsArguments) -> anyhow::Result<Report> {
    let target = target(arguments)?;
    let mut report = settings::install(&target, &ours()?, mode(arguments))?;
    let users_own = users_own().ok().and_then(|own| own.settings.parent().map(Path::to_path_buf));
    let elsewhere = users_own.map(|claude| settings::plugin_enabled_in(&claude)).unwrap_or_default();
    let elsewhere = elsewhere.into_iter().filter(|path| *path != target.settings);
    report.warnings.extend(elsewhere.map(|path| Warning::PluginEnabledIn { path }));
    Ok(report)
}

/// Takes the hooks out.
pub fn uninstall(arguments: &SettingsArguments) -> anyhow::Result<Report> {
    settings::uninstall(&target(arguments)?, mode(arguments))
}

fn mode(arguments: &SettingsArguments) -> Mode {
    if arguments.dry_run { Mode::DryRun } else { Mode::Write }
}

/// The user's own settings.
pub fn users_own() -> anyhow::Result<Target> {
    target_of(&Scope::User)
}

fn target(arguments: &SettingsArguments) -> anyhow::Result<Target> {
    target_of(&match (&arguments.settings, arguments.project) {
        (Some(path), _) => Scope::Path(path.clone()),
        (None, true) => Scope::Project,
        (None, false) => Scope::User,
    })
}

fn target_of(scope: &Scope) -> anyhow::Result<Target> {
    let state = Paths::find().ok_or_else(|| anyhow!("cannot find a home directory: set HOME"))?.state;
    Target::new(scope, &surroundings()?, &state)
}

/// What the path of a settings file depends on.
pub fn surroundings() -> anyhow::Result<Surroundings> {
    Ok(Surroundings {
        claude_config_dir: std::env::var_os("CLAUDE_CONFIG_DIR"),
        home: paths::home(),
        working_directory: std::env::current_dir().context("cannot find the current directory")?,
    })
}

fn ours() -> anyhow::Result<OurHooks> {
    let program = std::env::current_exe().context("cannot find this program's own file")?;
    OurHooks::new(&program)
}

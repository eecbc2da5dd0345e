//! Which settings file is meant. Pure: the caller brings the environment.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

/// What the command line says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// The user's own settings: `$CLAUDE_CONFIG_DIR/settings.json`, else `~/.claude/settings.json`.
    User,
    /// `./.claude/settings.json`.
    Project,
    /// `--settings PATH`.
    Path(PathBuf),
}

/// What the path depends on.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// `CLAUDE_CONFIG_DIR`; empty is the same as absent.
    pub claude_config_dir: Option<OsString>,
    /// The home directory, if there is one.
    pub home: Option<PathBuf>,
    /// What a relative path is relative to.
    pub working_directory: PathBuf,
}

/// A settings file and where we keep our note about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The settings file, absolute.
    pub settings: PathBuf,
    /// Our state directory.
    pub state: PathBuf,
}

impl Target {
    /// The file `scope` means, with our state directory at `state`.
    pub fn new(scope: &Scope, around: &Surroundings, state: &Path) -> anyhow::Result<Target> {
        Ok(Target { settings: settings_path(scope, around)?, state: state.to_owned() })
    }
}

/// The absolute path of the settings file, symlinks not followed.
pub fn settings_path(scope: &Scope, around: &Surroundings) -> anyhow::Result<PathBuf> {
    let path = match scope {
        Scope::Path(path) => path.clone(),
        Scope::Project => Path::new(".claude").join("settings.json"),
        Scope::User => match around.claude_config_dir.as_ref().filter(|dir| !dir.is_empty()) {
            Some(directory) => Path::new(directory).join("settings.json"),
            None => around
                .home
                .as_ref()
                .context(
                    "cannot find the settings: there is no home directory; set HOME or give --settings PATH",
                )?
                .join(".claude")
                .join("settings.json"),
        },
    };
    Ok(around.working_directory.join(path))
}

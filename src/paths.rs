//! Where our two directories are. The only room that uses `directories`; it creates nothing.

use std::path::{Path, PathBuf};

use crate::sys::{self, Presence};

/// The settings directory and the state directory; no file of ours is ever anywhere else.
#[derive(Debug, Clone)]
pub struct Paths {
    /// Holds `config.json` and `api-key`; written by the user only.
    pub settings: PathBuf,
    /// Holds the spool, the notes and the log.
    pub state: PathBuf,
}

impl Paths {
    /// `None` when the user has no home directory, or a relative one.
    pub fn find() -> Option<Self> {
        let project = directories::ProjectDirs::from("ai", "3ngram", "engram-hook")?;
        let state = match project.state_dir() {
            Some(state) => state.to_path_buf(),
            // macOS has no state directory of its own, and its settings directory is the same as its local one.
            None => project.data_local_dir().join("state"),
        };
        let settings = project.config_dir().to_path_buf();
        // A relative home is relative to the session's directory: not a place of the user's.
        (settings.is_absolute() && state.is_absolute()).then_some(Self { settings, state })
    }

    /// The project that holds our settings file or, by `XDG_STATE_HOME`, our state directory, when one does.
    ///
    /// A project's own settings can set variables, so `XDG_CONFIG_HOME`, `XDG_STATE_HOME` and `HOME` may name a directory of
    /// a hostile project. What is in there must not say where the key goes, and no memory is to be put there. The usual
    /// directories in the home that the user database names are the user's, even in a repository of dotfiles.
    pub fn project_around(&self) -> Option<PathBuf> {
        let settings =
            (sys::presence(&self.config_file()) == Presence::There).then_some(self.settings.as_path());
        let state = crate::config::variable("XDG_STATE_HOME").is_some().then_some(self.state.as_path());
        settings.into_iter().chain(state).find_map(project_of)
    }

    /// The settings file.
    pub fn config_file(&self) -> PathBuf {
        self.settings.join("config.json")
    }

    /// The file that may hold the key when the environment does not.
    pub fn key_file(&self) -> PathBuf {
        self.settings.join("api-key")
    }

    /// Where the vendor's own programs keep the key, in the order they look.
    pub fn vendor_key_files() -> Vec<PathBuf> {
        const BELOW: &str = "3ngram/api-key";
        let Some(base) = directories::BaseDirs::new() else { return Vec::new() };
        let mut files = vec![base.config_dir().join(BELOW), base.home_dir().join(".config").join(BELOW)];
        files.dedup();
        files
    }

    /// The log of flush, doctor and install.
    pub fn log_file(&self) -> PathBuf {
        self.state.join("log")
    }
}

/// The project a directory lies in: the first directory above it that looks like one, below the user's home.
fn project_of(dir: &Path) -> Option<PathBuf> {
    const MARKS: [&str; 3] = [".git", ".claude/settings.json", ".claude/settings.local.json"];
    // Where it is, not what it is called: `/proc/self/cwd` has no parents that tell.
    let place = dir.ancestors().find_map(|dir| dir.canonicalize().ok())?;
    let is_project = |dir: &&Path| MARKS.iter().any(|mark| sys::presence(&dir.join(mark)) == Presence::There);
    let project = place.ancestors().find(is_project)?;
    // Asked last: nearly always there is no such directory.
    let home = sys::home_of_user()?.canonicalize().ok()?;
    let usual = [".config", ".local/state"].iter().any(|usual| place.starts_with(home.join(usual)));
    (!usual && project != home).then(|| project.to_path_buf())
}

/// The user's home directory, for `~` in settings and for Claude Code's own files.
pub fn home() -> Option<PathBuf> {
    directories::BaseDirs::new().map(|base| base.home_dir().to_path_buf())
}

/// `~` and `~/…` with the home directory in its place; anything else as it is.
pub fn expand_home(path: &str, home: Option<&Path>) -> String {
    match (path.strip_prefix('~'), home) {
        (Some(rest), Some(home)) if rest.is_empty() || rest.starts_with('/') => {
            format!("{}{rest}", home.display())
        }
        _ => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_tilde_of_its_own_is_the_home() {
        let home = Some(Path::new("/home/dev"));
        for (given, expanded) in
            [("~", "/home/dev"), ("~/x", "/home/dev/x"), ("~other/x", "~other/x"), ("/a/~", "/a/~")]
        {
            assert_eq!(expand_home(given, home), expanded);
        }
        assert_eq!(expand_home("~/x", None), "~/x");
    }
}

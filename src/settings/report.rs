//! What an install or uninstall did, for the command to print.

use std::fmt;
use std::path::PathBuf;

/// Whether anything is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Do it.
    Write,
    /// Say what would be done, and create nothing, not even a lock.
    DryRun,
}

/// What happened to the settings file, or would happen in a dry run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// There was no file.
    Created,
    /// The file has another text now.
    Changed,
    /// Nothing was to be done.
    Unchanged,
    /// An uninstall removed the file that an install had created.
    Removed,
}

/// The result of an install or uninstall.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The path as it was given, made absolute.
    pub path: PathBuf,
    /// What became of the file.
    pub outcome: Outcome,
    /// A unified diff; empty when nothing changes.
    pub diff: String,
    /// The file with the text before the first install, if it is there after the command.
    pub backup: Option<PathBuf>,
    /// To be shown after the result.
    pub warnings: Vec<Warning>,
}

/// Something the user should know although the command did its work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Warning {
    /// `enabledPlugins` names our plugin, which brings the same hooks.
    PluginEnabled {
        /// 1-based, of the settings file.
        line: usize,
    },
    /// Another settings file enables our plugin.
    PluginEnabledIn {
        /// That file.
        path: PathBuf,
    },
    /// `disableAllHooks` is true.
    HooksDisabled {
        /// 1-based, of the settings file.
        line: usize,
    },
    /// An entry runs something of ours in a form that is not ours to change.
    Stray {
        /// 1-based, of the settings file.
        line: usize,
    },
    /// The file was replaced, and its other names were not.
    OtherLinks {
        /// How many other names there are.
        count: u64,
    },
    /// The backup is not what the settings say now, so it is the user's to keep or remove.
    BackupStays {
        /// Where it is.
        path: PathBuf,
    },
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Warning::PluginEnabled { line } => write!(
                f,
                "line {line}: the plugin engram-hook is enabled too, so every hook runs twice; \
                 keep one: run `engram-hook uninstall` or disable the plugin with `/plugin`"
            ),
            Warning::PluginEnabledIn { path } => write!(
                f,
                "{} enables the plugin engram-hook too, so there every hook runs twice; \
                 keep one: run `engram-hook uninstall` or disable the plugin with `/plugin`",
                path.display()
            ),
            Warning::HooksDisabled { line } => write!(
                f,
                "line {line}: \"disableAllHooks\" is true, so no hook runs; remove it to capture anything"
            ),
            Warning::Stray { line } => write!(
                f,
                "line {line}: a hook runs engram-hook in a form that install did not write; \
                 it was left alone, remove it by hand if it captures twice"
            ),
            Warning::OtherLinks { count } => {
                write!(f, "the file has {count} more hard link(s), which keep the old text; link them again")
            }
            Warning::BackupStays { path } => write!(
                f,
                "the settings were changed since the install, so the backup {} stays; remove it when you do not need it",
                path.display()
            ),
        }
    }
}

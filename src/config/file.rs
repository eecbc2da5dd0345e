//! `config.json`: its form, its defaults, and reading it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{glob, mistake};
use crate::paths::Paths;
use crate::sys::{self, Trust};

/// A settings file larger than this is not read.
const MAX_CONFIG_BYTES: usize = 256 * 1024;

/// `config.json` as the user wrote it. Unknown keys are errors: a misspelt `ignore` must not be silence.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// For editors; not looked at.
    #[serde(rename = "$schema")]
    pub schema: Option<String>,
    /// Which events become memories.
    pub capture: Kinds,
    /// Directories where nothing is captured, as globs.
    pub ignore: Vec<String>,
    /// Labels by remote URL or directory, in place of the one we would make.
    pub projects: BTreeMap<String, String>,
    /// Put on every memory.
    pub scope: Option<String>,
    /// Origins the key may be sent to, besides the hosted service and this machine.
    pub origins: Vec<String>,
    /// PEM file of a certificate authority to trust besides the compiled-in ones.
    pub ca_file: Option<String>,
    /// Which generation of the API to speak; absent: the key's form decides.
    pub api: Option<Api>,
    /// Whether `SessionStart` may tell the user that capture is off.
    pub notices: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            schema: None,
            capture: Kinds::default(),
            ignore: Vec::new(),
            projects: BTreeMap::new(),
            scope: None,
            origins: Vec::new(),
            ca_file: None,
            api: None,
            notices: true,
        }
    }
}

/// A generation of the API, as the settings name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Api {
    /// The newer one: `X-API-Key`, `/api/v1/memories`.
    V1,
}

/// The kinds of memory, each on or off (DESIGN.md §4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
#[expect(clippy::struct_excessive_bools, reason = "one switch a kind, as in the file")]
pub struct Kinds {
    /// `git commit`.
    pub commits: bool,
    /// A plan that was approved or written.
    pub plans: bool,
    /// `gh pr create`, `glab mr create`.
    pub pull_requests: bool,
    /// The last message of a turn.
    pub turns: bool,
    /// The summary a compaction leaves.
    pub summaries: bool,
    /// `remember:` and its kin in a prompt.
    pub remember: bool,
    /// Whole prompts.
    pub prompts: bool,
    /// The last message of a subagent.
    pub subagents: bool,
    /// What a session was about, told when it ends.
    pub sessions: bool,
}

impl Default for Kinds {
    fn default() -> Self {
        Self {
            commits: true,
            plans: true,
            pull_requests: true,
            turns: true,
            summaries: true,
            remember: true,
            prompts: false,
            subagents: false,
            sessions: false,
        }
    }
}

/// The file's settings, the defaults when there is none, or a sentence about what is wrong with it.
pub(super) fn read(paths: &Paths) -> Result<Settings, String> {
    let path = paths.config_file();
    if let Some(project) = paths.project_around() {
        return Err(format!(
            "cannot use our settings or state directory: it is in the project {}, where it is not only yours; unset \
             XDG_CONFIG_HOME and XDG_STATE_HOME, and let HOME be your home",
            project.display()
        ));
    }
    let bytes = match sys::read_file(&path, MAX_CONFIG_BYTES, Trust::Owner) {
        Ok(bytes) => bytes,
        Err(refused) if refused.is_not_found() => return Ok(Settings::default()),
        Err(refused) => return Err(format!("cannot use {}: {refused}", path.display())),
    };
    parse(&bytes).map_err(|mistake| {
        format!("cannot use {}: {mistake}; correct it, or move it away for the defaults", path.display())
    })
}

/// The settings in these bytes, or the first mistake. Only when there is one is the file read again, to name its place.
pub fn parse(bytes: &[u8]) -> Result<Settings, String> {
    // An array would do for a struct's fields in their order; nobody means that.
    let read =
        (!bytes.trim_ascii_start().starts_with(b"[")).then(|| serde_json::from_slice::<Settings>(bytes));
    match read {
        Some(Ok(settings)) if settings.ignore.iter().all(|pattern| glob::fault(pattern).is_none()) => {
            Ok(settings)
        }
        Some(Err(error)) => Err(mistake::first(bytes).unwrap_or_else(|| format!("it is not JSON: {error}"))),
        _ => Err(mistake::first(bytes).unwrap_or_else(|| "a glob in `ignore` is broken".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_file_object_means_the_defaults() {
        let settings: Settings = serde_json::from_str("{}").unwrap();
        assert_eq!(settings, Settings::default());
        assert!(settings.capture.commits && !settings.capture.prompts && !settings.capture.subagents);
    }

    #[test]
    fn one_switch_leaves_the_others_as_they_are() {
        let settings: Settings = serde_json::from_str(r#"{"capture":{"turns":false}}"#).unwrap();
        assert_eq!(settings.capture, Kinds { turns: false, ..Kinds::default() });
    }

    #[test]
    fn a_misspelt_key_is_an_error() {
        for text in [r#"{"ignored":[]}"#, r#"{"capture":{"turn":true}}"#, r#"{"ignore":"x"}"#, "[]", ""] {
            assert!(parse(text.as_bytes()).is_err(), "{text}");
        }
    }
}

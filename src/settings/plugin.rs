//! Whether Claude Code has our plugin, which brings the same hooks. Only reads.
//!
//! `plugins/installed_plugins.json` names each plugin's installations with their scope, and the settings file of that scope
//! says whether it is enabled: `{"plugins":{"engram-hook@market":[{"scope":"project","projectPath":"/…"}]}}`, and
//! `{"enabledPlugins":{"engram-hook@market":true}}` (version 2, as Claude Code 2.1.330 writes it). What is of another form
//! says nothing: this is advice, and a hook that runs twice still makes one memory.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

use super::file::bytes_of;
use super::ours::PROGRAM;

#[derive(Deserialize)]
struct Installed {
    plugins: BTreeMap<String, Vec<Installation>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Installation {
    scope: String,
    project_path: Option<PathBuf>,
}

/// The settings files in which our plugin is installed and enabled; `claude` is Claude Code's own directory.
pub fn plugin_enabled_in(claude: &Path) -> Vec<PathBuf> {
    let installed = bytes_of(&claude.join("plugins/installed_plugins.json")).ok();
    let installed = installed.and_then(|bytes| serde_json::from_slice::<Installed>(&bytes).ok());
    let plugins = installed.map(|installed| installed.plugins).unwrap_or_default();
    let ours = plugins.iter().filter(|(name, _)| name.split('@').next() == Some(PROGRAM));
    let mut files: Vec<PathBuf> = ours
        .flat_map(|(name, installations)| {
            let files = installations.iter().filter_map(|installation| settings_of(installation, claude));
            files.filter(|file| is_enabled(file, name))
        })
        .collect();
    files.sort();
    files.dedup();
    files
}

fn settings_of(installation: &Installation, claude: &Path) -> Option<PathBuf> {
    let project = |name: &str| Some(installation.project_path.as_ref()?.join(".claude").join(name));
    match installation.scope.as_str() {
        "user" => Some(claude.join("settings.json")),
        "project" => project("settings.json"),
        "local" => project("settings.local.json"),
        _ => None,
    }
}

fn is_enabled(settings: &Path, plugin: &str) -> bool {
    let settings = bytes_of(settings).ok();
    let settings = settings.and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
    settings
        .and_then(|settings| settings.get("enabledPlugins")?.get(plugin).cloned())
        .is_some_and(|value| !matches!(value, Value::Bool(false) | Value::Null))
}

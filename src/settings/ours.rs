//! The hooks we put in: `hooks/hooks.json`, with the path of the installed binary in every command.
//!
//! The file in the repository is also the plugin's, so its commands start at `${CLAUDE_PLUGIN_ROOT}`.

use std::path::Path;

use anyhow::{Context as _, bail};
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Serialize, Serializer};

use super::document::Shape;
use super::scan::scan;
use super::whose::basename;

const TEMPLATE: &str = include_str!("../../hooks/hooks.json");

/// The name of our binary, and of the plugin that brings it.
pub const PROGRAM: &str = "engram-hook";

/// All hooks we want in a settings file, in the order of `hooks.json`.
#[derive(Debug, Clone)]
pub struct OurHooks {
    pub(super) events: Vec<OurEvent>,
}

#[derive(Debug, Clone)]
pub(super) struct OurEvent {
    pub(super) name: String,
    pub(super) groups: Vec<OurGroup>,
}

/// The entries under one matcher.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OurGroup {
    /// Absent for the events that have no matcher, and for all of one that has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) matcher: Option<String>,
    pub(super) hooks: Vec<OurEntry>,
}

/// One command, in exec form.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OurEntry {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default, rename = "if", skip_serializing_if = "Option::is_none")]
    pub(super) filter: Option<String>,
    pub(super) command: String,
    args: Vec<String>,
    timeout: u32,
}

impl OurHooks {
    /// The hooks of this build, run by `binary`: an absolute path whose last part is `engram-hook`.
    pub fn new(binary: &Path) -> anyhow::Result<OurHooks> {
        let shown = binary.display();
        let Some(command) = binary.to_str() else {
            bail!("cannot install {shown}: the path is not utf-8; move the binary and try again")
        };
        if !binary.is_absolute() {
            bail!("cannot install {shown}: the path is not absolute; give the whole path")
        }
        if basename(command) != PROGRAM {
            bail!("cannot install {shown}: the binary must be called {PROGRAM}; rename it and try again")
        }
        let mut events = from_template()?;
        for entry in events.iter_mut().flat_map(|event| &mut event.groups).flat_map(|group| &mut group.hooks)
        {
            command.clone_into(&mut entry.command);
        }
        Ok(OurHooks { events })
    }

    /// The groups of one event, if we have any.
    pub(super) fn event(&self, name: &str) -> Option<&OurEvent> {
        self.events.iter().find(|event| event.name == name)
    }

    /// How many entries a complete installation has.
    pub fn len(&self) -> usize {
        self.events.iter().flat_map(|event| &event.groups).map(|group| group.hooks.len()).sum()
    }

    /// Never true of a build whose tests pass.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Serialize for OurHooks {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.events.len()))?;
        for event in &self.events {
            map.serialize_entry(&event.name, &event.groups)?;
        }
        map.end()
    }
}

/// Reads the embedded file with the scanner, because `serde_json` without a feature of its own forgets the order of keys.
fn from_template() -> anyhow::Result<Vec<OurEvent>> {
    let built_in = "cannot read the hooks built into this binary; build it again";
    let document = scan(TEMPLATE).context(built_in)?;
    let hooks = document.member(&document.root, "hooks")?.context(built_in)?;
    let Shape::Object(events) = &hooks.value.shape else { bail!(built_in) };
    events
        .iter()
        .map(|event| {
            let name = document.decoded(&event.key).context(built_in)?;
            let groups = serde_json::from_str(document.slice(&event.value.span)).context(built_in)?;
            Ok(OurEvent { name, groups })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_binary_that_could_not_be_recognised_later_is_not_installed() {
        for path in ["engram-hook", "/opt/engram", "/opt/engram-hook.bak"] {
            assert!(OurHooks::new(Path::new(path)).is_err(), "{path}");
        }
        assert!(OurHooks::new(Path::new("/opt/engram-hook")).is_ok());
    }
}

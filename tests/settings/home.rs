//! A home of its own for every test, and the words the tests are written in.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use engram_hook::settings::{self, Mode, OurHooks, Outcome, Report, Target};
use serde_json::{Map, Value};

/// How many entries `hooks/hooks.json` has.
pub(crate) const OURS: usize = 10;

pub(crate) struct Home {
    directory: tempfile::TempDir,
}

impl Home {
    /// A home with an empty `.claude` and an installed binary.
    pub(crate) fn new() -> Home {
        let home = Home { directory: tempfile::tempdir().unwrap() };
        fs::create_dir(home.path().join(".claude")).unwrap();
        fs::create_dir(home.path().join("bin")).unwrap();
        fs::write(home.binary(), "#!/bin/sh\n").unwrap();
        fs::set_permissions(home.binary(), fs::Permissions::from_mode(0o755)).unwrap();
        home
    }

    /// The same with these settings.
    pub(crate) fn with(text: impl AsRef<[u8]>) -> Home {
        let home = Home::new();
        fs::write(home.settings(), text).unwrap();
        home
    }

    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    pub(crate) fn settings(&self) -> PathBuf {
        self.path().join(".claude/settings.json")
    }

    pub(crate) fn backup(&self) -> PathBuf {
        self.path().join(".claude/settings.json.engram-backup")
    }

    pub(crate) fn state(&self) -> PathBuf {
        self.path().join("state")
    }

    pub(crate) fn binary(&self) -> PathBuf {
        self.path().join("bin/engram-hook")
    }

    pub(crate) fn ours(&self) -> OurHooks {
        OurHooks::new(&self.binary()).unwrap()
    }

    pub(crate) fn target(&self) -> Target {
        Target { settings: self.settings(), state: self.state() }
    }

    pub(crate) fn text(&self) -> String {
        fs::read_to_string(self.settings()).unwrap()
    }

    pub(crate) fn write(&self, text: &str) {
        fs::write(self.settings(), text).unwrap();
    }

    pub(crate) fn mode(&self) -> u32 {
        fs::metadata(self.settings()).unwrap().permissions().mode() & 0o7777
    }

    pub(crate) fn install(&self) -> Report {
        settings::install(&self.target(), &self.ours(), Mode::Write).unwrap()
    }

    pub(crate) fn uninstall(&self) -> Report {
        settings::uninstall(&self.target(), Mode::Write).unwrap()
    }

    /// What an install is refused with, as the command prints it; nothing may have changed.
    #[track_caller]
    pub(crate) fn refused(&self) -> String {
        let before = self.tree();
        let error = settings::install(&self.target(), &self.ours(), Mode::Write).unwrap_err();
        assert_eq!(self.tree(), before, "a refused install touched something");
        format!("{error:#}")
    }

    /// Installs, installs again, looks, and uninstalls, with the bars every settings file has to pass.
    #[track_caller]
    pub(crate) fn round_trip(&self) {
        let before = self.tree();
        let mode = self.mode();
        let dry = settings::install(&self.target(), &self.ours(), Mode::DryRun).unwrap();
        assert_eq!(self.tree(), before, "a dry run touched something");
        assert!(dry.diff.contains("engram-hook"), "{}", dry.diff);

        let report = self.install();
        assert_eq!((report.outcome, &report.diff), (Outcome::Changed, &dry.diff));
        assert_eq!(self.mode(), mode);
        assert_eq!(report.backup, Some(self.backup()));
        let installed = self.text();

        let again = self.install();
        assert_eq!((again.outcome, again.diff.as_str()), (Outcome::Unchanged, ""));
        assert_eq!(self.text(), installed);

        let found = settings::inspect(&self.settings(), &self.ours()).unwrap();
        assert_eq!((found.hooks.len(), found.duplicates, found.is_current), (OURS, 0, true));

        let report = self.uninstall();
        assert_eq!((report.outcome, report.backup), (Outcome::Changed, None));
        assert_eq!(self.mode(), mode);
        self.state_is_clean();
        assert_eq!(self.tree(), before);
    }

    /// Nothing of ours is in the state directory; the directory itself is not the settings' to remove.
    #[track_caller]
    pub(crate) fn state_is_clean(&self) {
        if self.state().exists() {
            assert_eq!(fs::read_dir(self.state()).unwrap().count(), 0);
            fs::remove_dir(self.state()).unwrap();
        }
    }

    /// Every file below the home with its bytes; symlinks with where they point.
    pub(crate) fn tree(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut tree = BTreeMap::new();
        let mut waiting = vec![self.path().to_owned()];
        while let Some(directory) = waiting.pop() {
            for entry in fs::read_dir(directory).unwrap() {
                let path = entry.unwrap().path();
                if path.is_symlink() {
                    let target = fs::read_link(&path).unwrap();
                    tree.insert(path, target.into_os_string().into_encoded_bytes());
                } else if path.is_dir() {
                    tree.insert(path.clone(), Vec::new());
                    waiting.push(path);
                } else {
                    let bytes = fs::read(&path).unwrap();
                    tree.insert(path, bytes);
                }
            }
        }
        tree
    }
}

/// `old` with the hooks of `hooks/hooks.json` behind its own, worked out without the code under test.
pub(crate) fn with_ours(old: &Value, binary: &str) -> Value {
    let mut ours: Value = serde_json::from_str(include_str!("../../hooks/hooks.json")).unwrap();
    let groups = ours["hooks"].as_object_mut().unwrap().values_mut();
    for group in groups.flat_map(|groups| groups.as_array_mut().unwrap()) {
        for entry in group["hooks"].as_array_mut().unwrap() {
            entry["command"] = Value::from(binary);
        }
    }
    let mut new = old.clone();
    let hooks = new.as_object_mut().unwrap().entry("hooks").or_insert_with(|| Value::Object(Map::default()));
    for (event, groups) in ours["hooks"].as_object().unwrap() {
        let there = hooks.as_object_mut().unwrap().entry(event).or_insert_with(|| Value::Array(Vec::new()));
        there.as_array_mut().unwrap().extend(groups.as_array().unwrap().iter().cloned());
    }
    new
}

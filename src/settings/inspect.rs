//! Which hooks of ours are in a settings file, and what stands in their way. Only reads.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::document::{Document, Shape};
use super::file::Snapshot;
use super::hooks::Hooks;
use super::merge::merge;
use super::ours::{OurHooks, PROGRAM};
use super::refusal::{Refusal, line_of};
use super::report::Warning;
use super::scan::scan;
use super::whose::{Form, Whose};

/// What `doctor` wants to know about one settings file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installed {
    /// The path that was asked for.
    pub path: PathBuf,
    /// False when there is no such file; everything else is empty then.
    pub exists: bool,
    /// Our entries, in the order of the file.
    pub hooks: Vec<InstalledHook>,
    /// Nothing missing, nothing old, nothing twice: an install would change nothing.
    pub is_current: bool,
    /// Events of ours with no entry of ours.
    pub missing: Vec<String>,
    /// Entries that would run again for one and the same event, matcher and filter.
    pub duplicates: usize,
    /// What keeps our hooks from running, or makes them run twice, each with its line.
    pub warnings: Vec<Warning>,
}

impl Installed {
    /// `enabledPlugins` of this file names our plugin.
    pub fn plugin_enabled(&self) -> bool {
        self.warnings.iter().any(|warning| matches!(warning, Warning::PluginEnabled { .. }))
    }

    /// `disableAllHooks` of this file is true.
    pub fn hooks_disabled(&self) -> bool {
        self.warnings.iter().any(|warning| matches!(warning, Warning::HooksDisabled { .. }))
    }
}

/// One entry of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstalledHook {
    /// The event it runs on.
    pub event: String,
    /// Absent when it runs on every one.
    pub matcher: Option<String>,
    /// The `if` of the entry.
    pub filter: Option<String>,
    /// 1-based.
    pub line: usize,
    /// How Claude Code starts it.
    pub form: Form,
    /// As written in the file.
    pub binary: String,
    /// What is at that path now.
    pub state: BinaryState,
}

/// Whether the binary of an entry can run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BinaryState {
    /// A file that may be executed.
    Executable,
    /// Something that may not.
    NotExecutable,
    /// Nothing is there: Claude Code shows an error on every event.
    Missing,
    /// A name without a directory, or one with a variable or a tilde: only the shell knows.
    Unresolved,
}

/// Looks into the settings file at `path`; `ours` is what an install would put there.
pub fn inspect(path: &Path, ours: &OurHooks) -> anyhow::Result<Installed> {
    let snapshot = Snapshot::read(path)?;
    let text = snapshot.text();
    let context = || format!("cannot understand {}", path.display());
    let mut installed = Installed {
        path: path.to_owned(),
        exists: snapshot.text.is_some(),
        hooks: Vec::new(),
        is_current: false,
        missing: ours.events.iter().map(|event| event.name.clone()).collect(),
        duplicates: 0,
        warnings: Vec::new(),
    };
    let merged = merge(text, ours).with_context(context)?;
    installed.is_current = merged.text == text;
    if text.trim().is_empty() {
        return Ok(installed);
    }
    let document = scan(text).with_context(context)?;
    installed.warnings = warnings(&document).with_context(context)?;
    if let Some(hooks) = Hooks::of(&document).with_context(context)? {
        installed.hooks = found(&document, &hooks);
    }
    installed.missing.retain(|event| installed.hooks.iter().all(|hook| hook.event != *event));
    installed.duplicates = duplicates(&installed.hooks);
    Ok(installed)
}

fn found(document: &Document, hooks: &Hooks) -> Vec<InstalledHook> {
    let ours = hooks.entries().filter_map(|(_, event, group, entry)| {
        let Whose::Ours(binary, form) = &entry.whose else { return None };
        let filter = document.member(entry.node, "if").ok().flatten();
        Some(InstalledHook {
            event: event.name.clone(),
            matcher: group.matcher.clone(),
            filter: filter.and_then(|member| document.decoded(&member.value.span)),
            line: line_of(document.text, entry.node.span.start),
            form: *form,
            binary: binary.clone(),
            state: state_of(binary),
        })
    });
    ours.collect()
}

fn duplicates(hooks: &[InstalledHook]) -> usize {
    let name = |hook: &InstalledHook| (hook.event.clone(), hook.matcher.clone(), hook.filter.clone());
    let mut names: Vec<_> = hooks.iter().map(name).collect();
    names.sort();
    names.dedup();
    hooks.len() - names.len()
}

fn state_of(binary: &str) -> BinaryState {
    let path = Path::new(binary);
    if !path.is_absolute() || binary.contains('$') {
        return BinaryState::Unresolved;
    }
    match path.metadata() {
        Ok(meta) if meta.is_file() && meta.permissions().mode() & 0o111 != 0 => BinaryState::Executable,
        Ok(_) => BinaryState::NotExecutable,
        Err(_) => BinaryState::Missing,
    }
}

/// What in the settings keeps our hooks from running once.
pub(super) fn warnings(document: &Document) -> Result<Vec<Warning>, Refusal> {
    let mut warnings = Vec::new();
    if let Some(plugins) = document.member(&document.root, "enabledPlugins")?
        && let Shape::Object(members) = &plugins.value.shape
    {
        for member in members {
            let name = document.decoded(&member.key).unwrap_or_default();
            let is_ours = name.split('@').next() == Some(PROGRAM);
            if is_ours && !matches!(member.value.shape, Shape::False | Shape::Null) {
                warnings.push(Warning::PluginEnabled { line: line_of(document.text, member.key.start) });
            }
        }
    }
    if let Some(member) = document.member(&document.root, "disableAllHooks")?
        && matches!(member.value.shape, Shape::True)
    {
        warnings.push(Warning::HooksDisabled { line: line_of(document.text, member.key.start) });
    }
    if let Some(hooks) = Hooks::of(document)? {
        let stray = hooks.entries().filter(|(_, _, _, entry)| entry.whose == Whose::Stray);
        warnings.extend(
            stray.map(|(_, _, _, entry)| Warning::Stray {
                line: line_of(document.text, entry.node.span.start),
            }),
        );
    }
    Ok(warnings)
}

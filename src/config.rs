//! The environment and `config.json`, with where each value came from. The only room that reads environment variables
//! for settings.
//!
//! Reading never fails as a whole: what is wrong is a value in [`Config`], because `capture` must go on in silence, `flush`
//! must say a sentence, and `doctor` must say all of it.

mod file;
pub mod glob;
pub mod known;
mod mistake;
pub mod outline;

use std::env;
use std::fmt;
use std::path::PathBuf;

pub use file::{Api, Kinds, Settings, parse};

use crate::key::{BadKey, Key};
use crate::origin::{BadOrigin, Origin};
use crate::paths::Paths;
use crate::sys::{self, Trust};

const MAX_KEY_FILE_BYTES: usize = 4096;
/// Ours first, then the vendor's own, then the option of our plugin, which Claude Code sets for the plugin's hooks alone.
const KEY_VARIABLES: [&str; 3] = ["ENGRAM_API_KEY", "THREENGRAM_API_KEY", "CLAUDE_PLUGIN_OPTION_API_KEY"];
/// Ours first, then the vendor's own, in the order its programs look, then the option of our plugin.
const URL_VARIABLES: [&str; 4] =
    ["ENGRAM_API_URL", "THREENGRAM_API_BASE", "THREENGRAM_API_URL", "CLAUDE_PLUGIN_OPTION_API_URL"];
/// What `ENGRAM_CAPTURE` may be to switch off, in any case: who types `OFF` must not be captured.
const OFF: [&str; 4] = ["off", "0", "false", "no"];
/// The service's rule for scopes has no length; this is ours.
const MAX_SCOPE_BYTES: usize = 64;

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum From {
    /// This environment variable.
    Variable(&'static str),
    /// This file.
    File(PathBuf),
    /// Nobody said anything.
    Default,
}

impl fmt::Display for From {
    /// The variable, the file, or `default`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name) => f.write_str(name),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Default => f.write_str("default"),
        }
    }
}

/// The key, or why there is none.
#[derive(Debug, Clone)]
pub enum KeyFound {
    /// A usable key and its source.
    Usable(Key, From),
    /// A text that is no key.
    Bad(BadKey, From),
    /// The key file is there and must not be used.
    FileRefused(String),
    /// Nothing.
    Absent,
}

/// Where memories go.
#[derive(Debug, Clone)]
pub enum OriginFound {
    /// The key may be sent there.
    Allowed(Origin),
    /// A valid origin the user has not allowed: capture goes on, nothing is sent.
    NotAllowed(Origin),
    /// No usable URL: nothing can be captured for it.
    Bad(BadOrigin),
}

/// Everything that decides what is captured and where it goes.
#[derive(Debug, Clone)]
pub struct Config {
    /// The file's settings, or the defaults when there is no file.
    pub settings: Settings,
    /// The sentence about a file that could not be used; then nothing is captured.
    pub broken: Option<String>,
    /// The key, or why there is none.
    pub key: KeyFound,
    /// The service's base URL.
    pub origin: OriginFound,
    /// Who named it.
    pub origin_from: From,
    /// `ENGRAM_SCOPE`, else the file's; only when it is one the service takes.
    pub scope: Option<String>,
    /// Who named the scope.
    pub scope_from: From,
    /// A scope that is none, so that somebody can be told.
    pub bad_scope: bool,
    /// `ENGRAM_PROJECT`.
    pub project: Option<String>,
    /// `ENGRAM_CAPTURE=off`.
    pub off: bool,
}

impl Config {
    /// Reads the environment and the settings directory.
    pub fn read(paths: &Paths) -> Self {
        let (settings, broken) = match file::read(paths) {
            Ok(settings) => (settings, None),
            Err(sentence) => (Settings::default(), Some(sentence)),
        };
        let (origin, origin_from) = read_origin(&settings);
        let (given_scope, scope_from) = match (variable("ENGRAM_SCOPE"), &settings.scope) {
            (Some(scope), _) => (Some(scope), From::Variable("ENGRAM_SCOPE")),
            (None, Some(scope)) => (Some(scope.clone()), From::File(paths.config_file())),
            (None, None) => (None, From::Default),
        };
        let scope = given_scope.clone().filter(|scope| is_scope(scope));
        Self {
            key: read_key(paths),
            origin,
            origin_from,
            bad_scope: given_scope.is_some() && scope.is_none(),
            scope,
            scope_from,
            project: variable("ENGRAM_PROJECT"),
            off: variable("ENGRAM_CAPTURE")
                .is_some_and(|value| OFF.iter().any(|off| value.trim().eq_ignore_ascii_case(off))),
            settings,
            broken,
        }
    }

    /// The key, when it is usable.
    pub fn usable_key(&self) -> Option<&Key> {
        match &self.key {
            KeyFound::Usable(key, _) => Some(key),
            _ => None,
        }
    }
}

/// A variable that is set and not blank. What is no text in it becomes U+FFFD, which no key, URL or scope may hold: a value
/// that cannot be read must not count as none.
pub fn variable(name: &str) -> Option<String> {
    env::var_os(name)
        .map(|value| value.to_string_lossy().into_owned())
        .filter(|value| !value.trim().is_empty())
}

/// Every variable that is text, for the redaction of our own environment's secrets.
pub fn variables() -> Vec<(String, String)> {
    env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}

fn read_key(paths: &Paths) -> KeyFound {
    for name in KEY_VARIABLES {
        if let Some(text) = variable(name) {
            return judge_key(&text, From::Variable(name));
        }
    }
    match read_key_file(paths.key_file()) {
        KeyFound::Absent => {}
        found => return found,
    }
    let vendors = Paths::vendor_key_files().into_iter().map(read_key_file);
    vendors.into_iter().find(|found| !matches!(found, KeyFound::Absent)).unwrap_or(KeyFound::Absent)
}

fn read_key_file(path: PathBuf) -> KeyFound {
    match sys::read_file(&path, MAX_KEY_FILE_BYTES, Trust::OwnerOnly) {
        Ok(bytes) => judge_key(&String::from_utf8_lossy(&bytes), From::File(path)),
        Err(refused) if refused.is_not_found() => KeyFound::Absent,
        // One that cannot be read is a key all the same: memories must not go out under another one instead.
        Err(refused) => KeyFound::FileRefused(format!("cannot use {}: {refused}", path.display())),
    }
}

fn judge_key(text: &str, from: From) -> KeyFound {
    match Key::parse(text) {
        Ok(key) => KeyFound::Usable(key, from),
        Err(why) => KeyFound::Bad(why, from),
    }
}

fn read_origin(settings: &Settings) -> (OriginFound, From) {
    let given = URL_VARIABLES.into_iter().find_map(|name| Some((name, variable(name)?)));
    let Some((name, text)) = given else {
        return (OriginFound::Allowed(Origin::default()), From::Default);
    };
    let found = match Origin::parse(&text) {
        Err(why) => OriginFound::Bad(why),
        Ok(origin) if origin.is_trusted_by_default() || is_listed(&origin, settings) => {
            OriginFound::Allowed(origin)
        }
        Ok(origin) => OriginFound::NotAllowed(origin),
    };
    (found, From::Variable(name))
}

fn is_listed(origin: &Origin, settings: &Settings) -> bool {
    settings.origins.iter().any(|listed| Origin::parse(listed).as_ref() == Ok(origin))
}

/// The service's rule: `^[a-z0-9][a-z0-9-]*$`.
pub fn is_scope(text: &str) -> bool {
    text.len() <= MAX_SCOPE_BYTES
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && !text.is_empty()
        && !text.starts_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_is_what_the_service_takes() {
        for (text, good) in
            [("work", true), ("a-1", true), ("-a", false), ("Work", false), ("", false), ("a b", false)]
        {
            assert_eq!(is_scope(text), good, "{text:?}");
        }
    }
}

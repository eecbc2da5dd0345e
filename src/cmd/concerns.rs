//! Settings that are no mistakes and yet have not the effect that was meant: for `config show`, `status` and `doctor`.

use std::path::{Path, PathBuf};

use super::Session;
use crate::config::From;
use crate::net;
use crate::origin::Origin;
use crate::paths;

/// A sentence for each of them.
pub fn concerns(session: &Session) -> Vec<String> {
    let config = &session.config;
    let file = session.paths.config_file();
    let mut concerns = Vec::new();
    if config.bad_scope {
        let (named, rest) = match config.scope_from {
            From::Variable(name) => (name.to_owned(), "correct it"),
            _ => (format!("`scope` in {}", file.display()), "correct it there"),
        };
        concerns
            .push(format!("{named} is not like work or client-a, so memories go without a scope: {rest}"));
    }
    for origin in &config.settings.origins {
        if let Err(why) = Origin::parse(origin) {
            concerns.push(format!(
                "{origin:?} in `origins` allows nothing: {why}; correct it in {}",
                file.display()
            ));
        }
    }
    if let Some(ca_file) = ca_file(session)
        && let Err(error) = net::check_ca_file(&ca_file)
    {
        concerns.push(format!("{error:#}; until then nothing is sent to an https origin"));
    }
    concerns
}

/// Where `ca_file` is.
pub fn ca_file(session: &Session) -> Option<PathBuf> {
    expanded(session.config.settings.ca_file.as_deref()?, paths::home().as_deref())
}

fn expanded(file: &str, home: Option<&Path>) -> Option<PathBuf> {
    (!file.trim().is_empty()).then(|| PathBuf::from(paths::expand_home(file, home)))
}

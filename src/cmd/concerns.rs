//! Settings that are no mistakes and yet have not the effect that was meant: for `config show`, `status` and `doctor`.

use super::Session;
use super::config::generation;
use super::flush::transport;
use crate::config::From;
use crate::net;
use crate::origin::Origin;

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
    let (spoken, _) = generation(config);
    if let Some(scope) = config.scope.as_deref().filter(|scope| !spoken.takes_scope(scope)) {
        concerns.push(format!(
            "the scope {scope} is not sent: {} knows work and personal, so memories go without one",
            spoken.as_str()
        ));
    }
    for origin in &config.settings.origins {
        if let Err(why) = Origin::parse(origin) {
            concerns.push(format!(
                "{origin:?} in `origins` allows nothing: {why}; correct it in {}",
                file.display()
            ));
        }
    }
    if let Some(ca_file) = transport(config).ca_file
        && let Err(error) = net::check_ca_file(&ca_file)
    {
        concerns.push(format!("{error:#}; until then nothing is sent to an https origin"));
    }
    concerns
}

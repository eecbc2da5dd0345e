//! The program, `config.json`, the variables, the key and the URL.

use super::Finding;
use crate::cmd::Session;
use crate::cmd::concerns::concerns;
use crate::cmd::config::described;
use crate::config::{From, KeyFound, OriginFound};
use crate::hook::project;
use crate::paths;
use crate::sys::{self, Presence};

pub(super) fn findings(session: &Session) -> Vec<Finding> {
    let mut findings = vec![program(), file(session)];
    findings.extend(concerns(session).into_iter().map(|concern| Finding::note("settings", concern)));
    findings.extend(switches(session));
    findings.push(key(session));
    findings.push(url(session));
    findings
}

fn program() -> Finding {
    let place = std::env::current_exe()
        .map_or_else(|_| "an unknown place".to_owned(), |path| path.display().to_string());
    Finding::good("program", format!("engram-hook {}, {place}", env!("CARGO_PKG_VERSION")))
}

fn file(session: &Session) -> Finding {
    let file = session.paths.config_file();
    match &session.config.broken {
        Some(sentence) => Finding::bad(
            "settings",
            // The remedy at the end of the sentence has a line of its own here.
            format!(
                "nothing is captured: {}",
                sentence.split("; correct it, or ").next().unwrap_or(sentence)
            ),
            if sentence.contains("; correct it, or ") {
                format!("correct it, or: mv {0} {0}.broken", quoted(&file.display().to_string()))
            } else {
                "do what the sentence says, then ask again".to_owned()
            },
        ),
        None if sys::presence(&file) == Presence::There => {
            Finding::good("settings", format!("{} can be used", file.display()))
        }
        None => Finding::good("settings", format!("the defaults; there is no {}", file.display())),
    }
}

/// What turns capture off on purpose.
fn switches(session: &Session) -> Vec<Finding> {
    let mut findings = Vec::new();
    if session.config.off {
        findings.push(Finding::bad(
            "capture",
            "nothing is captured: ENGRAM_CAPTURE is off",
            "unset ENGRAM_CAPTURE; if it is set in the `env` of a settings file of Claude Code, take it out there",
        ));
    }
    let home = paths::home();
    if let Ok(here) = std::env::current_dir()
        && let Some(ignored) =
            project::ignored(&here.to_string_lossy(), &session.config.settings, home.as_deref())
    {
        findings.push(Finding::note(
            "capture",
            format!("nothing is captured in this directory: {ignored} says so"),
        ));
    }
    findings
}

fn key(session: &Session) -> Finding {
    let file = session.paths.key_file();
    match &session.config.key {
        KeyFound::Usable(key, from) => Finding::good("key", format!("{}, from {}", described(key), from)),
        KeyFound::Absent => Finding::bad(
            "key",
            "nothing is captured: there is no API key",
            format!("export ENGRAM_API_KEY=…, or put the key into {} and chmod 600 it", file.display()),
        ),
        KeyFound::Bad(why, from) => Finding::bad(
            "key",
            format!("nothing is captured: what {from} holds is no API key: {why}"),
            "copy the key again from the service's API keys page",
        ),
        KeyFound::FileRefused(sentence) => Finding::bad(
            "key",
            format!("nothing is captured: {sentence}"),
            format!("chmod 600 {}", quoted(&file.display().to_string())),
        ),
    }
}

fn url(session: &Session) -> Finding {
    let from = &session.config.origin_from;
    let named = from.to_string();
    match &session.config.origin {
        OriginFound::Allowed(origin) if *from == From::Default => {
            Finding::good("url", format!("{origin}, the hosted service"))
        }
        OriginFound::Allowed(origin) => Finding::good("url", format!("{origin}, from {named}")),
        OriginFound::NotAllowed(origin) => Finding::bad(
            "url",
            format!("memories are kept and not sent: {named} names {origin}, which you have not allowed"),
            format!(
                "unset {named}; or, if you trust it, add \"{origin}\" to \"origins\" in {}",
                session.paths.config_file().display()
            ),
        ),
        OriginFound::Bad(why) => Finding::bad(
            "url",
            format!("nothing is captured: {named} is no base URL: {why}"),
            format!("correct {named}, or unset it for the hosted service"),
        ),
    }
}

/// For a shell.
pub(super) fn quoted(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-+~".contains(&byte);
    if path.bytes().all(plain) { path.to_owned() } else { format!("'{}'", path.replace('\'', r"'\''")) }
}

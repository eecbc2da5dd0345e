//! Where a command's standard output goes after its redirections, and what a pipe lets through.

use super::syntax::{Command, Redirect, RedirectKind};
use super::{Reach, Text};

/// Where a descriptor leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// Where the surrounding command's standard output leads.
    Outside,
    /// Where the surrounding command's standard error leads; Claude Code shows it beside the output.
    Errors,
    /// A file, by the name used; empty where the name says nothing.
    File { path: String, appends: bool },
}

impl Target {
    /// The file, if its name is known.
    pub(super) fn file(&self) -> Option<&str> {
        match self {
            Self::File { path, .. } if !path.is_empty() && path != "/dev/null" => Some(path),
            _ => None,
        }
    }
}

/// Where standard output leads. `targets` are the expanded words of `redirects`.
pub(super) fn standard_output(redirects: &[Redirect], targets: &[Text]) -> Target {
    let mut open = vec![Target::Errors; 10];
    let file = |text: &Text, appends: bool| match text.as_known() {
        Some("/dev/stdout" | "/dev/fd/1" | "/proc/self/fd/1") => Target::Outside,
        Some("/dev/stderr" | "/dev/fd/2" | "/proc/self/fd/2") => Target::Errors,
        path => Target::File { path: path.unwrap_or_default().to_owned(), appends },
    };
    if let Some(out) = open.get_mut(1) {
        *out = Target::Outside;
    }
    for (redirect, target) in redirects.iter().zip(targets) {
        let leads = match redirect.kind {
            RedirectKind::Write | RedirectKind::WriteBoth => file(target, false),
            RedirectKind::Append => file(target, true),
            RedirectKind::Duplicate => {
                let number = target.shown().trim_end_matches('-').parse::<usize>().ok();
                number
                    .and_then(|fd| open.get(fd).cloned())
                    .unwrap_or(Target::File { path: String::new(), appends: false })
            }
            RedirectKind::Read | RedirectKind::HereString | RedirectKind::Heredoc(_) => continue,
        };
        if redirect.kind == RedirectKind::WriteBoth
            && let Some(errors) = open.get_mut(2)
        {
            *errors = leads.clone();
        }
        if let Some(place) = open.get_mut(usize::from(redirect.fd)) {
            *place = leads;
        }
    }
    open.into_iter().nth(1).unwrap_or(Target::Outside)
}

/// How far output gets that is piped into `stage`, whose own output gets as far as `beyond`.
pub(super) fn through(stage: &Command, beyond: Reach) -> Reach {
    let redirected = stage.redirects.iter().any(|redirect| {
        redirect.fd == 1 && !matches!(redirect.kind, RedirectKind::Duplicate | RedirectKind::Read)
    });
    if redirected {
        return Reach::Nothing;
    }
    let passes = match (stage.literal(0), stage.literal(1)) {
        (Some("cat"), None) | (Some("tee"), _) => Reach::Whole,
        (Some("tail"), _) => Reach::Tail,
        _ => Reach::Parts,
    };
    match (passes, beyond) {
        (_, Reach::Nothing) => Reach::Nothing,
        (Reach::Whole, beyond) => beyond,
        (passes, Reach::Whole) => passes,
        _ => Reach::Parts,
    }
}

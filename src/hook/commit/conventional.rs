//! The head of a subject that follows Conventional Commits: `feat(api)!: add a route`.

use super::Conventional;

/// A longer word is a sentence's start, not a kind.
const MAX_KIND_BYTES: usize = 32;

/// Reads the head of a subject; `None` if it has none. A colon, a space and a description must follow.
pub fn conventional(subject: &str) -> Option<Conventional<'_>> {
    let kind_end = subject.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_')))?;
    let (kind, rest) = subject.split_at_checked(kind_end)?;
    if !kind.starts_with(|c: char| c.is_ascii_alphabetic()) || kind.len() > MAX_KIND_BYTES {
        return None;
    }
    let (scope, rest) = match rest.strip_prefix('(') {
        Some(inside) => inside.split_once(')').map(|(scope, rest)| (Some(scope.trim()), rest))?,
        None => (None, rest),
    };
    if scope.is_some_and(|scope| scope.contains(['\n', '('])) {
        return None;
    }
    let (breaking, rest) = rest.strip_prefix('!').map_or((false, rest), |rest| (true, rest));
    let description = rest.strip_prefix(':')?.strip_prefix([' ', '\t'])?;
    let says_something = description.lines().next().is_some_and(|line| !line.trim().is_empty());
    says_something.then_some(Conventional { kind, scope: scope.filter(|scope| !scope.is_empty()), breaking })
}

//! What people write where a secret goes: `<your token>`, `${TOKEN}`, `xxxx`, `changeme`.

/// A value that begins so is looked up elsewhere, or is to be filled in.
const OPENINGS: [&str; 29] = [
    "<",
    "${",
    "$(",
    "{{",
    "{%",
    "%{",
    "#{",
    "@{",
    "%(",
    "[",
    "…",
    "...",
    "***",
    "•",
    "op://",
    "vault:",
    "vault://",
    "ref+",
    "arn:",
    "file:",
    "env:",
    "env.",
    "secret://",
    "sm://",
    "ssm:",
    "secretref:",
    "keyring:",
    "projects/",
    "ENC[",
];
/// A value that holds one of these says of itself that it is none.
const HINTS: [&str; 30] = [
    "example",
    "your_",
    "your-",
    "yourp",
    "yours",
    "yourt",
    "yourk",
    "youra",
    "placeholder",
    "changeme",
    "change-me",
    "change_me",
    "replaceme",
    "replace-",
    "replace_",
    "dummy",
    "redacted",
    "masked",
    "hidden",
    "xxxx",
    "****",
    "....",
    "…",
    "${",
    "{{",
    "goes-here",
    "goes_here",
    "_here",
    "-here",
    "insert-",
];
const LONGEST_HINTED: usize = 128;

/// Whether the value stands for another. Our own markers do.
pub(super) fn is_placeholder(value: &[u8]) -> bool {
    let opens = |opening: &&str| {
        value.get(..opening.len()).is_some_and(|start| start.eq_ignore_ascii_case(opening.as_bytes()))
    };
    OPENINGS.iter().any(|opening| opens(opening))
        || is_variable(value)
        || is_repeated(value)
        || has_hint(value)
}

/// `$NAME`, `%NAME%`, `@NAME@`, `__NAME__`; `$3cret` is none.
fn is_variable(value: &[u8]) -> bool {
    match value {
        [b'$', next, ..] => next.is_ascii_alphabetic() || *next == b'_',
        [mark @ (b'%' | b'@'), inner @ .., last] => {
            mark == last && inner.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        }
        [b'_', b'_', .., b'_', b'_'] => true,
        _ => false,
    }
}

fn is_repeated(value: &[u8]) -> bool {
    value.first().is_none_or(|first| value.iter().all(|byte| byte == first))
}

fn has_hint(value: &[u8]) -> bool {
    let value = value.get(..LONGEST_HINTED.min(value.len())).unwrap_or_default();
    HINTS.iter().any(|hint| value.windows(hint.len()).any(|here| here.eq_ignore_ascii_case(hint.as_bytes())))
}

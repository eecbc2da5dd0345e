//! What people write where a secret goes: `<your token>`, `${TOKEN}`, `xxxx`, `changeme`.

use super::source::Set;

/// A value that begins so is looked up elsewhere, or is to be filled in.
const OPENINGS: [&str; 28] = [
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
const HINTS: [&str; 31] = [
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
    "${",
    "{{",
    "goes-here",
    "goes_here",
    "_here",
    "-here",
    "insert-",
    "%s",
    "%d",
];
/// What a hint begins with, but for the ellipsis.
const INITIALS: Set = Set::of("eypcrdmhxgiEYPCRDMHXGI*.${_%-");
const ELLIPSIS: u8 = 0xE2;
const LONGEST_HINTED: usize = 128;

/// Whether the value stands for another. Our own markers do.
pub(super) fn is_placeholder(value: &[u8]) -> bool {
    OPENINGS.iter().any(|opening| begins(value, opening))
        || is_variable(value)
        || is_repeated(value)
        || has_hint(value)
}

fn begins(value: &[u8], word: &str) -> bool {
    let first = word.as_bytes().first().map(u8::to_ascii_lowercase);
    value.first().map(u8::to_ascii_lowercase) == first
        && value.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes()))
}

/// `$NAME`, `%NAME%`, `@NAME@`, `__NAME__`; `$3cret` is none.
fn is_variable(value: &[u8]) -> bool {
    match value {
        [b'$', next, ..] => next.is_ascii_alphabetic() || *next == b'_',
        [mark @ (b'%' | b'@'), inner @ .., last] => {
            mark == last && inner.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        }
        [b'{', inner @ .., b'}'] => inner.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_'),
        [b'_', b'_', .., b'_', b'_'] => true,
        _ => false,
    }
}

fn is_repeated(value: &[u8]) -> bool {
    value.first().is_none_or(|first| value.iter().all(|byte| byte == first))
}

fn has_hint(value: &[u8]) -> bool {
    let value = value.get(..LONGEST_HINTED.min(value.len())).unwrap_or_default();
    let begins_hint = |start: usize| {
        let rest = value.get(start..).unwrap_or_default();
        HINTS.iter().any(|hint| begins(rest, hint))
    };
    let may_begin = |byte: u8| INITIALS.has(byte) || byte == ELLIPSIS;
    value.iter().enumerate().any(|(start, byte)| may_begin(*byte) && begins_hint(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_hint_can_be_seen_by_its_initial() {
        for hint in HINTS {
            assert!(has_hint(format!("0{hint}0").as_bytes()), "{hint}");
            assert!(has_hint(hint.to_uppercase().as_bytes()), "{hint}");
        }
    }

    #[test]
    fn what_stands_for_a_value_is_told_from_one() {
        for (value, placeholder) in [
            ("", true),
            ("<token>", true),
            ("${TOKEN}", true),
            ("$TOKEN", true),
            ("$(cat token)", true),
            ("{{ token }}", true),
            ("{token}", true),
            ("%TOKEN%", true),
            ("@TOKEN@", true),
            ("__TOKEN__", true),
            ("[redacted:token]", true),
            ("...", true),
            ("********", true),
            ("abcdxxxxabcd", true),
            ("your-api-key", true),
            ("CHANGE_ME", true),
            ("op://vault/item", true),
            ("%s:%d", true),
            ("$3cret", false),
            ("hunter2", false),
            ("{x7Kp", false),
            ("100%", false),
        ] {
            assert_eq!(is_placeholder(value.as_bytes()), placeholder, "{value:?}");
        }
    }
}

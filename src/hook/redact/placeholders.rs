//! What people write where a secret goes: `<your token>`, `${TOKEN}`, `xxxx`, `changeme`.

/// A value that begins so is looked up elsewhere, or is to be filled in.
const OPENINGS: &str = "< ${ $( {{ {% %{ #{ @{ %( [ … ... *** • op:// vault: ref+ arn: file: env: env. secret:// sm:// ssm: \
    secretref: keyring: projects/ ENC[";
/// A value that holds one of these says of itself that it is none.
const HINTS: &str = "example your_ your- yourp yours yourt yourk youra placeholder changeme change-me change_me replaceme \
    replace- replace_ dummy redacted masked hidden xxxx **** .... … ${ {{ goes-here goes_here _here -here insert- %s %d";
const LONGEST_HINTED: usize = 128;

/// Whether the value stands for another. Our own markers do.
pub(super) fn is_placeholder(value: &[u8]) -> bool {
    let opens = |opening: &str| begins(value, opening);
    OPENINGS.split_ascii_whitespace().any(opens)
        || is_variable(value)
        || is_repeated(value)
        || has_hint(value)
}

fn begins(value: &[u8], word: &str) -> bool {
    value.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes()))
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
    HINTS
        .split_ascii_whitespace()
        .any(|hint| (0..value.len()).any(|start| value.get(start..).is_some_and(|rest| begins(rest, hint))))
}

#[cfg(test)]
mod tests {
    use super::*;

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

//! Words, names and paths, which are no secrets wherever they stand.

use super::tally::Tally;

/// Passwords in letters only that so many people use that they are no words any more.
const COMMON: &str = "letmein qwerty qwertyuiop iloveyou opensesame trustno supersecret topsecret hunter sesame postgres \
    mysecretpassword supersecretpassword correcthorsebatterystaple";
/// Algorithms and formats, which have digits in their names.
const ALGORITHMS: &str = "sha sha1 sha2 sha3 sha224 sha256 sha384 sha512 md5 base16 base32 base58 base62 base64 base64url \
    utf8 utf16 latin1 iso8859 oauth1 oauth2 argon2 argon2i argon2id pbkdf2 hs256 hs384 hs512 rs256 rs384 rs512 es256 \
    es384 ps256 ed25519 x25519 x509 p256 p384 secp256k1 aes128 aes256 rsa2048 rsa4096 blake2 blake3 crc32 scram";
/// Words that name a value rather than being one: `password1`, `user_token_2`.
const VOCABULARY: &str = "password passwd pass pwd passphrase token secret key apikey value val string str user username \
    login auth reset hash input field param arg var text name form line item node data buf tmp temp result res req config \
    option default version step access credential";
/// What stands where a value is not given.
const NO_VALUES: &str = "required optional string password secret token true false none null undefined enabled disabled \
    missing unset empty default changeit username anonymous prompt forbidden unknown invalid supplied provided keychain \
    keyring interactive environment";

fn is_one_of(word: &[u8], words: &str) -> bool {
    words.split_ascii_whitespace().any(|known| word.eq_ignore_ascii_case(known.as_bytes()))
}

pub(super) fn is_common_password(value: &[u8]) -> bool {
    is_one_of(value, COMMON)
}

/// Whether the word says what is there instead of a value, or what the value is.
pub(super) fn is_no_value(value: &[u8]) -> bool {
    is_one_of(value, NO_VALUES) || is_one_of(value, VOCABULARY)
}

/// Words, short numbers, and words with one short number in them, with separators between.
pub(super) fn is_wordy(value: &[u8]) -> bool {
    value.split(|byte| !byte.is_ascii_alphanumeric()).all(|part| {
        let tally = Tally::of(part);
        tally.digit_changes <= 2 && tally.digits <= 5 && !tally.is_scrambled()
    })
}

/// `db-credentials-x8f7d`: words with dashes and a short end that something made, as Kubernetes names what it holds.
pub(super) fn is_resource(value: &[u8]) -> bool {
    let mut parts = value.rsplit(|byte| *byte == b'-');
    let end = parts.next().unwrap_or_default();
    let mut words = 0;
    let are_words = parts.all(|word| {
        words += 1;
        is_wordy(word) && word.iter().all(u8::is_ascii_lowercase)
    });
    are_words
        && words >= 2
        && end.len() <= 10
        && end.iter().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

/// Words, of which one says that this is the name of a value.
pub(super) fn is_name(value: &[u8], is_quoted: bool, tally: &Tally) -> bool {
    let mut words = value.split(|byte| !byte.is_ascii_alphabetic());
    let most_digits = if is_quoted { 1 } else { 2 };
    tally.digits <= most_digits && is_wordy(value) && words.any(|word| is_one_of(word, VOCABULARY))
}

/// `v1.2.3`, `2.0-beta`, `10.0.0.1`, `3.11`.
pub(super) fn is_version(value: &[u8]) -> bool {
    let number = value.strip_prefix(b"v").unwrap_or(value);
    let has_dot = memchr::memchr(b'.', number).is_some();
    number.first().is_some_and(u8::is_ascii_digit) && has_dot && is_wordy(number)
}

pub(super) fn is_algorithm(value: &[u8]) -> bool {
    if value.strip_prefix(b"base64:").is_some_and(|key| key.len() >= 20) {
        return false;
    }
    let end = value.iter().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(value.len());
    value.split_at_checked(end).is_some_and(|(word, rest)| {
        is_one_of(word, ALGORITHMS) && !rest.iter().any(|byte| matches!(byte, b'!' | b'#' | b'%' | b'^'))
    })
}

/// `config.password`, `process.env.TOKEN2`, `~/.ssh/id`, `C:\keys`. The last part of a path to a field may be anything.
pub(super) fn is_path(value: &[u8]) -> bool {
    let is_file = match value {
        [b'/' | b'~' | b'.', rest @ ..] => memchr::memchr(b'/', rest).is_some(),
        [drive, b':', b'\\' | b'/', ..] => drive.is_ascii_alphabetic(),
        _ => false,
    };
    if is_file {
        return is_wordy(value);
    }
    let is_identifier = |part: &[u8]| {
        part.first().is_some_and(|first| first.is_ascii_alphabetic() || *first == b'_')
            && part.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
    };
    memchr::memrchr(b'.', value).and_then(|dot| value.split_at_checked(dot)).is_some_and(|(parts, last)| {
        parts.split(|byte| *byte == b'.').all(|part| is_identifier(part) && is_wordy(part))
            && last.get(1..).is_some_and(is_identifier)
    })
}

/// `WIN32_ERROR`, `__uint64`: a constant or a type.
pub(super) fn is_constant(value: &[u8], tally: &Tally) -> bool {
    let is_upper = tally.lower == 0 && tally.letters() >= 3 * tally.digits;
    let is_internal = value.starts_with(b"__") && is_wordy(value);
    let is_identifier = value.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    is_identifier && memchr::memchr(b'_', value).is_some() && (is_upper || is_internal)
}

/// Symbols that stand in passwords and not between words; those at the end may be punctuation.
pub(super) fn strong_symbols(value: &[u8]) -> usize {
    let inside = value.iter().rposition(u8::is_ascii_alphanumeric).map_or(0, |last| last + 1);
    let inside = value.get(..inside).unwrap_or_default();
    inside
        .iter()
        .filter(|byte| matches!(byte, b'!' | b'@' | b'#' | b'$' | b'%' | b'^' | b'*' | b'?' | b'~'))
        .count()
}

/// Few blanks, and more in it than words: no label, no sentence.
pub(super) fn is_spaced_password(value: &[u8], tally: &Tally) -> bool {
    let spaces = value.iter().filter(|byte| byte.is_ascii_whitespace()).count();
    spaces <= 2 && tally.digits > 0 && strong_symbols(value) > 0
}

/// Four and more short words with dashes: `correct-horse-battery-staple`.
pub(super) fn is_passphrase(value: &[u8]) -> bool {
    let mut count = 0;
    let are_words = value.split(|byte| *byte == b'-').all(|word| {
        count += 1;
        (3..=9).contains(&word.len()) && word.iter().all(u8::is_ascii_lowercase) && !is_no_value(word)
    });
    are_words && count >= 4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_with_a_number_are_words_and_random_characters_are_not() {
        for (value, wordy) in [
            ("", true),
            ("password", true),
            ("getUserNameFromDatabase", true),
            ("Curve25519SeedBin", true),
            ("oauth2-client-v2", true),
            ("us-east-1", true),
            ("s3cr3t", false),
            ("a8f5f167f44f4964", false),
            ("x7Kp2mQ9", false),
            ("AbCdEfGhIjKlMnOpQrStUvWx", false),
            ("zgmpgjosqwrtzplk", false),
        ] {
            assert_eq!(is_wordy(value.as_bytes()), wordy, "{value:?}");
        }
    }

    #[test]
    fn paths_to_fields_and_files_are_told_from_tokens_with_dots() {
        for (value, path) in [
            ("config.password", true),
            ("process.env.TOKEN2", true),
            ("rust.hpke.MLKEM768X25519PrivateKey", true),
            ("/run/secrets/key2", true),
            ("~/.ssh/id_ed25519", true),
            ("./keys/server.pem", true),
            ("C:\\keys\\server", true),
            ("password", false),
            ("x7Kp2mQ9b1.config", false),
            ("/x7Kp2mQ9/b1C3d5E7", false),
            ("a.b-c", false),
            ("1.2.3", false),
        ] {
            assert_eq!(is_path(value.as_bytes()), path, "{value:?}");
        }
    }

    #[test]
    fn names_of_resources_are_told_from_tokens_with_dashes() {
        for (value, resource) in [
            ("db-credentials-kwojojepxw", true),
            ("web-tls-x8f7d", true),
            ("web-x8f7d", false),
            ("live-secret-x8f7d92kq1z0", false),
            ("x7Kp2-mQ9b1-C3d5E", false),
            ("", false),
        ] {
            assert_eq!(is_resource(value.as_bytes()), resource, "{value:?}");
        }
    }

    #[test]
    fn passphrases_are_told_from_names_with_dashes() {
        for (value, passphrase) in [
            ("correct-horse-battery-staple", true),
            ("correct-horse-battery", false),
            ("forgot-password-link-sent", false),
            ("a-b-c-d", false),
            ("Correct-Horse-Battery-Staple", false),
        ] {
            assert_eq!(is_passphrase(value.as_bytes()), passphrase, "{value:?}");
        }
    }
}

//! Known secrets, recognised by somebody who does not have them: the flush, which reads the transcript of an ended session
//! and was not given the variables of the session's environment.
//!
//! A fingerprint is a secret's length and a digest of it and of the API key. The key is on no disk, so whoever reads the
//! fingerprint cannot try out passwords on it.

use serde::{Deserialize, Serialize};

use super::known::KnownSecrets;
use crate::digest;
use crate::key::Key;

/// A longer value is a document, which other rules know by its form.
const LONGEST: usize = 4096;

/// What a secret is recognised by: its length in bytes, and the first 16 hex digits of the digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint(usize, String);

impl Fingerprint {
    /// The fingerprints of the secrets.
    pub fn of(secrets: &KnownSecrets<'_>, key: &Key) -> Vec<Self> {
        let values = secrets.values().filter(|value| value.len() <= LONGEST);
        values.map(|value| Self(value.len(), digest_of(value, key))).collect()
    }

    /// Every part of the text that has one of the fingerprints: the secrets themselves.
    pub fn recognise(prints: &[Self], text: &str, key: &Key) -> Vec<String> {
        let mut lengths: Vec<_> = prints.iter().map(|print| print.0).filter(|length| *length > 0).collect();
        lengths.sort_unstable();
        lengths.dedup();
        let mut found = Vec::new();
        for length in lengths {
            for (start, _) in text.char_indices() {
                let Some(part) = text.get(start..start + length) else { continue };
                let digest = digest_of(part, key);
                if prints.iter().any(|print| print.0 == length && print.1 == digest) {
                    found.push(part.to_owned());
                }
            }
        }
        found
    }
}

fn digest_of(value: &str, key: &Key) -> String {
    let parts = [b"engram-known-v1\0".as_slice(), key.reveal().as_bytes(), b"\0", value.as_bytes()];
    digest::hex_prefix::<8>(&digest::of_bytes(&parts))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_recognised_by_its_fingerprint_under_the_same_key_only() {
        let key = Key::parse("eng_12345678").unwrap();
        let known = KnownSecrets::of(
            [("DB_PASSWORD", "swordfish!sword·fish"), ("B_KEY", "0a1b2c3d4e5f")].into_iter(),
        );
        let prints = Fingerprint::of(&known, &key);
        let text = "é is not swordfish!sword·fish, nor swordfish!sword-fish; é0a1b2c3d4e5f is";
        let mut found = Fingerprint::recognise(&prints, text, &key);
        found.sort();
        assert_eq!(found, ["0a1b2c3d4e5f", "swordfish!sword·fish"]);
        assert_eq!(Fingerprint::recognise(&prints, text, &Key::parse("eng_12345679").unwrap()), [""; 0]);
        assert_eq!(Fingerprint::recognise(&[Fingerprint(0, String::new())], text, &key), [""; 0]);
        assert!(!serde_json::to_string(&prints).unwrap().contains("swordfish"));
    }
}

//! API keys: how they look, how they are made, and the digest that is all we keep of them.

use std::fmt;

use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use thiserror::Error;

use crate::generation::Generation;
use crate::random::{self, LETTERS_AND_DIGITS, URL_SAFE};

/// The longest name, in characters.
pub(crate) const LONGEST_NAME: usize = 64;
const ID_LENGTH: usize = 12;

/// A key as the list shows it. The key itself is not here: nobody can show it twice.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct KeyRecord {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) created_at: Timestamp,
    /// Absent until the first request that succeeded.
    pub(crate) last_used_at: Option<Timestamp>,
    /// Present once the key is dead.
    pub(crate) revoked_at: Option<Timestamp>,
}

/// The secret itself. It is handed out once and never written anywhere; `Debug` does not show it.
pub(crate) struct Secret(String);

impl Secret {
    fn mint(generation: Generation) -> Result<Self, getrandom::Error> {
        Ok(Self(match generation {
            Generation::AsAsked => format!("eng_{}", random::characters(LETTERS_AND_DIGITS, 40)?),
            Generation::V1 => {
                format!("3ng_{}_{}", random::characters(URL_SAFE, 8)?, random::characters(URL_SAFE, 43)?)
            }
        }))
    }

    /// What a client sent, if it has the form of a key of this generation.
    pub(crate) fn read(text: &str, generation: Generation) -> Option<Self> {
        let well_formed = match generation {
            Generation::AsAsked => {
                text.strip_prefix("eng_").is_some_and(|rest| made_of(rest, LETTERS_AND_DIGITS, 40))
            }
            Generation::V1 => text
                .strip_prefix("3ng_")
                .and_then(|rest| rest.split_at_checked(8))
                .and_then(|(id, rest)| Some((id, rest.strip_prefix('_')?)))
                .is_some_and(|(id, secret)| made_of(id, URL_SAFE, 8) && made_of(secret, URL_SAFE, 43)),
        };
        well_formed.then(|| Self(text.to_owned()))
    }

    pub(crate) fn digest(&self) -> Digest {
        Digest::of(self.0.as_bytes())
    }

    /// The full key, for the one answer that shows it.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(…)")
    }
}

/// A key that is ready to be stored and shown.
pub(crate) struct NewKey {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) secret: Secret,
}

#[derive(Debug, Error)]
pub(crate) enum NotMade {
    #[error("name {0}")]
    Name(String),
    #[error("the system has no random numbers: {0}")]
    Random(#[from] getrandom::Error),
}

impl NewKey {
    pub(crate) fn mint(name: &str, generation: Generation) -> Result<Self, NotMade> {
        let name = read_name(name).map_err(NotMade::Name)?.to_owned();
        let id = random::characters(LETTERS_AND_DIGITS, ID_LENGTH)?;
        Ok(Self { id, name, secret: Secret::mint(generation)? })
    }
}

fn made_of(text: &str, alphabet: &[u8], length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| alphabet.contains(&byte))
}

/// SHA-256 of something secret: keys, admin tokens.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Digest([u8; 32]);

impl Digest {
    pub(crate) fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The part by which the database finds candidates; the rest is compared here, in constant time.
    pub(crate) fn head(&self) -> &[u8] {
        self.0.get(..8).unwrap_or(&self.0)
    }

    /// Takes the same time wherever the two differ.
    pub(crate) fn matches(&self, stored: &[u8]) -> bool {
        self.0.ct_eq(stored).into()
    }
}

/// The name as it is kept: trimmed, 1 to 64 characters, none of them a control character.
fn read_name(name: &str) -> Result<&str, String> {
    let name = name.trim();
    if name.is_empty() {
        return Err("must not be empty".to_owned());
    }
    if name.chars().count() > LONGEST_NAME {
        return Err(format!("must have at most {LONGEST_NAME} characters"));
    }
    if name.chars().any(char::is_control) {
        return Err("must not hold control characters".to_owned());
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minted_key_has_the_form_of_its_generation_and_of_no_other() {
        let asked = Secret::mint(Generation::AsAsked).unwrap();
        let newer = Secret::mint(Generation::V1).unwrap();
        assert_eq!((asked.reveal().len(), newer.reveal().len()), (44, 56));
        assert!(Secret::read(asked.reveal(), Generation::AsAsked).is_some());
        assert!(Secret::read(newer.reveal(), Generation::V1).is_some());
        assert!(Secret::read(asked.reveal(), Generation::V1).is_none());
        assert!(Secret::read(newer.reveal(), Generation::AsAsked).is_none());
    }

    #[test]
    fn what_is_not_quite_a_key_is_none() {
        let forty = "a".repeat(40);
        for text in ["", "eng_", "eng_short", &format!("eng_{forty}a"), &format!("ENG_{forty}")] {
            assert!(Secret::read(text, Generation::AsAsked).is_none(), "{text}");
        }
        let secret = "s".repeat(43);
        assert!(Secret::read(&format!("3ng_a_b-c_d-_{secret}"), Generation::V1).is_some());
        for text in [format!("3ng_éééé_{secret}"), format!("3ng_12345678-{secret}"), "3ng_ééééé".to_owned()]
        {
            assert!(Secret::read(&text, Generation::V1).is_none(), "{text}");
        }
    }

    #[test]
    fn a_secret_does_not_show_itself_in_debug_output() {
        let secret = Secret::mint(Generation::AsAsked).unwrap();
        assert!(!format!("{secret:?}").contains(secret.reveal()));
    }

    #[test]
    fn names_have_1_to_64_characters() {
        assert_eq!(read_name("  laptop  "), Ok("laptop"));
        assert!(read_name(&"ü".repeat(64)).is_ok());
        for name in ["", "   ", "a\nb", &"ü".repeat(65)] {
            assert!(read_name(name).is_err(), "{name:?}");
        }
    }
}

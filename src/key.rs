//! The API key: a value that can be sent but not printed. The only room that uses `secrecy`.

use secrecy::{ExposeSecret, SecretString};

/// A usable API key: visible ASCII, 8 to 512 bytes. Its `Debug` shows nothing of it.
#[derive(Debug, Clone)]
pub struct Key(SecretString);

/// Why a text is no usable key; never says what the text was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadKey {
    /// Fewer than 8 bytes.
    #[error("it is shorter than 8 characters")]
    TooShort,
    /// More than 512 bytes.
    #[error("it is longer than 512 characters")]
    TooLong,
    /// A space, a control character or something that is not ASCII.
    #[error("it holds a space, a line end or a character that is not ASCII")]
    NotVisibleAscii,
}

impl Key {
    /// Takes a key as a user pasted it: white space around it is dropped.
    pub fn parse(text: &str) -> Result<Self, BadKey> {
        let text = text.trim();
        match text.len() {
            0..8 => Err(BadKey::TooShort),
            513.. => Err(BadKey::TooLong),
            _ if !text.bytes().all(|byte| byte.is_ascii_graphic()) => Err(BadKey::NotVisibleAscii),
            _ => Ok(Self(SecretString::from(text))),
        }
    }

    /// The key itself: for the header, the destination's name and the flush's environment, and nowhere else.
    pub fn reveal(&self) -> &str {
        self.0.expose_secret()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_would_break_a_header_is_no_key() {
        for (text, why) in [
            ("", BadKey::TooShort),
            ("eng_", BadKey::TooShort),
            ("eng_abc\r\nHost: evil", BadKey::NotVisibleAscii),
            ("eng_ab cdefgh", BadKey::NotVisibleAscii),
            ("eng_äöüäöü", BadKey::NotVisibleAscii),
        ] {
            assert_eq!(Key::parse(text).unwrap_err(), why, "{text:?}");
        }
        assert_eq!(Key::parse(&"x".repeat(513)).unwrap_err(), BadKey::TooLong);
    }

    #[test]
    fn a_key_is_trimmed_and_never_shown() {
        let key = Key::parse("  eng_0123456789\n").unwrap();
        assert_eq!(key.reveal(), "eng_0123456789");
        assert!(!format!("{key:?}").contains("0123"));
    }
}

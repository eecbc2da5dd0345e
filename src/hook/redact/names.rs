//! Which names are given to secrets: of variables, settings, headers, parameters.

/// What kind of secret a name announces, and how much its value must look like one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Name {
    pub(super) kind: &'static str,
    pub(super) weight: Weight,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Weight {
    /// People make these up: `hunter2` is one.
    Password,
    /// Machines make these: they look random.
    Secret,
    /// The name is used for other things, too.
    Weak,
    /// The value has a scheme in front of it.
    Authorization,
    /// The value is a list of pairs.
    Cookie,
}

use Weight::{Authorization, Cookie, Password, Secret, Weak};

/// Whether the ending must be a word of its own: `compass` holds no password.
#[derive(Clone, Copy, PartialEq)]
enum Ending {
    Any,
    OwnWord,
}

use Ending::{Any, OwnWord};

type Row = (&'static str, &'static str, Weight, Ending);

/// Endings in lower case, without separators, by their last letter: that is what most names differ in.
const fn endings(last: u8) -> &'static [Row] {
    match last {
        b'a' => &[("clientkeydata", "private-key", Secret, Any), ("senha", "password", Password, OwnWord)],
        b'd' => &[
            ("password", "password", Password, Any),
            ("passwd", "password", Password, Any),
            ("pwd", "password", Password, OwnWord),
        ],
        b'e' => &[
            ("passphrase", "password", Password, Any),
            ("passcode", "password", Password, Any),
            ("setcookie", "cookie", Cookie, Any),
            ("cookie", "cookie", Cookie, OwnWord),
            ("amzsignature", "signature", Weak, Any),
            ("googsignature", "signature", Weak, Any),
        ],
        b'g' => &[("sig", "signature", Weak, OwnWord)],
        b'h' => &[("auth", "credential", Weak, OwnWord)],
        b'l' => &[("credential", "credential", Secret, Any)],
        b'n' => &[
            ("proxyauthorization", "authorization", Authorization, Any),
            ("authorization", "authorization", Authorization, OwnWord),
            ("token", "token", Secret, Any),
        ],
        b's' => &[
            ("credentials", "credential", Secret, Any),
            ("creds", "credential", Secret, OwnWord),
            ("pass", "password", Password, OwnWord),
        ],
        b't' => &[
            ("secret", "secret", Secret, Any),
            ("passwort", "password", Password, Any),
            ("salt", "secret", Weak, OwnWord),
        ],
        b'w' => &[("pw", "password", Password, OwnWord)],
        b'y' => KEYS,
        _ => &[],
    }
}

const KEYS: &[Row] = &[
    ("apikey", "api-key", Secret, Any),
    ("accesskey", "secret-key", Secret, Any),
    ("accountkey", "secret-key", Secret, Any),
    ("adminkey", "secret-key", Secret, Any),
    ("appkey", "secret-key", Secret, Any),
    ("applicationkey", "secret-key", Secret, Any),
    ("authkey", "secret-key", Secret, Any),
    ("clientkey", "secret-key", Secret, Any),
    ("consumerkey", "secret-key", Secret, Any),
    ("cookiekey", "secret-key", Secret, Any),
    ("deploykey", "secret-key", Secret, Any),
    ("encryptionkey", "secret-key", Secret, Any),
    ("cryptkey", "secret-key", Secret, Any),
    ("hmackey", "secret-key", Secret, Any),
    ("jwtkey", "secret-key", Secret, Any),
    ("licensekey", "secret-key", Secret, Any),
    ("loggedinkey", "secret-key", Secret, Any),
    ("masterkey", "secret-key", Secret, Any),
    ("noncekey", "secret-key", Secret, Any),
    ("privatekey", "private-key", Secret, Any),
    ("privkey", "private-key", Secret, Any),
    ("rolekey", "secret-key", Secret, Any),
    ("secretkey", "secret-key", Secret, Any),
    ("servicekey", "secret-key", Secret, Any),
    ("sessionkey", "secret-key", Secret, Any),
    ("sharedkey", "secret-key", Secret, Any),
    ("signingkey", "secret-key", Secret, Any),
    ("webhookkey", "secret-key", Secret, Any),
    ("writekey", "secret-key", Secret, Any),
];

/// Tokens, keys and the like that are public, or are no secrets at all.
const NOT_SECRET: [&str; 28] = [
    "publickeytoken",
    "pagetoken",
    "nexttoken",
    "continuationtoken",
    "cancellationtoken",
    "synctoken",
    "resumetoken",
    "unktoken",
    "padtoken",
    "bostoken",
    "eostoken",
    "septoken",
    "clstoken",
    "masktoken",
    "imagetoken",
    "specialtoken",
    "stoptoken",
    "invalidationtoken",
    "cachetoken",
    "designtoken",
    "publictoken",
    "clienttoken",
    "clientrequesttoken",
    "changetoken",
    "idempotencytoken",
    "publishableapikey",
    "publicapikey",
    "nosecret",
];

/// Words behind the telling one: `PASSWORD_PROD`, `SECRET_KEY_BASE`.
const TRAILING: [&str; 22] = [
    "prod",
    "production",
    "dev",
    "development",
    "test",
    "testing",
    "staging",
    "stage",
    "live",
    "sandbox",
    "base",
    "base64",
    "b64",
    "value",
    "val",
    "old",
    "new",
    "primary",
    "secondary",
    "main",
    "backup",
    "plain",
];

/// A bit is kept for each letter.
const LONGEST: usize = 63;

/// A name in lower case without separators, and where in it words begin.
struct Plain {
    letters: [u8; LONGEST],
    length: usize,
    /// A bit for each letter that begins a word.
    starts: u64,
}

impl Plain {
    fn of(name: &[u8]) -> Self {
        let mut plain = Self { letters: [0; LONGEST], length: 0, starts: 0 };
        let cut = name.len().saturating_sub(LONGEST);
        let mut begins = cut == 0;
        let mut last = 0_u8;
        for byte in name.iter().skip(cut) {
            if matches!(byte, b'_' | b'-' | b'.' | b'$' | b' ' | b'/' | b':' | b'[' | b'@') {
                begins = true;
            } else if let Some(letter) = plain.letters.get_mut(plain.length) {
                begins |= byte.is_ascii_uppercase() && last.is_ascii_lowercase();
                plain.starts |= u64::from(begins) << plain.length;
                *letter = byte.to_ascii_lowercase();
                plain.length += 1;
                begins = false;
            }
            last = *byte;
        }
        plain
    }

    fn text(&self) -> &[u8] {
        self.letters.get(..self.length).unwrap_or_default()
    }

    /// Without digits at the end, and without a last word that says nothing of what it is.
    fn shortened(&self) -> &[u8] {
        let digits = self.text().iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
        let text = self.text().get(..self.length - digits).unwrap_or_default();
        let last =
            63_usize.saturating_sub((self.starts & !(u64::MAX << text.len())).leading_zeros() as usize);
        match text.split_at_checked(last) {
            Some((before, word)) if TRAILING.iter().any(|trailing| word == trailing.as_bytes()) => before,
            _ => text,
        }
    }

    fn begins_at(&self, at: usize) -> bool {
        self.starts >> at & 1 == 1
    }
}

/// What the name announces, if it is one that secrets have.
pub(super) fn announced_by(name: &[u8]) -> Option<Name> {
    // Most names end in a letter that no secret's name ends in, and have no second word.
    if name.last().is_none_or(|last| endings(last.to_ascii_lowercase()).is_empty())
        && !name.iter().any(|byte| matches!(byte, b'_' | b'-' | b'0'..=b'9'))
    {
        return None;
    }
    let plain = Plain::of(name);
    let (text, shortened) = (plain.text(), plain.shortened());
    let row = ending(&plain, text)
        .or_else(|| if shortened.len() < text.len() { ending(&plain, shortened) } else { None })?;
    let is_public = NOT_SECRET.iter().any(|ending| text.ends_with(ending.as_bytes()));
    (!is_public).then_some(Name { kind: row.1, weight: row.2 })
}

fn ending(plain: &Plain, text: &[u8]) -> Option<&'static Row> {
    endings(*text.last()?).iter().find(|(ending, _, _, place)| {
        text.ends_with(ending.as_bytes()) && (*place == Any || plain.begins_at(text.len() - ending.len()))
    })
}

#[cfg(test)]
mod tests;

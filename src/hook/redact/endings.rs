//! The table of how names of secrets end. A new name is a new row.

use super::names::Weight;
use Weight::{Authorization, Cookie, Password, Secret, Weak};

/// Whether the ending must be a word of its own: `compass` holds no password.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Ending {
    Any,
    OwnWord,
}

use Ending::{Any, OwnWord};

pub(super) type Row = (&'static str, &'static str, Weight, Ending);

/// Endings in lower case, without separators, by their last letter: that is what most names differ in.
pub(super) const fn endings(last: u8) -> &'static [Row] {
    match last {
        b'a' => &[
            ("clientkeydata", "private-key", Secret, Any),
            ("senha", "password", Password, OwnWord),
            ("parola", "password", Password, OwnWord),
            ("salasana", "password", Password, OwnWord),
        ],
        b'd' => &[
            ("password", "password", Password, Any),
            ("passwd", "password", Password, Any),
            ("pwd", "password", Password, OwnWord),
            ("wachtwoord", "password", Password, Any),
            ("passord", "password", Password, Any),
            ("connectsid", "cookie", Secret, Any),
        ],
        b'e' => &[
            ("passphrase", "password", Password, Any),
            ("passcode", "password", Password, Any),
            ("passe", "password", Password, OwnWord),
            ("adgangskode", "password", Password, Any),
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
            ("jeton", "token", Secret, OwnWord),
            ("sonarlogin", "token", Secret, Any),
        ],
        b'k' => &[("psk", "password", Password, OwnWord)],
        b's' => &[
            ("credentials", "credential", Secret, Any),
            ("creds", "credential", Secret, OwnWord),
            ("pass", "password", Password, OwnWord),
        ],
        b't' => &[
            ("secret", "secret", Secret, Any),
            ("passwort", "password", Password, Any),
            ("kennwort", "password", Password, Any),
            ("pat", "token", Weak, OwnWord),
            ("salt", "secret", Weak, OwnWord),
        ],
        b'o' => &[("heslo", "password", Password, OwnWord)],
        b'w' => &[("pw", "password", Password, OwnWord)],
        b'y' => KEYS,
        _ => &[],
    }
}

const KEYS: &[Row] = &[
    ("openaikey", "api-key", Secret, Any),
    ("sdkkey", "api-key", Secret, Any),
    ("serverkey", "api-key", Secret, Any),
    ("projectkey", "api-key", Weak, Any),
    ("fastlykey", "api-key", Secret, Any),
    ("apikey", "api-key", Secret, Any),
    ("accesskey", "secret-key", Secret, Any),
    ("accountkey", "secret-key", Secret, Any),
    ("unsealkey", "secret-key", Secret, Any),
    ("recoverykey", "secret-key", Secret, Any),
    ("stripekey", "api-key", Secret, Any),
    ("sendgridkey", "api-key", Secret, Any),
    ("mailgunkey", "api-key", Secret, Any),
    ("mailkey", "api-key", Secret, Any),
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
pub(super) const NOT_SECRET: [&str; 28] = [
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
pub(super) const TRAILING: [&str; 22] = [
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

//! The table of what opens the pages: invitations, spent once, and sessions.

use rusqlite::{Connection, params};

use crate::clock::{self, Micros};
use crate::keys::Digest;

/// Long enough to follow a link that was just printed.
const INVITATION_LASTS: Micros = 3600 * 1_000_000;
/// How long a browser stays signed in.
pub(crate) const SESSION_LASTS: Micros = 30 * clock::MICROS_PER_DAY;

pub(crate) fn invite(connection: &Connection, invitation: &Digest) -> rusqlite::Result<()> {
    connection.execute("DELETE FROM admin_tokens WHERE expires_us <= ?1", [clock::now()])?;
    insert(connection, invitation, "invitation", INVITATION_LASTS)
}

/// Turns an invitation into a session; `false` if there is no such invitation (any more).
pub(crate) fn admit(
    connection: &Connection,
    invitation: &Digest,
    session: &Digest,
) -> rusqlite::Result<bool> {
    let spent = connection.execute(
        "DELETE FROM admin_tokens WHERE digest = ?1 AND kind = 'invitation' AND expires_us > ?2",
        params![invitation.bytes(), clock::now()],
    )?;
    if spent == 0 {
        return Ok(false);
    }
    insert(connection, session, "session", SESSION_LASTS)?;
    Ok(true)
}

pub(crate) fn knows(connection: &Connection, session: &Digest) -> rusqlite::Result<bool> {
    connection
        .prepare_cached(
            "SELECT 1 FROM admin_tokens WHERE digest = ?1 AND kind = 'session' AND expires_us > ?2",
        )?
        .exists(params![session.bytes(), clock::now()])
}

fn insert(connection: &Connection, token: &Digest, kind: &str, lasts: Micros) -> rusqlite::Result<()> {
    connection
        .execute(
            "INSERT INTO admin_tokens (digest, kind, expires_us) VALUES (?1, ?2, ?3)",
            params![token.bytes(), kind, clock::now() + lasts],
        )
        .map(drop)
}

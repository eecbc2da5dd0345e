//! Who may manage keys and read the pages: a browser that came with a one-time link, and nobody else.
//!
//! The link holds a token that is spent by its first use and leaves a cookie no script can read. Every
//! request must name our own host, so that a foreign name which resolves to 127.0.0.1 (DNS rebinding) gets
//! nothing, and must not come from a foreign page (CSRF).

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::api::refusal::Refusal;
use crate::app::{App, Shared};
use crate::keys::Digest;
use crate::random::{self, LETTERS_AND_DIGITS};
use crate::store::{Store, StoreError, admin};

const TOKEN_LENGTH: usize = 43;

/// Proof that the request came with the cookie of a session.
pub(crate) struct Admin;

impl FromRequestParts<Shared> for Admin {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Refusal> {
        let name = cookie_name(app.port);
        let token = cookie(&parts.headers, &name).ok_or(Refusal::AdminOnly)?;
        let digest = Digest::of(token.as_bytes());
        let known = app.store.read(move |connection| admin::knows(connection, &digest)).await?;
        if known { Ok(Self) } else { Err(Refusal::AdminOnly) }
    }
}

/// Makes a link that signs one browser in.
pub(crate) fn invite(store: &Store, port: u16) -> anyhow::Result<String> {
    let token = random::characters(LETTERS_AND_DIGITS, TOKEN_LENGTH)?;
    let digest = Digest::of(token.as_bytes());
    store.write_here(move |connection| admin::invite(connection, &digest))?;
    Ok(format!("http://127.0.0.1:{port}/login?token={token}"))
}

/// Spends an invitation; the `Set-Cookie` value of the new session, if the invitation was good.
pub(crate) async fn admit(app: &App, invitation: &str) -> Result<Option<String>, StoreError> {
    let Ok(token) = random::characters(LETTERS_AND_DIGITS, TOKEN_LENGTH) else { return Ok(None) };
    let (invitation, session) = (Digest::of(invitation.as_bytes()), Digest::of(token.as_bytes()));
    let admitted = app.store.write(move |connection| admin::admit(connection, &invitation, &session)).await?;
    let seconds = admin::SESSION_LASTS / 1_000_000;
    let name = cookie_name(app.port);
    Ok(admitted.then(|| format!("{name}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}")))
}

/// Refuses what was not meant for us: a foreign host name, or a page of somebody else behind the request.
pub(crate) async fn guard(
    State(app): State<Shared>,
    request: Request,
    next: Next,
) -> Result<Response, Refusal> {
    if !names_our_host(&request, app.port) {
        return Err(Refusal::ForeignHost);
    }
    if comes_from_elsewhere(request.headers(), request.method(), app.port) {
        return Err(Refusal::ForeignOrigin);
    }
    Ok(next.run(request).await)
}

fn names_our_host(request: &Request, port: u16) -> bool {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else { return false };
    // A request line may hold a whole URL; then both it and the header must be ours.
    let in_target = request.uri().authority().is_none_or(|authority| is_ours(authority.as_str(), port));
    in_target && host.to_str().is_ok_and(|host| is_ours(host, port))
}

fn is_ours(host: &str, port: u16) -> bool {
    let (name, given) = match host.rsplit_once(':') {
        Some((name, digits)) if !digits.ends_with(']') => (name, digits.parse().ok()),
        _ => (host, Some(80)),
    };
    given == Some(port)
        && ["127.0.0.1", "localhost", "[::1]"].iter().any(|own| name.eq_ignore_ascii_case(own))
}

/// Browsers send `Origin` with everything that changes something, and `Sec-Fetch-Site` with everything; other
/// clients send neither.
fn comes_from_elsewhere(headers: &HeaderMap, method: &Method, port: u16) -> bool {
    let foreign_origin = headers.get_all(header::ORIGIN).iter().any(|origin| {
        let host = origin.to_str().ok().and_then(|origin| origin.strip_prefix("http://"));
        !host.is_some_and(|host| is_ours(host, port))
    });
    let foreign_site =
        headers.get("sec-fetch-site").is_some_and(|site| site != "same-origin" && site != "none");
    foreign_origin || (foreign_site && !method.is_safe())
}

fn cookie_name(port: u16) -> String {
    format!("engram_admin_{port}")
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}

#[cfg(test)]
mod tests {
    use super::is_ours;

    #[test]
    fn only_the_loopback_names_with_our_port_are_ours() {
        for host in ["127.0.0.1:8000", "localhost:8000", "LOCALHOST:8000", "[::1]:8000"] {
            assert!(is_ours(host, 8000), "{host}");
        }
        for host in [
            "",
            "127.0.0.1",
            "[::1]",
            "127.0.0.1:8001",
            "evil.test:8000",
            "localhost.evil.test:8000",
            "127.0.0.1:8000@evil.test:8000",
            "localhost:",
            "evil.test",
        ] {
            assert!(!is_ours(host, 8000), "{host}");
        }
        assert!(is_ours("localhost", 80));
    }
}

//! One request and its answer: what came back, or why nothing did.

use std::time::{Duration, Instant};

use reqwest::header::{CONTENT_TYPE, LOCATION, RETRY_AFTER};
use reqwest::{Client, Request, Response};

use super::api::{Generation, Named, name_of};
use super::retry::retry_after;
use super::trouble::{Tls, Trouble};
use super::verdict::{Verdict, on_answer};
use crate::clock;

/// So much of a refusal is looked at and kept.
const MAX_BODY_BYTES: usize = 4 * 1024;

/// How long is waited.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// For a connection.
    pub(super) connect: Duration,
    /// For the whole answer.
    pub(super) request: Duration,
}

/// What came of one request.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    /// The HTTP status, or a sentence saying why there is none.
    pub(super) status: Result<u16, NoAnswer>,
    /// The first bytes of the body of a refusal.
    pub(super) body: Vec<u8>,
    /// What it means.
    pub(super) verdict: Verdict,
    /// What the body says of itself.
    pub(super) named: Named,
    /// Where a redirect leads.
    pub(super) location: Option<String>,
    /// How long it took.
    pub(super) took: Duration,
}

/// Why there was no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NoAnswer {
    /// For a person.
    pub(super) sentence: String,
    /// Nobody listens, or the TLS handshake failed: no memory is to blame.
    pub(super) no_connection: bool,
    /// Its kind, for whoever mends it.
    pub(super) trouble: Trouble,
}

/// Sends a request and reads its answer; takes no longer than the client's time limits.
pub(super) async fn ask(client: &Client, request: Request, spoken: Generation, limits: Limits) -> Answer {
    let started = Instant::now();
    match client.execute(request).await {
        Ok(response) => read(response, spoken, started).await,
        Err(error) => Answer {
            status: Err(why(&error, limits)),
            body: Vec::new(),
            verdict: Verdict::Failed,
            named: Named::Unknown,
            location: None,
            took: started.elapsed(),
        },
    }
}

async fn read(mut response: Response, spoken: Generation, started: Instant) -> Answer {
    let status = response.status().as_u16();
    let pause = response
        .headers()
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| retry_after(value, clock::now().into()));
    let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
    // Without its query, which may hold a token.
    let location = header(LOCATION).and_then(|value| value.split(['?', '#']).next()).map(str::to_owned);
    // A page says so even when it breaks off before its first byte.
    let content_type = header(CONTENT_TYPE);
    let is_page =
        content_type.is_some_and(|value| value.trim_start().to_ascii_lowercase().starts_with("text/html"));
    let mut body = Vec::new();
    // Also of an acceptance: a connection whose answer was not read to its end cannot be used again.
    while body.len() < MAX_BODY_BYTES {
        match response.chunk().await {
            Ok(Some(chunk)) => body.extend(chunk.iter().take(MAX_BODY_BYTES - body.len())),
            // The status has been said; a body that breaks off changes nothing.
            Ok(None) | Err(_) => break,
        }
    }
    let named = match name_of(&body) {
        named if is_page || named == Named::Page => Named::Page,
        // It holds the memory, whose fields are called as they are.
        _ if (200..300).contains(&status) => Named::Unknown,
        named => named,
    };
    Answer {
        status: Ok(status),
        verdict: on_answer(status, named, spoken, pause),
        named,
        body,
        location,
        took: started.elapsed(),
    }
}

/// The innermost cause says most: "connection refused", "invalid peer certificate: …". URLs are left out.
fn why(error: &reqwest::Error, limits: Limits) -> NoAnswer {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    let sentence = match (error.is_timeout(), error.is_connect()) {
        (true, true) => format!("no connection within {} s", limits.connect.as_secs()),
        (true, false) => format!("no answer within {} s", limits.request.as_secs()),
        (false, true) => format!("no connection: {}", first_line(&cause.to_string())),
        (false, false) => format!("no answer: {}", first_line(&cause.to_string())),
    };
    let is_https = error.url().is_some_and(|url| url.scheme() == "https");
    let trouble = match Trouble::of(error) {
        _ if error.is_timeout() => Trouble::TimedOut,
        // It listens, and hung up in the middle of the handshake.
        Trouble::NoHttp if error.is_connect() && is_https => Trouble::Tls(Tls::Other),
        trouble => trouble,
    };
    NoAnswer { sentence, no_connection: error.is_connect(), trouble }
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

//! One request and its answer: what came back, or why nothing did.

use std::time::{Duration, Instant};

use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Client, Request, Response};

use super::api::{Generation, Named, name_of};
use super::retry::retry_after;
use super::verdict::{Verdict, on_answer};
use crate::clock;

/// So much of a refusal is looked at and kept.
const MAX_BODY_BYTES: usize = 4 * 1024;

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
}

/// Sends a request and reads its answer; takes no longer than the client's time limits.
pub(super) async fn ask(client: &Client, request: Request, spoken: Generation) -> Answer {
    let started = Instant::now();
    match client.execute(request).await {
        Ok(response) => read(response, spoken, started).await,
        Err(error) => Answer {
            status: Err(why(&error)),
            body: Vec::new(),
            verdict: Verdict::Failed,
            named: Named::Unknown,
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
    // A page says so even when it breaks off before its first byte.
    let content_type = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
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
    let named = match () {
        () if is_page || body.starts_with(b"<") => Named::Page,
        () if (200..300).contains(&status) => Named::Unknown,
        () => name_of(&body),
    };
    Answer {
        status: Ok(status),
        verdict: on_answer(status, named, spoken, pause),
        named,
        body,
        took: started.elapsed(),
    }
}

/// The innermost cause says most: "connection refused", "invalid peer certificate: …". URLs are left out.
fn why(error: &reqwest::Error) -> NoAnswer {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    let sentence = match (error.is_timeout(), error.is_connect()) {
        (true, true) => "no connection within 5 s".to_owned(),
        (true, false) => "no answer within 15 s".to_owned(),
        (false, true) => format!("no connection: {}", first_line(&cause.to_string())),
        (false, false) => format!("no answer: {}", first_line(&cause.to_string())),
    };
    NoAnswer { sentence, no_connection: error.is_connect() }
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

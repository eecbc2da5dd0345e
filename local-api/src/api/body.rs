//! Request bodies: read whole, up to a limit, before anything else looks at the request.
//!
//! A body that is left unread makes the server close the connection under the client's hands, and the client
//! may then see a reset where a 401 or 413 was sent. So a body that is too large is read to its end and thrown away.

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http_body_util::BodyExt as _;
use serde_json::Value;

use super::refusal::Refusal;
use crate::app::Shared;

/// The largest body that is looked at, in bytes.
pub(crate) const LARGEST: usize = 102_400;
/// What is still read of a larger one.
const LARGEST_DISCARDED: usize = 16 * 1024 * 1024;

/// How many bytes the client sent; more than `LARGEST` of them are not kept.
#[derive(Clone, Copy)]
pub(crate) struct SentLength(pub(crate) usize);

/// The layer that puts the whole body into memory.
pub(crate) async fn buffer(request: Request, next: Next) -> Response {
    let (mut parts, mut body) = request.into_parts();
    let (mut kept, mut seen) = (Vec::new(), 0);
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else {
            // The client went away in the middle; nobody reads this answer.
            return Refusal::Malformed("the body ended early".to_owned()).into_response();
        };
        let Ok(chunk) = frame.into_data() else { continue };
        seen += chunk.len();
        if seen <= LARGEST {
            kept.extend_from_slice(&chunk);
        } else if seen > LARGEST_DISCARDED {
            return Refusal::TooLarge.into_response();
        }
    }
    parts.extensions.insert(SentLength(seen));
    next.run(Request::from_parts(parts, Body::from(kept))).await
}

/// A body that is JSON, whatever it holds.
pub(crate) struct JsonBody(pub(crate) Value);

impl FromRequest<Shared> for JsonBody {
    type Rejection = Refusal;

    async fn from_request(request: Request, app: &Shared) -> Result<Self, Refusal> {
        if request.extensions().get::<SentLength>().is_some_and(|sent| sent.0 > LARGEST) {
            return Err(Refusal::TooLarge);
        }
        if !says_json(request.headers()) {
            return Err(Refusal::NotJson);
        }
        let bytes = Bytes::from_request(request, app).await.map_err(|_| Refusal::TooLarge)?;
        serde_json::from_slice(&bytes)
            .map(Self)
            .map_err(|error| Refusal::Malformed(format!("body: is not valid JSON: {error}")))
    }
}

fn says_json(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

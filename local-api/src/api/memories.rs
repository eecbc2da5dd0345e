//! `/api/memories`: keep one, list them.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::body::JsonBody;
use super::caller::Caller;
use super::listing::Listing;
use super::refusal::Refusal;
use crate::app::Shared;
use crate::generation::Generation;
use crate::memories::{Draft, Invalid};
use crate::store::memories::{self, Outcome};
use crate::store::search;

const LONGEST_IDEMPOTENCY_KEY: usize = 255;
/// Says that an answer is the one a request with the same `Idempotency-Key` got before.
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// 201 for a memory that is new, 200 for one that its `Idempotency-Key` has already stored.
pub(super) async fn capture(
    State(app): State<Shared>,
    caller: Caller,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> Result<Response, Refusal> {
    let draft = Draft::read(&body, Generation::AsAsked)?;
    let idempotency_key = idempotency_key(&headers)?;
    let outcome = app
        .store
        .write(move |connection| memories::keep(connection, &caller.key, draft, idempotency_key))
        .await?;
    match outcome {
        Outcome::Stored(memory) => Ok((StatusCode::CREATED, Json(memory)).into_response()),
        Outcome::Replayed(memory) => Ok(([(REPLAYED, "true")], Json(memory)).into_response()),
        Outcome::Duplicate(id) => Err(Refusal::Duplicate(id)),
        Outcome::KeyRevoked => Err(Refusal::NoSuchKey),
    }
}

pub(super) async fn list(
    State(app): State<Shared>,
    caller: Caller,
    query: Result<Query<Vec<(String, String)>>, QueryRejection>,
) -> Result<impl IntoResponse, Refusal> {
    let Query(pairs) = query.map_err(|rejection| Refusal::Malformed(rejection.body_text()))?;
    let Listing { filter, before, limit } = Listing::read(&pairs, "memory_type")?;
    let page = app.store.read(move |connection| search::page(connection, &filter, before, limit)).await?;
    caller.succeeded(&app);
    let next_cursor = page.next.map(|next| next.to_string());
    Ok(Json(json!({ "memories": page.memories, "next_cursor": next_cursor })))
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Invalid> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    let visible = |key: &&str| {
        (1..=LONGEST_IDEMPOTENCY_KEY).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic())
    };
    match value.to_str().ok().filter(visible) {
        Some(key) => Ok(Some(key.to_owned())),
        None => Err(Invalid::new(
            "Idempotency-Key",
            format!("must be 1 to {LONGEST_IDEMPOTENCY_KEY} visible ASCII characters"),
        )),
    }
}

//! The newer generation's `/api/v1/memories`: camel case, `X-API-Key`, no idempotency keys.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::body::JsonBody;
use super::caller::Caller;
use super::listing::Listing;
use super::refusal::Refusal;
use crate::app::Shared;
use crate::generation::Generation;
use crate::memories::{Draft, StoredMemory};
use crate::store::memories::{self, Outcome};
use crate::store::search;

pub(super) async fn capture(
    State(app): State<Shared>,
    caller: Caller,
    JsonBody(body): JsonBody,
) -> Result<Response, Refusal> {
    let draft = Draft::read(&body, Generation::V1)?;
    let outcome =
        app.store.write(move |connection| memories::keep(connection, &caller.key, draft, None)).await?;
    match outcome {
        Outcome::Stored(memory) | Outcome::Replayed(memory) => {
            Ok((StatusCode::CREATED, Json(in_camel_case(&memory))).into_response())
        }
        Outcome::Duplicate(id) => Err(Refusal::Duplicate(id)),
        Outcome::KeyRevoked => Err(Refusal::NoSuchKey),
    }
}

pub(super) async fn list(
    State(app): State<Shared>,
    caller: Caller,
    query: Result<Query<Vec<(String, String)>>, QueryRejection>,
) -> Result<Json<Value>, Refusal> {
    let Query(pairs) = query.map_err(|rejection| Refusal::Malformed(rejection.body_text()))?;
    let Listing { filter, before, limit } = Listing::read(&pairs, "memoryType")?;
    let page = app.store.read(move |connection| search::page(connection, &filter, before, limit)).await?;
    caller.succeeded(&app);
    let memories: Vec<Value> = page.memories.iter().map(in_camel_case).collect();
    Ok(Json(json!({ "memories": memories, "nextCursor": page.next.map(|next| next.to_string()) })))
}

fn in_camel_case(memory: &StoredMemory) -> Value {
    json!({
        "id": memory.id,
        "topic": memory.topic,
        "content": memory.content,
        "memoryType": memory.memory_type,
        "project": memory.project,
        "scope": memory.scope,
        "tags": memory.tags,
        "createdAt": memory.created_at,
    })
}

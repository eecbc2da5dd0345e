//! `/api/keys`: make, list and revoke API keys. For the admin only; a key cannot make keys.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::body::JsonBody;
use super::refusal::Refusal;
use super::segment::Segment;
use crate::admin::Admin;
use crate::app::{App, Shared};
use crate::keys::{KeyRecord, NewKey, Secret};
use crate::memories::Invalid;
use crate::store::keys::{self, Revocation};

/// The only answer that ever holds the full key.
pub(super) async fn create(
    State(app): State<Shared>,
    _admin: Admin,
    JsonBody(body): JsonBody,
) -> Result<Response, Refusal> {
    let name = match body.get("name") {
        Some(Value::String(name)) => name,
        Some(_) => return Err(Invalid::new("name", "must be a string").into()),
        None if body.is_object() => return Err(Invalid::new("name", "is required").into()),
        None => return Err(Invalid::new("body", "must be a JSON object").into()),
    };
    let (record, secret) = make(&app, name).await?;
    let body = json!({
        "id": record.id, "name": record.name, "key": secret.reveal(), "created_at": record.created_at,
    });
    let mut response = (StatusCode::CREATED, Json(body)).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

pub(super) async fn list(State(app): State<Shared>, _admin: Admin) -> Result<Json<Value>, Refusal> {
    // Through the writer, so that every use that was answered before this request has been noted.
    let keys = app.store.write(keys::list).await?;
    Ok(Json(json!({ "keys": keys })))
}

/// Revoking a dead key is no error: it is as dead as was asked for.
pub(super) async fn revoke(
    State(app): State<Shared>,
    _admin: Admin,
    Segment(id): Segment,
) -> Result<StatusCode, Refusal> {
    match app.store.write(move |connection| keys::revoke(connection, &id)).await? {
        Revocation::Revoked | Revocation::AlreadyRevoked => Ok(StatusCode::NO_CONTENT),
        Revocation::NoSuchKey => Err(Refusal::NotFound),
    }
}

/// Makes a key and stores its digest.
pub(crate) async fn make(app: &App, name: &str) -> Result<(KeyRecord, Secret), Refusal> {
    let NewKey { id, name, secret } = NewKey::mint(name, app.generation)?;
    let digest = secret.digest();
    let record = app.store.write(move |connection| keys::create(connection, &id, &name, &digest)).await?;
    Ok((record, secret))
}

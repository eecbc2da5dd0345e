//! `/api/internal/cron/{job}`: housekeeping, for whoever holds the `CRON_SECRET`.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use serde_json::{Value, json};
use subtle::ConstantTimeEq as _;

use super::refusal::Refusal;
use super::segment::Segment;
use crate::app::{App, Shared};
use crate::store::{keys, maintenance};

pub(super) async fn run(
    State(app): State<Shared>,
    headers: HeaderMap,
    Segment(job): Segment,
) -> Result<Json<Value>, Refusal> {
    if !is_cron(&app, &headers) {
        return Err(Refusal::CronOnly);
    }
    match job.as_str() {
        "optimize" => {
            app.store.write(maintenance::optimize).await?;
            Ok(Json(json!({ "job": job })))
        }
        "purge-revoked-keys" => {
            let purged = app.store.write(keys::purge_revoked).await?;
            Ok(Json(json!({ "job": job, "purged": purged })))
        }
        _ => Err(Refusal::NotFound),
    }
}

/// A request that carries an API key is refused even if it also knows the secret.
fn is_cron(app: &App, headers: &HeaderMap) -> bool {
    let carries_key = headers.contains_key(header::AUTHORIZATION) || headers.contains_key("x-api-key");
    let (Some(secret), Some(sent)) = (&app.cron_secret, headers.get("cron_secret")) else { return false };
    let same: bool = secret.as_bytes().ct_eq(sent.as_bytes()).into();
    same && !carries_key
}

//! `/api/dashboard/summary`: the memories counted.

use axum::Json;
use axum::extract::State;

use super::caller::Caller;
use super::refusal::Refusal;
use crate::app::Shared;
use crate::clock;
use crate::store::summary::{self, Summary};

pub(super) async fn show(State(app): State<Shared>, caller: Caller) -> Result<Json<Summary>, Refusal> {
    let summary = app.store.read(|connection| summary::summary(connection, clock::now())).await?;
    caller.succeeded(&app);
    Ok(Json(summary))
}

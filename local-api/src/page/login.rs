//! `/login`: a one-time link becomes a session.

use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::{RefusedPage, page};
use crate::admin;
use crate::api::refusal::Refusal;
use crate::app::Shared;

#[derive(Deserialize)]
pub(super) struct Invitation {
    #[serde(default)]
    token: String,
}

pub(super) async fn open(
    State(app): State<Shared>,
    Query(invitation): Query<Invitation>,
) -> Result<Response, Refusal> {
    let Some(cookie) = admin::admit(&app, &invitation.token).await? else {
        let spent = RefusedPage::new(
            "This link is spent",
            "It works once, and for an hour. `engram-local admin-url` prints another.",
        );
        return Ok((StatusCode::UNAUTHORIZED, page(&spent)).into_response());
    };
    let headers = [(header::SET_COOKIE, cookie.as_str()), (header::LOCATION, "/")];
    Ok((StatusCode::SEE_OTHER, headers).into_response())
}

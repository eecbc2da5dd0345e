//! `/settings/api-keys`: make a key, see it once, see when it was used, revoke it.

use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::moment::Moment;
use super::page;
use crate::admin::Admin;
use crate::api;
use crate::api::refusal::Refusal;
use crate::api::segment::Segment;
use crate::app::{App, Shared};
use crate::generation::Generation;
use crate::keys::{KeyRecord, LONGEST_NAME};
use crate::store::keys::{self, Revocation};

const PATH: &str = "/settings/api-keys";

#[derive(Deserialize)]
pub(super) struct Shown {
    /// The id of a key that was just made.
    created: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct NewKeyForm {
    #[serde(default)]
    name: String,
}

#[derive(Template)]
#[template(path = "keys.html")]
struct KeysPage {
    /// The one showing of a new key.
    fresh: Option<String>,
    /// What was wrong with the name that was typed, and that name.
    mistake: Option<(String, String)>,
    live: Vec<Row>,
    revoked: Vec<Row>,
    longest_name: usize,
    url: String,
    variable: &'static str,
    url_variable: &'static str,
}

struct Row {
    id: String,
    name: String,
    created: Moment,
    used: Option<Moment>,
    revoked: Option<Moment>,
}

impl From<KeyRecord> for Row {
    fn from(key: KeyRecord) -> Self {
        Self {
            id: key.id,
            name: key.name,
            created: key.created_at.into(),
            used: key.last_used_at.map(Moment::from),
            revoked: key.revoked_at.map(Moment::from),
        }
    }
}

pub(super) async fn show(
    State(app): State<Shared>,
    _admin: Admin,
    Query(shown): Query<Shown>,
) -> Result<Response, Refusal> {
    let fresh = shown.created.and_then(|id| app.fresh_keys.take(&id));
    render(&app, fresh.map(|secret| secret.reveal().to_owned()), None).await
}

/// Answers with a redirect, so that reloading the page neither makes a second key nor shows this one again.
pub(super) async fn create(
    State(app): State<Shared>,
    _admin: Admin,
    Form(form): Form<NewKeyForm>,
) -> Result<Response, Refusal> {
    match api::keys::make(&app, &form.name).await {
        Ok((record, secret)) => {
            let to = format!("{PATH}?created={}", record.id);
            app.fresh_keys.put(record.id, secret);
            Ok(Redirect::to(&to).into_response())
        }
        Err(Refusal::Invalid { reason, .. }) => {
            let page = render(&app, None, Some((reason, form.name))).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(refusal) => Err(refusal),
    }
}

pub(super) async fn revoke(
    State(app): State<Shared>,
    _admin: Admin,
    Segment(id): Segment,
) -> Result<Redirect, Refusal> {
    match app.store.write(move |connection| keys::revoke(connection, &id)).await? {
        Revocation::Revoked | Revocation::AlreadyRevoked => Ok(Redirect::to(PATH)),
        Revocation::NoSuchKey => Err(Refusal::NotFound),
    }
}

async fn render(
    app: &App,
    fresh: Option<String>,
    mistake: Option<(String, String)>,
) -> Result<Response, Refusal> {
    let (revoked, live): (Vec<_>, Vec<_>) =
        app.store.write(keys::list).await?.into_iter().partition(|key| key.revoked_at.is_some());
    let (variable, url_variable) = match app.generation {
        Generation::AsAsked => ("ENGRAM_API_KEY", "ENGRAM_API_URL"),
        Generation::V1 => ("THREENGRAM_API_KEY", "THREENGRAM_API_BASE"),
    };
    Ok(page(&KeysPage {
        fresh,
        mistake,
        live: live.into_iter().map(Row::from).collect(),
        revoked: revoked.into_iter().map(Row::from).collect(),
        longest_name: LONGEST_NAME,
        url: format!("http://127.0.0.1:{}", app.port),
        variable,
        url_variable,
    }))
}

//! The REST API: one file per noun, and what they share.

use std::sync::Arc;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};

pub(crate) mod body;
mod caller;
mod cron;
mod dashboard;
pub(crate) mod keys;
pub(crate) mod limits;
pub(crate) mod listing;
mod memories;
pub(crate) mod refusal;
mod routes;
pub(crate) mod segment;
mod v1;

use refusal::Refusal;
use routes::Routes;

use crate::app::Shared;
use crate::faults::{self, Tap};
use crate::generation::Generation;
use crate::{admin, page};

/// Everything this service answers. With a `Tap`, every request is recorded and may be answered with a fault.
pub(crate) fn router(app: &Shared, tap: Option<Arc<Tap>>) -> Router {
    let router = page::add(routes(app.generation).router)
        .fallback(async || Refusal::NotFound)
        .method_not_allowed_fallback(async || Refusal::MethodNotAllowed)
        .layer(from_fn_with_state(app.clone(), admin::guard));
    match tap {
        Some(tap) => router.layer(from_fn_with_state(tap, faults::tap)),
        None => router,
    }
    .layer(from_fn(body::buffer))
    .layer(from_fn_with_state(app.clone(), refusal::render))
    .with_state(app.clone())
}

/// Method and path of every route of the API, the pages excepted.
pub fn documented_routes(generation: Generation) -> Vec<(String, String)> {
    let name = |(method, path): (axum::http::Method, &str)| (method.to_string(), path.to_owned());
    routes(generation).table.into_iter().map(name).collect()
}

fn routes(generation: Generation) -> Routes {
    let routes = Routes::default()
        .post("/api/keys", keys::create)
        .get("/api/keys", keys::list)
        .delete("/api/keys/{id}", keys::revoke);
    match generation {
        Generation::AsAsked => routes
            .post("/api/memories", memories::capture)
            .get("/api/memories", memories::list)
            .get("/api/dashboard/summary", dashboard::show)
            .post("/api/internal/cron/{job}", cron::run),
        Generation::V1 => routes.post("/api/v1/memories", v1::capture).get("/api/v1/memories", v1::list),
    }
}

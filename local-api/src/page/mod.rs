//! The pages: memories with their dashboard, and the life of a key. They work without scripts.
//!
//! Everything comes from this binary; the Content-Security-Policy lets the browser load nothing else and run
//! no inline script. The templates escape every text.

mod assets;
mod chart;
pub(crate) mod fresh;
mod keys;
mod login;
mod memories;
mod moment;

use askama::Template;
use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};

use crate::api::refusal::Refusal;
use crate::app::Shared;

// `no-referrer` would make browsers send `Origin: null` with our own forms.
const HEADERS: [(HeaderName, &str); 6] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; \
         frame-ancestors 'none'; base-uri 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (header::CACHE_CONTROL, "no-store"),
];

pub(crate) fn add(router: Router<Shared>) -> Router<Shared> {
    let pages = Router::new()
        .route("/", get(memories::show))
        .route("/settings/api-keys", get(keys::show).post(keys::create))
        .route("/settings/api-keys/{id}/revoke", post(keys::revoke))
        .route("/login", get(login::open))
        .route("/static/{name}", get(assets::send))
        .layer(from_fn(finish));
    router.merge(pages)
}

/// Adds the headers, and words a refusal for a person.
async fn finish(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if let Some(refusal) = response.extensions_mut().remove::<Refusal>() {
        response = refused(&refusal, response.status());
    }
    for (name, value) in HEADERS {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

#[derive(Template)]
#[template(path = "refused.html")]
struct RefusedPage<'a> {
    title: &'a str,
    /// Text and commands, in turn.
    parts: Vec<&'a str>,
}

impl<'a> RefusedPage<'a> {
    /// Commands stand between backticks.
    fn new(title: &'a str, sentence: &'a str) -> Self {
        Self { title, parts: sentence.split('`').collect() }
    }
}

fn refused(refusal: &Refusal, status: StatusCode) -> Response {
    let sentence = refusal.sentence();
    let worded = match refusal {
        Refusal::AdminOnly => RefusedPage::new(
            "Sign in first",
            "These pages open to a one-time link. `engram-local admin-url` prints one.",
        ),
        Refusal::NotFound => RefusedPage::new("Not found", "There is nothing at this address."),
        _ => RefusedPage::new("That did not work", &sentence),
    };
    (status, page(&worded)).into_response()
}

/// A filled template. The only way it can fail is a formatting error, which the types here do not have.
fn page(template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => Html(html).into_response(),
        Err(error) => Refusal::Unavailable(format!("the page could not be made: {error}")).into_response(),
    }
}

//! Every way to say no, and how each generation words it. Nothing else builds an error body.

use std::time::Duration;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use serde_json::{Value, json};

use crate::app::Shared;
use crate::generation::Generation;
use crate::keys::NotMade;
use crate::memories::Invalid;
use crate::store::StoreError;

#[derive(Clone, Debug)]
pub(crate) enum Refusal {
    /// Missing, malformed, unknown and revoked keys are one case, so that an answer tells nothing about a key.
    NoSuchKey,
    AdminOnly,
    CronOnly,
    ForeignHost,
    ForeignOrigin,
    NotFound,
    MethodNotAllowed,
    TooLarge,
    NotJson,
    /// The body or query is not even readable; why.
    Malformed(String),
    Invalid {
        field: String,
        reason: String,
    },
    /// The id of the memory that has the same content.
    Duplicate(String),
    RateLimited(Duration),
    Unavailable(String),
}

impl Refusal {
    fn status(&self, generation: Generation) -> StatusCode {
        match self {
            Self::NoSuchKey | Self::AdminOnly | Self::CronOnly => StatusCode::UNAUTHORIZED,
            Self::ForeignHost | Self::ForeignOrigin => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::NotJson => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Malformed(_) | Self::Invalid { .. } => match generation {
                Generation::AsAsked => StatusCode::UNPROCESSABLE_ENTITY,
                Generation::V1 => StatusCode::BAD_REQUEST,
            },
            Self::Duplicate(_) => StatusCode::CONFLICT,
            Self::RateLimited(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The newer generation's word for it.
    fn code(&self) -> &'static str {
        match self {
            Self::NoSuchKey | Self::AdminOnly | Self::CronOnly => "unauthorized",
            Self::Invalid { .. } => "invalid_input",
            Self::Duplicate(_) => "duplicate_memory",
            Self::TooLarge => "resource_limit_exceeded",
            Self::RateLimited(_) => "rate_limited",
            Self::Unavailable(_) => "service_unavailable",
            Self::ForeignHost
            | Self::ForeignOrigin
            | Self::NotFound
            | Self::MethodNotAllowed
            | Self::NotJson
            | Self::Malformed(_) => "invalid_request",
        }
    }

    /// For a person.
    pub(crate) fn sentence(&self) -> String {
        match self {
            Self::NoSuchKey => "invalid or missing API key".to_owned(),
            Self::AdminOnly => "open the link that `engram-local admin-url` prints first".to_owned(),
            Self::CronOnly => "invalid or missing CRON_SECRET".to_owned(),
            Self::ForeignHost => "this host name is not served here".to_owned(),
            Self::ForeignOrigin => "requests from other pages are refused".to_owned(),
            Self::NotFound => "not found".to_owned(),
            Self::MethodNotAllowed => "method not allowed".to_owned(),
            Self::TooLarge => format!("body: must have at most {} bytes", super::body::LARGEST),
            Self::NotJson => "the body must be sent as application/json".to_owned(),
            Self::Invalid { field, reason } => format!("{field}: {reason}"),
            Self::Duplicate(_) => "duplicate_memory".to_owned(),
            Self::RateLimited(_) => "too many requests with this key; wait as Retry-After says".to_owned(),
            Self::Malformed(reason) | Self::Unavailable(reason) => reason.clone(),
        }
    }

    fn body(&self, generation: Generation) -> Value {
        let mut body = match generation {
            Generation::AsAsked => json!({ "detail": self.sentence() }),
            Generation::V1 => json!({ "error": self.code(), "message": self.sentence() }),
        };
        if let (Self::Duplicate(id), Value::Object(fields)) = (self, &mut body) {
            fields.insert("memory_id".to_owned(), json!(id));
        }
        body
    }

    fn render(&self, generation: Generation) -> Response {
        let status = self.status(generation);
        // The newer generation answers unknown paths with its web application's page.
        if matches!((self, generation), (Self::NotFound, Generation::V1)) {
            return (status, Html("<!doctype html><title>404</title><h1>Not found</h1>")).into_response();
        }
        let mut response = (status, Json(self.body(generation))).into_response();
        let headers = response.headers_mut();
        if let (Self::NoSuchKey, Generation::AsAsked) = (self, generation) {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Self::RateLimited(wait) = self {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(whole_seconds(*wait)));
        }
        response
    }
}

/// Rounded up: a client that waits this long is past the end of the window.
fn whole_seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}

/// A refusal travels as an extension until `render` knows the generation.
impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = self.status(Generation::AsAsked).into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<Invalid> for Refusal {
    fn from(Invalid { field, reason }: Invalid) -> Self {
        Self::Invalid { field, reason }
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Unavailable(error.to_string())
    }
}

impl From<NotMade> for Refusal {
    fn from(error: NotMade) -> Self {
        match error {
            NotMade::Name(reason) => Invalid::new("name", reason).into(),
            NotMade::Random(_) => Self::Unavailable(error.to_string()),
        }
    }
}

/// The layer that turns refusals into the answers of this generation.
pub(crate) async fn render(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    match response.extensions_mut().remove::<Refusal>() {
        None => response,
        Some(refusal) => {
            let mut rendered = refusal.render(app.generation);
            // `Allow` was put there by the router, which knows the methods.
            if let Some(allow) = response.headers_mut().remove(header::ALLOW) {
                rendered.headers_mut().insert(header::ALLOW, allow);
            }
            rendered
        }
    }
}

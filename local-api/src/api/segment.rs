//! A variable part of a path. One that is not even text names nothing, and is not found.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;

use super::refusal::Refusal;
use crate::app::Shared;

pub(crate) struct Segment(pub(crate) String);

impl FromRequestParts<Shared> for Segment {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Refusal> {
        match Path::from_request_parts(parts, app).await {
            Ok(Path(segment)) => Ok(Self(segment)),
            Err(_) => Err(Refusal::NotFound),
        }
    }
}

//! Who asks: the API key of a request, checked against the database every time.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use super::refusal::Refusal;
use crate::app::{App, Shared};
use crate::generation::Generation;
use crate::keys::Secret;
use crate::store::keys;

pub(crate) struct Caller {
    /// The id of a key that was alive when the request came.
    pub(crate) key: String,
}

impl Caller {
    /// Notes the success of a request that wrote nothing. Whoever lists the keys through us sees it.
    pub(crate) fn succeeded(self, app: &App) {
        app.store.write_later(move |connection| keys::touch(connection, &self.key));
    }
}

impl FromRequestParts<Shared> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Refusal> {
        let secret = sent(&parts.headers, app.generation)
            .and_then(|text| Secret::read(text, app.generation))
            .ok_or(Refusal::NoSuchKey)?;
        let digest = secret.digest();
        let key = app
            .store
            .read(move |connection| keys::find_live(connection, &digest))
            .await?
            .ok_or(Refusal::NoSuchKey)?;
        app.limits.admit(&key).map_err(Refusal::RateLimited)?;
        Ok(Self { key })
    }
}

/// The key as sent; none if there are several.
fn sent(headers: &HeaderMap, generation: Generation) -> Option<&str> {
    let name = match generation {
        Generation::AsAsked => header::AUTHORIZATION.as_str(),
        Generation::V1 => "x-api-key",
    };
    let mut values = headers.get_all(name).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    let value = value.to_str().ok()?;
    match generation {
        Generation::AsAsked => {
            let (scheme, key) = value.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
        }
        Generation::V1 => Some(value.trim()),
    }
}

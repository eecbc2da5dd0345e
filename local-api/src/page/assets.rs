//! The style, the script and the icon, compiled in.

use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::api::refusal::Refusal;
use crate::api::segment::Segment;

const FILES: [(&str, &str, &str); 3] = [
    ("style.css", "text/css; charset=utf-8", include_str!("../../static/style.css")),
    ("app.js", "text/javascript; charset=utf-8", include_str!("../../static/app.js")),
    ("icon.svg", "image/svg+xml", include_str!("../../static/icon.svg")),
];

pub(super) async fn send(Segment(name): Segment) -> Result<Response, Refusal> {
    FILES
        .into_iter()
        .find(|(file, ..)| *file == name)
        // A newer binary brings newer files under the same names.
        .map(|(_, kind, text)| {
            ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-cache")], text).into_response()
        })
        .ok_or(Refusal::NotFound)
}

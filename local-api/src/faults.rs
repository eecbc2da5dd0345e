//! For tests: records what is asked, and makes the service answer wrongly where a test wants it to.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use serde_json::Value;

use crate::api::body::{self, SentLength};
use crate::wire::{HalfBody, Wire};

/// One way to go wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// This answer instead of the real one; nothing is stored.
    Status {
        /// The status code.
        code: u16,
        /// Names and values of headers.
        headers: Vec<(String, String)>,
        /// Sent as it is.
        body: String,
    },
    /// The connection is reset; nothing is stored.
    Reset,
    /// The real answer, of which half the body is sent before the connection closes.
    HalfAnswer,
    /// Silence for this long, then a reset; nothing is stored.
    Hang(Duration),
    /// The real answer, this much later.
    Delay(Duration),
    /// The request is carried out, then the connection is reset instead of an answer.
    AcceptThenReset,
}

impl Fault {
    /// A status with no headers and no body.
    pub fn status(code: u16) -> Self {
        Self::Status { code, headers: Vec::new(), body: String::new() }
    }

    /// What the newer server was seen to do: a NUL in a text, or a body over 102,400 bytes, is answered 500
    /// before the key is looked at. For `Faults::when`; the service itself refuses both properly.
    pub fn newer_server_500(seen: &SeenRequest) -> Option<Self> {
        let nul = seen.json().is_some_and(|body| holds_nul(&body));
        (nul || seen.body_length > body::LARGEST).then(|| Self::Status {
            code: 500,
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: r#"{"error":"internal_error"}"#.to_owned(),
        })
    }
}

/// A request as it arrived.
#[derive(Clone, Debug)]
pub struct SeenRequest {
    /// Upper case.
    pub method: String,
    /// Without the query.
    pub path: String,
    /// What stands after the `?`; empty if there is none.
    pub query: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The first 102,400 bytes at most.
    pub body: Vec<u8>,
    /// How many bytes were sent.
    pub body_length: usize,
    /// Requests with the same number came over the same connection.
    pub connection: u64,
    /// When the request had arrived whole.
    pub at: Instant,
    /// The answer's status; absent while there is none, and for good after a reset.
    pub status: Option<u16>,
}

impl SeenRequest {
    /// The first header of this name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The body, if it is JSON.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }
}

type Rule = Arc<dyn Fn(&SeenRequest) -> Option<Fault> + Send + Sync>;

/// What shall go wrong. The queue comes first, then the rule, then what always happens.
#[derive(Default)]
pub struct Faults(Mutex<Script>);

#[derive(Default)]
struct Script {
    queue: VecDeque<Fault>,
    rule: Option<Rule>,
    always: Option<Fault>,
}

impl Faults {
    /// Queues a fault for the next `POST` that has none queued before it.
    pub fn then(&self, fault: Fault) {
        self.script().queue.push_back(fault);
    }

    /// The fault of every request that neither the queue nor the rule has one for; `None` ends it.
    pub fn always(&self, fault: Option<Fault>) {
        self.script().always = fault;
    }

    /// Asks `rule` about every request. It replaces the rule that was there before.
    pub fn when(&self, rule: impl Fn(&SeenRequest) -> Option<Fault> + Send + Sync + 'static) {
        self.script().rule = Some(Arc::new(rule));
    }

    /// Nothing goes wrong any more.
    pub fn clear(&self) {
        *self.script() = Script::default();
    }

    fn choose(&self, seen: &SeenRequest) -> Option<Fault> {
        let mut script = self.script();
        if seen.method == Method::POST.as_str()
            && let Some(fault) = script.queue.pop_front()
        {
            return Some(fault);
        }
        let (rule, always) = (script.rule.clone(), script.always.clone());
        // A rule may take its time, or use these faults itself.
        drop(script);
        rule.and_then(|rule| rule(seen)).or(always)
    }

    fn script(&self) -> MutexGuard<'_, Script> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The record of requests and the faults, shared between a test and the layer.
#[derive(Default)]
pub(crate) struct Tap {
    pub(crate) faults: Faults,
    seen: Mutex<Vec<SeenRequest>>,
}

impl Tap {
    pub(crate) fn requests(&self) -> Vec<SeenRequest> {
        self.seen().clone()
    }

    pub(crate) fn forget_requests(&self) {
        self.seen().clear();
    }

    fn record(&self, request: SeenRequest) {
        self.seen().push(request);
    }

    fn note_status(&self, at: Instant, connection: u64, status: u16) {
        let mut seen = self.seen();
        let request =
            seen.iter_mut().rev().find(|request| request.at == at && request.connection == connection);
        if let Some(request) = request {
            request.status = Some(status);
        }
    }

    fn seen(&self) -> MutexGuard<'_, Vec<SeenRequest>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The layer.
pub(crate) async fn tap(
    State(tap): State<Arc<Tap>>,
    ConnectInfo(wire): ConnectInfo<Wire>,
    request: Request,
    next: Next,
) -> Response {
    let (request, seen) = look_at(request, &wire).await;
    let (at, connection) = (seen.at, seen.connection);
    let fault = tap.faults.choose(&seen);
    tap.record(seen);
    let answer = match fault {
        None => Some(next.run(request).await),
        Some(Fault::Delay(delay)) => {
            tokio::time::sleep(delay).await;
            Some(next.run(request).await)
        }
        Some(Fault::Status { code, headers, body }) => Some(scripted(code, &headers, body)),
        Some(Fault::HalfAnswer) => Some(halved(next.run(request).await).await),
        Some(Fault::Reset) => None,
        Some(Fault::AcceptThenReset) => {
            drop(next.run(request).await);
            None
        }
        Some(Fault::Hang(duration)) => {
            tokio::time::sleep(duration).await;
            None
        }
    };
    if let Some(answer) = answer {
        tap.note_status(at, connection, answer.status().as_u16());
        return answer;
    }
    wire.reset();
    StatusCode::NO_CONTENT.into_response()
}

async fn look_at(request: Request, wire: &Wire) -> (Request, SeenRequest) {
    let (parts, body) = request.into_parts();
    // The layer around this one has the body in memory, so reading it cannot fail.
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let body_length = parts.extensions.get::<SentLength>().map_or(body.len(), |sent| sent.0);
    let seen = SeenRequest {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts
            .headers
            .iter()
            .map(|(name, value)| {
                (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
            })
            .collect(),
        body: body.to_vec(),
        body_length,
        connection: wire.number(),
        at: Instant::now(),
        status: None,
    };
    (Request::from_parts(parts, Body::from(body)), seen)
}

fn holds_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(values) => values.iter().any(holds_nul),
        Value::Object(fields) => fields.values().any(holds_nul),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

fn scripted(code: u16, headers: &[(String, String)], body: String) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in headers {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
            response.headers_mut().append(name, value);
        }
    }
    response
}

async fn halved(answer: Response) -> Response {
    let (parts, body) = answer.into_parts();
    let whole = to_bytes(body, usize::MAX).await.unwrap_or_default();
    Response::from_parts(parts, HalfBody::new(&whole).into_body())
}

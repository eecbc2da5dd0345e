//! What the tests say to a server: one request, its whole answer.
#![expect(dead_code, reason = "each test binary uses its own part of this file")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, in its tools too")]

use std::io::{Read, Write};
use std::net::TcpStream;

use engram_local::Server;
use serde_json::{Value, json};

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

pub(crate) fn memory(content: &str) -> Value {
    json!({"topic": "A topic", "content": content, "memory_type": "note"})
}

pub(crate) fn post(server: &Server, key: &str, body: &Value) -> Answer {
    send(server, "POST", "/api/memories", &[("authorization", &format!("Bearer {key}"))], Some(body))
}

pub(crate) fn get(server: &Server, key: &str, path: &str) -> Answer {
    send(server, "GET", path, &[("authorization", &format!("Bearer {key}"))], None)
}

pub(crate) fn send(
    server: &Server,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: Option<&Value>,
) -> Answer {
    let mut all = headers.to_vec();
    if body.is_some() {
        all.push(("content-type", "application/json"));
    }
    let bytes = body.map(|body| body.to_string().into_bytes()).unwrap_or_default();
    send_raw(server, method, path, &all, &bytes)
}

/// Redirects are not followed and no status is an error.
pub(crate) fn send_raw(
    server: &Server,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Answer {
    send_to(&server.url(), method, path, headers, body)
}

pub(crate) fn send_to(url: &str, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    let agent: ureq::Agent =
        ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build().into();
    let mut request = ureq::http::Request::builder().method(method).uri(format!("{url}{path}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut answer = agent.run(request.body(body).unwrap()).unwrap();
    Answer {
        status: answer.status().as_u16(),
        headers: answer
            .headers()
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), value.to_str().unwrap().to_owned()))
            .collect(),
        body: answer.body_mut().read_to_string().unwrap(),
    }
}

/// Signs in with a one-time link; the cookie to send.
pub(crate) fn admin_cookie(server: &Server) -> String {
    let link = server.admin_url();
    let path = link.strip_prefix(&server.url()).unwrap();
    let answer = send_raw(server, "GET", path, &[], b"");
    assert_eq!(answer.status, 303, "{}", answer.body);
    answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned()
}

/// Bytes out, bytes back until the server closes.
pub(crate) fn exchange(server: &Server, request: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(("127.0.0.1", server.port())).unwrap();
    stream.write_all(request).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    answer
}

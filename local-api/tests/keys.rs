//! Who gets in and who does not: API keys, admin cookies, foreign names and pages.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its tools too")]

mod client;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use client::{Answer, admin_cookie, exchange, get, memory, post, send, send_raw};
use engram_local::{Generation, Options, Server};

fn start() -> (Server, String) {
    let server = Server::start(Options::default()).unwrap();
    let key = server.create_key("laptop");
    (server, key)
}

/// The bytes of an answer, without the second in which it was given.
fn undated(answer: &[u8]) -> String {
    let text = String::from_utf8(answer.to_vec()).unwrap();
    text.lines().filter(|line| !line.starts_with("date: ")).collect::<Vec<_>>().join("\n")
}

#[test]
fn missing_malformed_unknown_and_revoked_keys_answer_the_same_bytes() {
    for (generation, path, header, prefix) in [
        (Generation::AsAsked, "/api/memories", "authorization", "Bearer "),
        (Generation::V1, "/api/v1/memories", "x-api-key", ""),
    ] {
        let server = Server::start(Options { generation, ..Options::default() }).unwrap();
        let revoked = server.create_key("old");
        let live = server.create_key("new");
        server.revoke_keys_named("old");
        let mut unknown = live.clone();
        let last = if unknown.pop() == Some('a') { 'b' } else { 'a' };
        unknown.push(last);
        let cases = [
            String::new(),
            format!("{header}: \r\n"),
            format!("{header}: {prefix}\r\n"),
            format!("{header}: {prefix}eng_short\r\n"),
            format!("{header}: Basic {live}\r\n"),
            format!("{header}: {prefix}{unknown}\r\n"),
            format!("{header}: {prefix}{revoked}\r\n"),
            format!("{header}: {prefix}{live} {live}\r\n"),
            format!("{header}: {prefix}{live}\r\n{header}: {prefix}{live}\r\n"),
            format!("{header}: {prefix}é\r\n"),
        ];
        let answers: Vec<_> = cases
            .iter()
            .map(|credential| {
                let request = format!(
                    "GET {path} HTTP/1.1\r\nhost: localhost:{}\r\nconnection: close\r\n{credential}\r\n",
                    server.port()
                );
                undated(&exchange(&server, request.as_bytes()))
            })
            .collect();
        assert!(answers[0].starts_with("HTTP/1.1 401 "), "{}", answers[0]);
        for (answer, credential) in answers.iter().zip(&cases) {
            assert_eq!(answer, &answers[0], "{credential}");
        }
    }
}

/// One request on a connection that stays open; the status.
fn ask(stream: &mut BufReader<TcpStream>, key: &str, content: &str) -> u16 {
    let body = memory(content).to_string();
    let port = stream.get_ref().peer_addr().unwrap().port();
    write!(
        stream.get_mut(),
        "POST /api/memories HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nauthorization: Bearer {key}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut head = Vec::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).unwrap();
        if line == "\r\n" {
            break;
        }
        head.push(line);
    }
    let length = head.iter().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    let mut body = vec![0; length.trim().parse().unwrap()];
    stream.read_exact(&mut body).unwrap();
    head.first().and_then(|line| line.split(' ').nth(1)).unwrap().parse().unwrap()
}

#[test]
fn revocation_takes_effect_on_the_next_request_of_an_open_connection() {
    let (server, key) = start();
    let mut stream = BufReader::new(TcpStream::connect(("127.0.0.1", server.port())).unwrap());
    assert_eq!(ask(&mut stream, &key, "one"), 201);
    assert_eq!(ask(&mut stream, &key, "two"), 201);
    server.revoke_keys_named("laptop");
    assert_eq!(ask(&mut stream, &key, "three"), 401);
    let other = server.create_key("other");
    assert_eq!(ask(&mut stream, &other, "three"), 201);
}

#[test]
fn nothing_is_stored_once_a_revocation_was_answered_whatever_is_in_flight() {
    let (server, key) = start();
    let stored = std::thread::scope(|scope| {
        for client in 0..4 {
            let (server, key) = (&server, &key);
            scope.spawn(move || {
                let mut stream = BufReader::new(TcpStream::connect(("127.0.0.1", server.port())).unwrap());
                (0..100_000).find(|number| ask(&mut stream, key, &format!("{client} {number}")) == 401)
            });
        }
        assert!(server.wait_until(std::time::Duration::from_secs(20), |server| server.memories().len() > 20));
        server.revoke_keys_named("laptop");
        server.memories().len()
    });
    assert_eq!(server.memories().len(), stored);
}

#[test]
fn the_admin_routes_open_to_the_right_cookie_and_to_nothing_else() {
    let (server, key) = start();
    let cookie = admin_cookie(&server);
    let bearer = format!("Bearer {key}");
    let name = cookie.split('=').next().unwrap();
    let (wrong, empty) = (format!("{name}={}", "a".repeat(43)), format!("{name}="));
    let other_name = cookie.replace("engram_admin", "engram");
    let refused: [&[(&str, &str)]; 6] = [
        &[],
        &[("authorization", &bearer)],
        &[("x-api-key", &key)],
        &[("cookie", &wrong)],
        &[("cookie", &empty)],
        &[("cookie", &other_name)],
    ];
    for headers in refused {
        for (method, path) in [("GET", "/api/keys"), ("POST", "/api/keys"), ("DELETE", "/api/keys/any")] {
            let answer = send(&server, method, path, headers, None);
            assert_eq!(answer.status, 401, "{method} {path} {headers:?}");
            assert!(!answer.body.contains("laptop"), "{}", answer.body);
        }
    }
    let both = format!("other=1; {cookie}");
    assert_eq!(send(&server, "GET", "/api/keys", &[("cookie", &both)], None).status, 200);
    assert_eq!(send(&server, "GET", "/api/memories", &[("cookie", &cookie)], None).status, 401);
}

#[test]
fn a_foreign_host_or_page_gets_nothing_even_with_the_right_cookie() {
    let (server, key) = start();
    let cookie = admin_cookie(&server);
    let (port, bearer) = (server.port(), format!("Bearer {key}"));
    let ask = |method: &str, path: &str, header: (&str, &str)| -> Answer {
        send(&server, method, path, &[("cookie", &cookie), ("authorization", &bearer), header], None)
    };
    for host in ["evil.test", &format!("evil.test:{port}"), "127.0.0.1", &format!("127.0.0.2:{port}")] {
        for path in ["/api/keys", "/api/memories", "/", "/settings/api-keys", "/login?token=x", "/nothing"] {
            let answer = ask("GET", path, ("host", host));
            assert_eq!(answer.status, 403, "{host} {path}");
            assert!(!answer.body.contains("laptop"));
        }
    }
    for origin in ["null", "https://evil.test", "http://evil.test", &format!("https://127.0.0.1:{port}")] {
        for (method, path) in [("POST", "/api/keys"), ("GET", "/api/keys"), ("POST", "/settings/api-keys")] {
            assert_eq!(ask(method, path, ("origin", origin)).status, 403, "{origin} {method} {path}");
        }
    }
    for site in ["cross-site", "same-site"] {
        assert_eq!(ask("POST", "/api/keys", ("sec-fetch-site", site)).status, 403, "{site}");
    }
    let own = format!("http://localhost:{port}");
    assert_eq!(ask("GET", "/api/keys", ("origin", &own)).status, 200);
    assert_eq!(ask("GET", "/api/keys", ("host", &format!("localhost:{port}"))).status, 200);
}

#[test]
fn a_request_without_a_host_or_with_two_is_refused() {
    let (server, _) = start();
    let own = format!("host: 127.0.0.1:{}\r\n", server.port());
    for hosts in [String::new(), format!("{own}{own}")] {
        let request = format!("GET / HTTP/1.1\r\nconnection: close\r\n{hosts}\r\n");
        let answer = String::from_utf8(exchange(&server, request.as_bytes())).unwrap();
        assert!(answer.starts_with("HTTP/1.1 4"), "{hosts:?}: {answer}");
    }
    let absolute = format!("GET http://evil.test/ HTTP/1.1\r\nconnection: close\r\n{own}\r\n");
    let answer = String::from_utf8(exchange(&server, absolute.as_bytes())).unwrap();
    assert!(answer.starts_with("HTTP/1.1 403 "), "{answer}");
}

#[test]
fn an_admin_link_works_once_and_its_cookie_is_out_of_reach_of_scripts() {
    let (server, _) = start();
    let link = server.admin_url();
    let path = link.strip_prefix(&server.url()).unwrap();
    let first = send_raw(&server, "GET", path, &[], b"");
    let cookie = first.header("set-cookie").unwrap();
    for attribute in ["HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    let second = send_raw(&server, "GET", path, &[], b"");
    assert_eq!((second.status, second.header("set-cookie")), (401, None));
    for path in ["/login", "/login?token=", "/login?token=guess"] {
        assert_eq!(send_raw(&server, "GET", path, &[], b"").status, 401, "{path}");
    }
}

#[test]
fn last_used_moves_on_success_alone() {
    let (server, key) = start();
    assert_eq!(server.last_used("laptop"), None);
    assert_eq!(get(&server, &key, "/api/memories?limit=0").status, 422);
    assert_eq!(server.last_used("laptop"), None);
    assert_eq!(get(&server, &key, "/api/memories").status, 200);
    let first = server.last_used("laptop").unwrap();
    assert_eq!(post(&server, &key, &memory("x")).status, 201);
    assert!(server.last_used("laptop").unwrap() > first);
}

//! The pages as a browser gets them, without one. `tests/browser` drives a real one.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its tools too")]

mod client;

use client::{Answer, admin_cookie, memory, post, send, send_raw};
use engram_local::{Options, Server};
use serde_json::json;

const KEYS: &str = "/settings/api-keys";
const PAGES: [(&str, &str); 4] =
    [("GET", "/"), ("GET", KEYS), ("POST", KEYS), ("POST", "/settings/api-keys/any/revoke")];

struct Browser {
    server: Server,
    cookie: String,
}

impl Browser {
    fn new() -> Self {
        let server = Server::start(Options::default()).unwrap();
        let cookie = admin_cookie(&server);
        Self { server, cookie }
    }

    fn get(&self, path: &str) -> Answer {
        send_raw(&self.server, "GET", path, &[("cookie", &self.cookie)], b"")
    }

    fn submit(&self, path: &str, form: &str) -> Answer {
        let origin = self.server.url();
        let headers = [
            ("cookie", self.cookie.as_str()),
            ("origin", &origin),
            ("content-type", "application/x-www-form-urlencoded"),
        ];
        send_raw(&self.server, "POST", path, &headers, form.as_bytes())
    }
}

#[test]
fn without_a_session_a_page_says_how_to_get_one_and_nothing_else() {
    let browser = Browser::new();
    let key = browser.server.create_key("laptop");
    post(&browser.server, &key, &memory("a secret plan"));
    let bearer = format!("Bearer {key}");
    for headers in [&[][..], &[("authorization", bearer.as_str())], &[("cookie", "engram_admin=x")]] {
        for (method, path) in PAGES {
            let answer = send(&browser.server, method, path, headers, None);
            assert_eq!(answer.status, 401, "{method} {path}");
            assert!(answer.body.contains("engram-local admin-url"), "{}", answer.body);
            assert!(!answer.body.contains("secret plan") && !answer.body.contains("laptop"));
        }
    }
}

#[test]
fn a_form_of_a_foreign_page_is_refused() {
    let browser = Browser::new();
    for origin in ["http://evil.test", "null"] {
        let headers = [
            ("cookie", browser.cookie.as_str()),
            ("origin", origin),
            ("content-type", "application/x-www-form-urlencoded"),
        ];
        let answer = send_raw(&browser.server, "POST", KEYS, &headers, b"name=evil");
        assert_eq!(answer.status, 403);
    }
    assert!(!browser.get(KEYS).body.contains("evil"));
}

#[test]
fn a_new_key_is_shown_on_the_next_page_and_never_again() {
    let browser = Browser::new();
    let made = browser.submit(KEYS, "name=my+laptop");
    assert_eq!(made.status, 303);
    assert!(!made.body.contains("eng_"));
    let shown_at = made.header("location").unwrap().to_owned();
    let first = browser.get(&shown_at);
    let (_, rest) = first.body.split_once("<code id=\"fresh-key\">").unwrap();
    let key = rest.split('<').next().unwrap();
    assert_eq!(post(&browser.server, key, &memory("works")).status, 201);
    for path in [shown_at.as_str(), KEYS, "/"] {
        assert!(!browser.get(path).body.contains(key), "{path}");
    }
    assert!(browser.get(KEYS).body.contains("my laptop"));
    assert_eq!(first.header("cache-control"), Some("no-store"));
}

#[test]
fn revoking_moves_a_key_to_the_revoked() {
    let browser = Browser::new();
    let key = browser.server.create_key("laptop");
    let page = browser.get(KEYS).body;
    let (_, rest) = page.split_once("data-key=\"").unwrap();
    let id = rest.split('"').next().unwrap();
    let revoked = browser.submit(&format!("{KEYS}/{id}/revoke"), "");
    assert_eq!((revoked.status, revoked.header("location")), (303, Some(KEYS)));
    assert_eq!(post(&browser.server, &key, &memory("x")).status, 401);
    assert!(browser.get(KEYS).body.contains("Revoked keys"));
    assert_eq!(browser.submit(&format!("{KEYS}/unknown/revoke"), "").status, 404);
}

#[test]
fn a_bad_name_is_explained_beside_its_field_and_makes_no_key() {
    let browser = Browser::new();
    for (form, reason) in
        [("name=", "must not be empty"), (&format!("name={}", "x".repeat(65)), "at most 64")]
    {
        let answer = browser.submit(KEYS, form);
        assert_eq!(answer.status, 422);
        assert!(answer.body.contains(reason) && answer.body.contains("aria-invalid"), "{}", answer.body);
    }
    assert!(browser.get(KEYS).body.contains("No key is active"));
}

#[test]
fn every_text_is_escaped() {
    let browser = Browser::new();
    let hostile = "<script>alert(1)</script>\"'&";
    let key = browser.server.create_key(hostile);
    let body = json!({
        "topic": hostile, "content": format!("{hostile} content"), "memory_type": "commitment",
        "project": hostile, "tags": [hostile],
    });
    assert_eq!(post(&browser.server, &key, &body).status, 201);
    let query = "%3Cscript%3Ealert(1)%3C/script%3E%22";
    for path in ["/", KEYS, &format!("/?q={query}"), &format!("/?project={query}"), &format!("/?tag={query}")]
    {
        let page = browser.get(path);
        assert_eq!(page.status, 200, "{path}");
        assert!(!page.body.contains("<script>alert"), "{path}: {}", page.body);
        assert!(!page.body.contains("\"\"'"), "{path}: {}", page.body);
        assert!(page.body.contains("script&#62;alert") || page.body.contains("script&gt;alert"), "{path}");
    }
}

#[test]
fn the_browser_may_load_nothing_from_elsewhere_and_run_nothing_inline() {
    let browser = Browser::new();
    for path in ["/", KEYS, "/login?token=wrong", "/static/app.js", "/static/unknown", "/?memory_type=idea"] {
        let answer = browser.get(path);
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none';"), "{path}");
        assert!(!policy.contains("unsafe") && !policy.contains("http"), "{policy}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{path}");
        }
        assert!(!answer.body.contains(" style=") && !answer.body.contains(" onclick="), "{path}");
        assert!(!answer.body.contains("src=\"http") && !answer.body.contains("//fonts"), "{path}");
    }
}

#[test]
fn the_list_is_searched_narrowed_and_turned_over() {
    let browser = Browser::new();
    let key = browser.server.create_key("laptop");
    for number in 0..25 {
        post(&browser.server, &key, &memory(&format!("number {number} of many")));
    }
    let first = browser.get("/").body;
    assert!(first.contains("number 24 of many") && !first.contains("number 4 of many"));
    let (_, rest) = first.split_once("rel=\"next\" href=\"").unwrap();
    let next = rest.split('"').next().unwrap().replace("&amp;", "&");
    let second = browser.get(&next).body;
    assert!(second.contains("number 4 of many") && !second.contains("number 24 of many"));
    assert!(!second.contains("rel=\"next\""));
    let found = browser.get("/?q=number+7&memory_type=&project=").body;
    assert!(found.contains("number 7 of many") && !found.contains("number 8 of many"));
    assert!(browser.get("/?q=nothing").body.contains("Nothing matches"));
    assert_eq!(browser.get("/?memory_type=idea").status, 422);
}

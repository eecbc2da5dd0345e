//! `doctor`: each thing that can be wrong is told apart from the others, with what mends it; and nothing is changed by asking.

use std::sync::{Arc, OnceLock};

use engram_local::{Fault, Generation, Options, Server};
use rustls::ServerConfig;
use serde_json::Value;

use crate::leaks::authority::{Authority, self_signed_server_named};
use crate::sandbox::{KEY, Sandbox, stop};
use crate::verdicts::pair;
use scripted::Scripted;

mod installed;
mod scripted;

/// The findings of one check.
#[track_caller]
pub fn findings(sandbox: &Sandbox, arguments: &[&str], check: &str) -> Vec<Value> {
    let words: Vec<_> = ["doctor", "--json"].iter().chain(arguments).copied().collect();
    let ran = sandbox.run(&words);
    assert!(matches!(ran.code, Some(0 | 1)) && ran.stderr.is_empty(), "{ran:?}");
    let findings = ran.json()["findings"].as_array().unwrap().clone();
    let bad = findings.iter().any(|finding| finding["level"] == "bad");
    assert_eq!(ran.code, Some(i32::from(bad)), "{findings:?}");
    for finding in &findings {
        let mend = finding["mend"].as_str();
        assert!(finding["level"] != "bad" || mend.is_some_and(|mend| mend.len() > 5), "{finding}");
        assert!(!finding.to_string().contains(&KEY[4..]), "{finding}");
    }
    findings.into_iter().filter(|finding| finding["check"] == check).collect()
}

#[track_caller]
fn service(sandbox: &Sandbox) -> Value {
    let mut found = findings(sandbox, &[], "service");
    assert_eq!(found.len(), 1);
    found.pop().unwrap()
}

/// What the service check says of a URL, for a key of that form.
#[track_caller]
fn says(url: &str, key: &str, level: &str, words: &str, mend: &str) -> Value {
    let sandbox = Sandbox::to(url).with("ENGRAM_API_KEY", key);
    let found = service(&sandbox);
    assert_eq!(found["level"], level, "{found}");
    assert!(found["says"].as_str().unwrap().contains(words), "{words} in {found}");
    assert!(found["mend"].as_str().unwrap_or_default().contains(mend), "{mend} in {found}");
    found
}

const OTHER_FORM: &str = "token-0123456789abcdef";
const NEW_KEY: &str = "3ng_AAAAAAAA_BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB";

#[test]
fn a_service_that_takes_the_key_is_well_in_both_generations() {
    for generation in [Generation::AsAsked, Generation::V1] {
        let (server, sandbox) = pair(generation);
        let found = service(&sandbox);
        assert_eq!((&found["level"], &found["mend"]), (&"good".into(), &Value::Null), "{found}");
        assert!(server.requests().iter().all(|request| request.method == "GET"), "it only reads");
        assert!(server.memories().is_empty());
    }
}

#[test]
fn no_key_is_told_with_where_to_put_one_and_which_kind_the_service_wants() {
    for (generation, form) in [(Generation::AsAsked, "eng_"), (Generation::V1, "3ng_")] {
        let server = Server::start(Options { generation, ..Options::default() }).unwrap();
        let mut sandbox = Sandbox::to(&server.url());
        sandbox.unset("ENGRAM_API_KEY");
        let key = findings(&sandbox, &[], "key").pop().unwrap();
        assert_eq!(key["says"], "nothing is captured: there is no API key");
        assert!(key["mend"].as_str().unwrap().contains("export ENGRAM_API_KEY="), "{key}");
        let found = service(&sandbox);
        assert_eq!(found["level"], "note");
        assert!(found["says"].as_str().unwrap().contains(form), "{found}");
    }
}

#[test]
fn a_rejected_key_is_told_and_erases_nothing() {
    for (generation, key) in [(Generation::AsAsked, KEY), (Generation::V1, NEW_KEY)] {
        let server = Server::start(Options { generation, ..Options::default() }).unwrap();
        let sandbox = Sandbox::to(&server.url()).with("ENGRAM_API_KEY", key);
        let background = sandbox.hold_flush();
        sandbox.capture(stop("s", "stays where it is"));
        let before = sandbox.files();
        for _ in 0..3 {
            let found = service(&sandbox);
            assert!(found["says"].as_str().unwrap().starts_with("key rejected: "), "{found}");
            assert!(found["mend"].as_str().unwrap().contains("ENGRAM_API_KEY"), "{found}");
        }
        assert_eq!(sandbox.files(), before, "not a byte");
        assert!(sandbox.status()["spool"]["tombstone"].is_null());
        drop(background);
    }
}

#[test]
fn the_wrong_generation_is_told_with_the_one_setting_to_change() {
    let old = Server::start(Options::default()).unwrap();
    let new = Server::start(Options { generation: Generation::V1, ..Options::default() }).unwrap();
    let wrong = "wrong API generation: ";
    says(
        &new.url(),
        KEY,
        "bad",
        wrong,
        "set ENGRAM_API_KEY to a key of that service, which begins with 3ng_",
    );
    says(
        &old.url(),
        NEW_KEY,
        "bad",
        wrong,
        "set ENGRAM_API_KEY to a key of that service, which begins with eng_",
    );
    says(&new.url(), OTHER_FORM, "bad", wrong, "write \"api\": \"v1\" into ");
    let sandbox = Sandbox::to(&old.url()).with("ENGRAM_API_KEY", OTHER_FORM);
    sandbox.configure(r#"{"api":"v1"}"#);
    let found = service(&sandbox);
    assert!(found["mend"].as_str().unwrap().starts_with("take \"api\" out of "), "{found}");
    // The key was shown to the service it is set for, once, in the header of its own form; the second look goes without.
    let shown = new.requests().iter().filter(|request| request.header("authorization").is_some()).count();
    assert_eq!((shown, new.requests().len()), (2, 4));
}

#[test]
fn another_program_and_a_page_in_between_are_told_apart() {
    const PAGE: &str = "<!doctype html><title>Sign in</title>";
    const HTML: &str = "content-type: text/html\r\n";
    for (status, headers, body, words, mend) in [
        ("403 Forbidden", HTML, PAGE, "blocked by a proxy page: ", "in a browser"),
        ("200 OK", HTML, PAGE, "blocked by a proxy page: ", "in a browser"),
        ("401 Unauthorized", "", PAGE, "blocked by a proxy page: ", "in a browser"),
        ("503 Service Unavailable", HTML, PAGE, "fails, or a proxy before it does: 503", "ask again later"),
        ("511 Network Authentication Required", HTML, PAGE, "blocked by a proxy page: ", "in a browser"),
        ("404 Not Found", HTML, PAGE, "wrong address: something answers", "correct ENGRAM_API_URL"),
        ("200 OK", "", "hello", "wrong address: something answers", "correct ENGRAM_API_URL"),
        (
            "302 Found",
            "location: https://login.example.com/x?token=1\r\n",
            "",
            "sends us on to https://login.example.com/x, which is not followed",
            "ENGRAM_API_URL",
        ),
        ("407 Proxy Authentication Required", "", "", "the proxy wants a user name", "HTTPS_PROXY"),
        ("402 Payment Required", "", r#"{"detail":"plan"}"#, "though not for the key (402)", "account"),
        ("500 Internal Server Error", "", r#"{"detail":"x"}"#, "fails (500)", "engram-hook flush -v"),
    ] {
        let socket = Scripted::answering(status, headers, body);
        let url = format!("http://127.0.0.1:{}", socket.port);
        says(&url, KEY, "bad", words, mend);
    }
    let busy = Scripted::answering("429 Too Many Requests", "retry-after: 30\r\n", r#"{"detail":"slow"}"#);
    says(&format!("http://127.0.0.1:{}", busy.port), KEY, "note", "asks for a pause", "");
}

#[test]
fn what_is_wrong_with_tls_is_told() {
    let authority = Authority::new();
    let tls = |server: Arc<ServerConfig>, is_trusted: bool| {
        let socket = Scripted::tls(server);
        let sandbox = Sandbox::to(&format!("https://localhost:{}", socket.port));
        sandbox.configure(if is_trusted { r#"{"ca_file":"~/authority.pem"}"# } else { "{}" });
        std::fs::write(sandbox.home().join("authority.pem"), &authority.pem).unwrap();
        service(&sandbox)
    };
    let (good, expired) = (authority.server_named("localhost"), authority.expired_server_named("localhost"));
    let (other, nobodys) =
        (authority.server_named("memories.example.com"), self_signed_server_named("localhost"));
    assert_eq!(tls(good.clone(), true)["level"], "good");
    for (server, is_trusted, words, mend) in [
        (&expired, true, "the certificate has expired", "check this machine's clock with `date`"),
        (&other, true, "the certificate is for another host name", "correct the host name in ENGRAM_API_URL"),
        (&nobodys, false, "signed by itself, or by an authority", "\"ca_file\" in config.json"),
        (&nobodys, true, "signed by itself, or by an authority", "\"ca_file\" in config.json"),
        (&good, false, "signed by itself, or by an authority", "\"ca_file\" in config.json"),
    ] {
        let found = tls(server.clone(), is_trusted);
        let says = found["says"].as_str().unwrap();
        assert!(says.starts_with("TLS problem at https://localhost:") && says.contains(words), "{found}");
        assert!(found["mend"].as_str().unwrap().contains(mend), "{found}");
    }
    let plain = Scripted::answering("200 OK", "", "{}");
    let url = format!("https://localhost:{}", plain.port);
    says(&url, KEY, "bad", "TLS problem at https://localhost:", "http on this machine");
}

#[test]
fn whoever_is_offline_is_told_why() {
    says(
        "http://127.0.0.1:9",
        KEY,
        "bad",
        "offline: http://127.0.0.1:9 cannot be reached: nobody listens",
        "serve",
    );
    let silent = Scripted::silent();
    let url = format!("http://127.0.0.1:{}", silent.port);
    says(&url, KEY, "bad", "offline: ", "memories wait meanwhile");
    let garbled = Scripted::garbled();
    let url = format!("http://127.0.0.1:{}", garbled.port);
    says(&url, KEY, "bad", "no HTTP service", "https in place of http");
    // No name has a part this long, so nobody is asked for it.
    let url = format!("https://{}.example.com", "x".repeat(64));
    let sandbox = Sandbox::to(&url);
    sandbox.configure(&format!(r#"{{"origins":["{url}"]}}"#));
    let found = service(&sandbox);
    assert!(found["says"].as_str().unwrap().contains("its host name is not known here"), "{found}");
    // A proxy that is not there is not the service's fault.
    let sandbox = sandbox.with("HTTPS_PROXY", "http://127.0.0.1:9");
    let found = service(&sandbox);
    assert!(found["says"].as_str().unwrap().contains("through the proxy of HTTPS_PROXY"), "{found}");
    assert!(found["mend"].as_str().unwrap().contains("HTTPS_PROXY"), "{found}");
}

#[test]
fn offline_asks_nobody_and_an_origin_that_is_not_allowed_is_never_asked() {
    static SOCKET: OnceLock<Scripted> = OnceLock::new();
    let socket = SOCKET.get_or_init(|| Scripted::answering("200 OK", "", "{}"));
    let sandbox = Sandbox::to(&format!("http://127.0.0.1:{}", socket.port));
    let found = findings(&sandbox, &["--offline"], "service").pop().unwrap();
    assert_eq!((&found["level"], &found["says"]), (&"skipped".into(), &"not asked (--offline)".into()));
    assert_eq!(socket.connections(), 0);
    let proxy = Scripted::answering("200 OK", "", "{}");
    let sandbox = Sandbox::unsent().with("HTTPS_PROXY", &format!("http://127.0.0.1:{}", proxy.port));
    assert_eq!(service(&sandbox)["level"], "skipped");
    let url = findings(&sandbox, &[], "url").pop().unwrap();
    assert!(
        url["mend"].as_str().unwrap().contains("add \"https://memories.example.com\" to \"origins\""),
        "{url}"
    );
    assert_eq!(proxy.connections(), 0);
}

#[test]
fn what_waits_what_died_and_what_was_rejected_is_told() {
    let (server, sandbox) = pair(Generation::AsAsked);
    server.faults().then(Fault::Status { code: 422, headers: vec![], body: r#"{"detail":"no"}"#.into() });
    sandbox.capture(stop("s", "refused"));
    sandbox.wait_until("it died", |sandbox| sandbox.status()["spool"]["dead_letters"] == 1);
    let dead = findings(&sandbox, &["--offline"], "dead letters").pop().unwrap();
    assert!(dead["mend"].as_str().unwrap().contains("engram-hook retry-dead"), "{dead}");
    drop(sandbox.hold_flush());
    server.revoke_keys_named("k");
    sandbox.capture(stop("s", "erased"));
    sandbox.wait_until("it is erased", |sandbox| !sandbox.status()["spool"]["tombstone"].is_null());
    let rejected = findings(&sandbox, &[], "key rejected").pop().unwrap();
    assert!(rejected["mend"].as_str().unwrap().contains("flush --retry-key"), "{rejected}");
    let sandbox = Sandbox::offline();
    sandbox.capture(stop("s", "waits"));
    sandbox.wait_until("it was tried", |sandbox| !sandbox.status()["spool"]["next_try"].is_null());
    let waiting = findings(&sandbox, &["--offline"], "waiting").pop().unwrap();
    assert!(waiting["says"].as_str().unwrap().starts_with("1 memory, the oldest for "), "{waiting}");
    assert!(waiting["says"].as_str().unwrap().contains("; next try "), "{waiting}");
    let sandbox = sandbox.with("ENGRAM_API_KEY", &KEY.replace('A', "Z"));
    let other = findings(&sandbox, &["--offline"], "other key").pop().unwrap();
    assert_eq!(other["mend"], "engram-hook adopt");
}

#[test]
fn a_key_that_works_again_is_told_with_the_command_that_lifts_the_tombstone() {
    let (server, sandbox) = pair(Generation::AsAsked);
    server.faults().always(Some(Fault::Status {
        code: 401,
        headers: vec![],
        body: r#"{"detail":"no"}"#.into(),
    }));
    sandbox.capture(stop("s", "erased"));
    sandbox.wait_until("it is erased", |sandbox| !sandbox.status()["spool"]["tombstone"].is_null());
    server.faults().clear();
    let found = service(&sandbox);
    assert_eq!(
        (&found["level"], &found["mend"]),
        (&"bad".into(), &"engram-hook flush --retry-key".into()),
        "{found}"
    );
    assert!(!sandbox.status()["spool"]["tombstone"].is_null(), "a look lifts nothing");
}

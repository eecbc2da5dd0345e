//! A hostile environment and a hostile server: URLs, proxies, redirects, keys that break a header. Neither the key nor a
//! memory reaches anybody but the service the user chose.

use engram_local::{Fault, Options, Server};

use super::{Attacker, Manner, PLAN, tries_everything};
use crate::sandbox::{KEY, Sandbox, stop};
use crate::verdicts::{BOTH, pair};

/// All that any program takes a proxy from.
const PROXIES: [&str; 9] = [
    "HTTP_PROXY",
    "http_proxy",
    "ALL_PROXY",
    "all_proxy",
    "HTTPS_PROXY",
    "https_proxy",
    "FTP_PROXY",
    "SOCKS_PROXY",
    "CGI_HTTP_PROXY",
];
/// Every variable that names the service.
const URLS: [&str; 3] = ["ENGRAM_API_URL", "THREENGRAM_API_BASE", "THREENGRAM_API_URL"];

#[test]
fn a_url_that_a_project_sets_gets_neither_key_nor_memory() {
    let attacker = Attacker::new(Manner::Http);
    let port = attacker.port();
    // The proxy is the only way out, so that an attempt to reach any of these names is heard.
    let proxy = attacker.url("http", "127.0.0.1");
    for url in [
        "https://memories.example.com".to_owned(),
        "https://api.3ngram.ai.example.com".to_owned(),
        "https://api.3ngram.ai:8443".to_owned(),
        "https://api.3ngram.ai/other".to_owned(),
        format!("https://localhost.:{port}"),
        format!("https://0.0.0.0:{port}"),
        format!("http://0.0.0.0:{port}"),
        format!("http://[::]:{port}"),
        format!("http://[::ffff:127.0.0.1]:{port}"),
        format!("http://127.0.0.1.example.com:{port}"),
        format!("http://localhost.:{port}"),
        "https://api.3ngram.ai.".to_owned(),
        "http://api.3ngram.ai".to_owned(),
        "http://memories.example.com".to_owned(),
        format!("http://localhost.example.com:{port}"),
        format!("http://dev@127.0.0.1:{port}"),
        format!("http://dev:pw@localhost:{port}"),
        format!("https://api.3ngram.ai@127.0.0.1:{port}"),
        format!("https://api.3ngram.ai:443\\@127.0.0.1:{port}"),
        format!("http://127.0.0.1:{port}?to=x"),
        format!("http://127.0.0.1:{port}#x"),
        format!("ftp://127.0.0.1:{port}"),
        format!("ws://127.0.0.1:{port}"),
        format!("127.0.0.1:{port}"),
        format!("//127.0.0.1:{port}"),
    ] {
        // The vendor's own names mean the same; one of them is looked at for each URL.
        let other = URLS[1 + url.len() % 2];
        for name in [URLS[0], other] {
            let mut sandbox = Sandbox::offline();
            sandbox.unset("ENGRAM_API_URL");
            let sandbox = sandbox.with(name, &url).with("HTTPS_PROXY", &proxy).with("HTTP_PROXY", &proxy);
            tries_everything(&sandbox);
            assert_eq!(attacker.connections(), 0, "{name}={url}");
        }
    }
}

#[test]
fn a_settings_directory_in_a_project_gives_the_key_to_nobody() {
    let attacker = Attacker::new(Manner::Http);
    let listed = r#"{"origins":["https://memories.example.com"]}"#;
    for variable in ["XDG_CONFIG_HOME", "HOME"] {
        for mark in [".git", ".claude/settings.json"] {
            let mut sandbox = Sandbox::to("https://memories.example.com")
                .with("HTTPS_PROXY", &attacker.url("http", "127.0.0.1"));
            let project = sandbox.home().join("work/hostile");
            std::fs::create_dir_all(project.join(mark)).unwrap();
            let settings = match variable {
                "HOME" => project.join(".config/engram-hook"),
                _ => project.join("engram-hook"),
            };
            std::fs::create_dir_all(&settings).unwrap();
            std::fs::write(settings.join("config.json"), listed).unwrap();
            sandbox.set(variable, project.to_str().unwrap());
            tries_everything(&sandbox);
            assert_eq!(attacker.connections(), 0, "{variable}, {mark}");
        }
    }
}

#[test]
fn no_proxy_of_the_environment_sees_what_goes_to_this_machine() {
    let attacker = Attacker::new(Manner::Http);
    for (generation, schemes) in BOTH.into_iter().zip([["http", "socks5"], ["https", "socks5h"]]) {
        let (server, mut sandbox) = pair(generation);
        for scheme in schemes {
            for name in PROXIES {
                sandbox.set(name, &attacker.url(scheme, "127.0.0.1"));
            }
            // A flush that delivered lingers: the second round is of the flush by hand alone.
            let background = (scheme == schemes[1]).then(|| sandbox.hold_flush());
            sandbox.capture(stop("s", scheme));
            drop(background);
            sandbox.run(&["flush"]).exits(0);
        }
        assert_eq!((server.memories().len(), attacker.connections()), (2, 0));
    }
}

#[test]
fn a_redirect_to_another_port_is_not_followed() {
    let attacker = Attacker::new(Manner::Http);
    for generation in BOTH {
        for code in [301, 302, 303, 305, 307, 308] {
            let (server, sandbox) = pair(generation);
            let elsewhere = attacker.url("http", "127.0.0.1");
            let header = |name: &str, value: String| (name.to_owned(), value);
            let headers = vec![
                header("location", format!("{elsewhere}/api/memories")),
                header("content-location", format!("{elsewhere}/api/memories")),
                header("refresh", format!("0; url={elsewhere}/")),
                header("alt-svc", format!("http/1.1=\"127.0.0.1:{}\"; ma=3600", attacker.port())),
            ];
            server.faults().always(Some(Fault::Status { code, headers, body: String::new() }));
            tries_everything(&sandbox);
            assert!(!server.requests().is_empty());
            assert_eq!((attacker.connections(), sandbox.waiting()), (0, 1), "{code}");
        }
    }
}

/// Also the question whether the key works again, which carries it.
#[test]
fn a_redirected_question_is_not_followed() {
    let attacker = Attacker::new(Manner::Http);
    let server = Server::start(Options::default()).unwrap();
    let sandbox = Sandbox::to(&server.url()).with("ENGRAM_API_KEY", &server.create_key("k"));
    server.faults().then(Fault::Status { code: 401, headers: vec![], body: r#"{"detail":"x"}"#.into() });
    tries_everything(&sandbox);
    server.forget_requests();
    let headers = vec![("location".to_owned(), attacker.url("http", "127.0.0.1"))];
    server.faults().always(Some(Fault::Status { code: 302, headers, body: String::new() }));
    sandbox.run(&["flush", "--retry-key"]);
    assert!(!server.requests().is_empty());
    assert_eq!(attacker.connections(), 0);
}

#[test]
fn a_key_that_would_break_a_header_is_never_sent() {
    let attacker = Attacker::new(Manner::Http);
    for key in [
        "eng_0123456789\r\nX-Evil: 1",
        "eng_0123456789\nHost: evil",
        "eng_0123456789\rX",
        "eng_0123 456789",
        "eng_0123\t456789",
        "eng_0123456789\u{7f}",
        "eng_01234\u{85}56789",
        "eng_0123456789é",
        "eng_\u{200b}0123456789",
    ] {
        let mut sandbox = Sandbox::to(&attacker.url("http", "127.0.0.1")).with("ENGRAM_API_KEY", key);
        tries_everything(&sandbox);
        assert_eq!(attacker.connections(), 0, "{key:?}");
        // The same from the file, which may hold more than one line.
        sandbox.unset("ENGRAM_API_KEY");
        std::fs::create_dir_all(sandbox.settings()).unwrap();
        let file = sandbox.settings().join("api-key");
        std::fs::write(&file, format!("{key}\nX-Evil: 1")).unwrap();
        std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        tries_everything(&sandbox);
        assert_eq!(attacker.connections(), 0, "{key:?} in a file");
    }
}

/// Whoever answers for names, for one that is asked over the network where no file of the system has it, would get the key
/// over plain http.
#[cfg(target_os = "linux")]
#[test]
fn who_says_that_localhost_is_somewhere_else_gets_nothing() {
    let liar = std::net::TcpListener::bind(("127.0.0.2", 0)).unwrap();
    liar.set_nonblocking(true).unwrap();
    let sandbox = Sandbox::to(&format!("http://localhost:{}", liar.local_addr().unwrap().port()));
    std::fs::write(sandbox.home().join("hosts"), "127.0.0.2 localhost\n").unwrap();
    let inner = r#"mount --bind "$HOME/hosts" /etc/hosts && getent ahosts localhost || exit 99
        "$0" remember "some words"; "$0" flush; "$0" doctor; "$0" flush --retry-key"#;
    let ran = sandbox.run_shell(&format!("exec unshare -Urm /bin/bash -c '{inner}' \"$0\""), b"");
    if ran.code == Some(99) || ran.stderr.contains("unshare") {
        println!("skipped: names cannot be given another meaning here: {}", ran.stderr.trim());
        return;
    }
    assert!(ran.stdout.starts_with("127.0.0.2 "), "the name means something else there: {ran:?}");
    assert!(ran.stdout.contains("the rest waits: no connection"), "it was tried: {ran:?}");
    assert!(liar.accept().is_err(), "somebody came");
}

/// A proxy says of itself who may use it; that says nothing of the key.
#[test]
fn a_proxy_that_answers_401_erases_nothing() {
    let proxy = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("http://{}", proxy.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in proxy.incoming().flatten() {
            let mut head = [0; 1024];
            let read = std::io::Read::read(&mut stream, &mut head).unwrap_or(0);
            assert!(head[..read].starts_with(b"CONNECT "), "only a tunnel is asked for");
            let refusal = "HTTP/1.1 401 Unauthorized\r\nwww-authenticate: Basic\r\ncontent-length: 0\r\n\r\n";
            drop(std::io::Write::write_all(&mut stream, refusal.as_bytes()));
        }
    });
    let sandbox = Sandbox::to("https://memories.example.com").with("HTTPS_PROXY", &url);
    sandbox.configure(r#"{"origins":["https://memories.example.com"]}"#);
    sandbox.capture(stop("s", "behind a proxy"));
    sandbox.run(&["flush"]).exits(75);
    assert_eq!((sandbox.waiting(), sandbox.status()["spool"]["tombstone"].is_null()), (1, true));
}

/// The instrument works: where the user sent it, key and memory are seen.
#[test]
fn the_listener_hears_what_is_sent_to_it() {
    let listener = Attacker::new(Manner::Http);
    let sandbox = Sandbox::to(&listener.url("http", "localhost"));
    tries_everything(&sandbox);
    assert!(listener.heard(KEY) && listener.heard(PLAN) && listener.heard("authorization: Bearer"));
}

//! Certificates that nobody should trust: of another host, of an authority that only the environment names, expired; and
//! somebody in the middle who shows them.

use super::authority::Authority;
use super::{Attacker, Manner, PLAN, tries_everything};
use crate::sandbox::{KEY, Sandbox};

/// A home whose environment names an authority in every way programs know.
fn told_by_the_environment(mut sandbox: Sandbox, authority: &Authority) -> Sandbox {
    let directory = sandbox.home().join("certificates");
    std::fs::create_dir_all(&directory).unwrap();
    let file = directory.join("ca.pem");
    std::fs::write(&file, &authority.pem).unwrap();
    for name in
        ["SSL_CERT_FILE", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "GIT_SSL_CAINFO"]
    {
        sandbox.set(name, file.to_str().unwrap());
    }
    sandbox.set("SSL_CERT_DIR", directory.to_str().unwrap());
    sandbox.set("NODE_TLS_REJECT_UNAUTHORIZED", "0");
    sandbox
}

/// The user's own `config.json` names the authority.
fn told_by_the_user(sandbox: &Sandbox, authority: &Authority, origins: &str) {
    std::fs::create_dir_all(sandbox.settings()).unwrap();
    std::fs::write(sandbox.settings().join("ca.pem"), &authority.pem).unwrap();
    sandbox.configure(&format!(r#"{{"ca_file":"~/.config/engram-hook/ca.pem","origins":[{origins}]}}"#));
}

#[test]
fn an_authority_that_only_the_environment_names_is_not_trusted() {
    let authority = Authority::new();
    let attacker = Attacker::new(Manner::Tls(authority.server_named("localhost")));
    let sandbox = told_by_the_environment(Sandbox::to(&attacker.url("https", "localhost")), &authority);
    tries_everything(&sandbox);
    assert!(attacker.connections() > 0, "it was tried");
    attacker.learned_nothing(KEY, &[PLAN]);
    assert_eq!(sandbox.waiting(), 1);
    let because = sandbox.status()["spool"]["because"].as_str().unwrap().to_owned();
    assert!(because.contains("certificate"), "{because}");
}

#[test]
fn an_authority_that_the_user_names_is_trusted_and_leaves_no_log_of_its_keys() {
    let authority = Authority::new();
    let server = Attacker::new(Manner::Tls(authority.server_named("localhost")));
    let mut sandbox = Sandbox::to(&server.url("https", "localhost"));
    let log = sandbox.home().join("tls-keys");
    sandbox.set("SSLKEYLOGFILE", log.to_str().unwrap());
    told_by_the_user(&sandbox, &authority, "");
    tries_everything(&sandbox);
    assert!(server.heard(&format!("authorization: Bearer {KEY}")) && server.heard(PLAN));
    assert!(!log.exists(), "what deciphers the connection was written down");
}

#[test]
fn a_certificate_of_another_host_or_of_another_time_is_not_trusted() {
    let authority = Authority::new();
    for config in [
        authority.server_named("memories.example.com"),
        authority.server_named("localhost.example.com"),
        authority.server_named("127.0.0.1"),
        authority.expired_server_named("localhost"),
        // One that nobody signed.
        Authority::new().server_named("localhost"),
    ] {
        let attacker = Attacker::new(Manner::Tls(config));
        let sandbox = Sandbox::to(&attacker.url("https", "localhost"));
        told_by_the_user(&sandbox, &authority, "");
        tries_everything(&sandbox);
        assert!(attacker.connections() > 0);
        attacker.learned_nothing(KEY, &[PLAN]);
        assert_eq!(sandbox.waiting(), 1);
    }
}

#[test]
fn a_server_without_tls_where_tls_should_be_learns_nothing() {
    let attacker = Attacker::new(Manner::Http);
    let sandbox = Sandbox::to(&attacker.url("https", "localhost"));
    tries_everything(&sandbox);
    assert!(attacker.connections() > 0);
    attacker.learned_nothing(KEY, &[PLAN]);
}

/// What a repository can do with `HTTPS_PROXY` and `SSL_CERT_FILE`: be asked for a tunnel.
#[test]
fn a_proxy_that_plays_the_hosted_service_learns_nothing() {
    let authority = Authority::new();
    for (origin, host) in
        [(None, "api.3ngram.ai"), (Some("https://memories.example.com"), "memories.example.com")]
    {
        let attacker = Attacker::new(Manner::Proxy(authority.server_named(host)));
        let mut sandbox = Sandbox::offline();
        match origin {
            Some(origin) => sandbox.set("ENGRAM_API_URL", origin),
            None => sandbox.unset("ENGRAM_API_URL"),
        }
        sandbox.set("HTTPS_PROXY", &attacker.url("http", "127.0.0.1"));
        sandbox.configure(r#"{"origins":["https://memories.example.com"]}"#);
        let sandbox = told_by_the_environment(sandbox, &authority);
        tries_everything(&sandbox);
        assert!(attacker.heard(&format!("CONNECT {host}:443 ")));
        attacker.learned_nothing(KEY, &[PLAN]);
        assert_eq!(sandbox.waiting(), 1);
        // The same with the user's word for the authority, as in a company's network.
        told_by_the_user(&sandbox, &authority, r#""https://memories.example.com""#);
        tries_everything(&sandbox);
        assert!(attacker.heard(KEY) && attacker.heard(PLAN));
    }
}

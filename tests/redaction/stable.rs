//! Redacting what was redacted changes nothing, whatever the text.

use engram_hook::hook::redact::{KnownSecrets, redact};
use proptest::prelude::*;

use super::labelled::{broken_samples, samples};
use super::with_known;

#[test]
fn redacting_twice_is_redacting_once() {
    let samples = samples();
    with_known(&samples, |known| {
        for sample in samples.iter().chain(&broken_samples()) {
            assert_stable(&sample.text(), known);
        }
        // Secrets back to back, with nothing or little between them.
        for (first, second) in samples.iter().zip(samples.iter().skip(1).step_by(7)) {
            for between in ["", " ", "\n", "=", ":", ".", "-", "/", "@", "\"", "&", "\\n"] {
                assert_stable(&format!("{}{between}{}", first.secret, second.secret), known);
            }
        }
    });
}

#[track_caller]
fn assert_stable(text: &str, known: &KnownSecrets) {
    let once = redact(text, known).text.into_owned();
    let twice = redact(&once, known);
    assert_eq!(twice.text, once, "{text:?}");
    assert!(twice.kinds.is_empty());
}

/// What secrets, names and punctuation are made of.
const PIECES: &[&str] = &[
    "password",
    "token",
    "api_key",
    "Authorization",
    "Bearer",
    "Basic",
    "Cookie",
    "secret",
    "value",
    "name",
    "KEY",
    "=",
    ": ",
    ":",
    "\"",
    "'",
    "\\\"",
    "\n",
    "\\n",
    " ",
    "://",
    "@",
    "/",
    "?",
    "&",
    "-",
    "--",
    "_",
    "|",
    "\n|--|\n",
    " | ",
    "echo ",
    "sudo -S",
    " <<< ",
    " / ",
    "admin",
    "wandb login ",
    "PDO(",
    "` as the ",
    "IDENTIFIED BY ",
    ":5432:",
    ".",
    ",",
    ";",
    "(",
    ")",
    "[",
    "]",
    "<",
    ">",
    "{",
    "}",
    "$",
    "\\",
    "+",
    "|",
    "ghp_",
    "sk-",
    "sk-ant-",
    "AKIA",
    "eyJ",
    "xoxb-",
    "s.",
    "SK",
    "key-",
    "-us1",
    ":AA",
    "8Q~",
    "atlasv1.",
    "-----BEGIN PRIVATE KEY-----",
    "-----END PRIVATE KEY-----",
    "[redacted:token]",
    "[redacted:",
    "hooks.slack.com/services/",
    "curl -u ",
    "auth=('dev', '",
    "basic_auth 'dev', '",
    "ApiKey.new('",
    "config set --secret db.password ",
    "--name API_TOKEN --value ",
    "net use Z: ",
    " /user:",
    "| DB_PASSWORD | ",
    "\n|---|---|\n",
    "Jwt:Key\"] = ",
    "パスワードは",
    "密钥是「",
    "」",
    "contraseña ",
    " es ",
    "API-Schlüssel ist ",
    "：",
    "é",
    "，",
    "“",
    "”",
    "\u{1F511}",
    "hunter2",
    "dXNlcjpodW50ZXIy",
];

/// Pieces put together at random.
fn pieces() -> impl Strategy<Value = String> {
    let fixed = prop::sample::select(PIECES).prop_map(str::to_owned);
    let random = prop_oneof!["[A-Za-z0-9]{1,48}", "[0-9a-f]{7,64}", "[A-Z0-9]{4,20}", "[A-Za-z0-9_-]{8,100}"];
    prop::collection::vec(prop_oneof![3 => fixed, 1 => random], 0..24).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4096, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_redacted_once_and_for_all(text in any::<String>()) {
        assert_stable(&text, &KnownSecrets::default());
    }

    #[test]
    fn any_arrangement_of_pieces_is_redacted_once_and_for_all(text in pieces()) {
        let vars = [("ACME_TOKEN", "hunter2hunter2"), ("ACME_SECRET", "password=\"x7Kp")];
        assert_stable(&text, &KnownSecrets::default());
        assert_stable(&text, &KnownSecrets::of(vars.into_iter()));
    }

    #[test]
    fn each_replacement_is_told_and_nothing_else_changes(text in pieces()) {
        let redacted = redact(&text, &KnownSecrets::default());
        let mut rest = redacted.text.as_ref();
        let mut kept = 0;
        for kind in &redacted.kinds {
            let marker = format!("[redacted:{kind}]");
            let at = rest.find(&marker);
            prop_assert!(at.is_some(), "{marker} in {:?}", redacted.text);
            kept += at.unwrap_or(0);
            rest = rest.get(at.unwrap_or(0) + marker.len()..).unwrap_or_default();
        }
        prop_assert!(kept + rest.len() <= text.len());
    }
}

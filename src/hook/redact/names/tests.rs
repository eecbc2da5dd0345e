//! Tables of names and what they announce.

use super::*;

#[test]
fn names_of_secrets_are_told_from_names_about_secrets() {
    for (name, kind) in [
        ("password", Some("password")),
        ("DB_PASSWORD", Some("password")),
        ("spring.datasource.password", Some("password")),
        ("dbPassword2", Some("password")),
        ("PGPASSWORD", Some("password")),
        ("MYSQL_PWD", Some("password")),
        ("smtp_pass", Some("password")),
        ("userPass", Some("password")),
        ("PASSWORD_PROD", Some("password")),
        ("X-Api-Key", Some("api-key")),
        ("OPENAI_API_KEY", Some("api-key")),
        ("apiKey1", Some("api-key")),
        ("AWS_SECRET_ACCESS_KEY", Some("secret-key")),
        ("SecretAccessKey", Some("secret-key")),
        ("SECRET_KEY_BASE", Some("secret-key")),
        ("client_secret", Some("secret")),
        ("_authToken", Some("token")),
        ("PRIVATE-TOKEN", Some("token")),
        ("access_token", Some("token")),
        ("Authorization", Some("authorization")),
        ("Set-Cookie", Some("cookie")),
        ("client-key-data", Some("private-key")),
        ("", None),
        ("_", None),
        ("user", None),
        ("compass", None),
        ("bypass", None),
        ("tokens", None),
        ("token_count", None),
        ("max_tokens", None),
        ("tokenizer", None),
        ("password_hash", None),
        ("passwordField", None),
        ("secret_name", None),
        ("key", None),
        ("public_key", None),
        ("cache_key", None),
        ("primaryKey", None),
        ("monkey", None),
        ("PublicKeyToken", None),
        ("next_token", None),
        ("pad_token", None),
        ("author", None),
        ("oauth", None),
        ("design", None),
    ] {
        assert_eq!(announced_by(name.as_bytes()).map(|name| name.kind), kind, "{name:?}");
    }
}

#[test]
fn names_of_any_length_are_read() {
    for length in [0, 1, 62, 63, 64, 65, 200] {
        let name = format!("{}_password", "a".repeat(length));
        assert_eq!(announced_by(name.as_bytes()).map(|name| name.kind), Some("password"), "{length}");
        let name = "_9".repeat(length);
        assert_eq!(announced_by(name.as_bytes()), None, "{length}");
    }
}

//! Passwords in addresses: `scheme://user:password@host`.

use super::Finding;
use super::placeholders::is_placeholder;
use super::source::{ALNUM, Set, Source};
use super::tally::Tally;
use super::tokens;

const LONGEST: usize = 512;
const SCHEME: Set = Set::of("0-9A-Za-z+.-");
/// What people write where a password goes.
const STAND_INS: [&str; 15] = [
    "password", "passwd", "pass", "pwd", "pw", "secret", "token", "user", "username", "key", "p", "xxx",
    "***", "pat", "guest",
];

/// The password, or the token that stands alone before the `@`; `at` is the colon of `://`.
pub(super) fn credentials(source: Source, at: usize) -> Option<Finding> {
    if !ALNUM.has(source.before(at)) {
        return None;
    }
    let start = at + 3;
    let end = authority_end(source, start);
    let authority = source.slice(start, end);
    let at_sign = memchr::memrchr(b'@', authority)?;
    let user_info = authority.get(..at_sign)?;
    match memchr::memchr(b':', user_info) {
        Some(colon) => {
            let password = user_info.get(colon + 1..)?;
            is_password(password).then(|| named(source, start + colon + 1, start + at_sign))
        }
        None => (user_info.len() >= 20 && Tally::of(user_info).is_random())
            .then(|| named(source, start, start + at_sign)),
    }
}

/// Where host and port end. A `/`, `?` or `#` ends them, unless it is in a password that should have been escaped.
fn authority_end(source: Source, start: usize) -> usize {
    let mut slash = None;
    for (offset, byte) in source.rest(start).iter().take(LONGEST).enumerate() {
        match byte {
            b'/' | b'?' | b'#' if slash.is_none() => {
                let authority = source.slice(start, start + offset);
                let has_user = memchr::memchr(b'@', authority).is_some();
                let after_colon =
                    memchr::memchr(b':', authority).and_then(|colon| authority.get(colon + 1..));
                let is_port = after_colon.is_none_or(|port| port.iter().all(u8::is_ascii_digit));
                if has_user || is_port {
                    return start + offset;
                }
                slash = Some(start + offset);
            }
            b'@' if slash.is_some() => {
                return source.run_within(start + offset + 1, SCHEME, LONGEST);
            }
            b' ' | b'\t' | b'\n' | b'"' | b'\'' | b'`' | b'<' | b'>' | b'|' | b'\\' => {
                return slash.unwrap_or(start + offset);
            }
            _ => {}
        }
    }
    slash.unwrap_or_else(|| source.len().min(start + LONGEST))
}

fn is_password(password: &[u8]) -> bool {
    !password.is_empty() && !is_stand_in(password) && !is_placeholder(password)
}

/// Whether this is what people write where a password goes.
pub(super) fn is_stand_in(password: &[u8]) -> bool {
    STAND_INS.iter().any(|word| password.eq_ignore_ascii_case(word.as_bytes()))
}

fn named(source: Source, start: usize, end: usize) -> Finding {
    match tokens::find(source, start) {
        Some(token) if token.end == end => Finding { start, ..token },
        _ => Finding::new(start, end, "url-password"),
    }
}

/// `user:value@tcp(host:3306)/database`, as `go-sql-driver` takes it; `at` is the `@`.
pub(super) fn go_mysql(source: Source, at: usize) -> Option<Finding> {
    const PART: Set = Set::of("!#-&(-9;-?A-_a-~");
    let start = source.run_back(at, PART, 100);
    let value = source.slice(start, at);
    let is_source = (source.has(at, "@tcp(") || source.has(at, "@unix(")) && source.before(start) == b':';
    (is_source && value.len() >= 4 && !is_placeholder(value) && !is_stand_in(value))
        .then_some(Finding::new(start, at, "url-password").read_to(at + "@tcp(".len()))
}

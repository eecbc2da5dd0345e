//! JSON web tokens and keys.

use super::Finding;
use super::joint::joint;
use super::source::{DOTTED, Source, TOKEN};
use super::tally::Tally;

/// As much of a header as is decoded to see whether it is one.
const HEADER_BYTES: usize = 96;
const MOST_PIECES: usize = 64;
/// How far from a key's private part its `"kty"` may be.
const JWK_BYTES: usize = 600;

/// A token in three parts (or five, encrypted); `at` is the `eyJ` that `{"` becomes in base64.
pub(super) fn token(source: Source, at: usize) -> Option<Finding> {
    if !source.starts_word(at) && source.before(at) != b'_' {
        return None;
    }
    let header_end = source.run_within(at, TOKEN, 4096);
    if !is_header(source.slice(at, header_end)) {
        return None;
    }
    let mut end = source.run(at, DOTTED);
    for _ in 1..MOST_PIECES {
        let Some(joint) = joint(source, end) else { break };
        let piece_end = source.run(joint.next, DOTTED);
        let piece = source.slice(joint.next, piece_end);
        // The pieces of a wrapped token are long and random, or they end it.
        let has_all_parts = memchr::memchr_iter(b'.', source.slice(at, end)).count() >= 2;
        if !Tally::of(piece).is_random() || has_all_parts && piece.len() < 16 && !joint.is_firm {
            break;
        }
        end = piece_end;
    }
    let token = source.slice(at, end);
    let token = token.strip_suffix(b".").unwrap_or(token);
    let is_signed = memchr::memchr_iter(b'.', token).count() >= 2;
    let has_claims = token.get(header_end - at..).is_some_and(|rest| rest.starts_with(b".eyJ"));
    (is_signed || has_claims && token.len() > header_end - at + 16)
        .then_some(Finding::new(at, at + token.len(), "jwt").read_to(end))
}

/// Whether this decodes to the start of a JSON object that names an algorithm or a type.
fn is_header(base64: &[u8]) -> bool {
    let mut decoded = [0; HEADER_BYTES];
    let length = decode(base64, &mut decoded);
    let header = decoded.get(..length).unwrap_or_default();
    header.starts_with(b"{\"")
        && ["\"alg\"", "\"typ\"", "\"enc\"", "\"kid\"", "\"jku\"", "\"cty\"", "\"zip\""]
            .iter()
            .any(|name| memchr::memmem::find(header, name.as_bytes()).is_some())
}

/// Decodes base64 in either alphabet into `decoded` until that is full or something else comes; returns the length.
pub(super) fn decode(base64: &[u8], decoded: &mut [u8]) -> usize {
    let (mut bits, mut held, mut length) = (0_u32, 0, 0);
    for byte in base64 {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => break,
        };
        bits = bits << 6 | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            let Some(place) = decoded.get_mut(length) else { break };
            *place = u8::try_from(bits >> held & 0xFF).unwrap_or_default();
            length += 1;
        }
    }
    length
}

/// The private part of a JSON web key, `"d": "…"` or `"k": "…"`; `at` is the quote before the name.
pub(super) fn key(source: Source, at: usize) -> Option<Finding> {
    let colon = source.past_blanks(at + 3);
    let quote = source.past_blanks(colon + 1);
    if source.at(colon) != b':' || source.at(quote) != b'"' {
        return None;
    }
    let start = quote + 1;
    let end = source.run(start, TOKEN);
    let is_value =
        end - start >= 40 && source.at(end) == b'"' && Tally::of(source.slice(start, end)).is_random();
    let around = source.slice(at.saturating_sub(JWK_BYTES).max(source.floor()), end + JWK_BYTES);
    (is_value && memchr::memmem::find(around, b"\"kty\"").is_some())
        .then_some(Finding::new(start, end, "jwk"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_decoded_in_either_alphabet() {
        for (base64, text) in [
            ("", ""),
            ("aA", "h"),
            ("aGk", "hi"),
            ("aGk=", "hi"),
            ("aGkh", "hi!"),
            ("Pz8_", "???"),
            ("Pz8/", "???"),
            ("a b", ""),
        ] {
            let mut decoded = [0; 16];
            let length = decode(base64.as_bytes(), &mut decoded);
            assert_eq!(&decoded[..length], text.as_bytes(), "{base64:?}");
        }
        assert_eq!(decode("QUJDREVG".as_bytes(), &mut [0; 4]), 4);
    }
}

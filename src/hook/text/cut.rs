//! Shortens a text to the lengths the API takes, which it counts in UTF-16 code units.

use std::borrow::Cow;

use unicode_segmentation::GraphemeCursor;

/// Longest content the API takes, in UTF-16 code units.
pub const CONTENT_UNITS: usize = 2000;
/// Longest topic the API takes, in UTF-16 code units.
pub const TOPIC_UNITS: usize = 256;

const ELLIPSIS: char = '…';
const MARKER: &[u8] = b"[redacted:";
/// More bytes than any marker has.
const LONGEST_MARKER: usize = 64;
/// A "character" longer than this is a pile of combining marks, and is cut through.
const LONGEST_GRAPHEME: usize = 128;

/// At most `units` UTF-16 code units of the text, ending in `…` (which counts) when something was cut off. The cut is
/// never inside a grapheme of ordinary length, and never inside a `[redacted:…]` marker.
pub fn cut(text: &str, units: usize) -> Cow<'_, str> {
    // A character has at most as many UTF-16 units as UTF-8 bytes.
    if text.len() <= units {
        return Cow::Borrowed(text);
    }
    let Some(room) = units.checked_sub(ELLIPSIS.len_utf16()) else { return Cow::Borrowed("") };
    if text.as_bytes().get(..=units).is_some_and(<[u8]>::is_ascii) {
        return shortened(text, room);
    }
    let (mut used, mut fits) = (0, 0);
    for (at, character) in text.char_indices() {
        used += character.len_utf16();
        if used <= room {
            fits = at + character.len_utf8();
        }
        if used > units {
            return shortened(text, fits);
        }
    }
    Cow::Borrowed(text)
}

/// What is before `at`, a character boundary, or before the last place there where the text may be cut.
fn shortened(text: &str, at: usize) -> Cow<'_, str> {
    let kept = text.get(..boundary(text, at)).unwrap_or_default().trim_end();
    Cow::Owned(format!("{kept}{ELLIPSIS}"))
}

/// The last place at or before `at` (a character boundary) where the text may be cut.
fn boundary(text: &str, at: usize) -> usize {
    if let Some(start) = marker_around(text.as_bytes(), at) {
        return start;
    }
    let mut cursor = GraphemeCursor::new(at, text.len(), true);
    if cursor.is_boundary(text, 0) == Ok(true) {
        return at;
    }
    match cursor.prev_boundary(text, 0) {
        Ok(Some(before)) if at - before <= LONGEST_GRAPHEME => before,
        _ => at,
    }
}

/// Where the marker begins that has `at` inside it.
fn marker_around(bytes: &[u8], at: usize) -> Option<usize> {
    (at.saturating_sub(LONGEST_MARKER)..at).rev().find(|&start| {
        let rest = bytes.get(start..).unwrap_or_default();
        rest.starts_with(MARKER)
            && memchr::memchr(b']', rest).is_some_and(|end| end < LONGEST_MARKER && start + end >= at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units(text: &str) -> usize {
        text.encode_utf16().count()
    }

    #[test]
    fn a_cut_is_made_between_graphemes_and_says_so() {
        for (text, units, kept) in [
            ("", 0, ""),
            ("a", 0, ""),
            ("ab", 1, "…"),
            ("abc", 3, "abc"),
            ("abcd", 3, "ab…"),
            ("ab cd", 4, "ab…"),
            ("日本語", 3, "日本語"),
            ("日本語です", 3, "日本…"),
            ("a😀b", 4, "a😀b"),
            ("a😀bc", 4, "a😀…"),
            ("a😀bc", 3, "a…"),
            // The accent belongs to the letter before it.
            ("e\u{301}e\u{301}e\u{301}", 4, "e\u{301}…"),
            // A family is one grapheme of eleven units, a flag one of four.
            ("👨‍👩‍👧‍👦!👨‍👩‍👧‍👦!", 20, "👨‍👩‍👧‍👦!…"),
            ("🇫🇷🇩🇪🇮🇹", 8, "🇫🇷…"),
        ] {
            assert_eq!(cut(text, units), kept, "{text:?} at {units}");
        }
    }

    #[test]
    fn a_text_that_fits_is_borrowed() {
        for text in ["", "short", "é日😀"] {
            assert!(matches!(cut(text, units(text)), Cow::Borrowed(whole) if whole == text), "{text:?}");
        }
    }

    #[test]
    fn a_marker_is_kept_whole_or_not_at_all() {
        let text = "The token was [redacted:github-token], and it is rotated now.";
        let end = text.find(']').unwrap();
        for limit in 1..units(text) {
            let kept = cut(text, limit);
            let marker_fits = limit > end + 1;
            assert_eq!(kept.contains("[redacted:github-token]"), marker_fits, "{limit}: {kept:?}");
            assert_eq!(kept.contains("[r"), marker_fits, "{limit}: {kept:?}");
            assert!(units(&kept) <= limit && kept.ends_with('…'), "{limit}: {kept:?}");
        }
    }

    #[test]
    fn a_pile_of_combining_marks_is_cut_between_characters() {
        let text = format!("a{}", "\u{301}".repeat(5000));
        let kept = cut(&text, CONTENT_UNITS);
        assert_eq!(units(&kept), CONTENT_UNITS);
    }

    #[test]
    fn an_unclosed_bracket_is_no_marker() {
        let text = format!("[redacted: {}", "x".repeat(100));
        assert_eq!(units(&cut(&text, 50)), 50);
    }
}

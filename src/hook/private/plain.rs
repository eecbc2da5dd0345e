//! Tags as they look rather than as they are encoded: with characters nobody sees between their letters, or in full width.

/// The text in plain characters, if tags show in it then that are none as it is. What nobody sees is gone from it, white
/// space of any width is a blank, and what is in full width is not.
pub(super) fn plain(text: &str, tags: fn(&str) -> usize) -> Option<String> {
    if text.is_ascii() || !may_hide(text.as_bytes()) {
        return None;
    }
    let plain: String = text.chars().filter_map(folded).collect();
    (tags(&plain) > tags(text)).then_some(plain)
}

/// Whether something is in it that could hide a tag. Asked of every text that is not ASCII, so it looks at nothing but the
/// bytes that such characters begin with, and in full width at the letters of the name alone.
fn may_hide(text: &[u8]) -> bool {
    let next = |at: usize| text.get(at + 1..at + 3).unwrap_or_default();
    let is_usual = |at| {
        let after = next(at);
        match text.get(at) {
            Some(0xC2) => matches!(after, [0x85 | 0xA0 | 0xAD, _]),
            Some(0xE2) => matches!(after, [0x80, 0x80..=0x8F | 0xA8..=0xAF] | [0x81, 0x9F..=0xAF]),
            _ => match after {
                [0xB8, 0x80..=0x8F] | [0xB9, 0xA4 | 0xA5] | [0xBB, 0xBF] | [0xBC, 0x8F] | [0xBE, 0xA0] => {
                    true
                }
                [0xBC, low] => b"PRIVATE".contains(&(low.wrapping_sub(0x60))),
                [0xBD, low] => b"private".contains(&(low.wrapping_sub(0x20))),
                _ => false,
            },
        }
    };
    let is_rare = |at| match text.get(at) {
        Some(0xE1) => {
            matches!(next(at), [0x85, 0x9F | 0xA0] | [0x9A, 0x80] | [0x9E, 0xB4 | 0xB5] | [0xA0, 0x8B..=0x8F])
        }
        Some(0xCD) => matches!(next(at), [0x8F, _]),
        _ => matches!(next(at), [0xA0, _]),
    };
    memchr::memchr3_iter(0xC2, 0xE2, 0xEF, text).any(is_usual)
        || memchr::memchr3_iter(0xE1, 0xCD, 0xF3, text).any(is_rare)
        || ["\u{3000}", "\u{3164}", "\u{61c}"]
            .iter()
            .any(|one| memchr::memmem::find(text, one.as_bytes()).is_some())
}

fn folded(character: char) -> Option<char> {
    /// From a full-width character to its plain one.
    const WIDTH: u32 = 0xFEE0;
    match character {
        // Soft hyphen, joiners and marks of direction, variation selectors, the byte order mark, tags.
        '\u{ad}'
        | '\u{34f}'
        | '\u{61c}'
        | '\u{115f}'..='\u{1160}'
        | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}'
        | '\u{ffa0}'
        | '\u{e0000}'..='\u{e0fff}' => None,
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(character) - WIDTH),
        '\u{fe64}' => Some('<'),
        '\u{fe65}' => Some('>'),
        _ if character.is_whitespace() && !character.is_ascii() => Some(' '),
        _ => Some(character),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_hides_a_tag_is_seen_and_other_letters_are_not() {
        for character in (0x80..=0xFFFF).chain(0xDFF00..=0xE10FF).filter_map(char::from_u32) {
            let is_folded = folded(character) != Some(character);
            let text = format!("{character} is one of them");
            let is_wide = ('\u{ff01}'..='\u{ff5e}').contains(&character);
            // Brackets of full width are known as such.
            let is_seen = if is_wide {
                "ＰＲＩＶＡＴＥｐｒｉｖａｔｅ／".contains(character)
            } else {
                is_folded
            };
            assert_eq!(may_hide(text.as_bytes()), is_seen, "{character:?} U+{:04X}", u32::from(character));
        }
    }
}

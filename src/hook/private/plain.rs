//! Tags as they look rather than as they are encoded: with characters nobody sees between their letters, or in full width.

/// The text in plain characters, if tags show in it then that are none as it is. What nobody sees is gone from it, white
/// space of any width is a blank, and what is in full width is not.
pub(super) fn plain(text: &str, tags: fn(&str) -> usize) -> Option<String> {
    if text.is_ascii() || !text.chars().any(|character| folded(character) != Some(character)) {
        return None;
    }
    let plain: String = text.chars().filter_map(folded).collect();
    (tags(&plain) > tags(text)).then_some(plain)
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

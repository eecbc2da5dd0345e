//! Takes out what a terminal acts on and a reader never sees: control characters and escape sequences.

use std::borrow::Cow;

/// The text without NUL and other control characters (newline and tab stay), without terminal escape sequences, and
/// without white space at its ends. CRLF and a lone CR become LF. Borrowed when nothing but the ends changes.
pub fn clean(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|byte| MAY_BEGIN_CONTROL.get(usize::from(byte)) == Some(&true))
        && text.contains(is_dropped)
    {
        Cow::Owned(trimmed(rewrite(text)))
    } else {
        Cow::Borrowed(text.trim())
    }
}

/// 0xC2 leads the C1 controls (and much else), so it only says "look closer". A table, for every byte of every text is
/// asked about.
#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler, which refuses what is out of bounds")]
const MAY_BEGIN_CONTROL: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < table.len() {
        table[byte] = matches!(byte, 0..=8 | 11..=31 | 127 | 0xC2);
        byte += 1;
    }
    table
};

fn is_dropped(character: char) -> bool {
    character.is_control() && character != '\n' && character != '\t'
}

fn trimmed(mut text: String) -> String {
    text.truncate(text.trim_end().len());
    let leading = text.len() - text.trim_start().len();
    text.drain(..leading);
    text
}

fn rewrite(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(is_dropped) {
        let (before, from) = rest.split_at_checked(at).unwrap_or((rest, ""));
        kept.push_str(before);
        let mut characters = from.chars();
        let control = characters.next();
        let after = characters.as_str();
        rest = match control {
            Some('\r') => {
                kept.push('\n');
                after.strip_prefix('\n').unwrap_or(after)
            }
            Some('\u{1b}') => after_escape(after),
            Some('\u{9b}') => after_parameters(after),
            Some('\u{90}' | '\u{98}' | '\u{9d}'..='\u{9f}') => after_string(after),
            _ => after,
        };
    }
    kept.push_str(rest);
    kept
}

/// What follows ESC: a control sequence, a string with a terminator, or a short escape (ECMA-48, 5.3 to 5.6).
fn after_escape(rest: &str) -> &str {
    let mut characters = rest.chars();
    match characters.next() {
        Some('[') => after_parameters(characters.as_str()),
        Some(']' | 'P' | 'X' | '^' | '_') => after_string(characters.as_str()),
        Some(' '..='/') => {
            let rest = characters.as_str().trim_start_matches(|c| matches!(c, ' '..='/'));
            rest.strip_prefix(|c| matches!(c, '0'..='~')).unwrap_or(rest)
        }
        Some('0'..='~') => characters.as_str(),
        _ => rest,
    }
}

fn after_parameters(rest: &str) -> &str {
    let rest = rest.trim_start_matches(|c| matches!(c, '0'..='?'));
    let rest = rest.trim_start_matches(|c| matches!(c, ' '..='/'));
    rest.strip_prefix(|c| matches!(c, '@'..='~')).unwrap_or(rest)
}

/// After the terminator (BEL or ST) of an OSC, DCS, SOS, PM or APC string. Without one on the line only the introducer
/// goes: a stray byte must not swallow what somebody wrote.
fn after_string(rest: &str) -> &str {
    let Some(at) = rest.find(char::is_control) else { return rest };
    let terminator = rest.get(at..).unwrap_or_default();
    let after = ["\u{7}", "\u{9c}", "\u{1b}\\"].iter().find_map(|end| terminator.strip_prefix(end));
    after.unwrap_or(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_and_escape_sequences_go_and_the_text_stays() {
        for (text, clean_text) in [
            ("", ""),
            ("  \n\t ", ""),
            ("plain", "plain"),
            (" \u{3000}ends\u{a0}\n", "ends"),
            ("a\tb\nc", "a\tb\nc"),
            ("a\r\nb\rc\r\r\nd", "a\nb\nc\n\nd"),
            ("nul\0 in \u{1}the\u{7f} text", "nul in the text"),
            ("c1 \u{85}next\u{80}line", "c1 nextline"),
            ("café © ½ stays", "café © ½ stays"),
            ("\u{1b}[31mred\u{1b}[0m and \u{1b}[1;38;5;196mbold\u{1b}[m", "red and bold"),
            ("\u{9b}32mgreen\u{9b}0m", "green"),
            ("\u{1b}]8;;https://example.com\u{1b}\\link\u{1b}]8;;\u{1b}\\", "link"),
            ("\u{1b}]0;title\u{7}prompt", "prompt"),
            ("\u{9d}0;title\u{9c}prompt", "prompt"),
            ("\u{1b}Pq#0;2\u{1b}\\after sixel", "after sixel"),
            ("\u{1b}(Bascii \u{1b}7saved\u{1b}8", "ascii saved"),
            ("\u{1b}[?25lhidden\u{1b}[?25h\u{1b}[2K", "hidden"),
            ("\u{1b}]no terminator\nnext line", "no terminator\nnext line"),
            ("\u{1b}[31\nbroken", "broken"),
            ("end \u{1b}", "end"),
            ("end \u{1b}[", "end"),
            ("\u{1b}[31m \u{1b}[0m", ""),
            ("progress 1\rprogress 2", "progress 1\nprogress 2"),
        ] {
            assert_eq!(clean(text), clean_text, "{text:?}");
            assert_eq!(clean(clean_text), clean_text);
        }
    }

    #[test]
    fn text_without_control_characters_is_borrowed() {
        for text in ["plain", " ends ", "café", "日本語\n\ttext"] {
            assert!(matches!(clean(text), Cow::Borrowed(_)), "{text:?}");
        }
    }

    #[test]
    fn megabytes_of_introducers_are_cleaned_in_linear_time() {
        for hostile in ["\u{1b}]", "\u{9d}", "\u{1b}[", "\u{1b}P0", "\r", "\u{1b}\u{1b}]\n"] {
            let text = hostile.repeat(3_000_000 / hostile.len());
            let begun = std::time::Instant::now();
            assert!(clean(&text).len() <= text.len());
            // Quadratic work would take hours: no measure of speed.
            assert!(begun.elapsed().as_secs() < 60, "{hostile:?} took {:?}", begun.elapsed());
        }
    }
}

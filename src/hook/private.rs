//! Takes out what the user marked as private: `<private>…</private>`, however it was typed or escaped on the way.

use std::borrow::Cow;

mod plain;

/// Bytes between a tag's name and its end; a tag that is longer is taken to have ended at its name.
const LONGEST_ATTRIBUTES: usize = 512;
/// White space between `<` and the name.
const LONGEST_GAP: usize = 16;
/// The longest spelling of a bracket, `&amp;#x0000003c;` and the like.
const LONGEST_BRACKET: usize = 32;
/// Taking out a part can join its neighbours to a new tag; a text that does this more often is hiding something.
const PASSES: usize = 8;

/// The text without its private parts. A part never closed reaches to the end, one never opened to the beginning (it was
/// opened in another field). Where it is unclear whether something is a tag, it is one. Borrowed when there is none.
pub fn without_private(text: &str) -> Cow<'_, str> {
    let mut kept = plain::plain(text, count).map_or(Cow::Borrowed(text), Cow::Owned);
    for _ in 0..PASSES {
        match one_pass(&kept) {
            None => return kept,
            Some(shorter) => kept = Cow::Owned(shorter),
        }
    }
    Cow::Borrowed("")
}

fn count(text: &str) -> usize {
    let mut from = 0;
    std::iter::from_fn(|| next_tag(text.as_bytes(), from).inspect(|tag| from = tag.end)).count()
}

fn one_pass(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let mut tag = next_tag(bytes, 0)?;
    let mut kept = String::new();
    let (mut depth, mut from) = (0_usize, 0);
    loop {
        match (depth, tag.role) {
            (0, Role::Closes) => kept.clear(),
            (0, Role::Opens) => kept.push_str(text.get(from..tag.start).unwrap_or_default()),
            _ => {}
        }
        depth = match tag.role {
            Role::Opens => depth + 1,
            Role::Closes => depth.saturating_sub(1),
        };
        from = tag.end;
        match next_tag(bytes, from) {
            Some(next) => tag = next,
            None => break,
        }
    }
    if depth == 0 {
        kept.push_str(text.get(from..).unwrap_or_default());
    }
    Some(kept.trim().to_owned())
}

#[derive(Clone, Copy)]
enum Role {
    Opens,
    Closes,
}

struct Tag {
    start: usize,
    end: usize,
    role: Role,
}

/// The first tag at or after `from`. Found by the `v` in its name, the rarest of its letters, so that each way to write
/// the brackets costs nothing until there is a name between them.
fn next_tag(bytes: &[u8], from: usize) -> Option<Tag> {
    let mut at = from;
    loop {
        at += memchr::memchr2(b'v', b'V', bytes.get(at..)?)? + 1;
        let name = (at.saturating_sub(4), at + 3);
        if bytes.get(name.0..name.1).is_some_and(|name| name.eq_ignore_ascii_case(b"private"))
            && let Some(tag) = tag_named_at(bytes, name).filter(|tag| tag.start >= from)
        {
            return Some(tag);
        }
    }
}

fn tag_named_at(bytes: &[u8], (name_start, name_end): (usize, usize)) -> Option<Tag> {
    let before = back_over_space(bytes, name_start);
    let (before, role) = match slash_before(bytes, before) {
        Some(slash) => (back_over_space(bytes, slash), Role::Closes),
        None => (before, Role::Opens),
    };
    let start = bracket_before(bytes, before, Bracket::Left)?;
    let is_loose = before != name_start && matches!(role, Role::Opens);
    Some(Tag { start, end: end_of_tag(bytes, name_end, is_loose)?, role })
}

/// Where the tag ends that has its name before `at`; `None` when the name goes on there and it is another tag. With a gap
/// after the bracket (`loose`), it could be a comparison, and must look like a tag to its end.
fn end_of_tag(bytes: &[u8], at: usize, is_loose: bool) -> Option<usize> {
    if let Some(end) = bracket_after(bytes, at, Bracket::Right) {
        return Some(end);
    }
    let name_ends = match bytes.get(at..).unwrap_or_default() {
        // Markdown escapes a bracket, JSON a line end, both with a backslash.
        [] | [b'/' | b'\\' | b'=' | b'"' | b'\'', ..] => true,
        [b'&', reference @ ..] => begins_with_space(reference),
        [byte, ..] => byte.is_ascii_whitespace(),
    };
    if !name_ends {
        return None;
    }
    let mut quote = None;
    for here in at..bytes.len().min(at + LONGEST_ATTRIBUTES) {
        let byte = bytes.get(here).copied()?;
        match quote {
            Some(open) if byte == open => quote = None,
            Some(_) => {}
            None => {
                if let Some(end) = bracket_after(bytes, here, Bracket::Right) {
                    return Some(end);
                }
                match byte {
                    b'"' | b'\'' => quote = Some(byte),
                    b'&' | b'|' | b'(' | b')' | b'{' | b'}' if is_loose => break,
                    _ if bracket_after(bytes, here, Bracket::Left).is_some() => break,
                    _ => {}
                }
            }
        }
    }
    (!is_loose).then_some(at)
}

/// A character reference without its `&`: one by number is hardly anything else.
fn begins_with_space(reference: &[u8]) -> bool {
    ["#", "nbsp;", "tab;", "newline;"].iter().any(|name| {
        reference.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name.as_bytes()))
    })
}

fn back_over_space(bytes: &[u8], at: usize) -> usize {
    let gap = bytes.get(at.saturating_sub(LONGEST_GAP)..at).unwrap_or_default();
    at - gap.iter().rev().take_while(|byte| byte.is_ascii_whitespace()).count()
}

fn slash_before(bytes: &[u8], at: usize) -> Option<usize> {
    let before = bytes.get(..at)?;
    ["\\/", "/", "&#47;", "&#x2f;", "&sol;", "%2f", "%252f", "\\u002f", "\\x2f"].iter().find_map(|slash| {
        let start = at.checked_sub(slash.len())?;
        before.get(start..)?.eq_ignore_ascii_case(slash.as_bytes()).then_some(start)
    })
}

#[derive(Clone, Copy)]
enum Bracket {
    Left,
    Right,
}

impl Bracket {
    /// As a character, in full width, and as a JSON, JavaScript or URL escape, of a reference or twice, too.
    fn spellings(self) -> [&'static str; 8] {
        match self {
            Self::Left => ["<", "＜", "\\u003c", "\\x3c", "%3c", "%253c", "\\u{3c}", "\\u0026lt;"],
            Self::Right => [">", "＞", "\\u003e", "\\x3e", "%3e", "%253e", "\\u{3e}", "\\u0026gt;"],
        }
    }

    /// As a character reference without its `&`, `;` and leading zeros.
    fn references(self) -> [&'static str; 3] {
        match self {
            Self::Left => ["lt", "#60", "#x3c"],
            Self::Right => ["gt", "#62", "#x3e"],
        }
    }
}

/// Where the bracket begins that ends at `at`.
fn bracket_before(bytes: &[u8], at: usize, bracket: Bracket) -> Option<usize> {
    let window = at.saturating_sub(LONGEST_BRACKET);
    let before = bytes.get(window..at)?;
    for spelling in bracket.spellings() {
        let start = before.len().checked_sub(spelling.len());
        if let Some(start) = start
            && before.get(start..)?.eq_ignore_ascii_case(spelling.as_bytes())
        {
            return Some(window + start);
        }
    }
    let start = memchr::memrchr(b'&', before)?;
    let reference = before.get(start + 1..)?;
    is_reference(reference.strip_suffix(b";").unwrap_or(reference), bracket).then_some(window + start)
}

/// Where the bracket ends that begins at `at`.
fn bracket_after(bytes: &[u8], at: usize, bracket: Bracket) -> Option<usize> {
    let after = bytes.get(at..)?;
    match after.first()? {
        b'&' => reference_after(after, bracket).map(|end| at + end),
        b'<' | b'>' | b'\\' | b'%' | 0xEF => {
            let is_start = |spelling: &&str| {
                after
                    .get(..spelling.len())
                    .is_some_and(|start| start.eq_ignore_ascii_case(spelling.as_bytes()))
            };
            bracket.spellings().iter().find(|spelling| is_start(spelling)).map(|spelling| at + spelling.len())
        }
        _ => None,
    }
}

/// The length of the character reference at the start; `&gt` without its semicolon is a bracket, too.
fn reference_after(after: &[u8], bracket: Bracket) -> Option<usize> {
    let window = after.get(1..after.len().min(LONGEST_BRACKET))?;
    let [word, ..] = bracket.references();
    let bare = window.get(..2).filter(|start| start.eq_ignore_ascii_case(word.as_bytes())).map(|_| (2, 2));
    memchr::memchr_iter(b';', window)
        .map(|end| (end, end + 1))
        .chain(bare)
        .find(|(end, _)| window.get(..*end).is_some_and(|name| is_reference(name, bracket)))
        .map(|(_, end)| 1 + end)
}

fn is_reference(reference: &[u8], bracket: Bracket) -> bool {
    let mut name = reference;
    while let Some(rest) = ["amp;", "#38;", "#x26;"].iter().find_map(|ampersand| {
        let (start, rest) = name.split_at_checked(ampersand.len())?;
        start.eq_ignore_ascii_case(ampersand.as_bytes()).then_some(rest)
    }) {
        name = rest;
    }
    let digits = name.iter().position(|byte| byte.is_ascii_digit() && *byte != b'0').unwrap_or(name.len());
    let (sign, number) = name.split_at_checked(digits).unwrap_or((name, &[]));
    let sign =
        sign.iter().rposition(|byte| *byte != b'0').and_then(|last| sign.get(..=last)).unwrap_or_default();
    bracket.references().iter().any(|spelling| {
        spelling.len() == sign.len() + number.len()
            && sign.iter().chain(number).zip(spelling.bytes()).all(|(a, b)| a.to_ascii_lowercase() == b)
    })
}

#[cfg(test)]
mod tests;

//! Finds the first line of a Markdown text that says something, and takes the marks off it.

use std::borrow::Cow;

/// Longer than any topic: only this much of a line is looked at, so a line of megabytes costs no more than this.
const LONGEST_LINE_BYTES: usize = 1536;

/// The first line that says something, without Markdown marks; empty when none does. Fences, rules, HTML comments and
/// lines of nothing but tags say nothing. Code counts only when there is nothing else.
pub fn headline(text: &str) -> Cow<'_, str> {
    let mut block = Block::Prose;
    let mut code = None;
    for line in text.lines() {
        let line = start_of(line.trim());
        let prose = match block {
            Block::Prose => line,
            Block::Fence(mark) => {
                if line.starts_with(mark) {
                    block = Block::Prose;
                } else if code.is_none() && says_something(line) {
                    code = Some(line);
                }
                continue;
            }
            Block::Comment => match line.split_once("-->") {
                Some((_, after)) => after,
                None => continue,
            },
        };
        block = Block::Prose;
        let (prose, next) = without_comments(prose);
        if let Some(mark) = ["```", "~~~"].into_iter().find(|mark| prose.starts_with(mark)) {
            block = Block::Fence(mark);
            continue;
        }
        block = next.unwrap_or(block);
        let words = without_leading_marks(prose);
        if says_something(words) && !is_tags_only(words) {
            return without_inline_marks(words);
        }
    }
    Cow::Borrowed(code.unwrap_or_default())
}

/// What the lines at hand belong to.
enum Block {
    Prose,
    /// Code, up to a line that begins with this.
    Fence(&'static str),
    /// An HTML comment, up to `-->`.
    Comment,
}

fn says_something(line: &str) -> bool {
    line.chars().any(char::is_alphanumeric)
}

fn start_of(line: &str) -> &str {
    line.get(..line.floor_char_boundary(LONGEST_LINE_BYTES)).unwrap_or(line)
}

/// The part of the line outside comments, and whether a comment is still open at its end.
fn without_comments(mut line: &str) -> (&str, Option<Block>) {
    while let Some(comment) = line.trim_start().strip_prefix("<!--") {
        match comment.split_once("-->") {
            Some((_, after)) => line = after,
            None => return ("", Some(Block::Comment)),
        }
    }
    (line.trim(), None)
}

/// Without `#`, `>`, list marks and task boxes at the front, `#` at the end, and the bars of a table row.
fn without_leading_marks(line: &str) -> &str {
    let mut rest = line.trim();
    let before_heading = rest;
    loop {
        let shorter = one_mark_less(rest).trim_start();
        if shorter.len() == rest.len() {
            break;
        }
        rest = shorter;
    }
    if before_heading.starts_with('#') {
        let bare = rest.trim_end_matches('#');
        if bare.ends_with(' ') {
            rest = bare.trim_end();
        }
    }
    match rest.strip_prefix('|') {
        Some(row) => row.strip_suffix('|').unwrap_or(row).trim(),
        None => rest,
    }
}

fn one_mark_less(line: &str) -> &str {
    if let Some(quoted) = line.strip_prefix('>') {
        return quoted;
    }
    for mark in ["[ ]", "[x]", "[X]", "-", "*", "+", "•", "–", "—"] {
        if let Some(rest) = line.strip_prefix(mark).filter(|rest| rest.starts_with([' ', '\t'])) {
            return rest;
        }
    }
    let heading = line.trim_start_matches('#');
    if heading.len() < line.len() && heading.starts_with([' ', '\t']) {
        return heading;
    }
    let number = line.trim_start_matches(|c: char| c.is_ascii_digit());
    if (1..=3).contains(&(line.len() - number.len())) {
        let rest = number.strip_prefix(['.', ')']).filter(|rest| rest.starts_with([' ', '\t']));
        return rest.unwrap_or(line);
    }
    line
}

fn is_tags_only(line: &str) -> bool {
    let mut rest = line;
    while let Some((tag, after)) = rest.strip_prefix('<').and_then(|tag| tag.split_once('>')) {
        let name = tag.strip_prefix('/').unwrap_or(tag);
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) || name.contains(':') && !name.contains(' ') {
            return false;
        }
        rest = after.trim_start();
    }
    rest.is_empty()
}

/// Without emphasis, code marks and the addresses of links. Underscores stay: they are mostly part of names.
fn without_inline_marks(line: &str) -> Cow<'_, str> {
    let bytes = line.as_bytes();
    if memchr::memchr3(b'*', b'`', b'~', bytes).or_else(|| memchr::memchr(b'[', bytes)).is_none() {
        return Cow::Borrowed(line);
    }
    let mut words = String::with_capacity(line.len());
    let mut pending = Vec::new();
    let mut rest = line;
    while let Some(next) = rest.chars().next() {
        let skipped = match next {
            '`' => code(rest, &mut words),
            '[' | '!' => link(rest, &mut words),
            '*' | '~' => emphasis(rest, &words, &mut pending),
            _ => None,
        };
        rest = skipped.unwrap_or_else(|| {
            words.push(next);
            rest.get(next.len_utf8()..).unwrap_or_default()
        });
    }
    let words = words.trim();
    if words == line { Cow::Borrowed(line) } else { Cow::Owned(words.to_owned()) }
}

fn code<'a>(rest: &'a str, words: &mut String) -> Option<&'a str> {
    let inner = rest.trim_start_matches('`');
    let fence = rest.get(..rest.len() - inner.len())?;
    let (span, after) = inner.split_once(fence)?;
    words.push_str(span.trim());
    Some(after)
}

fn link<'a>(rest: &'a str, words: &mut String) -> Option<&'a str> {
    let inner = rest.strip_prefix('!').unwrap_or(rest).strip_prefix('[')?;
    let (label, target) = inner.split_once("](").filter(|(label, _)| !label.contains('['))?;
    let (_, after) = target.split_once(')')?;
    words.push_str(&without_inline_marks(label));
    Some(after)
}

/// Marks hug their words and stand at their edges: `2 * 3`, `2*3*4` and `*.rs` are no emphasis.
fn emphasis<'a>(rest: &'a str, words: &str, pending: &mut Vec<&'a str>) -> Option<&'a str> {
    let mark = rest.chars().next()?;
    let after = rest.trim_start_matches(mark);
    let run = rest.get(..rest.len() - after.len())?;
    if run.len() > 3 || mark == '~' && run.len() != 2 {
        return None;
    }
    let follows_word = words.ends_with(|c: char| !c.is_whitespace());
    let precedes_word = after.starts_with(|c: char| !c.is_whitespace());
    if pending.last() == Some(&run) && follows_word && !after.starts_with(char::is_alphanumeric) {
        pending.pop();
        return Some(after);
    }
    if precedes_word && !words.ends_with(char::is_alphanumeric) && closes(after, run) {
        pending.push(run);
        return Some(after);
    }
    None
}

/// Whether a mark like `run` further on ends what it would begin here.
fn closes(after: &str, run: &str) -> bool {
    after.match_indices(run).any(|(at, _)| {
        let (inside, end) = after.split_at_checked(at).unwrap_or((after, ""));
        let outside = end.get(run.len()..).unwrap_or_default();
        inside.ends_with(|c: char| !c.is_whitespace() && !run.contains(c))
            && !outside.starts_with(|c: char| c.is_alphanumeric() || run.contains(c))
    })
}

#[cfg(test)]
mod tests;

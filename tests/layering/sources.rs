//! The sources as the rules look at them: code without comments, texts and tests, and the words in it.

use std::path::{Path, PathBuf};

/// One file of sources.
pub struct Source {
    /// Below its `src`, with slashes: `spool/drain.rs`.
    pub path: String,
    /// As it is on the disk.
    pub text: String,
    /// Without comments, the insides of strings, and tests.
    pub code: String,
}

impl Source {
    /// The first part of its path: the room it belongs to.
    pub fn room(&self) -> &str {
        self.path.split('/').next().unwrap().trim_end_matches(".rs")
    }

    /// Whether `word` stands in the code as a word of its own.
    pub fn says(&self, word: &str) -> bool {
        self.places(word).next().is_some()
    }

    /// What follows each place where `word` stands as a word of its own.
    pub fn places<'a>(&'a self, word: &'a str) -> impl Iterator<Item = &'a str> {
        self.code.match_indices(word).filter_map(move |(at, _)| {
            let (before, after) = (&self.code[..at], &self.code[at + word.len()..]);
            let goes_on =
                before.ends_with(is_part_of_a_word) || is_end(word) && after.starts_with(is_part_of_a_word);
            (!goes_on).then_some(after)
        })
    }

    /// Whether the crate of that name is used: `name::…`, or `use name …`, at the start of a path.
    pub fn uses_crate(&self, name: &str) -> bool {
        self.code.match_indices(name).any(|(at, _)| {
            let (before, after) = (&self.code[..at], &self.code[at + name.len()..]);
            let starts_a_path = !before.ends_with(is_part_of_a_word) && !before.ends_with("::");
            let imported = before.ends_with("use ") && after.starts_with([';', ' ']);
            starts_a_path && (after.starts_with("::") || imported)
        })
    }

    /// The rooms it names: `crate::room`, `crate::{room, other::Thing}`.
    pub fn rooms_used(&self) -> Vec<String> {
        let mut rooms = Vec::new();
        for after in self.places("crate::") {
            match after.strip_prefix('{') {
                Some(group) => rooms.extend(top_words(group)),
                None => rooms.push(first_word(after)),
            }
        }
        rooms.retain(|room| !room.is_empty() && room.starts_with(char::is_lowercase));
        rooms.sort();
        rooms.dedup();
        rooms
    }
}

fn is_part_of_a_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn is_end(word: &str) -> bool {
    word.ends_with(is_part_of_a_word)
}

fn first_word(text: &str) -> String {
    text.chars().take_while(|c| is_part_of_a_word(*c)).collect()
}

/// The first word of each part of `{a, b::c, d::{e, f}}` after its opening brace.
fn top_words(group: &str) -> Vec<String> {
    let (mut depth, mut words, mut fresh) = (0_usize, Vec::new(), true);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => fresh = true,
            c if fresh && is_part_of_a_word(c) => {
                words.push(first_word(&group[at..]));
                fresh = false;
            }
            _ => {}
        }
    }
    words
}

/// Every source below a directory of the repository, tests among them left out of the code.
pub fn below(directory: &str) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(directory);
    let mut sources: Vec<_> = files(&root)
        .into_iter()
        .map(|file| {
            let text = std::fs::read_to_string(&file).unwrap();
            let path = file.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
            let is_test = path.ends_with("tests.rs") || path.contains("/tests/");
            Source { code: if is_test { String::new() } else { code_of(&text) }, path, text }
        })
        .collect();
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(sources.len() > 10, "{directory} holds sources");
    sources
}

fn files(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

/// The code of a source: comments and the insides of strings are gone, and so is everything from the module of tests on.
fn code_of(text: &str) -> String {
    let code = without_comments_and_texts(text);
    match code.split_once("#[cfg(test)]\nmod tests {") {
        Some((code, _)) => code.to_owned(),
        None => code,
    }
}

fn without_comments_and_texts(text: &str) -> String {
    let (mut code, mut rest) = (String::new(), text);
    while let Some(c) = rest.chars().next() {
        let skipped = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some(hashes) = raw_string(rest).filter(|_| !code.ends_with(is_part_of_a_word)) {
            let end = format!("\"{}", "#".repeat(hashes));
            let open = rest.find('"').unwrap() + 1;
            rest[open..].find(&end).map_or(rest.len(), |at| open + at + end.len())
        } else if c == '"' {
            end_of_string(rest)
        } else if c == '\'' {
            end_of_character(rest)
        } else {
            0
        };
        if skipped == 0 {
            code.push(c);
            rest = &rest[c.len_utf8()..];
        } else {
            if c == '"' || c == 'r' || c == 'b' {
                code.push_str("\"\"");
            }
            rest = &rest[skipped..];
        }
    }
    code
}

/// The number of hashes of a raw string that starts here.
fn raw_string(rest: &str) -> Option<usize> {
    let rest = rest.strip_prefix('b').unwrap_or(rest).strip_prefix('r')?;
    let hashes = rest.len() - rest.trim_start_matches('#').len();
    rest[hashes..].starts_with('"').then_some(hashes)
}

fn end_of_string(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// Zero when it is a lifetime.
fn end_of_character(rest: &str) -> usize {
    let mut characters = rest.char_indices().skip(1);
    match (characters.next(), characters.next()) {
        (Some((_, '\\')), Some((at, c))) => {
            let after = at + c.len_utf8();
            rest[after..].find('\'').map_or(0, |end| after + end + 1)
        }
        (Some(_), Some((at, '\''))) => at + 1,
        _ => 0,
    }
}

#[test]
fn comments_and_texts_are_no_code() {
    for (text, code) in [
        ("a(); // b\nc", "a(); \nc"),
        ("x(\"// no \\\" y\", z)", "x(\"\", z)"),
        ("r#\"a \" b\"# + c", "\"\" + c"),
        ("br\"\\\" + c", "\"\" + c"),
        ("'\"' + '\\'' + '\\u{41}' + x", " +  +  + x"),
        ("fn f<'a>(x: &'a str)", "fn f<'a>(x: &'a str)"),
        ("/* a \" b */ c", " c"),
    ] {
        assert_eq!(without_comments_and_texts(text), code, "{text}");
    }
    assert_eq!(code_of("a\n#[cfg(test)]\nmod tests {\n unsafe\n}"), "a\n");
}

#[test]
fn crates_and_rooms_are_found_in_code() {
    let code = "use crate::{clock, hook::{text, wire}, sys as os};\nuse fs2;\nuse crate::spool::Lock;\ncrate::Exit; a::url::b; murl::c";
    let source = Source { path: "a/b.rs".into(), text: String::new(), code: code.into() };
    assert_eq!(source.rooms_used(), ["clock", "hook", "spool", "sys"]);
    assert!(source.uses_crate("fs2") && !source.uses_crate("url") && source.uses_crate("murl"));
    assert_eq!(source.room(), "a");
}

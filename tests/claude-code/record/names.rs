//! Names, ids and times of a recording, made the same each time; every other byte stays as it came.

use std::collections::BTreeMap;
use std::path::Path;

/// What stands for the user's home and repository, as in the fixtures.
const HOME: &str = "/home/dev";
const PROJECT: &str = "/home/dev/acme-api";
const TIME: &str = "2026-01-01T00:00:00";
/// Where plans are, under names of chance.
const PLANS: &str = "/.claude/plans/";
/// Numbers that are different each time.
const TIMED: [&str; 4] =
    ["\"duration_ms\":", "\"totalDurationMs\":", "\"durationMs\":", "\"seconds_since_last_response\":"];

/// The names of one recording; an id has the same number in all of its payloads.
pub struct Names {
    paths: Vec<(String, String)>,
    ids: BTreeMap<String, usize>,
}

impl Names {
    pub fn of(home: &Path, project: &Path) -> Self {
        let mut paths = Vec::new();
        for (path, name) in [(project, PROJECT), (home, HOME)] {
            let path = path.to_str().unwrap();
            paths.push((path.to_owned(), name.to_owned()));
            paths.push((dashed(path), dashed(name)));
        }
        Self { paths, ids: BTreeMap::new() }
    }

    pub fn plain(&mut self, text: &str) -> String {
        let mut text = self.paths.iter().fold(text.to_owned(), |text, (path, name)| text.replace(path, name));
        for key in TIMED {
            text = after(key, &text, |each| each == '.' || each.is_ascii_digit(), "1");
        }
        text = after(PLANS, &text, is_of_a_word, "a-plan");
        let mut plain = String::new();
        let mut rest = text.as_str();
        while let Some(start) = rest.find(is_of_a_word) {
            let end =
                rest[start..].find(|each| !is_of_a_word(each)).map_or(rest.len(), |length| start + length);
            plain += &rest[..start];
            if let Some(time) = rest.get(start..start + TIME.len()).filter(|time| is_time(time)) {
                plain += TIME;
                // A fraction of a second is another one each time too.
                rest = rest[start + time.len()..]
                    .trim_start_matches(|each: char| each == '.' || each.is_ascii_digit());
            } else {
                plain += &self.word(&rest[start..end]);
                rest = &rest[end..];
            }
        }
        plain + rest
    }

    fn word(&mut self, word: &str) -> String {
        if let Some(agent) = word.strip_prefix("agent-") {
            return format!("agent-{}", self.word(agent));
        }
        let hexadecimal = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
        let is_uuid = word.len() == 36 && word.matches('-').count() == 4 && hexadecimal(word);
        let is_agent = word.len() == 17 && word.starts_with('a') && hexadecimal(word);
        let prefix = ["toolu_", "msg_"].into_iter().find(|prefix| word.starts_with(prefix));
        if !is_uuid && !is_agent && prefix.is_none() {
            return word.to_owned();
        }
        let next = self.ids.len() + 1;
        let number = *self.ids.entry(word.to_owned()).or_insert(next);
        match prefix {
            Some(prefix) => format!("{prefix}{number:024}"),
            None if is_uuid => format!("00000000-0000-4000-8000-{number:012}"),
            None => format!("a{number:016}"),
        }
    }
}

/// A path as Claude Code makes a directory's name of it.
fn dashed(path: &str) -> String {
    path.replace(|each: char| !each.is_ascii_alphanumeric(), "-")
}

fn is_of_a_word(each: char) -> bool {
    each.is_ascii_alphanumeric() || each == '_' || each == '-'
}

fn is_time(text: &str) -> bool {
    text.bytes().zip(TIME.bytes()).all(|(byte, form)| match form {
        b'0'..=b'9' => byte.is_ascii_digit(),
        other => byte == other,
    })
}

/// The text with another one in the place of what follows each `key`, where anything of that kind does.
fn after(key: &str, text: &str, is_part: fn(char) -> bool, instead: &str) -> String {
    let mut parts = text.split(key);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        let rest = part.trim_start_matches(is_part);
        let instead = if rest.len() == part.len() { "" } else { instead };
        format!("{text}{key}{instead}{rest}")
    })
}

#[test]
fn names_ids_and_times_are_the_same_each_time_and_nothing_else_is_touched() {
    let mut names = Names::of(Path::new("/tmp/home-x1"), Path::new("/tmp/home-x1/work"));
    let text = r#"{"t":"/tmp/home-x1/.claude/projects/-tmp-home-x1-work/6a1f7c1e-8f0b-4c57-9d56-3f0f6f0f9a01.jsonl","duration_ms":12.5,"at":"2026-11-24T19:51:14.123Z","cwd":"/tmp/home-x1/work","half":"\ud83d é","a":"agent-aff7e728cd3322fcd","n":12}"#;
    let plain = r#"{"t":"/home/dev/.claude/projects/-home-dev-acme-api/00000000-0000-4000-8000-000000000001.jsonl","duration_ms":1,"at":"2026-01-01T00:00:00Z","cwd":"/home/dev/acme-api","half":"\ud83d é","a":"agent-a0000000000000002","n":12}"#;
    assert_eq!(names.plain(text), plain);
    assert_eq!(names.plain("6a1f7c1e-8f0b-4c57-9d56-3f0f6f0f9a01"), "00000000-0000-4000-8000-000000000001");
    assert_eq!(names.plain("~/.claude/plans/plan-fancy-ripple.md"), "~/.claude/plans/a-plan.md");
    assert_eq!(names.plain("toolu_1_2_3"), "toolu_000000000000000000000003");
}

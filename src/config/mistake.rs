//! What is wrong with a `config.json` that cannot be used: the line, the key, and the name that was perhaps meant. The only
//! room that uses `strsim`. Nothing of it runs while the file is sound.

use serde::de::IgnoredAny;

use super::glob;
use super::known::{Form, KNOWN, Known};
use super::outline::{Member, elements, members};

/// More of a name than this is not repeated.
const SHOWN: usize = 40;

/// The first mistake, in the order of the file; `None` when it is none that this room knows, above all broken JSON.
#[cold]
pub(super) fn first(bytes: &[u8]) -> Option<String> {
    let Ok(text) = std::str::from_utf8(bytes) else { return Some("it is not UTF-8".to_owned()) };
    if !text.trim_start().starts_with('{') && serde_json::from_str::<IgnoredAny>(text).is_ok() {
        return Some("it is not a JSON object".to_owned());
    }
    group(text, "", &members(text, text)?, KNOWN)
}

fn group(text: &str, inside: &str, found: &[Member<'_>], known: &[Known]) -> Option<String> {
    found.iter().enumerate().find_map(|(index, member)| {
        let line = member.line;
        let Some(setting) = known.iter().find(|setting| setting.name == member.name) else {
            return Some(format!(
                "line {line}: there is no setting {}{}",
                shown(&full(inside, &member.name)),
                hint(inside, &member.name, known)
            ));
        };
        let name = shown(&full(inside, &member.name));
        if found.iter().take(index).any(|earlier| earlier.name == member.name) {
            return Some(format!("line {line}: {name} stands there a second time"));
        }
        let value = member.value.get();
        match &setting.form {
            Form::Group(known) => match members(text, value) {
                Some(found) => group(text, setting.name, &found, known),
                None => Some(must_be(line, &name, "an object", value)),
            },
            form => wrong(text, line, &name, form, value),
        }
    })
}

/// What is wrong with a value that is no group.
fn wrong(text: &str, line: usize, name: &str, form: &Form, value: &str) -> Option<String> {
    match form {
        Form::Switch if matches!(value, "true" | "false") => None,
        Form::Switch => Some(must_be(line, name, "true or false", value)),
        Form::Text | Form::Word(_) if value == "null" => None,
        Form::Text if value.starts_with('"') => None,
        Form::Text => Some(must_be(line, name, "a string", value)),
        Form::Word(words) => {
            let listed = words.iter().map(|word| format!("{word:?}")).collect::<Vec<_>>().join(" or ");
            match serde_json::from_str::<String>(value) {
                Ok(word) if words.contains(&word.as_str()) => None,
                Ok(word) => Some(format!("line {line}: {name} must be {listed}, and is {}", shown(&word))),
                Err(_) => Some(must_be(line, name, &listed, value)),
            }
        }
        Form::Texts | Form::Globs => {
            let Some(elements) = elements(text, value) else {
                return Some(must_be(line, name, "a list of strings", value));
            };
            elements.iter().find_map(|(line, element)| match serde_json::from_str::<String>(element.get()) {
                Err(_) => Some(format!(
                    "line {line}: {name} must be a list of strings, and holds {}",
                    kind(element.get())
                )),
                Ok(pattern) if matches!(form, Form::Globs) => glob::fault(&pattern)
                    .map(|fault| format!("line {line}: the glob {} in {name}: {fault}", shown(&pattern))),
                Ok(_) => None,
            })
        }
        Form::Names => match members(text, value) {
            None => Some(must_be(line, name, "an object of strings", value)),
            Some(names) => names.iter().find(|member| !member.value.get().starts_with('"')).map(|member| {
                must_be(
                    member.line,
                    &format!("{} in {name}", shown(&member.name)),
                    "a string",
                    member.value.get(),
                )
            }),
        },
        Form::Group(_) => None,
    }
}

fn must_be(line: usize, name: &str, what: &str, value: &str) -> String {
    format!("line {line}: {name} must be {what}, and is {}", kind(value))
}

fn kind(value: &str) -> &'static str {
    match value.bytes().next() {
        Some(b'{') => "an object",
        Some(b'[') => "a list",
        Some(b'"') => "a string",
        Some(b't' | b'f') => "true or false",
        Some(b'n') => "null",
        _ => "a number",
    }
}

fn full(inside: &str, name: &str) -> String {
    if inside.is_empty() { name.to_owned() } else { format!("{inside}.{name}") }
}

/// In quotes, in one line, and not too long.
fn shown(name: &str) -> String {
    match name.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{:?}…", name.get(..end).unwrap_or_default()),
        None => format!("{name:?}"),
    }
}

/// The name that was perhaps meant, or all there are.
fn hint(inside: &str, name: &str, known: &[Known]) -> String {
    let given = name.to_lowercase().replace(['-', ' '], "_");
    // What stands in the wrong place is found, too: `turns` outside `capture`.
    let everywhere = KNOWN.iter().flat_map(|top| match top.form {
        Form::Group(inner) => {
            inner.iter().map(|setting| (setting.name, full(top.name, setting.name))).collect()
        }
        _ => vec![(top.name, top.name.to_owned())],
    });
    let here = known.iter().map(|setting| (setting.name, full(inside, setting.name)));
    let near = here
        .chain(everywhere)
        .map(|(bare, full)| (strsim::osa_distance(&given, bare), full))
        .filter(|(distance, full)| *distance <= (full.len() / 3).clamp(1, 3))
        .min_by_key(|(distance, _)| *distance);
    if let Some((_, name)) = near {
        return format!(" (did you mean {name:?}?)");
    }
    let names: Vec<_> = known.iter().map(|setting| setting.name).collect();
    format!("; there are {}", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Settings;

    #[test]
    fn a_mistake_is_told_with_its_line_its_key_and_what_was_meant() {
        for (text, sentence) in [
            ("{\n\n\"ignored\": []}", r#"line 3: there is no setting "ignored" (did you mean "ignore"?)"#),
            (
                r#"{"capture":{"turn":true}}"#,
                r#"line 1: there is no setting "capture.turn" (did you mean "capture.turns"?)"#,
            ),
            (r#"{"Capture":{}}"#, r#"line 1: there is no setting "Capture" (did you mean "capture"?)"#),
            (
                r#"{"pull-requests":true}"#,
                r#"line 1: there is no setting "pull-requests" (did you mean "capture.pull_requests"?)"#,
            ),
            (
                r#"{"capture":{"scope":"work"}}"#,
                r#"line 1: there is no setting "capture.scope" (did you mean "scope"?)"#,
            ),
            (
                r#"{"x":1}"#,
                r#"line 1: there is no setting "x"; there are $schema, capture, ignore, projects, scope, origins, ca_file, api, notices"#,
            ),
            (
                "{\"capture\":\n{\"turns\":\"yes\"}}",
                r#"line 2: "capture.turns" must be true or false, and is a string"#,
            ),
            (r#"{"capture":true}"#, r#"line 1: "capture" must be an object, and is true or false"#),
            (r#"{"ignore":"/home"}"#, r#"line 1: "ignore" must be a list of strings, and is a string"#),
            (
                "{\"ignore\":[\"/a\",\n7]}",
                r#"line 2: "ignore" must be a list of strings, and holds a number"#,
            ),
            (
                "{\"ignore\":[\"/a\",\n\"private\"]}",
                r#"line 2: the glob "private" in "ignore": it begins with none of /, ~/ and **/, so it matches nothing"#,
            ),
            (r#"{"projects":{"/a":null}}"#, r#"line 1: "/a" in "projects" must be a string, and is null"#),
            (r#"{"projects":[]}"#, r#"line 1: "projects" must be an object of strings, and is a list"#),
            (r#"{"scope":7}"#, r#"line 1: "scope" must be a string, and is a number"#),
            (r#"{"api":"v9"}"#, r#"line 1: "api" must be "v1", and is "v9""#),
            (r#"{"api":1}"#, r#"line 1: "api" must be "v1", and is a number"#),
            ("{\"scope\":\"a\",\n\"scope\":\"b\"}", r#"line 2: "scope" stands there a second time"#),
            ("[]", "it is not a JSON object"),
            (" 7", "it is not a JSON object"),
        ] {
            assert_eq!(first(text.as_bytes()).as_deref(), Some(sentence));
        }
        assert_eq!(first(b"\xff").as_deref(), Some("it is not UTF-8"));
        let long = first(format!("{{\"{}\":1}}", "x\\u001b".repeat(500)).as_bytes()).unwrap();
        assert!(long.len() < 400 && !long.contains('\u{1b}'), "{long}");
    }

    /// Sound or not: this room and serde are of one mind about it.
    #[test]
    fn what_serde_takes_has_no_mistake_and_the_other_way_round() {
        let values = [
            "true",
            "null",
            "7",
            "\"v1\"",
            "\"/x\"",
            "[]",
            "[\"/x\"]",
            "[7]",
            "{}",
            "{\"a\":\"b\"}",
            "{\"a\":7}",
        ];
        for setting in KNOWN {
            for value in values {
                let text = format!("{{\"{}\":{value}}}", setting.name);
                // For the fields of a struct, serde also takes a list of them.
                let taken = serde_json::from_str::<Settings>(&text).is_ok() && text != r#"{"capture":[]}"#;
                assert_eq!(first(text.as_bytes()).is_none(), taken, "{text}");
            }
        }
    }

    #[test]
    fn the_settings_that_are_known_are_those_of_the_program() {
        let expected = |broken: &str| -> Vec<String> {
            let error = serde_json::from_str::<Settings>(broken).unwrap_err().to_string();
            error
                .split_once("expected one of ")
                .unwrap()
                .1
                .split('`')
                .skip(1)
                .step_by(2)
                .map(str::to_owned)
                .collect()
        };
        let names = |known: &[Known]| known.iter().map(|setting| setting.name.to_owned()).collect::<Vec<_>>();
        assert_eq!(names(KNOWN), expected(r#"{"none such":1}"#));
        let Form::Group(kinds) = &KNOWN[1].form else { panic!("capture") };
        assert_eq!(names(kinds), expected(r#"{"capture":{"none such":1}}"#));
    }
}

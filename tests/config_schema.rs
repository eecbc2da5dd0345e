//! `docs/config.schema.json`, the program and the README's table agree on every setting: its name, its form, its default.

#![expect(clippy::unwrap_used, reason = "a test may stop where it stands")]

use std::collections::{BTreeMap, BTreeSet};

use engram_hook::config::Settings;
use engram_hook::config::known::{Form, KNOWN, Known};
use serde_json::{Value, json};

fn schema() -> Value {
    serde_json::from_str(include_str!("../docs/config.schema.json")).unwrap()
}

/// What the schema has to say of a form.
fn told(form: &Form) -> Vec<(&'static str, Value)> {
    match form {
        Form::Switch => vec![("type", json!("boolean"))],
        Form::Text => vec![("type", json!(["string", "null"]))],
        Form::Word(words) => {
            vec![("enum", words.iter().map(|word| json!(word)).chain([Value::Null]).collect())]
        }
        Form::Texts | Form::Globs => vec![("type", json!("array"))],
        Form::Names => vec![("type", json!("object")), ("additionalProperties", json!({"type": "string"}))],
        Form::Group(_) => vec![("type", json!("object")), ("additionalProperties", json!(false))],
    }
}

#[track_caller]
fn agrees(known: &[Known], schema: &Value, defaults: &Value) {
    let properties = schema["properties"].as_object().unwrap();
    let names: BTreeSet<_> = known.iter().map(|setting| setting.name).collect();
    assert_eq!(properties.keys().map(String::as_str).collect::<BTreeSet<_>>(), names);
    for setting in known {
        let property = &properties[setting.name];
        assert!(property["description"].as_str().is_some_and(|text| text.len() > 8), "{}", setting.name);
        for (word, value) in told(&setting.form) {
            assert_eq!(property[word], value, "{word} of {}", setting.name);
        }
        if let Form::Group(inner) = setting.form {
            agrees(inner, property, &defaults[setting.name]);
        } else {
            assert_eq!(property["default"], defaults[setting.name], "{}", setting.name);
        }
    }
}

#[test]
fn the_schema_has_the_names_the_forms_and_the_defaults_of_the_program() {
    agrees(KNOWN, &schema(), &serde_json::to_value(Settings::default()).unwrap());
}

#[test]
fn the_examples_of_the_schema_are_settings() {
    for (name, property) in schema()["properties"].as_object().unwrap() {
        for example in property["examples"].as_array().into_iter().flatten() {
            let settings: Result<Settings, _> = serde_json::from_value(json!({ name: example }));
            assert!(settings.is_ok(), "{name}");
        }
    }
}

#[test]
fn the_readme_has_the_defaults_of_the_program() {
    let rows = include_str!("../README.md").lines().skip_while(|line| !line.starts_with("| key |")).skip(2);
    let told: BTreeMap<_, _> = rows
        .take_while(|row| row.starts_with('|'))
        .map(|row| {
            let mut cells = row.split('|').skip(1).map(|cell| cell.trim().replace('`', ""));
            (cells.next().unwrap(), cells.next().unwrap())
        })
        .collect();
    let defaults = serde_json::to_value(Settings::default()).unwrap();
    for setting in KNOWN {
        let Form::Group(inner) = setting.form else {
            assert!(says(&told[setting.name], &defaults[setting.name]), "{}", setting.name);
            continue;
        };
        for kind in inner {
            let name = format!("{}.{}", setting.name, kind.name);
            assert!(says(&told[&name], &defaults[setting.name][kind.name]), "{name}");
        }
    }
}

fn says(cell: &str, default: &Value) -> bool {
    match default {
        Value::Bool(true) => cell == "on",
        Value::Bool(false) => cell == "off",
        _ => matches!(cell, "none" | "by the key"),
    }
}

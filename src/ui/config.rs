//! What `config show` shows.

use serde_json::Value;

use super::{json, say};
use crate::cmd::config::Shown;
use crate::exit::Exit;

/// Every value and where it came from; a broken file is a failure.
pub fn config(shown: &Shown, as_json: bool) -> Exit {
    let exit = if shown.broken.is_some() { Exit::Failed } else { Exit::Done };
    if as_json {
        return say(&json(shown), exit);
    }
    let mut text = match (&shown.broken, shown.exists) {
        (Some(sentence), _) => {
            format!("{sentence}\nNothing is captured until then; these are the defaults.\n\n")
        }
        (None, true) => format!("{}\n\n", shown.file.display()),
        (None, false) => format!("{} is not there; it need not be\n\n", shown.file.display()),
    };
    let width =
        shown.values.iter().map(|row| words(&row.value).chars().count()).filter(|width| *width <= 48).max();
    for row in &shown.values {
        let from = row.from.strip_prefix(&format!("{}:", shown.file.display()));
        let from = from.map_or_else(|| row.from.clone(), |line| format!("config.json, line {line}"));
        text.push_str(&format!(
            "{:<22}{:<2$}  {from}\n",
            row.name,
            words(&row.value),
            width.unwrap_or_default()
        ));
    }
    for concern in &shown.concerns {
        text.push_str(&format!("\n{concern}\n"));
    }
    say(&text, exit)
}

fn words(value: &Value) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::Bool(true) => "on".to_owned(),
        Value::Bool(false) => "off".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(values) if values.is_empty() => "none".to_owned(),
        Value::Array(values) => values.iter().map(words).collect::<Vec<_>>().join(", "),
        Value::Object(fields) if fields.is_empty() => "none".to_owned(),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| format!("{name} is {}", words(value)))
            .collect::<Vec<_>>()
            .join(", "),
        Value::Number(number) => number.to_string(),
    }
}

//! The shape of a payload: which keys it has, and of which types they are.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// Every key with its type: `tool_response.stdout: text`.
pub type Shape = BTreeSet<String>;

/// The shapes of many payloads, by event and by the tool, the source or the agent that makes the difference.
pub struct Shapes(BTreeMap<String, Vec<Shape>>);

/// The group a payload belongs to, and its shape.
pub fn of(payload: &str) -> (String, Shape) {
    let payload: Value = serde_json::from_str(payload).unwrap();
    let mut shape = Shape::new();
    walk("", &payload, &mut shape);
    // Those of each tool are in the events of that tool.
    shape.retain(|field| {
        !field.starts_with("tool_calls[].tool_input.") && !field.starts_with("tool_calls[].tool_response")
    });
    let text = |key: &str| payload[key].as_str();
    let event = text("hook_event_name").unwrap();
    let kind = match event {
        "SubagentStop" => text("agent_type").map(|kind| if kind.is_empty() { "of-no-type" } else { kind }),
        _ => text("tool_name").or_else(|| text("source")),
    };
    let group = kind.map_or_else(|| event.to_owned(), |kind| format!("{event}-{kind}"));
    (group, shape)
}

fn walk(path: &str, value: &Value, shape: &mut Shape) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                walk(&path, value, shape);
            }
        }
        Value::Array(values) => {
            shape.insert(format!("{path}: list"));
            for value in values {
                walk(&format!("{path}[]"), value, shape);
            }
        }
        Value::Null => drop(shape.insert(format!("{path}: null"))),
        Value::Bool(_) => drop(shape.insert(format!("{path}: yes or no"))),
        Value::Number(_) => drop(shape.insert(format!("{path}: number"))),
        Value::String(_) => drop(shape.insert(format!("{path}: text"))),
    }
}

impl Shapes {
    pub fn of(payloads: &[String]) -> Self {
        let mut groups = BTreeMap::<_, Vec<_>>::new();
        for payload in payloads {
            let (group, shape) = of(payload);
            groups.entry(group).or_default().push(shape);
        }
        Self(groups)
    }

    /// The events of these payloads.
    pub fn events(&self) -> BTreeSet<&str> {
        self.0.keys().map(|group| group.split_once('-').map_or(group.as_str(), |(event, _)| event)).collect()
    }

    /// What no payload had before, and what every payload had before and none has now; a line each.
    pub fn differences_to(&self, before: &Self) -> Vec<String> {
        let mut told = Vec::new();
        for (group, shapes) in &self.0 {
            let Some(known) = before.0.get(group) else {
                told.push(format!("{group}: no fixture"));
                continue;
            };
            let any = |shapes: &[Shape]| shapes.iter().flatten().cloned().collect::<Shape>();
            let every = known.iter().skip(1).fold(known[0].clone(), |every, shape| &every & shape);
            let (now, before) = (any(shapes), any(known));
            told.extend((&now - &before).iter().map(|field| format!("{group}: new  {field}")));
            told.extend((&every - &now).iter().map(|field| format!("{group}: gone {field}")));
        }
        let missing = before.0.keys().filter(|group| !self.0.contains_key(*group));
        told.extend(missing.map(|group| format!("{group}: not recorded")));
        told
    }
}

#[test]
fn what_is_new_gone_or_of_another_type_is_told_and_what_is_optional_is_not() {
    let shapes = |payloads: &[&str]| {
        Shapes::of(
            &payloads.iter().map(|fields| format!("{{\"hook_event_name\":{fields}}}")).collect::<Vec<_>>(),
        )
    };
    let before =
        shapes(&[r#""Stop","a":1,"b":{"c":"x"}"#, r#""Stop","a":1,"b":{"c":"x"},"d":[]"#, r#""PreCompact""#]);
    let now = shapes(&[r#""Stop","a":"one","b":{"e":null}"#, r#""SubagentStop","agent_type":"""#]);
    assert_eq!(
        now.differences_to(&before),
        [
            "Stop: new  a: text",
            "Stop: new  b.e: null",
            "Stop: gone a: number",
            "Stop: gone b.c: text",
            "SubagentStop-of-no-type: no fixture",
            "PreCompact: not recorded",
        ]
    );
    assert_eq!(before.differences_to(&before), [] as [&str; 0]);
}

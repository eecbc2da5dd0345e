//! The `OpenAPI` files say what the router does: every route both ways, and every reference leads somewhere.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its tools too")]

use std::collections::BTreeSet;

use engram_local::{Generation, documented_routes};
use serde_json::Value;

const FILES: [(Generation, &str); 2] = [
    (Generation::AsAsked, include_str!("../openapi.json")),
    (Generation::V1, include_str!("../openapi-v1.json")),
];

fn operations(document: &Value) -> impl Iterator<Item = (String, String, &Value)> {
    document["paths"].as_object().unwrap().iter().flat_map(|(path, methods)| {
        let methods = methods.as_object().unwrap().iter();
        methods.map(move |(method, operation)| (method.to_uppercase(), path.clone(), operation))
    })
}

#[test]
fn every_route_is_documented_and_every_documented_route_exists() {
    for (generation, text) in FILES {
        let document: Value = serde_json::from_str(text).unwrap();
        let documented: BTreeSet<_> = operations(&document).map(|(method, path, _)| (method, path)).collect();
        let routed: BTreeSet<_> = documented_routes(generation).into_iter().collect();
        assert_eq!(documented, routed, "{generation:?}");
        assert!(routed.len() >= 5);
    }
}

#[test]
fn every_operation_says_who_may_use_it_and_how_it_refuses() {
    for (generation, text) in FILES {
        let document: Value = serde_json::from_str(text).unwrap();
        for (method, path, operation) in operations(&document) {
            let scheme = operation["security"][0].as_object().unwrap().keys().next().unwrap();
            assert!(document["components"]["securitySchemes"][scheme].is_object(), "{method} {path}");
            for status in ["401", "403", "503"] {
                assert!(
                    operation["responses"][status].is_object(),
                    "{generation:?} {method} {path} {status}"
                );
            }
        }
    }
}

#[test]
fn every_reference_leads_somewhere_and_nothing_is_left_unused() {
    for (generation, text) in FILES {
        let document: Value = serde_json::from_str(text).unwrap();
        let mut used = BTreeSet::new();
        collect_references(&document, &mut used);
        for reference in &used {
            let place = reference.strip_prefix('#').unwrap();
            assert!(document.pointer(place).is_some(), "{generation:?}: {reference}");
        }
        for kind in ["schemas", "responses"] {
            for name in document["components"][kind].as_object().unwrap().keys() {
                assert!(
                    used.contains(&format!("#/components/{kind}/{name}")),
                    "{generation:?}: {kind} {name}"
                );
            }
        }
    }
}

fn collect_references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            if let Some(Value::String(reference)) = fields.get("$ref") {
                found.insert(reference.clone());
            }
            fields.values().for_each(|value| collect_references(value, found));
        }
        Value::Array(values) => values.iter().for_each(|value| collect_references(value, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

//! `config.json` as it is written: each key with its line and its value as it stands. For sentences about the file;
//! a capture whose file is sound never comes here.

use std::fmt;

use serde::Deserializer as _;
use serde::de::{MapAccess, Visitor};
use serde_json::value::RawValue;

/// One member of an object.
#[derive(Debug)]
pub struct Member<'a> {
    /// Its key.
    pub name: String,
    /// The line its value begins in, from 1.
    pub line: usize,
    /// Its value, not looked into.
    pub value: &'a RawValue,
}

/// The members of the object that `part` is, in their order and with the ones that stand there twice; `None` when it is no
/// object. Lines are counted in `whole`, which `part` lies in.
pub fn members<'a>(whole: &str, part: &'a str) -> Option<Vec<Member<'a>>> {
    let mut deserializer = serde_json::Deserializer::from_str(part);
    let pairs = deserializer.deserialize_map(Pairs).ok()?;
    deserializer.end().ok()?;
    let members =
        pairs.into_iter().map(|(name, value)| Member { name, line: line_of(whole, value.get()), value });
    Some(members.collect())
}

/// The elements of the list that `part` is, each with its line; `None` when it is no list.
pub fn elements<'a>(whole: &str, part: &'a str) -> Option<Vec<(usize, &'a RawValue)>> {
    let values: Vec<&RawValue> = serde_json::from_str(part).ok()?;
    Some(values.into_iter().map(|value| (line_of(whole, value.get()), value)).collect())
}

/// The line in which `part`, a slice of `whole`, begins.
fn line_of(whole: &str, part: &str) -> usize {
    let offset = (part.as_ptr() as usize).saturating_sub(whole.as_ptr() as usize);
    1 + whole.bytes().take(offset).filter(|byte| *byte == b'\n').count()
}

struct Pairs;

impl<'de> Visitor<'de> for Pairs {
    type Value = Vec<(String, &'de RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(pairs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_is_found_in_its_line() {
        let text = "{\n  \"a\": 1,\n  \"b\": {\n    \"c\": [\n 1,\n 2]},\n\"a\":2}";
        let top = members(text, text).unwrap();
        let lines: Vec<_> = top.iter().map(|member| (member.name.as_str(), member.line)).collect();
        assert_eq!(lines, [("a", 2), ("b", 3), ("a", 7)]);
        let inner = members(text, top[1].value.get()).unwrap();
        assert_eq!((inner[0].name.as_str(), inner[0].line), ("c", 4));
        let elements = elements(text, inner[0].value.get()).unwrap();
        assert_eq!(elements.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [5, 6]);
        assert!(members(text, "[]").is_none() && members(text, "{} {}").is_none());
    }
}

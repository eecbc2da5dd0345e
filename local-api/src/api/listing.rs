//! The query of a list of memories: filters, where to begin, how many. Pure.

use std::str::FromStr;

use jiff::Timestamp;

use crate::clock::Micros;
use crate::memories::{self, Invalid};
use crate::store::search::Filter;

const USUAL_LIMIT: usize = 50;
const LARGEST_LIMIT: usize = 200;
const LONGEST_WORDS: usize = 256;

#[derive(Debug)]
pub(crate) struct Listing {
    pub(crate) filter: Filter,
    pub(crate) before: Option<Micros>,
    pub(crate) limit: usize,
}

impl Listing {
    /// `type_field` is the generation's name for the type. Names that are not ours are passed over.
    pub(crate) fn read(pairs: &[(String, String)], type_field: &str) -> Result<Self, Invalid> {
        let one = |name: &str| -> Result<Option<&str>, Invalid> {
            let mut values = pairs.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str());
            match (values.next(), values.next()) {
                (_, Some(_)) => Err(Invalid::new(name, "must be given once")),
                (value, None) => Ok(value),
            }
        };
        let words = one("q")?;
        if words.is_some_and(|words| words.encode_utf16().count() > LONGEST_WORDS) {
            return Err(Invalid::new("q", format!("must have at most {LONGEST_WORDS} UTF-16 units")));
        }
        let words = words.filter(|words| !words.trim().is_empty());
        let memory_type = one(type_field)?
            .map(|value| memories::one_of(value, type_field, &memories::TYPES))
            .transpose()?;
        let source =
            one("source")?.map(|value| memories::one_of(value, "source", &memories::SOURCES)).transpose()?;
        Ok(Self {
            filter: Filter {
                words: words.map(str::to_owned),
                project: one("project")?.map(str::to_owned),
                memory_type,
                tag: one("tag")?.map(str::to_owned),
                source,
                since: one("since")?.map(|value| moment(value, "since")).transpose()?,
                until: one("until")?.map(|value| moment(value, "until")).transpose()?,
            },
            before: one("cursor")?.map(cursor).transpose()?,
            limit: one("limit")?.map_or(Ok(USUAL_LIMIT), limit)?,
        })
    }
}

fn moment(value: &str, name: &str) -> Result<Micros, Invalid> {
    value
        .parse::<Timestamp>()
        .map(Timestamp::as_microsecond)
        .map_err(|_| Invalid::new(name, "must be an RFC 3339 time such as 2026-01-31T12:00:00Z"))
}

fn cursor(value: &str) -> Result<Micros, Invalid> {
    number(value).ok_or_else(|| Invalid::new("cursor", "must be the next_cursor of an earlier answer"))
}

/// Digits alone; Rust would also take a plus sign.
fn number<T: FromStr>(value: &str) -> Option<T> {
    value.bytes().all(|byte| byte.is_ascii_digit()).then(|| value.parse().ok()).flatten()
}

fn limit(value: &str) -> Result<usize, Invalid> {
    number(value)
        .filter(|limit| (1..=LARGEST_LIMIT).contains(limit))
        .ok_or_else(|| Invalid::new("limit", format!("must be a number from 1 to {LARGEST_LIMIT}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Listing, Invalid> {
        let pairs: Vec<_> = pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        Listing::read(&pairs, "memory_type")
    }

    #[test]
    fn an_empty_query_lists_the_newest_50() {
        let listing = read(&[("unknown", "x"), ("q", " ")]).unwrap();
        assert_eq!((listing.limit, listing.before), (50, None));
        assert!(listing.filter.words.is_none());
    }

    #[test]
    fn the_parameter_that_is_wrong_is_named() {
        for (name, value) in [
            ("limit", "0"),
            ("limit", "201"),
            ("limit", "many"),
            ("limit", "+5"),
            ("cursor", "abc"),
            ("since", "yesterday"),
            ("until", ""),
            ("memory_type", "idea"),
            ("source", ""),
            ("q", "a".repeat(257).as_str()),
            ("q", " ".repeat(257).as_str()),
        ] {
            assert_eq!(read(&[(name, value)]).unwrap_err().field, name, "{value}");
        }
        assert_eq!(read(&[("project", "a"), ("project", "b")]).unwrap_err().field, "project");
    }
}

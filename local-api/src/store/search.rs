//! Lists memories newest first, a page at a time, with filters and full-text search.

use rusqlite::{Connection, ToSql, params_from_iter};

use super::memories::{COLUMNS, read_row};
use crate::clock::Micros;
use crate::memories::StoredMemory;

/// What to list. An absent field does not narrow the list.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filter {
    /// Words that must all occur; the last may be the beginning of one.
    pub(crate) words: Option<String>,
    pub(crate) project: Option<String>,
    pub(crate) memory_type: Option<String>,
    pub(crate) tag: Option<String>,
    pub(crate) source: Option<String>,
    /// From this moment on.
    pub(crate) since: Option<Micros>,
    /// Up to, and without, this moment.
    pub(crate) until: Option<Micros>,
}

pub(crate) struct Page {
    pub(crate) memories: Vec<StoredMemory>,
    /// Where the next page begins; absent on the last one.
    pub(crate) next: Option<Micros>,
}

/// At most `limit` memories that are older than `before`.
pub(crate) fn page(
    connection: &Connection,
    filter: &Filter,
    before: Option<Micros>,
    limit: usize,
) -> rusqlite::Result<Page> {
    let words = filter.words.as_deref().map(match_expression);
    if words.as_deref() == Some("") {
        return Ok(Page { memories: Vec::new(), next: None });
    }
    // The table that leads must hold its rows in the order of time, and is asked for the time in its own words:
    // then the newest come first without sorting, and the walk ends with the page.
    let (from, time) = match (&words, &filter.tag) {
        (Some(_), _) => (
            "memories_text CROSS JOIN memories ON memories.created_us = memories_text.rowid",
            "memories_text.rowid",
        ),
        (None, Some(_)) => (
            "memory_tags CROSS JOIN memories ON memories.created_us = memory_tags.created_us",
            "memory_tags.created_us",
        ),
        (None, None) => ("memories", "memories.created_us"),
    };
    let tagged = match words {
        Some(_) => {
            "EXISTS (SELECT 1 FROM memory_tags AS t WHERE t.tag = ? AND t.created_us = memories.created_us)"
        }
        None => "memory_tags.tag = ?",
    };
    let mut query = Query::default();
    query.narrow("memories_text MATCH ?", words.as_ref());
    query.narrow("memories.project = ?", filter.project.as_ref());
    query.narrow("memories.memory_type = ?", filter.memory_type.as_ref());
    query.narrow("memories.source = ?", filter.source.as_ref());
    query.narrow(tagged, filter.tag.as_ref());
    query.narrow(&format!("{time} >= ?"), filter.since.as_ref());
    query.narrow(&format!("{time} < ?"), filter.until.as_ref());
    query.narrow(&format!("{time} < ?"), before.as_ref());
    let (conditions, values) = (query.conditions, query.values);
    let sql = format!(
        "SELECT {COLUMNS} FROM {from} WHERE true{conditions} ORDER BY {time} DESC LIMIT {}",
        limit + 1
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut memories: Vec<StoredMemory> =
        statement.query_map(params_from_iter(values), read_row)?.collect::<Result<_, _>>()?;
    let more = memories.len() > limit;
    memories.truncate(limit);
    let next = memories.last().filter(|_| more).map(|memory| memory.created_at.as_microsecond());
    Ok(Page { memories, next })
}

#[derive(Default)]
struct Query<'a> {
    conditions: String,
    values: Vec<&'a dyn ToSql>,
}

impl<'a> Query<'a> {
    fn narrow<T: ToSql>(&mut self, condition: &str, value: Option<&'a T>) {
        if let Some(value) = value {
            self.conditions.push_str(" AND ");
            self.conditions.push_str(condition);
            self.values.push(value);
        }
    }
}

/// FTS5's own language has operators; quoted words have none, so nothing a person types is a syntax error.
fn match_expression(words: &str) -> String {
    let mut expression = words
        .split(|character: char| character.is_whitespace() || character.is_control())
        .filter(|word| word.contains(char::is_alphanumeric))
        .map(|word| format!("\"{}\"", word.replace('"', "\"\"")))
        .collect::<Vec<_>>()
        .join(" ");
    if !expression.is_empty() {
        expression.push('*');
    }
    expression
}

#[cfg(test)]
mod tests {
    use super::match_expression;

    #[test]
    fn what_a_person_types_becomes_quoted_words() {
        for (typed, expected) in [
            ("retry backoff", "\"retry\" \"backoff\"*"),
            ("  NOT a:b \"x ", "\"NOT\" \"a:b\" \"\"\"x\"*"),
            ("*** ( \u{0}", ""),
            ("a\u{0}b", "\"a\" \"b\"*"),
        ] {
            assert_eq!(match_expression(typed), expected, "{typed:?}");
        }
    }
}

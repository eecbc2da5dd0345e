//! `/`: the memories, newest first, with search, and what they add up to.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;

use super::chart::{self, Chart};
use super::moment::Moment;
use super::page;
use crate::admin::Admin;
use crate::api::listing::Listing;
use crate::api::refusal::Refusal;
use crate::app::Shared;
use crate::clock;
use crate::memories::{StoredMemory, TYPES};
use crate::store::search;
use crate::store::summary::{self, Summary};

const PER_PAGE: usize = 20;
/// Longer contents are folded, so that one of them does not fill the page.
const FOLDED_FROM: usize = 600;
const SHOWN_OF_FOLDED: usize = 420;
const MOST_PROJECTS: usize = 8;

#[derive(Template)]
#[template(path = "memories.html")]
struct MemoriesPage {
    summary: Summary,
    chart: Chart,
    width: i64,
    height: i64,
    types: [&'static str; 8],
    words: String,
    project: String,
    memory_type: String,
    tag: String,
    /// Whether the list is narrowed at all.
    narrowed: bool,
    /// Whether this is not the first page.
    later: bool,
    memories: Vec<Entry>,
    commitments: Vec<Entry>,
    older: Option<i64>,
}

struct Entry {
    memory: StoredMemory,
    at: Moment,
    /// The content, without the topic if it begins with that line.
    text: String,
    /// The beginning of a text that is folded.
    beginning: Option<String>,
}

impl From<StoredMemory> for Entry {
    fn from(memory: StoredMemory) -> Self {
        let text = below_topic(&memory).to_owned();
        Self { at: memory.created_at.into(), beginning: beginning(&text), text, memory }
    }
}

pub(super) async fn show(
    State(app): State<Shared>,
    _admin: Admin,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, Refusal> {
    // A form sends its empty fields too.
    let pairs: Vec<_> = pairs.into_iter().filter(|(_, value)| !value.trim().is_empty()).collect();
    let Listing { filter, before, .. } = Listing::read(&pairs, "memory_type")?;
    let (listed, summary) = {
        let filter = filter.clone();
        app.store
            .read(move |connection| {
                let listed = search::page(connection, &filter, before, PER_PAGE)?;
                Ok((listed, summary::summary(connection, clock::now())?))
            })
            .await?
    };
    let narrowed = pairs.iter().any(|(name, _)| name != "cursor");
    let mut summary = summary;
    summary.by_project.truncate(MOST_PROJECTS);
    Ok(page(&MemoriesPage {
        chart: Chart::new(&summary.by_day),
        width: chart::WIDTH,
        height: chart::HEIGHT,
        types: TYPES,
        words: filter.words.unwrap_or_default(),
        project: filter.project.unwrap_or_default(),
        memory_type: filter.memory_type.unwrap_or_default(),
        tag: filter.tag.unwrap_or_default(),
        narrowed,
        later: before.is_some(),
        memories: listed.memories.into_iter().map(Entry::from).collect(),
        commitments: std::mem::take(&mut summary.open_commitments.newest)
            .into_iter()
            .map(Entry::from)
            .collect(),
        older: listed.next,
        summary,
    }))
}

/// A commit's content begins with its subject, which is the topic too; reading it once is enough.
fn below_topic(memory: &StoredMemory) -> &str {
    match memory.content.strip_prefix(&memory.topic) {
        Some(rest) if rest.is_empty() || rest.starts_with('\n') => rest.trim_start(),
        _ => &memory.content,
    }
}

/// The first part of a long text, up to the end of a word.
fn beginning(content: &str) -> Option<String> {
    if content.chars().count() <= FOLDED_FROM {
        return None;
    }
    let start: String = content.chars().take(SHOWN_OF_FOLDED).collect();
    Some(
        start
            .rsplit_once(char::is_whitespace)
            .map_or(start.clone(), |(words, _)| words.trim_end().to_owned()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_contents_are_folded_at_the_end_of_a_word() {
        assert_eq!(beginning(&"ä".repeat(600)), None);
        let folded = beginning(&"word ".repeat(200)).unwrap();
        assert!(folded.ends_with("word") && folded.chars().count() <= SHOWN_OF_FOLDED);
        assert_eq!(beginning(&"ä".repeat(601)).unwrap().chars().count(), SHOWN_OF_FOLDED);
    }
}

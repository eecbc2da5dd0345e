//! What `list` shows.

use super::words::one_line;
use super::{json, say};
use crate::cmd::list::Listed;
use crate::exit::Exit;

/// The memories that wait, or the dead letters.
pub fn listed(listed: &Listed, as_json: bool) -> Exit {
    let mut text = String::new();
    match listed {
        Listed::Waiting(records) => {
            for record in records {
                if as_json {
                    text.push_str(&json(record));
                    continue;
                }
                let memory = &record.memory;
                text.push_str(&format!(
                    "{}  {:<10}  {}\n",
                    record.at,
                    memory.memory_type.as_str(),
                    one_line(&memory.topic)
                ));
            }
        }
        Listed::Dead(letters) => {
            for letter in letters {
                if as_json {
                    text.push_str(&json(letter));
                    continue;
                }
                let (refused, topic) = (&letter.refused, one_line(&letter.record.memory.topic));
                text.push_str(&format!(
                    "{}  {}  {topic}\n    {}\n",
                    refused.at,
                    refused.status,
                    one_line(&refused.body)
                ));
            }
        }
    }
    if text.is_empty() && !as_json {
        text.push_str(match listed {
            Listed::Waiting(_) => "nothing waits\n",
            Listed::Dead(_) => "there are no dead letters\n",
        });
    }
    say(&text, Exit::Done)
}

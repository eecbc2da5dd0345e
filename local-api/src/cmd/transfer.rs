//! `export` and `import`: all memories as JSON lines.

use std::io::{BufRead, BufWriter, Write};

use anyhow::{Context as _, anyhow};

use crate::generation::Generation;
use crate::memories::{Draft, StoredMemory};
use crate::store::{Store, memories};

pub(super) fn export(store: &Store, output: &mut dyn Write) -> anyhow::Result<()> {
    let mut output = BufWriter::new(output);
    let mut failure = None;
    store.read_here(|connection| {
        memories::each(connection, |memory| {
            if failure.is_none() {
                let written = serde_json::to_writer(&mut output, &memory).map_err(anyhow::Error::from);
                failure = written.and_then(|()| Ok(writeln!(output)?)).err();
            }
            Ok::<_, rusqlite::Error>(())
        })
    })?;
    match failure {
        Some(error) => Err(error.context("cannot write the export")),
        None => output.flush().context("cannot write the export"),
    }
}

/// All or nothing: a line that is no memory changes nothing.
pub(super) fn import(store: &Store, input: &mut dyn BufRead, output: &mut dyn Write) -> anyhow::Result<()> {
    let mut all = Vec::new();
    for (number, line) in (1..).zip(input.lines()) {
        let line = line.context("cannot read the import")?;
        if !line.trim().is_empty() {
            all.push(
                read(&line).with_context(|| format!("cannot import line {number}; nothing was imported"))?,
            );
        }
    }
    let read = all.len();
    let taken = store.write_here(move |connection| {
        all.into_iter()
            .try_fold(0, |taken, memory| Ok(taken + usize::from(memories::take_in(connection, memory)?)))
    })?;
    writeln!(output, "imported {taken} memories, {} were here already", read - taken)?;
    Ok(())
}

/// A line is held to the rules of a request, so that an import brings in nothing the API would refuse.
fn read(line: &str) -> anyhow::Result<StoredMemory> {
    let memory: StoredMemory = serde_json::from_str(line)?;
    let mut fields = serde_json::to_value(&memory)?;
    // The newer generation allows scopes that ours does not; an export may hold either.
    if let Some(fields) = fields.as_object_mut() {
        fields.remove("scope");
    }
    let draft = Draft::read(&fields, Generation::AsAsked)
        .map_err(|invalid| anyhow!("{} {}", invalid.field, invalid.reason))?;
    Ok(StoredMemory {
        topic: draft.topic,
        content: draft.content,
        project: draft.project,
        tags: draft.tags,
        ..memory
    })
}

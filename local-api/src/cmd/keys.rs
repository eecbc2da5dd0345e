//! `keys`: the life of API keys from the command line.

use std::io::Write;

use anyhow::{Context as _, bail};

use crate::cli::KeysCommand;
use crate::keys::{KeyRecord, NewKey};
use crate::store::Store;
use crate::store::keys::{self, Revocation};
use crate::store::served;

pub(super) fn run(command: KeysCommand, store: &Store, output: &mut dyn Write) -> anyhow::Result<()> {
    match command {
        KeysCommand::Create { name, api } => {
            let served =
                || Ok::<_, anyhow::Error>(store.read_here(served::last)?.map(|last| last.generation));
            let generation = match api {
                Some(api) => api.into(),
                None => served()?.unwrap_or_default(),
            };
            let NewKey { id, name, secret } =
                NewKey::mint(&name, generation).context("cannot make the key")?;
            let digest = secret.digest();
            store.write_here(move |connection| keys::create(connection, &id, &name, &digest))?;
            writeln!(output, "{}", secret.reveal())?;
        }
        KeysCommand::List => {
            for key in store.write_here(keys::list)? {
                writeln!(output, "{}", line(&key))?;
            }
        }
        KeysCommand::Revoke { id } => {
            let wanted = id.clone();
            match store.write_here(move |connection| keys::revoke(connection, &wanted))? {
                Revocation::Revoked => writeln!(output, "revoked {id}")?,
                Revocation::AlreadyRevoked => writeln!(output, "{id} was revoked before")?,
                Revocation::NoSuchKey => {
                    bail!("cannot revoke {id}: there is no such key; see `engram-local keys list`")
                }
            }
        }
    }
    Ok(())
}

/// Columns with a tab between, the name last because it may hold anything.
fn line(key: &KeyRecord) -> String {
    let state = if key.revoked_at.is_some() { "revoked" } else { "active" };
    let used = key.last_used_at.map_or_else(|| "never used".to_owned(), |at| at.to_string());
    format!("{}\t{state}\t{used}\t{}", key.id, key.name)
}

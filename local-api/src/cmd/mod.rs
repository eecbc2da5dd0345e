//! The commands, one file each.

mod keys;
mod serve;
mod transfer;

use std::io::{BufRead, Write};
use std::path::PathBuf;

use anyhow::Context as _;
use directories::ProjectDirs;

use crate::admin;
use crate::cli::{Cli, Command, USUAL_PORT};
use crate::store::{Check, Store, served};

pub(crate) fn run(cli: Cli, input: &mut dyn BufRead, output: &mut dyn Write) -> anyhow::Result<()> {
    let directory = match cli.data {
        Some(directory) => directory,
        None => usual_directory()?,
    };
    let open = || Store::open(&directory, Check::Quick);
    match cli.command {
        Command::Serve { port, api } => serve::run(&directory, port, api.into(), output),
        Command::AdminUrl { port } => admin_url(&open()?, port, output),
        Command::Keys(command) => keys::run(command, &open()?, output),
        Command::Export => transfer::export(&open()?, output),
        Command::Import => transfer::import(&open()?, input, output),
    }
}

fn admin_url(store: &Store, port: Option<u16>, output: &mut dyn Write) -> anyhow::Result<()> {
    let served =
        || Ok::<_, anyhow::Error>(store.read_here(served::last)?.map_or(USUAL_PORT, |last| last.port));
    let port = port.map_or_else(served, Ok)?;
    Ok(writeln!(output, "{}", admin::invite(store, port)?)?)
}

/// State, where the platform has a place for it; data elsewhere.
fn usual_directory() -> anyhow::Result<PathBuf> {
    let directories = ProjectDirs::from("", "", "engram-local")
        .context("cannot tell your home directory; name a directory with --data")?;
    Ok(directories.state_dir().unwrap_or_else(|| directories.data_dir()).to_owned())
}

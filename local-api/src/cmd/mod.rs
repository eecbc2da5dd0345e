//! The commands, one file each.

mod keys;
mod serve;
mod transfer;

use std::io::{BufRead, Write};
use std::path::PathBuf;

use anyhow::Context as _;
use directories::ProjectDirs;

use crate::admin;
use crate::cli::{Cli, Command};
use crate::store::{Check, Store};

pub(crate) fn run(cli: Cli, input: &mut dyn BufRead, output: &mut dyn Write) -> anyhow::Result<()> {
    let directory = match cli.data {
        Some(directory) => directory,
        None => usual_directory()?,
    };
    let open = || Store::open(&directory, Check::Quick);
    match cli.command {
        Command::Serve { port, api } => serve::run(&directory, port, api.into(), output),
        Command::AdminUrl { port } => Ok(writeln!(output, "{}", admin::invite(&open()?, port)?)?),
        Command::Keys(command) => keys::run(command, &open()?, output),
        Command::Export => transfer::export(&open()?, output),
        Command::Import => transfer::import(&open()?, input, output),
    }
}

/// State, where the platform has a place for it; data elsewhere.
fn usual_directory() -> anyhow::Result<PathBuf> {
    let directories = ProjectDirs::from("", "", "engram-local")
        .context("cannot tell your home directory; name a directory with --data")?;
    Ok(directories.state_dir().unwrap_or_else(|| directories.data_dir()).to_owned())
}

//! One file per command. A command returns what it found; `ui` prints it.

mod adopt;
pub mod capture;
mod drop;
mod explain;
pub mod flush;
mod install;
mod list;
mod remember;
mod retry_dead;
mod status;

use std::ffi::OsString;

use anyhow::{anyhow, bail};

pub use explain::{Explained, Explanation};
pub use list::Listed;
pub use status::Status;

use crate::cli::{self, Command, Unparsed};
use crate::config::{Config, KeyFound, OriginFound};
use crate::exit::Exit;
use crate::paths::Paths;
use crate::spool::Destination;
use crate::ui;

/// What most commands begin with: where things are, and what was set.
#[derive(Debug)]
pub struct Session {
    /// Our two directories.
    pub paths: Paths,
    /// The environment and the settings.
    pub config: Config,
}

impl Session {
    /// Reads the settings; a broken settings file is an error here, and `status` alone goes on with it.
    fn open() -> anyhow::Result<Self> {
        let session = Self::open_broken_or_not()?;
        match &session.config.broken {
            Some(sentence) => Err(anyhow!("{sentence}")),
            None => Ok(session),
        }
    }

    fn open_broken_or_not() -> anyhow::Result<Self> {
        let paths = Paths::find().ok_or_else(|| anyhow!("cannot find a home directory: set HOME"))?;
        let config = Config::read(&paths);
        Ok(Self { paths, config })
    }

    /// The destination that the key and the URL name.
    fn destination(&self) -> anyhow::Result<Destination> {
        let key = match &self.config.key {
            KeyFound::Usable(key, _) => key.clone(),
            KeyFound::Absent => bail!(
                "cannot go on without an API key: set ENGRAM_API_KEY, or put the key into {} (chmod 600)",
                self.paths.key_file().display()
            ),
            KeyFound::Bad(why, _) => {
                bail!("cannot use the API key: {why}; copy it again from the service's key page")
            }
            KeyFound::FileRefused(sentence) => bail!("{sentence}"),
        };
        let origin = match &self.config.origin {
            OriginFound::Allowed(origin) | OriginFound::NotAllowed(origin) => origin.clone(),
            OriginFound::Bad(why) => bail!("cannot use ENGRAM_API_URL: {why}; correct it, or unset it"),
        };
        Ok(Destination { origin, key })
    }
}

/// Runs any command but `capture` as Claude Code starts it.
pub fn run(words: impl Iterator<Item = OsString>) -> Exit {
    let command = match cli::parse(words) {
        Ok(command) => command,
        Err(Unparsed::Asked(text)) => return ui::say(&text, Exit::Done),
        Err(Unparsed::Wrong(text)) => return ui::complain(&text, Exit::Usage),
    };
    dispatch(command).unwrap_or_else(|error| ui::fail(&error))
}

fn dispatch(command: Command) -> anyhow::Result<Exit> {
    Ok(match command {
        Command::Capture => capture::run(),
        Command::Flush(arguments) if arguments.detached => flush::detached(),
        Command::Flush(arguments) => {
            let session = Session::open()?;
            let mut watcher = ui::FlushWatcher::new(arguments.verbose, arguments.json);
            let options = flush::Options { retry_key: arguments.retry_key };
            let flushed = flush::by_hand(&session, options, &mut watcher)?;
            ui::flushed(&flushed, arguments.json)
        }
        Command::Status(arguments) => {
            ui::status(&status::run(&Session::open_broken_or_not()?), arguments.json)
        }
        Command::List(arguments) => {
            let listed = list::run(&Session::open()?, arguments.dead)?;
            ui::listed(&listed, arguments.json)
        }
        Command::Drop(arguments) => {
            let session = Session::open()?;
            let doomed = drop::doomed(&session, arguments.all)?;
            if !arguments.yes && !ui::confirms(&doomed.question())? {
                return Ok(ui::say("nothing was dropped\n", Exit::Done));
            }
            ui::say(&drop::run(&doomed)?, Exit::Done)
        }
        Command::RetryDead => ui::say(&retry_dead::run(&Session::open()?)?, Exit::Done),
        Command::Adopt(arguments) => {
            let session = Session::open()?;
            let orphans = adopt::orphans(&session)?;
            let Some(question) = orphans.question() else {
                return Ok(ui::say("nothing waits for another key of this origin\n", Exit::Done));
            };
            if !arguments.yes && !ui::confirms(&question)? {
                return Ok(ui::say("nothing was moved\n", Exit::Done));
            }
            ui::say(&adopt::run(&orphans)?, Exit::Done)
        }
        Command::Explain(arguments) => {
            let explained = explain::run(&Session::open()?, crate::stdin::read())?;
            ui::explained(&explained, arguments.json)
        }
        Command::Remember(arguments) => ui::say(&remember::run(&Session::open()?, &arguments)?, Exit::Done),
        Command::Install(arguments) => {
            ui::settings_changed(&install::install(&arguments)?, arguments.dry_run)
        }
        Command::Uninstall(arguments) => {
            ui::settings_changed(&install::uninstall(&arguments)?, arguments.dry_run)
        }
    })
}

//! One file per command. A command returns what it found; `ui` prints it.

pub mod adopt;
pub mod capture;
pub mod concerns;
pub mod config;
pub mod doctor;
pub mod drop;
pub mod explain;
pub mod flush;
pub mod install;
pub mod last;
pub mod list;
pub mod purge;
pub mod remember;
pub mod retry_dead;
pub mod status;

use anyhow::{anyhow, bail};

use crate::config::{Config, KeyFound, OriginFound};
use crate::detach::{self, Started, When};
use crate::paths::Paths;
use crate::spool::{Destination, Spool};

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
    pub fn open() -> anyhow::Result<Self> {
        let session = Self::open_broken_or_not()?;
        match &session.config.broken {
            Some(sentence) => Err(anyhow!("{sentence}")),
            None => Ok(session),
        }
    }

    /// Reads the settings, and goes on with a broken file.
    pub fn open_broken_or_not() -> anyhow::Result<Self> {
        let paths = Paths::find().ok_or_else(|| anyhow!("cannot find a home directory: set HOME"))?;
        let config = Config::read(&paths);
        Ok(Self { paths, config })
    }

    /// To be called after `flush.lock` was held for something else than a flush: a capture that found it taken meanwhile
    /// left its memory to a flush that did not live.
    pub fn hand_on(&self, spool: &Spool, destination: &Destination) {
        if matches!(self.config.origin, OriginFound::Allowed(_))
            && let Started::Failed(sentence) =
                detach::start_flush(spool, destination, &self.paths.state, When::Due)
        {
            tracing::warn!(sentence, "what was captured meanwhile waits");
        }
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

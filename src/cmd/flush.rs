//! `flush`: delivers what waits. By hand it is the debugging tool, and says what it does; detached it is what a capture
//! starts, and says nothing.

mod life;
mod sessions;

use std::io;
use std::os::fd::AsFd as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, anyhow, bail};

pub use life::{Done, End};
use life::{Life, Manner};

use crate::cmd::Session;
use crate::config::{Api, Config, OriginFound};
use crate::exit::Exit;
use crate::hook::project;
use crate::net::{Courier, Delivery, Generation, Transport, Verdict};
use crate::paths::{self, Paths};
use crate::spool::{Cause, Destination, FlushLock, Lock, Notes, Patience, Spool, Tombstone, others};
use crate::{fault, log, sys};

/// How long a detached flush stays on an idle connection; servers were seen to close one after 5 s.
const LINGER: Duration = Duration::from_secs(4);
/// By hand, a flush that lives is waited for: it lives at most so long.
const OTHER_FLUSH: Duration = Duration::from_mins(11);

/// What a flush by hand is told.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Ask the API whether it takes the key again, and lift the tombstone if it does.
    pub retry_key: bool,
}

/// Who watches a flush by hand.
pub trait Watcher {
    /// So many memories wait, going to this URL.
    fn begins(&mut self, waiting: u64, origin: &str);
    /// Another flush is at work, and is waited for.
    fn waits_for_another(&mut self);
    /// One memory was sent.
    fn sees(&mut self, delivery: &Delivery<'_>);
    /// Nothing more comes.
    fn ends(&mut self);
}

/// What a flush by hand found.
#[derive(Debug)]
pub struct Flushed {
    /// What was done.
    pub done: Done,
    /// How it ended.
    pub end: End,
    /// Another flush was at work, and had its turn first.
    pub waited: bool,
}

impl Flushed {
    /// The exit code that says so.
    pub fn exit(&self) -> Exit {
        match self.end {
            End::Empty => Exit::Done,
            End::Left(_) | End::Locked => Exit::TryLater,
            End::KeyRevoked(_) => Exit::KeyRejected,
        }
    }
}

/// Flushes by hand.
pub fn by_hand(session: &Session, options: Options, watcher: &mut dyn Watcher) -> anyhow::Result<Flushed> {
    let destination = session.destination()?;
    let OriginFound::Allowed(_) = session.config.origin else {
        bail!(
            "cannot send the key to {}: add it to `origins` in {}, or unset ENGRAM_API_URL",
            destination.origin,
            session.paths.config_file().display()
        );
    };
    let courier = courier(&session.config, &destination)?;
    let spool = match Spool::open(&session.paths.state, &destination.name()) {
        Ok(spool) => spool,
        Err(refused) if refused.is_not_found() => {
            return Ok(Flushed { done: Done::default(), end: End::Empty, waited: false });
        }
        Err(refused) => {
            return Err(anyhow!("cannot use the spool in {}: {refused}", session.paths.state.display()));
        }
    };
    if options.retry_key {
        retry_key(&spool, &courier)?;
    }
    if let Some(tombstone) = Tombstone::read(spool.dir())
        && !spool.is_half_erased()
    {
        return Ok(Flushed { done: Done::default(), end: End::KeyRevoked(tombstone), waited: false });
    }
    let mut flush_lock = FlushLock::take(spool.dir(), Duration::ZERO).context("cannot lock the spool")?;
    let waited = flush_lock.is_none();
    if waited {
        watcher.waits_for_another();
        flush_lock = FlushLock::take(spool.dir(), OTHER_FLUSH).context("cannot lock the spool")?;
    }
    let flush_lock = flush_lock.ok_or_else(|| {
        anyhow!("cannot deliver: another flush has been at it for 11 minutes; end it and try again")
    })?;
    let waiting = crate::spool::Survey::of(&spool).context("cannot read the spool")?.waiting;
    watcher.begins(waiting, destination.origin.as_str());
    let home = paths::home();
    let is_ignored = |dir: &str| project::ignored(dir, &session.config.settings, home.as_deref()).is_some();
    let manner = Manner { linger: Duration::ZERO, patience: Patience::Lose };
    let life =
        Life { spool: &spool, courier: &courier, is_ignored: &is_ignored, key: &destination.key, manner };
    let (done, end) = life
        .live(flush_lock, &mut |delivery| watcher.sees(delivery))
        .with_context(|| format!("cannot read or write the spool {}", spool.dir().path().display()))?;
    watcher.ends();
    sweep_others(&session.paths.state, spool.name());
    Ok(Flushed { done, end, waited })
}

/// The API may have taken a key back that it once refused.
fn retry_key(spool: &Spool, courier: &Courier) -> anyhow::Result<()> {
    let probe = courier.probe()?;
    match (probe.verdict, &probe.status) {
        (Verdict::Accepted, _) => Tombstone::remove(spool.dir()).context("cannot remove the tombstone"),
        (Verdict::KeyRevoked, _) => Ok(()),
        (_, Ok(status)) => {
            bail!("cannot tell whether the key works: the API answered {status}; try again later")
        }
        (_, Err(why)) => bail!("cannot tell whether the key works: {why}; try again later"),
    }
}

/// How the settings want the network to be reached.
pub fn transport(config: &Config) -> Transport {
    let home = paths::home();
    // By hand, too: what holds the key for as long as a network takes leaves no core. Where that cannot be had, it goes on.
    if let Err(error) = sys::hide_process() {
        tracing::debug!(%error, "could not hide the process");
    }
    let expanded = config.settings.ca_file.as_deref().map(|file| paths::expand_home(file, home.as_deref()));
    let generation = config.settings.api.map(|Api::V1| Generation::V1);
    Transport { ca_file: expanded.map(PathBuf::from), generation, patience: None }
}

/// The courier that the settings ask for.
pub fn courier(config: &Config, destination: &Destination) -> anyhow::Result<Courier> {
    Courier::new(destination, &transport(config))
}

/// Flushes in the background, with the lock that a capture took as stdin. Prints nothing; what goes wrong is logged.
pub fn detached() -> Exit {
    sys::close_inherited_files();
    fault::point!("flush.begun");
    sys::ignore_file_size_signal();
    if let Err(error) = sys::hide_process().and_then(|()| std::env::set_current_dir("/")) {
        tracing::debug!(%error, "could not hide the process");
    }
    let Some(paths) = Paths::find() else { return Exit::Failed };
    log::start(&paths.state);
    let state = paths.state.clone();
    std::panic::set_hook(Box::new(move |panic| {
        // The place only: the message of a panic may quote what it was about.
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a flush failed in a way it should not");
        Notes::leave(&state, Cause::Panic, &format!("a flush failed at {place}; please report this"));
    }));
    match in_background(&paths) {
        Ok(exit) => exit,
        Err(error) => {
            tracing::error!("{error:#}");
            Exit::Failed
        }
    }
}

fn in_background(paths: &Paths) -> anyhow::Result<Exit> {
    let session = Session { paths: paths.clone(), config: Config::read(paths) };
    let destination = session.destination()?;
    let OriginFound::Allowed(_) = session.config.origin else {
        bail!("cannot send the key to {}: it is not in `origins`", destination.origin);
    };
    let spool = Spool::open(&paths.state, &destination.name()).context("cannot open the spool")?;
    let stdin = sys::File::from(io::stdin().as_fd().try_clone_to_owned().context("cannot take over stdin")?);
    let flush_lock = FlushLock::inherited(spool.dir(), stdin)
        .context("cannot flush: stdin is not this spool's lock; `flush --detached` is for capture alone")?;
    fault::point!("flush.owned");
    if let Err(refused) = spool.name_origin(&destination) {
        tracing::warn!(%refused, "could not write down what the spool is for");
    }
    let courier = courier(&session.config, &destination)?;
    let home = paths::home();
    let is_ignored = |dir: &str| project::ignored(dir, &session.config.settings, home.as_deref()).is_some();
    let manner = Manner { linger: LINGER, patience: Patience::Keep };
    let life =
        Life { spool: &spool, courier: &courier, is_ignored: &is_ignored, key: &destination.key, manner };
    let (done, end) = life
        .live(flush_lock, &mut |delivery| {
            let status = delivery.status.map_or(0, |status| status);
            tracing::info!(id = delivery.record.id, status, verdict = delivery.verdict.as_str(), "sent");
        })
        .context("cannot read or write the spool")?;
    tracing::info!(accepted = done.accepted, dead = done.dead, ?end, "flushed");
    sweep_others(&paths.state, spool.name());
    Ok(Flushed { done, end, waited: false }.exit())
}

/// Nobody delivers to the other destinations: any flush lets go of what is older than the cap there.
fn sweep_others(state: &Path, mine: &str) {
    for name in others(state, Some(mine)) {
        if fault::mutant!(ForgetsOthers)
            && let Ok(spool) = Spool::open(state, &name)
            && let Ok(Some(flush_lock)) = FlushLock::take(spool.dir(), Duration::ZERO)
            && let Ok(Some(lock)) = Lock::take(spool.dir(), Duration::ZERO)
        {
            drop(spool.forget(&flush_lock, &lock));
        }
        if let Err(refused) = sweep_other(state, &name) {
            tracing::warn!(spool = name, %refused, "could not sweep another destination");
        }
    }
}

fn sweep_other(state: &Path, name: &str) -> Result<(), sys::Refused> {
    let spool = Spool::open(state, name)?;
    if !spool.needs_sweeping() {
        return Ok(());
    }
    let Some(flush_lock) = FlushLock::take(spool.dir(), Duration::ZERO)? else { return Ok(()) };
    if let Some(lock) = Lock::take(spool.dir(), Duration::from_millis(25))? {
        spool.seal_when_old(&lock)?;
    }
    spool.tidy(&flush_lock)?;
    spool.expire(&flush_lock)?;
    Ok(())
}

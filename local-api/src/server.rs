//! The service as a test uses it: started on a free port, stopped when dropped, and no async in sight.

use std::path::PathBuf;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use jiff::Timestamp;
use tempfile::TempDir;
use tokio::runtime;
use tokio::sync::oneshot;

use crate::admin;
use crate::api::limits::RateLimit;
use crate::app::Shared;
use crate::faults::{Faults, SeenRequest, Tap};
use crate::generation::Generation;
use crate::keys::NewKey;
use crate::memories::StoredMemory;
use crate::running::{Opened, Settings};
use crate::store::{Check, keys, memories};

/// How a test wants its server.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Where the database lives; a directory that goes with the server if absent.
    pub data: Option<PathBuf>,
    /// Which generation of the API to speak.
    pub generation: Generation,
    /// 0 takes any free port.
    pub port: u16,
    /// What one key may ask; if absent, 300 a minute for the newer generation and no limit for ours.
    pub rate_limit: Option<RateLimit>,
    /// What opens the cron routes; if absent, they refuse everybody.
    pub cron_secret: Option<String>,
}

/// A running service with a real database. Dropping it closes every connection at once.
pub struct Server {
    app: Shared,
    tap: Arc<Tap>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
    _directory: Option<TempDir>,
}

impl Server {
    /// Listens on 127.0.0.1 when it returns.
    pub fn start(options: Options) -> anyhow::Result<Self> {
        let own = match options.data {
            Some(_) => None,
            None => Some(TempDir::with_prefix("engram-local-").context("cannot make a temporary directory")?),
        };
        let directory = own.as_ref().map(|own| own.path().to_owned()).or(options.data).unwrap_or_default();
        let opened = Opened::new(Settings {
            directory: &directory,
            check: Check::Quick,
            port: options.port,
            generation: options.generation,
            rate_limit: options.rate_limit,
            cron_secret: options.cron_secret,
        })?;
        let (app, tap) = (Arc::clone(&opened.app), Arc::new(Tap::default()));
        let runtime = runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let (stop, stopped) = oneshot::channel();
        let serving = opened.serve_tapped(Arc::clone(&tap));
        let thread = thread::spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    _ = stopped => {}
                    _ = serving => {}
                }
            });
            runtime.shutdown_timeout(Duration::from_secs(1));
        });
        Ok(Self { app, tap, stop: Some(stop), thread: Some(thread), _directory: own })
    }

    /// `http://127.0.0.1:PORT`, without a slash at the end.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.app.port)
    }

    /// The port it listens on, for a successor in the same place.
    pub fn port(&self) -> u16 {
        self.app.port
    }

    /// A link that signs one browser in.
    pub fn admin_url(&self) -> String {
        loudly(admin::invite(&self.app.store, self.app.port))
    }

    /// Makes a key and returns it in full.
    ///
    /// # Panics
    /// If the name is not 1 to 64 characters long.
    pub fn create_key(&self, name: &str) -> String {
        let NewKey { id, name, secret } = loudly(NewKey::mint(name, self.app.generation));
        let digest = secret.digest();
        loudly(self.app.store.write_here(move |connection| keys::create(connection, &id, &name, &digest)));
        secret.reveal().to_owned()
    }

    /// Revokes every key of this name; the next request with one of them is refused.
    pub fn revoke_keys_named(&self, name: &str) {
        let name = name.to_owned();
        loudly(self.app.store.write_here(move |connection| {
            for key in keys::list(connection)?.iter().filter(|key| key.name == name) {
                keys::revoke(connection, &key.id)?;
            }
            Ok(())
        }));
    }

    /// Every memory in the database, oldest first.
    pub fn memories(&self) -> Vec<StoredMemory> {
        let mut all = Vec::new();
        loudly(self.app.store.read_here(|connection| {
            memories::each(connection, |memory| {
                all.push(memory);
                Ok::<_, rusqlite::Error>(())
            })
        }));
        all
    }

    /// When a key of this name last succeeded; `None` if never, or if there is no such key.
    pub fn last_used(&self, name: &str) -> Option<Timestamp> {
        let listed = loudly(self.app.store.write_here(keys::list));
        listed.into_iter().filter(|key| key.name == name).find_map(|key| key.last_used_at)
    }

    /// Every request since the start, in the order of arrival.
    pub fn requests(&self) -> Vec<SeenRequest> {
        self.tap.requests()
    }

    /// Empties the record of requests.
    pub fn forget_requests(&self) {
        self.tap.forget_requests();
    }

    /// What shall go wrong from now on.
    pub fn faults(&self) -> &Faults {
        &self.tap.faults
    }

    /// Waits until `condition` holds; `false` if it does not within `deadline`.
    pub fn wait_until(&self, deadline: Duration, condition: impl Fn(&Self) -> bool) -> bool {
        let end = Instant::now() + deadline;
        while !condition(self) {
            if Instant::now() >= end {
                return false;
            }
            thread::sleep(Duration::from_millis(2));
        }
        true
    }
}

/// A test cannot go on without its server's database, and its output should say why.
#[expect(clippy::panic, reason = "this room exists for tests, and a test that cannot ask must fail")]
#[track_caller]
fn loudly<T>(result: Result<T, impl std::fmt::Display>) -> T {
    result.unwrap_or_else(|error| panic!("the test's server failed: {error}"))
}

impl Drop for Server {
    fn drop(&mut self) {
        // Both sides may be gone already, which is what is wanted.
        if let Some(stop) = self.stop.take() {
            stop.send(()).unwrap_or(());
        }
        drop(self.thread.take().map(JoinHandle::join));
    }
}

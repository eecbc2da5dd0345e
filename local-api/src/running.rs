//! Opens the database and the port, and answers requests until told to stop.

use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::sync::Arc;

use anyhow::anyhow;
use axum::Router;
use axum::serve::ListenerExt as _;

use crate::admin;
use crate::api::{self, limits::Limits, limits::RateLimit};
use crate::app::{App, Shared};
use crate::faults::Tap;
use crate::generation::Generation;
use crate::page::fresh::FreshKeys;
use crate::store::{Check, Store};
use crate::wire::{TappedListener, Wire};

/// How a service is started.
pub(crate) struct Settings<'a> {
    pub(crate) directory: &'a Path,
    pub(crate) check: Check,
    /// 0 takes any free port.
    pub(crate) port: u16,
    pub(crate) generation: Generation,
    pub(crate) rate_limit: Option<RateLimit>,
    pub(crate) cron_secret: Option<String>,
}

/// A service that has its database and its port, and answers nobody yet.
pub(crate) struct Opened {
    listener: TcpListener,
    pub(crate) app: Shared,
}

fn cannot_listen(port: u16, error: &io::Error) -> anyhow::Error {
    let why = match error.kind() {
        io::ErrorKind::AddrInUse => "the port is in use, perhaps by another engram-local".to_owned(),
        io::ErrorKind::PermissionDenied => "ports below 1024 are the system's".to_owned(),
        _ => error.to_string(),
    };
    anyhow!(
        "cannot listen on 127.0.0.1:{port}: {why}; choose another port with --port, and name it in ENGRAM_API_URL"
    )
}

impl Opened {
    /// Only the loopback interface is ever listened on.
    pub(crate) fn new(settings: Settings<'_>) -> anyhow::Result<Self> {
        let address = (Ipv4Addr::LOCALHOST, settings.port);
        let listener = TcpListener::bind(address).map_err(|error| cannot_listen(settings.port, &error))?;
        listener.set_nonblocking(true)?;
        let port = listener.local_addr()?.port();
        let observed = (settings.generation == Generation::V1).then_some(RateLimit::OBSERVED);
        let app = App {
            store: Store::open(settings.directory, settings.check)?,
            generation: settings.generation,
            port,
            limits: Limits::new(settings.rate_limit.or(observed)),
            cron_secret: settings.cron_secret,
            fresh_keys: FreshKeys::default(),
        };
        Ok(Self { listener, app: Arc::new(app) })
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.app.port)
    }

    pub(crate) fn admin_url(&self) -> anyhow::Result<String> {
        admin::invite(&self.app.store, self.app.port)
    }

    /// Ends when `stop` does and every request under way has been answered.
    pub(crate) async fn serve(self, stop: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
        let router: Router = api::router(&self.app, None);
        // Without this an answer may wait for the client's delayed acknowledgement; failing only costs time.
        let listener =
            tokio::net::TcpListener::from_std(self.listener)?.tap_io(|stream| drop(stream.set_nodelay(true)));
        axum::serve(listener, router).with_graceful_shutdown(stop).await
    }

    /// The same, with a test watching and interfering.
    pub(crate) async fn serve_tapped(self, tap: Arc<Tap>) -> io::Result<()> {
        let router = api::router(&self.app, Some(tap));
        let listener =
            TappedListener { listener: tokio::net::TcpListener::from_std(self.listener)?, accepted: 0 };
        axum::serve(listener, router.into_make_service_with_connect_info::<Wire>()).await
    }
}

//! `serve`: says where it listens, and is quiet from then on.

use std::future::Future;
use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use tokio::runtime;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::generation::Generation;
use crate::running::{Opened, Settings};
use crate::store::Check;
use crate::store::served::{self, Served};

/// How long requests under way may take after a signal.
const LAST_ANSWERS: Duration = Duration::from_secs(5);

pub(super) fn run(
    directory: &Path,
    port: u16,
    generation: Generation,
    output: &mut dyn Write,
) -> anyhow::Result<()> {
    let opened = Opened::new(Settings {
        directory,
        check: Check::EveryPage,
        port,
        generation,
        rate_limit: None,
        cron_secret: std::env::var("CRON_SECRET").ok().filter(|secret| !secret.is_empty()),
    })?;
    let served = Served { port: opened.app.port, generation };
    opened.app.store.write_here(move |connection| served::remember(connection, served))?;
    let runtime = runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        // The handlers stand before anybody is told that we run.
        let signalled = on_signal()?;
        let lines = format!("listening on {}\nopen once to sign in: {}\n", opened.url(), opened.admin_url()?);
        output.write_all(lines.as_bytes()).context("cannot say on standard output where it listens")?;
        output.flush()?;
        serve_until(opened, signalled).await
    })?;
    runtime.shutdown_timeout(Duration::from_secs(1));
    Ok(())
}

async fn serve_until(
    opened: Opened,
    signalled: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    let (tell, mut told) = watch::channel(false);
    let serving = opened.serve(async move {
        signalled.await;
        // The receiver lives as long as the service.
        tell.send(true).unwrap_or(());
    });
    tokio::select! {
        ended = serving => Ok(ended?),
        () = async {
            drop(told.wait_for(|told| *told).await);
            tokio::time::sleep(LAST_ANSWERS).await;
        } => Ok(()),
    }
}

/// Done at the first SIGINT or SIGTERM.
fn on_signal() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

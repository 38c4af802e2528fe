//! From a configuration to a listening server, and its orderly end.

use std::io::Write;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tracing::{info, warn};

use crate::app;
use crate::bundle::Bundle;
use crate::cli::{Failure, Serve};
use crate::feeds::{Feeds, Fetcher, Source};
use crate::outbox::Outbox;
use crate::state::AppState;
use crate::{listen, measure, retention};

/// How long messages in flight may take once the server has been asked to stop.
const FAREWELL: Duration = Duration::from_secs(10);

/// Serves until SIGTERM or SIGINT; requests in flight are finished first.
pub async fn serve(config: &Serve) -> Result<(), Failure> {
    let bundle = config.bundle.clone().map_or_else(Bundle::embedded, Bundle::Directory);
    if !bundle.is_built() {
        warn!("bundle not built: run cargo xtask build");
    }
    // First, so that everything that counts is counted; and only where somebody can ask.
    let counting = config.metrics_listen.and_then(|address| Some((measure::start()?, address)));
    let settings = config.settings()?;
    let store = config.store().await?;
    let sources = match config.feeds.is_empty() {
        true => vec![Source::Demo],
        false => config.feeds.iter().map(|feed| Source::from(feed.as_str())).collect(),
    };
    let feeds = Feeds::watch(
        sources,
        Fetcher::new(config.reading.allow_private_feeds),
        config.refetch(),
        config.reading.columns.clone().unwrap_or_default(),
    )
    .await;
    let state = AppState::new(bundle, feeds, store, settings);
    let outbox = Outbox::new(&state, config.outbox())?;

    let listener =
        TcpListener::bind(config.listen).await.map_err(|error| format!("{}: {error}", config.listen))?;
    let address = listener.local_addr()?;
    // The one line on standard output: whoever asked for port 0 reads it.
    writeln!(std::io::stdout(), "listening on http://{address}")?;
    info!(%address, "listening");

    let purging = state.store.clone();
    tokio::spawn(async move { retention::run(&*purging).await });

    let (stop, stopping) = watch::channel(());
    if let Some((handle, address)) = counting {
        let listener = TcpListener::bind(address).await.map_err(|error| format!("{address}: {error}"))?;
        info!(address = %listener.local_addr()?, "metrics");
        tokio::spawn(measure::keep_up(handle.clone()));
        tokio::spawn(listen::serve(listener, measure::router(state.clone(), handle), stopping.clone()));
    }
    tokio::spawn(async move {
        until_asked_to_stop().await;
        info!("stopping: finishing requests in flight");
        let _ = stop.send(());
    });
    let delivery = tokio::spawn(outbox.run(state.writer.outbox_wake().clone(), stopping.clone()));
    listen::serve(listener, app(state.clone()), stopping).await;
    state.writer.stop().await;
    if tokio::time::timeout(FAREWELL, delivery).await.is_err() {
        warn!("some messages took too long and were cut off: they will be sent again");
    }
    state.store.close().await;
    info!("stopped");
    Ok(())
}

/// Returns at SIGTERM or SIGINT.
pub async fn until_asked_to_stop() {
    #[cfg(unix)]
    if let Ok(mut terminated) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        tokio::select! {
            _ = terminated.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        return;
    }
    let _ = tokio::signal::ctrl_c().await;
}

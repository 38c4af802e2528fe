//! `alentour serve`: from arguments to a listening server, and its orderly end.

use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tracing::{info, warn};

use super::database::{DatabaseArgs, OpenMode};
use super::reading::ReadingArgs;
use super::shutdown;
use crate::app;
use crate::back_ups;
use crate::broadcasts;
use crate::bundle::Bundle;
use crate::catalogue::Home;
use crate::courses;
use crate::digests;
use crate::error::CommandError;
use crate::feeds::{FeedReader, Feeds, Source};
use crate::http::listen::{self, ConnectionLimits};
use crate::installation::Installation;
use crate::news;
use crate::observability::{logs, metrics};
use crate::outbox::{self, Outbox};
use crate::retention;
use crate::sandbox::Sandbox;
use crate::sessions;
use crate::settings::Settings;
use crate::state::AppState;
use crate::store::{self, SecretSource, Store, StoreError, random_token};
use crate::updates;
use crate::waiting_list;

/// How long messages in flight may take once the server has been asked to stop.
const FAREWELL: Duration = Duration::from_secs(10);

/// How often persons' keys are looked through for those that an earlier secret has wrapped.
const REWRAP: Duration = Duration::from_secs(3600);

/// Seconds that a link for the first operator is good.
const FIRST_LINK: i64 = 3600;

/// How often it is looked what is settled in pages.
const FOLLOW_SETTINGS: Duration = Duration::from_secs(30);

/// How often it is noted that this release is the current one.
const A_DAY: Duration = Duration::from_secs(86_400);

/// Arguments of `alentour serve`.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// File or http(s) address of a feed; may be given several times. Without it, the demo feed
    #[arg(long = "feed", env = "ALENTOUR_FEED", value_delimiter = ' ', value_name = "FILE-or-URL")]
    feeds: Vec<String>,
    /// Serve no feed: only what is made here
    #[arg(long, env = "ALENTOUR_NO_FEEDS", conflicts_with = "feeds")]
    no_feeds: bool,
    #[command(flatten)]
    database: DatabaseArgs,
    /// File of settings: who answers for the data, how long it is kept, where mails and sign-ups go
    #[arg(long, env = "ALENTOUR_SETTINGS", value_name = "FILE.toml")]
    settings: Option<PathBuf>,
    /// Address to listen on; port 0 takes a free one
    #[arg(long, env = "ALENTOUR_LISTEN", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Address that serves /metrics for Prometheus; keep it from the public
    #[arg(long, env = "ALENTOUR_METRICS_LISTEN", value_name = "ADDRESS")]
    metrics_listen: Option<SocketAddr>,
    /// Serve the bundle from this directory instead of the one in the binary
    #[arg(long, env = "ALENTOUR_BUNDLE", value_name = "DIR")]
    bundle: Option<PathBuf>,
    /// Folder that keeps the widget's files of earlier releases for 30 days. Beside a SQLite database, PATH.bundles
    #[arg(long, env = "ALENTOUR_KEEP_BUNDLES", value_name = "DIR")]
    keep_bundles: Option<PathBuf>,
    /// Folder of the catalogue that is made of the feeds, so that a restart need not read them again. Beside a SQLite database,
    /// PATH.catalogue; else one among the temporary files, which goes with the process
    #[arg(long, env = "ALENTOUR_CATALOGUE", value_name = "DIR")]
    catalogue: Option<PathBuf>,
    /// Minutes after which feeds at an address are fetched again
    #[arg(long, env = "ALENTOUR_REFETCH_MINUTES", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=10_080))]
    refetch_minutes: u64,
    #[command(flatten)]
    reading: ReadingArgs,
    /// Let /check call private addresses, and any port, too: where only your own network reaches this server
    #[arg(long, env = "ALENTOUR_ALLOW_PRIVATE_CHECKS")]
    allow_private_checks: bool,
    /// Send sign-ups to sinks at private addresses, and without https, too
    #[arg(long, env = "ALENTOUR_ALLOW_PRIVATE_SINKS")]
    allow_private_sinks: bool,
}

impl Args {
    /// Serves until SIGTERM or SIGINT; requests in flight are finished first.
    ///
    /// # Errors
    /// For the person at the terminal: settings, a database or an address that cannot be used.
    pub async fn run(self) -> Result<(), CommandError> {
        logs::start();
        listen::raise_open_files();
        let bundle = self.bundle.clone().map_or_else(Bundle::embedded, Bundle::Directory);
        if !bundle.is_built() {
            warn!("bundle not built: run cargo xtask build");
        }
        // First, so that everything that counts is counted; and only where somebody can ask.
        let counting = self.metrics_listen.and_then(|address| Some((metrics::start()?, address)));
        let settings = self.settings.as_deref().map(Settings::read).transpose()?.unwrap_or_default();
        let store = self.database.open(OpenMode::CreateIfMissing).await?;
        let program = Sandbox::this_program()?;
        let feeds = self.watched_feeds(&settings, &store, &program).await?;
        let checks = FeedReader::for_strangers(&program, self.allow_private_checks);
        let mut state = AppState::new(bundle, feeds, store, settings, checks);
        state.installation = Arc::new(self.installation()?);
        state.settings.learn(state.store.made_settings().await?);
        let options =
            outbox::Options { allow_private: self.allow_private_sinks, ..outbox::Options::default() };
        let outbox = Outbox::new(&state, options)?;
        if let Some(folder) = self.kept_bundles()? {
            keep_release(&state, &folder).await;
            tokio::spawn(keep_releases(state.clone(), folder));
        }

        let listener = bind(self.listen)?;
        let address = listener.local_addr()?;
        // The one line on standard output: whoever asked for port 0 reads it.
        writeln!(std::io::stdout(), "listening on http://{address}")?;
        info!(%address, "listening");
        first_link(&state, address).await;

        let purging = state.store.clone();
        let trail_days = state.settings.retention.trail_days;
        tokio::spawn(async move { retention::run(&*purging, trail_days).await });
        tokio::spawn(waiting_list::run(state.clone()));
        tokio::spawn(sessions::run(state.clone()));
        tokio::spawn(news::run(state.clone()));
        tokio::spawn(digests::run(state.clone()));
        tokio::spawn(updates::run(state.clone()));
        tokio::spawn(broadcasts::run(state.clone()));
        tokio::spawn(courses::run(state.clone()));
        tokio::spawn(rewrap_keys(state.store.clone()));
        tokio::spawn(back_ups::run(state.clone()));
        tokio::spawn(follow_settings(state.clone()));

        let (stop, stopping) = watch::channel(());
        if let Some((handle, address)) = counting {
            let listener = bind(address)?;
            info!(address = %listener.local_addr()?, "metrics");
            tokio::spawn(metrics::keep_up(handle.clone()));
            let router = metrics::router(state.clone(), handle);
            tokio::spawn(listen::serve(listener, router, ConnectionLimits::default(), stopping.clone()));
        }
        tokio::spawn(async move {
            shutdown::requested().await;
            info!("stopping: finishing requests in flight");
            let _ = stop.send(());
        });
        let delivery = tokio::spawn(outbox.run(state.writer.outbox_wake().clone(), stopping.clone()));
        let limits = ConnectionLimits::public(&state.settings.robots);
        listen::serve(listener, app(state.clone()), limits, stopping).await;
        state.writer.stop().await;
        if tokio::time::timeout(FAREWELL, delivery).await.is_err() {
            warn!("some messages took too long and were cut off: they will be sent again");
        }
        state.store.close().await;
        info!("stopped");
        Ok(())
    }

    /// What this process runs on.
    fn installation(&self) -> Result<Installation, CommandError> {
        let secret_file = match self.database.secret()? {
            SecretSource::File(file) => Some(std::path::absolute(file)?),
            SecretSource::Given(_) => None,
        };
        let started_at = jiff::Timestamp::now().as_second();
        Ok(Installation { secret_file, database_file: self.database.beside("")?, started_at, resolver: None })
    }

    /// The folder of earlier releases, where there is one.
    fn kept_bundles(&self) -> Result<Option<PathBuf>, CommandError> {
        match &self.keep_bundles {
            Some(folder) => Ok(Some(folder.clone())),
            None => self.database.beside(".bundles"),
        }
    }

    /// The folder of the catalogue. Where another process has it, or it cannot be written to, one that goes with this process.
    fn home(&self) -> Result<Home, CommandError> {
        let folder = match &self.catalogue {
            Some(folder) => Some(folder.clone()),
            None => self.database.beside(".catalogue")?,
        };
        if let Some(folder) = folder {
            match Home::at(&folder) {
                Ok(home) => return Ok(home),
                Err(why) => {
                    warn!(folder = %folder.display(), %why, "the catalogue is not kept: the next start reads all feeds anew")
                }
            }
        }
        Ok(Home::temporary()?)
    }

    /// The feeds and what is made here, each read once.
    async fn watched_feeds(
        &self,
        settings: &Settings,
        store: &Arc<dyn Store>,
        program: &Path,
    ) -> Result<Arc<Feeds>, CommandError> {
        let sources = match self.feeds.is_empty() {
            true if self.no_feeds => Vec::new(),
            true => vec![Source::Demo],
            false => self.feeds.iter().map(|feed| Source::from(feed.as_str())).collect(),
        };
        let reader = FeedReader {
            sandbox: Sandbox::new(program, settings.reading.profile()),
            allow_private: self.reading.allow_private_feeds,
            columns: self.reading.columns.clone().unwrap_or_default(),
        };
        let refetch = Duration::from_secs(self.refetch_minutes * 60);
        Ok(Feeds::watch(sources, Some(store.clone()), reader, refetch, self.home()?).await)
    }
}

/// Shows a link by which whoever reads this terminal becomes the first operator, where there is none. It is written there and nowhere else: the log
/// does not have it, the database a hash, and it is good for an hour and once.
async fn first_link(state: &AppState, address: SocketAddr) {
    let now = jiff::Timestamp::now().as_second();
    let made = async {
        if state.store.has_operator().await? {
            return Ok(None);
        }
        let token = random_token()?;
        let hash = state.store.secret().token_hash(&token);
        state.store.create_first_link(&hash, now, now + FIRST_LINK).await?;
        Ok::<_, StoreError>(Some(token))
    };
    let token = match made.await {
        Ok(Some(token)) => token,
        Ok(None) => return,
        Err(why) => return warn!(%why, "no link for a first operator could be made"),
    };
    let here = match address.ip().is_unspecified() {
        true => SocketAddr::from(([127, 0, 0, 1], address.port())),
        false => address,
    };
    let here = format!("http://{here}");
    let base = state.settings.public_address().unwrap_or(&here);
    // Whoever waits for the first line alone may have closed the pipe: that is no reason to stop.
    let _ = writeln!(std::io::stdout(), "first operator, within an hour: {base}/organise/first/{token}");
}

/// Takes what is settled in the pages of another server on the same database, for ever.
async fn follow_settings(state: AppState) {
    loop {
        tokio::time::sleep(FOLLOW_SETTINGS).await;
        match state.store.made_settings().await {
            Ok(parts) => {
                if state.settings.learn(parts) {
                    info!("the settings were changed in a page");
                }
            }
            Err(why) => warn!(%why, "what is settled in pages cannot be read; what was stays"),
        }
    }
}

/// Keeps the files of this release, and finds those of earlier ones. Without them the server does its work all the same.
async fn keep_release(state: &AppState, folder: &Path) {
    let (earlier, bundle, path) = (state.earlier.clone(), state.bundle.clone(), folder.to_owned());
    let kept = tokio::task::spawn_blocking(move || earlier.keep(&path, &bundle)).await;
    if let Ok(Err(error)) = kept {
        warn!(folder = %folder.display(), %error, "the files of this release are not kept: after an upgrade cached tags miss them");
    }
}

/// Notes each day that this release is the current one.
async fn keep_releases(state: AppState, folder: PathBuf) {
    loop {
        tokio::time::sleep(A_DAY).await;
        keep_release(&state, &folder).await;
    }
}

/// Wraps persons' keys again that an earlier secret has wrapped, now and every hour: a server that has not been restarted
/// since the rotation goes on wrapping with the earlier one.
async fn rewrap_keys(store: Arc<dyn Store>) {
    loop {
        match store::rewrap_all(&*store).await {
            Ok(0) => {}
            Ok(count) => info!(count, "persons' keys wrapped with the new secret"),
            Err(error) => warn!(%error, "persons' keys could not be wrapped again"),
        }
        tokio::time::sleep(REWRAP).await;
    }
}

fn bind(address: SocketAddr) -> Result<TcpListener, CommandError> {
    Ok(listen::bind(address).map_err(|error| format!("{address}: {error}"))?)
}

//! The operator's feeds: read, merged, kept fresh, served.

mod deduplication;
pub(crate) mod demo;
mod fetch;
mod forms;
mod gather;
mod locate;
mod merge;
#[cfg(test)]
mod queries;
pub mod sandboxed;
mod sensitive;
mod source;
mod watched;
mod wire;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use alentour_model::{Catalog, Feed, Initiative, Lexicon};
use alentour_texts::Language;
use axum::Router;
use axum::extract::{FromRef, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tracing::{error, info, warn};

pub use fetch::{Allowance, FetchError, Fetched, Fetcher, Validators};
pub use gather::{Bounds, Gathered, Known, Stop, Unread, gather, options, read, shown};
pub use locate::complete;
pub use merge::{Merged, merge};
pub use sandboxed::FeedReader;
pub use source::Source;

use sandboxed::{Fresh, LOGGED};
use watched::Watched;

use crate::http::Error;
use crate::http::representation::{A_MINUTE, Representation};
use crate::words::Lexica;

/// How often files are looked at.
const POLL: Duration = Duration::from_secs(2);

/// The address of the merged feed.
pub fn router<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Arc<Feeds>: FromRef<S>,
{
    Router::new().route("/v1/feed.json", get(serve)).merge(forms::router())
}

async fn serve(State(feeds): State<Arc<Feeds>>, request: HeaderMap) -> Response {
    match feeds.current() {
        Some(current) => current.representation.respond(&request),
        None => Error::Unavailable("no feed could be read yet".into()).into_response(),
    }
}

/// What is served at the moment.
pub struct Current {
    representation: Representation,
    /// What is shown.
    catalog: Arc<Catalog>,
    /// Where each identifier is in the catalogue.
    positions: HashMap<String, usize>,
    /// What is not shown, because an earlier feed announces it, too.
    duplicates: HashMap<String, Initiative>,
    /// Whether each feed has been read.
    complete: bool,
    /// What is known of words.
    lexica: Lexica,
}

impl Current {
    /// How many initiatives there are.
    pub fn len(&self) -> usize {
        self.positions.len() + self.duplicates.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What is shown, ready to be searched.
    pub fn catalog(&self) -> &Arc<Catalog> {
        &self.catalog
    }

    /// The same, with what is known of words on pages in that language.
    pub fn catalog_in(&self, language: Language) -> Arc<Catalog> {
        self.lexica.catalog(language, &self.catalog)
    }

    /// The forms of its words, as the widget takes them.
    pub fn forms(&self) -> &Representation {
        self.lexica.forms()
    }

    /// Names what is shown: another one is another feed.
    pub fn version(&self) -> &str {
        &self.representation.tag
    }

    /// The initiative of that identifier, shown or not.
    fn initiative(&self, id: &str) -> Option<&Initiative> {
        let shown = self.positions.get(id).and_then(|position| self.catalog.get(*position));
        shown.or_else(|| self.duplicates.get(id))
    }
}

/// The feeds, shared by the tasks that read them and the requests that use them.
#[derive(Default)]
pub struct Feeds {
    /// The last good version of each, in the operator's order.
    good: Mutex<Vec<Option<Feed>>>,
    current: RwLock<Option<Arc<Current>>>,
}

impl Feeds {
    /// Reads each source once, and then keeps it fresh in a task of its own, so that a slow server delays no other. Addresses
    /// are fetched again after `refetch`.
    pub async fn watch(sources: Vec<Source>, reader: FeedReader, refetch: Duration) -> Arc<Self> {
        let feeds =
            Arc::new(Self { good: Mutex::new(vec![None; sources.len()]), current: RwLock::default() });
        let mut first = Vec::new();
        for (position, source) in sources.into_iter().enumerate() {
            let (feeds, reader) = (feeds.clone(), reader.clone());
            let mut watched = Watched::new(source, refetch);
            first.push(tokio::spawn(async move {
                feeds.reread(position, &mut watched, &reader).await;
                (position, watched)
            }));
        }
        for task in first {
            let Ok((position, mut watched)) = task.await else { continue };
            let (feeds, reader) = (feeds.clone(), reader.clone());
            tokio::spawn(async move {
                loop {
                    tokio::time::sleep(POLL).await;
                    feeds.reread(position, &mut watched, &reader).await;
                }
            });
        }
        feeds
    }

    /// What is served at the moment; `None` until a feed could be read.
    pub fn current(&self) -> Option<Arc<Current>> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The initiative of that identifier. An error if there is none, or none yet.
    pub fn initiative(&self, id: &str) -> Result<Initiative, Error> {
        match self.current() {
            Some(current) => match current.initiative(id) {
                Some(initiative) => Ok(initiative.clone()),
                None if current.complete => Err(Error::NotFound),
                // It may be in the feed that could not be read yet: no reason to turn people away.
                None => Err(Error::Unavailable("a feed could not be read yet".into())),
            },
            None => Err(Error::Unavailable("no feed could be read yet".into())),
        }
    }

    /// What is known of words, on pages in that language: nothing until a feed could be read.
    pub fn lexicon(&self, language: Language) -> Arc<Lexicon> {
        self.current().map(|current| current.catalog_in(language).lexicon().clone()).unwrap_or_default()
    }

    async fn reread(self: &Arc<Self>, position: usize, watched: &mut Watched, reader: &FeedReader) {
        let fresh = match watched.reread(reader).await {
            Ok(None) => return,
            Ok(Some(fresh)) => fresh,
            Err(why) => {
                return error!(feed = %watched.source, why, "feed not read; its last good version stays");
            }
        };
        let Fresh { reading, incomplete, lost, findings, .. } = fresh;
        if let Some(incomplete) = incomplete {
            warn!(feed = %watched.source, why = incomplete.why, "not all of the feed was read");
        }
        for finding in reading.findings.iter().filter(|f| f.problem.costs_the_item()).take(LOGGED) {
            let (id, problem) = (&finding.id, finding.problem);
            warn!(feed = %watched.source, item = finding.item, id, ?problem, "item left out");
        }
        let items = reading.feed.initiatives.len();
        info!(feed = %watched.source, items, lost, findings, "feed read");
        let feeds = self.clone();
        // Merging and compressing take a while: not for the threads that answer requests.
        let published = tokio::task::spawn_blocking(move || feeds.publish(position, reading.feed)).await;
        if let Err(panic) = published {
            error!(feed = %watched.source, %panic, "feed not published; its last good version stays");
        }
    }

    fn publish(&self, position: usize, feed: Feed) {
        let mut good = self.good.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(slot) = good.get_mut(position) {
            *slot = Some(feed);
        }
        let merged = merge(good.iter().flatten());
        for (first, duplicate) in merged.duplicates.iter().take(LOGGED) {
            let url = duplicate.url.as_ref().map(|url| url.as_str());
            info!(id = duplicate.id, first, url, "shown once: an earlier feed announces it, too");
        }
        for id in merged.clashes.iter().take(LOGGED) {
            warn!(id, "left out: an earlier feed has an initiative of the same identifier");
        }
        let json = match merged.to_json() {
            Ok(json) => json,
            Err(error) => return error!(%error, "the merged feed cannot be written"),
        };
        let complete = good.iter().all(Option::is_some);
        let representation = Representation::compressed(json, "application/json", A_MINUTE);
        // Sign-ups to a duplicate that is not shown (any more) are taken, too: a page may be open, or a link kept.
        let duplicates = merged.duplicates.into_iter().map(|(_, item)| (item.id.clone(), item)).collect();
        let shown = merged.feed.initiatives;
        let positions =
            shown.iter().enumerate().map(|(position, item)| (item.id.clone(), position)).collect();
        let language = Language::parse(&merged.feed.language).unwrap_or(Language::DEFAULT);
        let lexica = Lexica::new(&shown, language);
        let catalog = Arc::new(Catalog::new(shown));
        // The lock on `good` is held until here, so that an older state never replaces a newer one.
        *self.current.write().unwrap_or_else(PoisonError::into_inner) =
            Some(Arc::new(Current { representation, catalog, positions, duplicates, complete, lexica }));
    }
}

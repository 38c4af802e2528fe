//! What was seen first lately, and what of it is near somebody.

use std::sync::Arc;

use alentour::app::criteria::words;
use alentour::render::Clock;
use alentour_model::read::DEFAULT_ZONE;
use alentour_model::{Availability, Catalog, Cause, Initiative, Kilometres, Kind, Point, Query};
use tokio::sync::Mutex;
use tokio::task::spawn_blocking;

use crate::catalogue::{self, Catalogue};
use crate::feeds::Feeds;
use crate::http::Error;
use crate::store::{Alert, SignUpRecord, Store, WEEK};

/// Seconds that something stays new: the week in which somebody is told nothing, and as much again for a server that was away.
const NEW: i64 = 2 * WEEK;

/// What is new, for all who ask while it is the same: it may be ten thousand initiatives.
#[derive(Default)]
pub struct Recent(Mutex<Option<Arc<New>>>);

impl Recent {
    /// What was seen first lately, as the feeds have it at `now` (UTC seconds).
    ///
    /// # Errors
    /// Where the database or the catalogue cannot be read.
    pub async fn read(&self, store: &dyn Store, feeds: &Feeds, now: i64) -> Result<Arc<New>, Error> {
        let current =
            feeds.current().ok_or_else(|| Error::Unavailable("no feed could be read yet".into()))?;
        // One reads it, and the others wait.
        let mut read = self.0.lock().await;
        let newest = store.newest_sighting().await?;
        if let Some(new) = &*read
            && new.version == current.version()
            && new.newest == newest
            && new.since <= now - NEW
        {
            return Ok(new.clone());
        }
        let new = Arc::new(New::read(store, current, newest, now - NEW).await?);
        *read = Some(new.clone());
        Ok(new)
    }

    /// Gives its room back.
    pub async fn forget(&self) {
        self.0.lock().await.take();
    }
}

/// What is new.
pub struct New {
    catalog: Arc<Catalog>,
    /// When each was seen first, by its position.
    seen_at: Vec<i64>,
    /// The version of the catalogue, when the newest was seen and how many were with it, and since when: what it was read from.
    version: String,
    newest: (i64, i64),
    since: i64,
}

/// Something new near somebody.
pub struct Found<'a> {
    /// What it is.
    pub initiative: &'a Initiative,
    /// The position of its nearest session, where it has some.
    pub session: Option<usize>,
}

impl New {
    /// Whether nothing is new.
    pub fn is_empty(&self) -> bool {
        self.seen_at.is_empty()
    }

    /// What was seen first after `since` (UTC seconds).
    async fn read(
        store: &dyn Store,
        current: Arc<Catalogue>,
        newest: (i64, i64),
        since: i64,
    ) -> Result<Self, Error> {
        let version = current.version().to_owned();
        let sighted = store.sighted_since(since).await?;
        let read = move || {
            let (mut all, mut seen_at) = (Vec::new(), Vec::new());
            for (id, at) in sighted {
                // It may have left the feed again.
                if let Some(initiative) = current.initiative(&id)? {
                    all.push(Initiative::clone(&initiative));
                    seen_at.push(at);
                }
            }
            Ok((Arc::new(Catalog::new(all)), seen_at))
        };
        let read = spawn_blocking(read).await.map_err(|why| Error::Unavailable(why.to_string()))?;
        let (catalog, seen_at) = read.map_err(catalogue::unread)?;
        Ok(Self { catalog, seen_at, version, newest, since })
    }

    /// What is within an alert's circle, the nearest first, and was seen first after the alert was confirmed and after `since`, until `until`
    /// (UTC seconds). Nothing where the alert is none that counts at `now`.
    pub fn near(&self, record: &SignUpRecord, since: i64, until: i64, now: i64) -> Vec<Found<'_>> {
        let (Some(alert), Some(confirmed_at)) = (record.alert(), record.confirmed_at) else {
            return Vec::new();
        };
        let holds = record.expires_at > now && record.consents.iter().all(|consent| consent.holds());
        let since = since.max(confirmed_at).max(now - NEW);
        let is_new = |at: &i64| *at > since && *at <= until;
        if !holds || !self.seen_at.iter().any(is_new) {
            return Vec::new();
        }
        let clock = Clock::new(now, DEFAULT_ZONE).unwrap_or_default();
        let found = self.catalog.search(&query(alert), clock.now());
        let found = found.nearby.iter().filter(|hit| self.seen_at.get(hit.initiative).is_some_and(is_new));
        let found = found.filter_map(|hit| {
            Some(Found { initiative: self.catalog.get(hit.initiative)?, session: hit.session })
        });
        found.filter(|found| is_open(found.initiative, now)).collect()
    }
}

/// Whether somebody can still do something about it; what says nothing of a form is open.
fn is_open(initiative: &Initiative, now: i64) -> bool {
    initiative.participation.is_none() || initiative.availability(now) == Availability::Open
}

/// What an alert asks for.
fn query(alert: &Alert) -> Query {
    let degrees = |thousandths: i32| f64::from(thousandths) / 1000.0;
    Query {
        near: Point::new(degrees(alert.north), degrees(alert.east)),
        radius: Kilometres::new(f64::from(alert.radius)),
        kinds: words(&alert.kinds, Kind::parse),
        causes: words(&alert.causes, Cause::parse),
        ..Query::default()
    }
}

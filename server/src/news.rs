//! What is new near those who have asked to be told: looked for now and again, and owed as a mail in the transaction that notes it.
//!
//! An initiative is new when a server first sees it in the feeds. What was there when the first of all were looked at is not, nor is what
//! comes back after a feed has failed. Each person gets one mail a week at most, whatever the number of their alerts, and none where there
//! is nothing new.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::{Duration, Instant};

use alentour::app::criteria::words;
use alentour::render::Clock;
use alentour_model::read::DEFAULT_ZONE;
use alentour_model::{Availability, Catalog, Cause, Initiative, Kilometres, Kind, Point, Query};
use jiff::Timestamp;
use tokio::sync::Mutex;
use tokio::task::spawn_blocking;
use tokio::time::sleep;
use tracing::{error, info, warn};

use crate::catalogue::{self, Catalogue};
use crate::feeds::Feeds;
use crate::http::Error;
use crate::state::AppState;
use crate::store::{ALERTS, Alert, Digest, Sighted, SignUpRecord, Store, Told, WEEK};

/// How often it is looked for: who is told once a week need not be told within the minute.
const EVERY: Duration = Duration::from_secs(15 * 60);
/// How long a catalogue that lacks a feed is not looked at: what comes with that feed later is not new. Longer than a feed is usually away.
const PATIENCE: Duration = Duration::from_secs(86_400);
/// Seconds that something stays new: the week in which somebody is told nothing, and as much again for a server that was away.
const NEW: i64 = 2 * WEEK;

/// Looks for what is new, for ever. Where no mail is sent nobody is told.
pub async fn run(state: AppState) {
    if state.settings.mail.is_none() {
        return;
    }
    let (mut sightings, begun) = (Sightings::default(), Instant::now());
    loop {
        sleep(EVERY).await;
        let is_patient = begun.elapsed() < PATIENCE;
        match look(&state, &mut sightings, is_patient, Timestamp::now().as_second()).await {
            // The room is given back until somebody is to be told again.
            Ok(0) => state.recent.forget().await,
            Ok(told) => {
                info!(told, "mails owed about what is new");
                state.writer.outbox_wake().notify_one();
            }
            Err(error) => error!(?error, "what is new was not looked for this time"),
        }
    }
}

/// What this process has noted.
#[derive(Default)]
pub struct Sightings {
    /// The version of the catalogue that was looked at last.
    version: String,
    /// Its initiatives, and those before: digests, for there may be a million.
    known: HashSet<u64>,
}

/// Notes what is announced at that time (UTC seconds), and owes a mail to each whom something new is near. Says how many.
///
/// # Errors
/// Where the database or the catalogue cannot be read.
pub async fn look(
    state: &AppState,
    sightings: &mut Sightings,
    is_patient: bool,
    now: i64,
) -> Result<u64, Error> {
    let Some(current) = state.feeds.current() else { return Ok(0) };
    if !current.is_complete() && is_patient {
        return Ok(0);
    }
    if current.version() != sightings.version {
        let version = current.version().to_owned();
        let ids = spawn_blocking(move || current.coming(now, i64::MAX as usize)).await.map_err(panicked)?;
        let mut ids = ids.map_err(catalogue::unread)?;
        let all = ids.len();
        ids.retain(|id| !sightings.known.contains(&digest(id)));
        if state.store.sight(&ids, all, now).await? == Sighted::Renamed {
            warn!(
                all,
                "more than half of the feeds is new at once: nobody is told of it, for a feed may have renamed all that it has"
            );
        }
        sightings.known.extend(ids.iter().map(|id| digest(id)));
        sightings.version = version;
    }
    tell(state, now).await
}

fn digest(id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    hasher.finish()
}

fn panicked(why: tokio::task::JoinError) -> Error {
    Error::Unavailable(why.to_string())
}

async fn tell(state: &AppState, now: i64) -> Result<u64, Error> {
    let store = &state.store;
    let (mut page, mut next) = store.page(ALERTS, None).await?;
    if page.is_empty() {
        return Ok(0);
    }
    let new = state.recent.read(&**store, &state.feeds, now).await?;
    if new.seen_at.is_empty() {
        return Ok(0);
    }
    let (told, mut owed) = (Arc::new(store.told().await?), 0);
    loop {
        let (new, told) = (new.clone(), told.clone());
        // A page has a thousand of them.
        let due = spawn_blocking(move || due(&page, &told, &new, now)).await.map_err(panicked)?;
        for (email_h, last) in due {
            // One that fails must not cost the others.
            match store.owe_news(&email_h, last, now).await {
                Ok(is_owed) => owed += u64::from(is_owed),
                Err(error) => error!(%error, "somebody is not told what is new this time"),
            }
        }
        if next.is_none() {
            return Ok(owed);
        }
        (page, next) = store.page(ALERTS, next).await?;
    }
}

/// Whom something new is near, and when they were owed a mail the last time.
fn due(page: &[SignUpRecord], told: &HashMap<Digest, Told>, new: &New, now: i64) -> Vec<(Digest, i64)> {
    let due = page.iter().filter_map(|record| {
        let Told { last, since } = told.get(&record.email_h).copied().unwrap_or_default();
        let is_due = last <= now - WEEK && !new.near(record, since, now, now).is_empty();
        is_due.then_some((record.email_h, last))
    });
    due.collect()
}

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

    async fn forget(&self) {
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
        let read = spawn_blocking(read).await.map_err(panicked)?;
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

//! What is new near those who have asked to be told: looked for now and again, and owed as a mail in the transaction that notes it.
//!
//! An initiative is new when a server first sees it in the feeds. What was there when the first of all were looked at is not, nor is what
//! comes back after a feed has failed. Each person gets one mail a week at most, whatever the number of their alerts, and none where there
//! is nothing new.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::{Duration, Instant};

use alentour::app::criteria::words;
use alentour::render::Clock;
use alentour_model::read::DEFAULT_ZONE;
use alentour_model::{Availability, Catalog, Cause, Initiative, Kilometres, Kind, Point, Query};
use jiff::Timestamp;
use tokio::task::spawn_blocking;
use tokio::time::sleep;
use tracing::{error, info};

use crate::catalogue;
use crate::feeds::Feeds;
use crate::http::Error;
use crate::state::AppState;
use crate::store::{ALERTS, Alert, SignUpRecord, Store, WEEK};

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
            Ok(0) => {}
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
        ids.retain(|id| !sightings.known.contains(&digest(id)));
        state.store.sight(&ids, now).await?;
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
    let new = New::read(&**store, &state.feeds, 0, now).await?;
    if new.seen_at.is_empty() {
        return Ok(0);
    }
    let told = store.told().await?;
    let (mut owed, mut after) = (0, None);
    loop {
        let (page, next) = store.page(ALERTS, after).await?;
        for record in &page {
            let last = told.get(&record.email_h).copied().unwrap_or(0);
            if last > now - WEEK || new.near(record, last, now).is_empty() {
                continue;
            }
            // One that fails must not cost the others.
            match store.owe_news(&record.email_h, last, now).await {
                Ok(is_owed) => owed += u64::from(is_owed),
                Err(error) => error!(%error, "somebody is not told what is new this time"),
            }
        }
        after = next;
        if after.is_none() {
            return Ok(owed);
        }
    }
}

/// What is new.
pub struct New {
    catalog: Arc<Catalog>,
    /// When each was seen first, by its position.
    seen_at: Vec<i64>,
    /// The time of the question (UTC seconds).
    now: i64,
}

/// Something new near somebody.
pub struct Found<'a> {
    /// What it is.
    pub initiative: &'a Initiative,
    /// The position of its nearest session, where it has some.
    pub session: Option<usize>,
}

impl New {
    /// What was seen first after `since`, and not too long ago, as the feeds have it at `now` (UTC seconds).
    ///
    /// # Errors
    /// Where the database or the catalogue cannot be read.
    pub async fn read(store: &dyn Store, feeds: &Feeds, since: i64, now: i64) -> Result<Self, Error> {
        let current =
            feeds.current().ok_or_else(|| Error::Unavailable("no feed could be read yet".into()))?;
        let sighted = store.sighted_since(since.max(now - NEW)).await?;
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
        Ok(Self { catalog, seen_at, now })
    }

    /// What is within an alert's circle, the nearest first, and was seen first after the alert was confirmed and after `since`, until `until`
    /// (UTC seconds). Nothing where the alert is none that counts.
    pub fn near(&self, record: &SignUpRecord, since: i64, until: i64) -> Vec<Found<'_>> {
        let (Some(alert), Some(confirmed_at)) = (record.alert(), record.confirmed_at) else {
            return Vec::new();
        };
        let holds = record.expires_at > self.now && record.consents.iter().all(|consent| consent.holds());
        let since = since.max(confirmed_at);
        let is_new = |at: &i64| *at > since && *at <= until;
        if !holds || !self.seen_at.iter().any(is_new) {
            return Vec::new();
        }
        let clock = Clock::new(self.now, DEFAULT_ZONE).unwrap_or_default();
        let found = self.catalog.search(&query(alert), clock.now());
        let found = found.nearby.iter().filter(|hit| self.seen_at.get(hit.initiative).is_some_and(is_new));
        let found = found.filter_map(|hit| {
            Some(Found { initiative: self.catalog.get(hit.initiative)?, session: hit.session })
        });
        found.filter(|found| is_open(found.initiative, self.now)).collect()
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

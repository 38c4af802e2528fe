//! What is new near those who have asked to be told: looked for now and again, and owed as a mail in the transaction that notes it.
//!
//! An initiative is new when a server first sees it in the feeds. What was there when the first of all were looked at is not, nor is what
//! comes back after a feed has failed, within a year. Each person gets one mail a week at most, whatever the number of their alerts, and none where there
//! is nothing new.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::task::spawn_blocking;
use tokio::time::sleep;
use tracing::{error, info, warn};

use crate::catalogue;
use crate::http::Error;
use crate::recent::New;
use crate::state::AppState;
use crate::store::{ALERTS, Digest, Sighted, SignUpRecord, Told, WEEK};

/// How often it is looked for: who is told once a week need not be told within the minute.
const EVERY: Duration = Duration::from_secs(15 * 60);
/// How long a catalogue that lacks a feed is not looked at: what comes with that feed later is not new. Longer than a feed is usually away.
const PATIENCE: Duration = Duration::from_secs(86_400);

/// Seconds from one note that initiatives are still there to the next.
const DAY: i64 = 86_400;

/// Looks for what is new, for ever. Where no mail is sent nobody is told.
pub async fn run(state: AppState) {
    let (mut sightings, begun) = (Sightings::default(), Instant::now());
    loop {
        sleep(EVERY).await;
        // It may be settled in a page.
        if state.settings.mail.is_none() {
            continue;
        }
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
    /// When it was noted last that they are still there (UTC seconds).
    still_at: i64,
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
        let (version, current) = (current.version().to_owned(), current.clone());
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
    if now - sightings.still_at >= DAY {
        let ids = spawn_blocking(move || current.coming(now, i64::MAX as usize)).await.map_err(panicked)?;
        state.store.still_there(&ids.map_err(catalogue::unread)?, now).await?;
        sightings.still_at = now;
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
    if new.is_empty() {
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

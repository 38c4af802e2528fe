//! What has changed since the feed was read, for all to see: seats that are left, signatures, and what is still needed. Whoever looks at an initiative asks every
//! half a minute; the database is asked once in two seconds, however many look.

mod known;
mod routes;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use alentour_model::live::UNNAMED;
use alentour_model::{Initiative, LiveInitiative, Petition, Use};
use metrics::counter;
use tokio::runtime::Handle;
use tokio::time::timeout;
use tracing::warn;

use known::Known;
pub use routes::router;

use crate::feeds::Feeds;
use crate::store::{LiveCounts, LiveWanted, Store, StoreError};

/// How long somebody waits for the database. Then what was known last is said: seats that were left a moment ago are more than nothing.
const PATIENCE: Duration = Duration::from_millis(400);
/// How long the database may take, whoever still waits.
const LONGEST: Duration = Duration::from_secs(10);

/// What has changed since the feed was read.
pub struct Live {
    feeds: Arc<Feeds>,
    store: Arc<dyn Store>,
    known: Known,
    /// One asks the database at a time, for all who wait.
    turn: tokio::sync::Mutex<()>,
    reads: AtomicU64,
}

impl Live {
    /// That of those feeds, as that store has it.
    pub fn new(feeds: Arc<Feeds>, store: Arc<dyn Store>) -> Self {
        Self { feeds, store, known: Known::default(), turn: Default::default(), reads: AtomicU64::new(0) }
    }

    /// What is known of these initiatives; of one that the feed has not, and where nothing was ever read, there is nothing.
    pub async fn of(self: &Arc<Self>, ids: &[String]) -> Vec<Arc<LiveInitiative>> {
        let now = Instant::now();
        if !self.known.is_fresh(ids, now) && !self.known.is_failing(now) {
            let (live, wanted) = (self.clone(), ids.to_vec());
            // A task of its own: what was begun is for others, too, and is not lost when this one goes away.
            let refreshed = tokio::spawn(async move { live.refresh(&wanted).await });
            if timeout(PATIENCE, refreshed).await.is_err() {
                // Whoever comes next need not wait as long.
                self.known.fail(Instant::now());
            }
        }
        self.known.of(ids)
    }

    /// The same, put into an initiative.
    pub async fn put_into(self: &Arc<Self>, initiative: Arc<Initiative>) -> Arc<Initiative> {
        let live = self.of(std::slice::from_ref(&initiative.id)).await;
        let Some(live) = live.first() else { return initiative };
        // A copy: what the feed says is what sign-ups are held against.
        let initiative = Initiative::clone(&initiative);
        live.put_into(&initiative);
        Arc::new(initiative)
    }

    /// Something has shown that what was counted last of an initiative is no longer so: it is counted anew for whoever asks next.
    pub fn doubt(&self, id: &str) {
        self.known.doubt(id, Instant::now());
    }

    /// What tells the same to views, on a thread that may wait: one of those that draw pages.
    pub fn for_views(self: &Arc<Self>) -> alentour::render::Live {
        let (live, runtime) = (self.clone(), Handle::current());
        Arc::new(move |ids| {
            let known = runtime.block_on(live.of(ids));
            known.iter().map(|live| LiveInitiative::clone(live)).collect()
        })
    }

    /// How often the database was asked.
    pub fn reads(&self) -> u64 {
        self.reads.load(Ordering::Relaxed)
    }

    /// Asks the database for what is not fresh, and for all that others wait for.
    async fn refresh(&self, ids: &[String]) {
        self.known.want(ids);
        let _turn = self.turn.lock().await;
        let begun = Instant::now();
        // Whoever had the turn before may have asked for these, too.
        if self.known.is_fresh(ids, begun) || self.known.is_failing(begun) {
            return;
        }
        let wanted = self.known.take_wanted(ids, begun);
        let initiatives: Vec<_> = wanted.iter().filter_map(|id| self.feeds.announced(id).ok()).collect();
        self.known.note_unknown(&wanted, &initiatives, begun);
        if initiatives.is_empty() {
            return;
        }
        self.reads.fetch_add(1, Ordering::Relaxed);
        counter!("alentour_live_reads_total").increment(1);
        let wanted: Vec<_> = initiatives.iter().map(|initiative| wanted_of(initiative)).collect();
        let counting = self.store.live(&wanted, jiff::Timestamp::now().as_second());
        let counted = timeout(LONGEST, counting).await;
        match counted.unwrap_or_else(|_| Err(StoreError::Database("no answer in time".into()))) {
            Ok(counted) => {
                let counted = initiatives.iter().zip(counted);
                let mut live: Vec<_> =
                    counted.map(|(initiative, counts)| self.of_counts(initiative, &counts)).collect();
                self.name(&initiatives, &mut live).await;
                self.known.learn(live, begun, Instant::now());
            }
            Err(error) => {
                warn!(%error, "seats and signatures could not be counted: what was known last is shown");
                self.known.fail(Instant::now());
            }
        }
    }
}

impl Live {
    fn of_counts(&self, initiative: &Initiative, counts: &LiveCounts) -> LiveInitiative {
        // Of a date that was called off here the feed, and cards that were cut from it, may still have some.
        let is_off = |name: &str| {
            initiative.session(name).is_some_and(|it| self.feeds.called_off().has(&initiative.id, it))
        };
        let used = |session: &str| {
            let seats = counts.sessions.iter().find(|seats| seats.session == session);
            match seats {
                _ if is_off(session) => (u64::MAX, 0),
                Some(seats) => (seats.used, seats.waiting),
                None => (0, 0),
            }
        };
        let accepted = |need: &str| {
            let accepted = counts.accepted.iter().find(|(id, _)| id == need);
            accepted.map_or(0, |(_, accepted)| *accepted)
        };
        LiveInitiative::new(initiative, used, counts.signed, accepted)
    }

    /// Names some of those who have signed, where enough have and their organiser still asks whether they may be named.
    async fn name(&self, initiatives: &[Arc<Initiative>], live: &mut [LiveInitiative]) {
        let asks = |initiative: &Initiative| {
            let participation = initiative.participation.as_ref();
            initiative.petition.is_some()
                && participation.is_some_and(|asked| asked.consent_for(Use::Signers).is_some())
        };
        let named = initiatives.iter().zip(&*live).filter(|(initiative, live)| {
            asks(initiative) && live.signatures.is_some_and(|signatures| signatures > UNNAMED)
        });
        let named: Vec<_> = named.map(|(_, live)| live.id.clone()).collect();
        if named.is_empty() {
            return;
        }
        let named = timeout(LONGEST, self.store.signers(&named)).await;
        // Nobody is named whom nobody could ask for.
        let Ok(Ok(named)) = named else { return warn!("who has signed could not be read: nobody is named") };
        for (id, signers) in named {
            live.iter_mut().filter(|live| live.id == id).for_each(|live| live.signers.clone_from(&signers));
        }
    }
}

fn wanted_of(initiative: &Initiative) -> LiveWanted {
    let pledges = initiative.is_pledged_to().then_some(i64::MIN);
    let since = initiative.petition.as_ref().map(Petition::counts_from).or(pledges);
    let needs =
        initiative.participation.as_ref().is_some_and(|participation| !participation.needs.is_empty());
    LiveWanted { initiative: initiative.id.clone(), since, needs }
}

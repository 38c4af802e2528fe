//! The operator's feeds: read, merged, kept fresh, served.

mod called_off;
mod deduplication;
pub(crate) mod demo;
mod fetch;
mod gather;
mod input;
mod locate;
mod merge;
mod merged;
mod once;
mod own;
#[cfg(test)]
mod queries;
mod routes;
pub mod sandboxed;
mod sensitive;
mod snapshot;
mod source;
mod streamed;
mod versions;
mod watched;
mod wire;

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, Weak};
use std::time::{Duration, Instant};

use alentour_model::{Initiative, Lexicon};
use alentour_texts::Language;
use serde::{Deserialize, Serialize};
use tracing::{error, info, warn};

pub use fetch::{Allowance, FetchError, Fetched, Fetcher, Validators};
pub use gather::{Bounds, Gathered, Known, Stop, Unread, gather, options, read, shown};
pub use input::Input;
pub use locate::complete;
pub use once::{Read, ReadFeeds};
pub use routes::router;
pub use sandboxed::FeedReader;
pub use source::Source;

use called_off::CalledOff;
use merged::{Parts, Unwritten};
use own::{Own, OwnReading};
use snapshot::Snapshot;
use tokio::sync::Notify;
use versions::Versions;
use watched::{AGAIN, Seen, Watched};

use crate::catalogue::{self, Catalogue, Home};
use crate::http::{Error, Turns};
use crate::store::Store;

/// How often files are looked at.
const POLL: Duration = Duration::from_secs(2);

/// How often it is asked what is published here, where no change was told: another server on the same database may have changed it.
const OWN_POLL: Duration = Duration::from_secs(30);
/// How long a start waits for the database: the feeds are served without it.
const OWN_PATIENCE: Duration = Duration::from_secs(5);

/// What is compressed for one request at once, and how much of that may wait: most clients take what is compressed already.
const PACKING: (usize, usize) = (2, 200);

/// The feeds, shared by the tasks that read them and the requests that use them.
pub struct Feeds {
    home: Home,
    reader: FeedReader,
    refetch: Duration,
    slots: Mutex<Slots>,
    versions: RwLock<Versions>,
    called_off: CalledOff,
    packing: Turns,
    /// One catalogue is written at a time.
    writing: tokio::sync::Mutex<()>,
    /// Wakes the task that reads what is published here.
    own_changed: Arc<Notify>,
}

/// The sources.
struct Slots {
    /// The feeds, in the operator's order, and then what is made here.
    all: Vec<Slot>,
    /// Where what is made here is among them; `None` where nothing can be.
    own: Option<usize>,
    /// Counts the changes, and how many of them are in the catalogue.
    changes: u64,
    written: u64,
    /// When the catalogue could not be written.
    failed: Option<Instant>,
    /// The versions that the next process finds: those of the catalogue that was noted last.
    noted: Vec<Arc<Snapshot>>,
}

/// A source, and its last good version.
#[derive(Clone)]
struct Slot {
    /// Names the source, and how it is read.
    key: String,
    good: Option<Arc<Snapshot>>,
    seen: Seen,
    /// Whether its last good version could not be read any more.
    is_lost: bool,
}

/// A source as the next process finds it.
#[derive(Serialize, Deserialize)]
struct Kept {
    key: String,
    seen: Seen,
    /// The name of the last good version's file.
    snapshot: Option<String>,
}

impl Feeds {
    /// Reads each source once, unless it was read before and is as it was, and then keeps it fresh in a task of its own, so that a slow
    /// server delays no other. Addresses are fetched again after `refetch`. What is read is kept in that folder. `own`: where what is made here
    /// is kept.
    pub async fn watch(
        sources: Vec<Source>,
        own: Option<Arc<dyn Store>>,
        reader: FeedReader,
        refetch: Duration,
        home: Home,
    ) -> Arc<Self> {
        let mut keys: Vec<_> = sources.iter().map(|source| key(source, &reader)).collect();
        keys.extend(own.is_some().then(|| own::KEY.to_owned()));
        let (current, all) = restore(&home, keys);
        let mut own = own.map(|store| Own::new(store, all.last().map(|slot| slot.seen.clone())));
        // Good versions of other feeds than those of the catalogue are one to be written.
        let changes = u64::from(current.is_none() && all.iter().any(|slot| slot.good.is_some()));
        let noted = all.iter().filter_map(|slot| slot.good.clone()).collect();
        let own_position = own.is_some().then_some(sources.len());
        let slots = Slots { all, own: own_position, changes, written: 0, failed: None, noted };
        let feeds = Arc::new(Self {
            home,
            reader,
            refetch,
            slots: Mutex::new(slots),
            versions: RwLock::new(Versions::of(current)),
            called_off: CalledOff::default(),
            packing: Turns::new(PACKING.0, PACKING.1),
            writing: tokio::sync::Mutex::default(),
            own_changed: Arc::default(),
        });
        let mut first = Vec::new();
        for (position, source) in sources.into_iter().enumerate() {
            let feeds = feeds.clone();
            let seen = feeds.slots().all.get(position).map(|slot| slot.seen.clone()).unwrap_or_default();
            first.push(tokio::spawn(async move {
                let mut watched = Watched::new(source, refetch, seen);
                if !watched.is_as_seen().await {
                    feeds.reread(position, &mut watched).await;
                }
                (position, watched)
            }));
        }
        if let Some(own) = &mut own
            && tokio::time::timeout(OWN_PATIENCE, feeds.reread_own(own)).await.is_err()
        {
            error!("the database does not answer: what is made here is not read yet");
        }
        let mut all = Vec::new();
        for task in first {
            all.extend(task.await);
        }
        feeds.publish().await;
        for (position, mut watched) in all {
            let feeds = Arc::downgrade(&feeds);
            tokio::spawn(async move {
                loop {
                    tokio::time::sleep(POLL).await;
                    let Some(feeds) = feeds.upgrade() else { return };
                    feeds.reread(position, &mut watched).await;
                    feeds.publish().await;
                }
            });
        }
        if let Some(own) = own {
            tokio::spawn(watch_own(
                own,
                Arc::downgrade(&feeds),
                feeds.own_changed.clone(),
                refetch.min(OWN_POLL),
            ));
        }
        feeds
    }

    /// Says that something else is published here than before: it is read at once.
    pub fn own_changed(&self) {
        self.own_changed.notify_one();
    }

    /// After how long addresses are fetched again: another server may have read a feed so much earlier or later.
    pub fn refetch(&self) -> Duration {
        self.refetch
    }

    /// What is served at the moment; `None` until a feed could be read.
    pub fn current(&self) -> Option<Arc<Catalogue>> {
        self.versions.read().unwrap_or_else(PoisonError::into_inner).current()
    }

    /// What is served or was served before, of that version of the tiles.
    fn of_tiles(&self, version: &str) -> Option<Arc<Catalogue>> {
        self.versions.read().unwrap_or_else(PoisonError::into_inner).of_tiles(version)
    }

    /// Gives back the room of what was served before.
    fn make_room(&self) {
        let before = self.versions.write().unwrap_or_else(PoisonError::into_inner).forget();
        drop(before);
    }

    /// The initiative of that identifier, without the dates that were called off here. An error if there is none, or none yet.
    pub fn initiative(&self, id: &str) -> Result<Arc<Initiative>, Error> {
        Ok(self.called_off.put_into(self.announced(id)?))
    }

    /// The same as the feed has it.
    pub fn announced(&self, id: &str) -> Result<Arc<Initiative>, Error> {
        let Some(current) = self.current() else {
            return Err(Error::Unavailable("no feed could be read yet".into()));
        };
        match current.initiative(id) {
            Ok(Some(initiative)) => Ok(initiative),
            Ok(None) if current.is_complete() => Err(Error::NotFound),
            // It may be in the feed that could not be read yet: no reason to turn people away.
            Ok(None) => Err(Error::Unavailable("a feed could not be read yet".into())),
            Err(why) => Err(catalogue::unread(why)),
        }
    }

    /// The dates that were called off here, whatever the feeds say.
    pub fn called_off(&self) -> &CalledOff {
        &self.called_off
    }

    /// What is known of words, on pages in that language: nothing until a feed could be read.
    pub fn lexicon(&self, language: Language) -> Arc<Lexicon> {
        self.current().map(|current| current.lexicon(language)).unwrap_or_default()
    }

    fn slots(&self) -> MutexGuard<'_, Slots> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads a source if it has changed, and notes its good version.
    async fn reread(&self, position: usize, watched: &mut Watched) {
        let good = {
            let mut slots = self.slots();
            let Some(slot) = slots.all.get_mut(position) else { return };
            if std::mem::take(&mut slot.is_lost) {
                watched.forget();
            }
            slot.good.clone()
        };
        let fresh = match watched.reread(&self.reader, &self.home, good.as_deref()).await {
            Ok(None) => return,
            Ok(Some(fresh)) => fresh,
            Err(why) => {
                // What was read could not be kept.
                if watched.is_waiting() {
                    self.make_room();
                }
                return error!(feed = %watched.source, why, "feed not read; its last good version stays");
            }
        };
        let tail = &fresh.tail;
        if let Some(incomplete) = &tail.incomplete {
            warn!(feed = %watched.source, why = incomplete.why, "not all of the feed was read");
        }
        for finding in &tail.costly {
            let (id, problem) = (&finding.id, finding.problem);
            warn!(feed = %watched.source, item = finding.item, id, ?problem, "item left out");
        }
        info!(feed = %watched.source, items = tail.initiatives, lost = tail.lost, findings = tail.findings, "feed read");
        let before = {
            let mut slots = self.slots();
            slots.changes += 1;
            slots.all.get_mut(position).and_then(|slot| {
                slot.seen = watched.seen.clone();
                slot.good.replace(Arc::new(fresh))
            })
        };
        // Its file may go with it, which takes a while.
        drop(before);
    }

    /// Reads what is published here, if it is something else, and notes it.
    async fn reread_own(&self, own: &mut Own) {
        let position = {
            let mut slots = self.slots();
            let Some(position) = slots.own else { return };
            let Some(slot) = slots.all.get_mut(position) else { return };
            if std::mem::take(&mut slot.is_lost) {
                own.forget();
            }
            position
        };
        let fresh = match own.reread(&self.home).await {
            Ok(OwnReading::Unchanged) => return,
            Ok(OwnReading::Nothing) => None,
            Ok(OwnReading::Published(fresh)) => Some(fresh),
            Err(why) => return error!(why, "what is made here was not read; its last good version stays"),
        };
        info!(
            published = fresh.as_ref().map_or(0, |fresh| fresh.tail.initiatives),
            "what is made here was read"
        );
        let is_incomplete = self.current().is_some_and(|current| !current.is_complete());
        let before = {
            let mut slots = self.slots();
            let is_alone = slots.all.len() == 1;
            let Some(slot) = slots.all.get_mut(position) else { return };
            let was_unknown = slot.seen == Seen::Nothing;
            slot.seen = own.seen.clone();
            let before = std::mem::replace(&mut slot.good, fresh);
            // Where nothing is made here, and nothing was, there is nothing to write: until a feed could be read, nothing is served.
            let is_change = slot.good.is_some() || before.is_some();
            let is_news = was_unknown && (is_alone || is_incomplete);
            slots.changes += u64::from(is_change || is_news);
            before
        };
        drop(before);
    }

    /// Writes a catalogue of what is good, unless the one that is served is of that, and serves it. Where it cannot be written the last
    /// one stays, and it is tried again later.
    async fn publish(self: &Arc<Self>) {
        let _turn = self.writing.lock().await;
        let (good, changes) = {
            let slots = self.slots();
            let is_waiting = slots.failed.is_some_and(|failed| failed.elapsed() < AGAIN);
            if slots.written == slots.changes || is_waiting {
                return;
            }
            (slots.all.clone(), slots.changes)
        };
        let feeds = self.clone();
        // Merging and compressing take a while: not for the threads that answer requests.
        let published = tokio::task::spawn_blocking(move || feeds.write(&good)).await;
        let mut slots = self.slots();
        let why = match published {
            Ok(Ok(())) => {
                (slots.written, slots.failed) = (changes, None);
                return;
            }
            // It is read anew; the others need not wait for it.
            Ok(Err(Unwritten::Version(position, why))) => {
                if let Some(slot) = slots.all.get_mut(position) {
                    (slot.good, slot.is_lost) = (None, true);
                }
                slots.changes += 1;
                drop(slots);
                self.own_changed();
                return error!(feed = position + 1, %why, "what was read of the feed cannot be read any more");
            }
            Ok(Err(Unwritten::Disk(why))) => why.to_string(),
            Err(panic) => panic.to_string(),
        };
        slots.failed = Some(Instant::now());
        drop(slots);
        self.make_room();
        error!(why, "the catalogue cannot be written; the last one stays");
    }

    fn write(&self, good: &[Slot]) -> Result<(), Unwritten> {
        // The feed, twice for a while, its cards, and the index: less than four times what was read.
        let read: u64 = good.iter().filter_map(|slot| Some(slot.good.as_ref()?.bytes)).sum();
        if read > self.home.room() {
            let why = format!("the disk has too little room for four times {read} bytes");
            return Err(io::Error::other(why).into());
        }
        let (name, path) = self.home.new_path()?;
        let own = self.slots().own;
        let own = own.and_then(|position| good.get(position));
        let feeds = good.iter().take(good.len() - usize::from(own.is_some()));
        let feeds: Vec<_> = feeds.map(|slot| slot.good.as_deref()).collect();
        let parts = Parts {
            feeds: &feeds,
            own: own.and_then(|own| own.good.as_deref()),
            is_own_known: own.is_none_or(|own| own.good.is_some() || own.seen != Seen::Nothing),
        };
        let fresh = merged::write(parts, path, |_| ())?;
        let kept = |slot: &Slot| Kept {
            key: slot.key.clone(),
            seen: slot.seen.clone(),
            snapshot: slot.good.as_ref().map(|good| good.name.clone()),
        };
        let state = self.home.state_of(name, good.iter().map(kept).collect::<Vec<_>>());
        match self.home.note(&state) {
            Ok(()) => {
                let fresh: Vec<_> = good.iter().filter_map(|slot| slot.good.clone()).collect();
                fresh.iter().for_each(|good| good.keep(true));
                let earlier = std::mem::replace(&mut self.slots().noted, fresh.clone());
                for before in earlier {
                    before.keep(fresh.iter().any(|now| now.name == before.name));
                }
            }
            // It is made anew at the next start.
            Err(why) => warn!(%why, "which catalogue is served cannot be noted"),
        }
        // After that: what was served once is never taken back.
        let before = self.current().and_then(|last| versions::kept(&last, &fresh));
        let gone = self.versions.write().unwrap_or_else(PoisonError::into_inner).put(fresh, before);
        drop(gone);
        Ok(())
    }
}

/// Reads what is published here whenever something has changed, and now and again.
async fn watch_own(mut own: Own, feeds: Weak<Feeds>, changed: Arc<Notify>, poll: Duration) {
    loop {
        let _ = tokio::time::timeout(poll, changed.notified()).await;
        let Some(feeds) = feeds.upgrade() else { return };
        feeds.reread_own(&mut own).await;
        feeds.publish().await;
    }
}

/// What an earlier process has left of these sources: its catalogue, if it is of them and no others, and the last good version of each.
fn restore(home: &Home, keys: Vec<String>) -> (Option<Catalogue>, Vec<Slot>) {
    let state = home.state::<Vec<Kept>>();
    let is_own = state.as_ref().is_some_and(|(_, is_own)| *is_own);
    let state = state.map(|(state, _)| state);
    let is_of_them =
        |state: &&catalogue::State<Vec<Kept>>| state.feeds.iter().map(|feed| &feed.key).eq(&keys);
    let current = state.as_ref().filter(|_| is_own).filter(is_of_them);
    let current = current.and_then(|state| Catalogue::open(&home.path(&state.catalogue)).ok());
    let kept = state.iter().flat_map(|state| &state.feeds);
    let slots: Vec<_> = keys
        .into_iter()
        .map(|key| {
            let known = kept.clone().find(|kept| kept.key == key);
            let good = known.and_then(|known| {
                let name = known.snapshot.clone()?;
                Snapshot::open(name.clone(), home.path(&name)).ok()
            });
            // Another program may read them otherwise: until it has, what the last one has read is good.
            let seen = known.filter(|_| good.is_some() && is_own).map(|known| known.seen.clone());
            Slot { key, good: good.map(Arc::new), seen: seen.unwrap_or_default(), is_lost: false }
        })
        .collect();
    let names = slots.iter().filter_map(|slot| Some(slot.good.as_ref()?.name.as_str()));
    let folder = state.as_ref().filter(|_| current.is_some()).map(|state| state.catalogue.as_str());
    if let Err(why) = home.tidy(&names.chain(folder).collect::<Vec<_>>()) {
        warn!(%why, "what an earlier catalogue has left cannot be removed");
    }
    (current, slots)
}

/// Names a source and how it is read, and tells neither: its address may have a key in it.
fn key(source: &Source, reader: &FeedReader) -> String {
    let columns: Vec<_> = reader
        .columns
        .iter()
        .map(|(header, column)| (header, column.map(|column| column.as_str())))
        .collect();
    // A path means another file elsewhere.
    let place = match source {
        Source::File(path) => std::path::absolute(path).ok(),
        Source::Demo | Source::Url(_) => None,
    };
    let how = format!("{source:?} {place:?} {columns:?} {}", reader.allow_private);
    crate::http::representation::tag(how.as_bytes())
}

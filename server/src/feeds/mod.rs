//! The operator's feeds: read, merged, kept fresh, served.

mod added;
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
mod slots;
mod snapshot;
mod source;
mod standing;
mod streamed;
mod tallied;
mod versions;
mod watched;
mod wire;

use std::collections::{BTreeSet, VecDeque};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, Weak};
use std::time::{Duration, Instant};

use alentour_model::{Initiative, Lexicon};
use alentour_texts::Language;
use tracing::{error, info, warn};

pub use fetch::{Allowance, FetchError, Fetched, Fetcher, Page, Validators};
pub use gather::{Bounds, Gathered, Known, Stop, Unread, gather, options, read, shown};
pub use input::Input;
pub use locate::complete;
pub use once::{Read, ReadFeeds};
pub use routes::router;
pub use sandboxed::FeedReader;
pub use source::Source;
pub use standing::FeedStanding;
pub use tallied::{Tallied, field};
pub use watched::Trouble;

use called_off::CalledOff;
use merged::{Parts, Unwritten};
use own::{Own, OwnReading};
use slots::{Origin, Slot, Slots};
use tokio::sync::Notify;
use versions::Versions;
use watched::{AGAIN, Reread, Seen, Watched};

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
    /// The initiatives of feeds that what is served was written without.
    hidden: RwLock<Arc<BTreeSet<String>>>,
    packing: Turns,
    /// One catalogue is written at a time.
    writing: tokio::sync::Mutex<()>,
    /// Wakes the task that reads what is published here.
    own_changed: Arc<Notify>,
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
        let mut all: Vec<_> =
            sources.iter().map(|source| Slot::new(Origin::Given, source, &reader)).collect();
        let mut watched: VecDeque<_> = sources.into_iter().map(|source| (source, reader.clone())).collect();
        if let Some(store) = &own {
            all.push(Slot::own());
            let known = tokio::time::timeout(OWN_PATIENCE, store.added_feeds()).await;
            let known = known.map_err(|_| "it does not answer".to_owned());
            match known.and_then(|known| known.map_err(|why| why.to_string())) {
                Ok(added) => {
                    for one in added {
                        let (source, reader) = added::read_as(&one.place, &reader);
                        all.push(Slot::new(Origin::Added(one.id), &source, &reader));
                        watched.push_back((source, reader));
                    }
                }
                Err(why) => {
                    error!(why, "the database does not say which feeds were added: they are not read yet")
                }
            }
        }
        let current = slots::restore(&home, &mut all);
        let own_seen = all.iter().find(|slot| slot.origin == Origin::Own).map(|slot| slot.seen.clone());
        let hidden = all.iter().find(|slot| slot.origin == Origin::Own).map(|slot| slot.hidden.clone());
        let mut own = own.map(|store| Own::new(store, own_seen));
        // Good versions of other feeds than those of the catalogue are one to be written.
        let changes = u64::from(current.is_none() && all.iter().any(|slot| slot.good.is_some()));
        let noted = all.iter().filter_map(|slot| slot.good.clone()).collect();
        let slots = Slots { all, changes, written: 0, failed: None, noted };
        let feeds = Arc::new(Self {
            home,
            reader,
            refetch,
            slots: Mutex::new(slots),
            versions: RwLock::new(Versions::of(current)),
            called_off: CalledOff::default(),
            hidden: RwLock::new(hidden.unwrap_or_default()),
            packing: Turns::new(PACKING.0, PACKING.1),
            writing: tokio::sync::Mutex::default(),
            own_changed: Arc::default(),
        });
        let places: Vec<_> = feeds.slots().all.iter().map(|slot| slot.seen.clone()).enumerate().collect();
        let is_feed = |at: usize| feeds.slots().all.get(at).is_some_and(|slot| slot.source.is_some());
        let mut first = Vec::new();
        for (position, seen) in places.into_iter().filter(|(at, _)| is_feed(*at)) {
            let Some((source, reader)) = watched.pop_front() else { break };
            let feeds = feeds.clone();
            first.push(tokio::spawn(async move {
                let mut watched = Watched::new(source, reader, refetch, seen);
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
        for (position, watched) in all {
            feeds.keep_fresh(position, watched);
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

    /// Reads a source whenever it has changed, in a task of its own, until it is removed.
    fn keep_fresh(self: &Arc<Self>, position: usize, mut watched: Watched) {
        let feeds = Arc::downgrade(self);
        let Some(wake) = self.slots().all.get(position).map(|slot| slot.wake.clone()) else { return };
        tokio::spawn(async move {
            loop {
                if tokio::time::timeout(POLL, wake.notified()).await.is_ok() {
                    watched.hurry();
                }
                let Some(feeds) = feeds.upgrade() else { return };
                if feeds.slots().all.get(position).is_none_or(|slot| slot.origin == Origin::Gone) {
                    return;
                }
                feeds.reread(position, &mut watched).await;
                feeds.publish().await;
            }
        });
    }

    /// Says that something else is published here than before, or that other feeds are added: it is seen to at once.
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

    /// The same though it is hidden: whoever takes part in it, or organises it, is still told what becomes of it. Not for visitors.
    pub fn even_hidden(&self, id: &str) -> Result<Arc<Initiative>, Error> {
        let found = self.find(|current| match current.initiative(id) {
            Ok(None) => current.hidden(id),
            other => other,
        });
        Ok(self.called_off.put_into(found?))
    }

    /// The same as the feed has it.
    pub fn announced(&self, id: &str) -> Result<Arc<Initiative>, Error> {
        self.find(|current| current.initiative(id))
    }

    fn find(
        &self,
        look: impl Fn(&Catalogue) -> io::Result<Option<Arc<Initiative>>>,
    ) -> Result<Arc<Initiative>, Error> {
        let Some(current) = self.current() else {
            return Err(Error::Unavailable("no feed could be read yet".into()));
        };
        match look(&current) {
            Ok(Some(initiative)) => Ok(initiative),
            Ok(None) if current.is_complete() => Err(Error::NotFound),
            // It may be in the feed that could not be read yet: no reason to turn people away.
            Ok(None) => Err(Error::Unavailable("a feed could not be read yet".into())),
            Err(why) => Err(catalogue::unread(why)),
        }
    }

    /// Whether there is an initiative of that identifier, and visitors see it.
    pub fn is_shown(&self, id: &str) -> bool {
        self.initiative(id).is_ok()
    }

    /// What is not hidden and says the same as that hidden one, as another feed announces it: their identifiers.
    pub fn alike(&self, hidden: &str) -> Vec<String> {
        self.current().and_then(|current| current.alike(hidden).ok()).unwrap_or_default()
    }

    /// Whether an initiative of a feed is not shown here, as far as this server has heard.
    pub fn is_hidden(&self, id: &str) -> bool {
        let is_served_without = self.hidden.read().unwrap_or_else(PoisonError::into_inner).contains(id);
        is_served_without || self.slots().all.iter().any(|slot| slot.hidden.contains(id))
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
        let read = watched.reread(&self.home, good.as_deref()).await;
        if !matches!(read, Ok(Reread::NotDue)) {
            let mut slots = self.slots();
            let Some(slot) = slots.all.get_mut(position) else { return };
            (slot.asked_at, slot.trouble) = (watched.asked_at, read.as_ref().err().cloned());
        }
        let fresh = match read {
            Ok(Reread::NotDue | Reread::Unchanged) => return,
            Ok(Reread::Fresh(fresh)) => *fresh,
            Err(why) => {
                // What was read could not be kept.
                if watched.is_waiting() {
                    self.make_room();
                }
                return error!(feed = %watched.source, %why, "feed not read; its last good version stays");
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
        let read_at = fresh.read_at();
        let fresh = Arc::new(fresh);
        let is_same = match good {
            None => false,
            Some(good) => {
                let fresh = fresh.clone();
                let compared = tokio::task::spawn_blocking(move || good.says_the_same(&fresh)).await;
                matches!(compared, Ok(Ok(true)))
            }
        };
        let before = {
            let mut slots = self.slots();
            let slot = slots.all.get_mut(position).filter(|slot| slot.origin != Origin::Gone);
            let Some(slot) = slot else { return };
            slot.seen = watched.seen.clone();
            if !is_same {
                slot.changed_at = read_at;
            }
            let before = slot.good.replace(fresh);
            slots.changes += 1;
            before
        };
        // Its file may go with it, which takes a while.
        drop(before);
    }

    /// Reads what is published here, if it is something else, and notes it.
    async fn reread_own(&self, own: &mut Own) {
        let position = {
            let mut slots = self.slots();
            let Some(position) = slots.all.iter().position(|slot| slot.origin == Origin::Own) else { return };
            if slots.all.get_mut(position).is_some_and(|slot| std::mem::take(&mut slot.is_lost)) {
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
            let is_alone = slots.all.iter().all(|slot| slot.source.is_none());
            let is_served = slots.all.iter().any(|slot| slot.good.is_some());
            let Some(slot) = slots.all.get_mut(position) else { return };
            let was_unknown = slot.seen == Seen::Nothing;
            slot.seen = own.seen.clone();
            let hidden_before = std::mem::replace(&mut slot.hidden, own.hidden.clone());
            let is_shown_otherwise = is_served && slot.hidden != hidden_before;
            let before = std::mem::replace(&mut slot.good, fresh);
            // Where nothing is made here, and nothing was, there is nothing to write: until a feed could be read, nothing is served.
            let is_change = slot.good.is_some() || before.is_some();
            let is_news = was_unknown && (is_alone || is_incomplete);
            slots.changes += u64::from(is_change || is_news || is_shown_otherwise);
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
        let is_feed = |position: &usize| good.get(*position).is_some_and(|slot| slot.source.is_some());
        let places: Vec<usize> = (0..good.len()).filter(is_feed).collect();
        let own_place = good.iter().position(|slot| slot.origin == Origin::Own);
        let own = own_place.and_then(|position| good.get(position));
        let feeds = places.iter().map(|position| good.get(*position)?.good.as_deref());
        let feeds: Vec<_> = feeds.collect();
        let hidden = own.map(|own| own.hidden.clone()).unwrap_or_default();
        let parts = Parts {
            feeds: &feeds,
            own: own.and_then(|own| own.good.as_deref()),
            is_own_known: own.is_none_or(|own| own.good.is_some() || own.seen != Seen::Nothing),
            hidden: &hidden,
        };
        let fresh = merged::write(parts, path, |_| ()).map_err(|why| match why {
            Unwritten::Version(at, why) => {
                let position = places.get(at).copied().or(own_place).unwrap_or(at);
                Unwritten::Version(position, why)
            }
            Unwritten::Disk(why) => Unwritten::Disk(why),
        })?;
        let kept = good.iter().filter(|slot| slot.origin != Origin::Gone).map(Slot::kept);
        let state = self.home.state_of(name, kept.collect::<Vec<_>>());
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
        *self.hidden.write().unwrap_or_else(PoisonError::into_inner) = hidden;
        drop(gone);
        Ok(())
    }
}

/// Reads what is published here, and which feeds are added, whenever something has changed, and now and again.
async fn watch_own(mut own: Own, feeds: Weak<Feeds>, changed: Arc<Notify>, poll: Duration) {
    loop {
        let _ = tokio::time::timeout(poll, changed.notified()).await;
        let Some(feeds) = feeds.upgrade() else { return };
        feeds.follow_added(own.store()).await;
        feeds.reread_own(&mut own).await;
        feeds.publish().await;
    }
}

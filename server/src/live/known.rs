//! What was counted last, and when. Bounded: of too many initiatives what is no longer believed is forgotten, and at last everything.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use alentour_model::{Initiative, LiveInitiative};

/// How long a count is believed.
const FRESH: Duration = Duration::from_secs(2);
/// How many times longer than counting took a count is believed: that of a hundred thousand signatures takes a while, and the database has
/// other things to do.
const SHARE: u32 = 10;
/// Initiatives of which something is kept: some 300 bytes each, with a dozen sessions.
const MOST: usize = 10_000;
/// Bytes of an identifier that is remembered as one that the feed has not.
const LONGEST_ID: usize = 200;
/// Initiatives that are counted at once: those of some pages.
const AT_ONCE: usize = 256;

/// What was counted last.
#[derive(Default)]
pub struct Known(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    entries: HashMap<String, Entry>,
    /// What those who wait want to know.
    wanted: BTreeSet<String>,
    /// Until when nobody asks the database, which has not answered.
    failing: Option<Instant>,
}

struct Entry {
    /// `None`: the feed has no such initiative.
    live: Option<Arc<LiveInitiative>>,
    /// Until when it is believed.
    until: Instant,
}

impl Known {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether nothing need be asked to say what is known of these.
    pub fn is_fresh(&self, ids: &[String], now: Instant) -> bool {
        let inner = self.inner();
        ids.iter().all(|id| inner.is_fresh(id, now))
    }

    /// Whether the database has not answered a moment ago.
    pub fn is_failing(&self, now: Instant) -> bool {
        self.inner().failing.is_some_and(|until| now < until)
    }

    /// The database has not answered.
    pub fn fail(&self, now: Instant) {
        self.inner().failing = Some(now + FRESH);
    }

    /// What was counted last of an initiative is no longer believed; it is still what was known last.
    pub fn doubt(&self, id: &str, now: Instant) {
        if let Some(entry) = self.inner().entries.get_mut(id) {
            entry.until = now;
        }
    }

    /// What was counted last of these, however long ago.
    pub fn of(&self, ids: &[String]) -> Vec<Arc<LiveInitiative>> {
        let inner = self.inner();
        ids.iter().filter_map(|id| inner.entries.get(id)?.live.clone()).collect()
    }

    /// Somebody wants to know of these.
    pub fn want(&self, ids: &[String]) {
        self.inner().wanted.extend(ids.iter().cloned());
    }

    /// What is not known of these, and of what others want to know; of the others at most as much as is counted at once.
    pub fn take_wanted(&self, own: &[String], now: Instant) -> Vec<String> {
        let mut inner = self.inner();
        let others = std::mem::take(&mut inner.wanted);
        let others = others.into_iter().filter(|id| !own.contains(id)).take(AT_ONCE);
        own.iter().cloned().chain(others).filter(|id| !inner.is_fresh(id, now)).collect()
    }

    /// Notes which of those that were wanted the feed has not: nobody looks for them again in a moment.
    pub fn note_unknown(&self, wanted: &[String], found: &[Arc<Initiative>], now: Instant) {
        let mut inner = self.inner();
        for id in wanted {
            // Nobody's identifier is so long: it is not kept.
            let is_odd = id.len() > LONGEST_ID;
            if !is_odd && !found.iter().any(|initiative| initiative.id == *id) {
                inner.put(id.clone(), Entry { live: None, until: now + FRESH }, now);
            }
        }
    }

    /// Takes what was counted, from when to when.
    pub fn learn(&self, live: Vec<LiveInitiative>, begun: Instant, now: Instant) {
        let mut inner = self.inner();
        let until = begun + FRESH.max((now - begun) * SHARE);
        inner.failing = None;
        for live in live {
            inner.put(live.id.clone(), Entry { live: Some(Arc::new(live)), until }, now);
        }
    }
}

impl Inner {
    fn is_fresh(&self, id: &str, now: Instant) -> bool {
        self.entries.get(id).is_some_and(|entry| now < entry.until)
    }

    fn put(&mut self, id: String, entry: Entry, now: Instant) {
        if self.entries.len() >= MOST && !self.entries.contains_key(&id) {
            // What the feed has not goes first: it is some stranger's invention.
            self.entries.retain(|_, entry| entry.live.is_some() && now < entry.until);
            // As many within two seconds: somebody walks through the whole feed.
            if self.entries.len() >= MOST {
                self.entries.clear();
            }
        }
        self.entries.insert(id, entry);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn live(id: &str) -> LiveInitiative {
        LiveInitiative { id: id.into(), signatures: Some(3), ..LiveInitiative::default() }
    }

    #[test]
    fn a_count_is_believed_for_two_seconds_and_longer_where_counting_took_long() {
        let (known, begun) = (Known::default(), Instant::now());
        let after = |seconds: f64| begun + Duration::from_secs_f64(seconds);
        known.learn(vec![live("quick")], begun, after(0.001));
        known.learn(vec![live("slow")], begun, after(0.6));
        let is_fresh = |name, seconds| known.is_fresh(&ids(&[name]), after(seconds));
        assert_eq!((is_fresh("quick", 1.9), is_fresh("quick", 2.1)), (true, false));
        assert_eq!((is_fresh("slow", 5.9), is_fresh("slow", 6.1)), (true, false));
        assert!(!known.is_fresh(&ids(&["quick", "other"]), after(1.0)));
        // What is no longer believed is still what was known last.
        assert_eq!(known.of(&ids(&["other", "slow", "quick"])).len(), 2);
    }

    #[test]
    fn one_asks_for_all_who_wait_and_for_nothing_that_is_known() {
        let (known, now) = (Known::default(), Instant::now());
        known.learn(vec![live("a")], now, now);
        known.want(&ids(&["a", "b"]));
        known.want(&ids(&["b", "c"]));
        assert_eq!(known.take_wanted(&ids(&["a", "b"]), now), ids(&["b", "c"]));
        assert_eq!(known.take_wanted(&ids(&["d"]), now), ids(&["d"]));
        known.want(&(0..1000).map(|id| id.to_string()).collect::<Vec<_>>());
        // One's own, and some of the others'.
        let taken = known.take_wanted(&ids(&["z"]), now);
        assert!(taken.contains(&"z".to_owned()) && taken.len() == AT_ONCE + 1);
    }

    #[test]
    fn a_database_that_has_not_answered_is_left_alone_for_a_moment() {
        let (known, now) = (Known::default(), Instant::now());
        known.fail(now);
        assert!(known.is_failing(now) && !known.is_failing(now + FRESH));
        known.learn(vec![live("a")], now, now);
        assert!(!known.is_failing(now));
    }

    #[test]
    fn many_initiatives_take_no_more_memory_than_there_is_room_for() {
        let (known, now) = (Known::default(), Instant::now());
        let many = |from: usize| (from..from + MOST).map(|id| live(&id.to_string())).collect::<Vec<_>>();
        known.learn(many(0), now, now);
        let later = now + FRESH;
        known.learn(vec![live("new")], later, later);
        // Those of before went together, and what is there stays.
        assert_eq!(known.inner().entries.len(), 1);
        known.learn(many(0), later, later);
        assert!(known.inner().entries.len() <= MOST);
    }
}

//! What was made for one version of the feed and one minute, within bounds.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What a cache's entries were made of: with another stamp all of them are void.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stamp {
    /// The feed's version.
    pub feed: String,
    /// The minute, in UTC seconds at its beginning.
    pub at: i64,
}

/// Seconds by which another task may be ahead: more is a clock that was set back.
const SET_BACK: i64 = 120;

/// Entries of one stamp; of too many, those that were used longest ago go.
pub struct Cache<K, V> {
    inner: Mutex<Inner<K, V>>,
    most: usize,
    /// Bytes.
    heaviest: usize,
}

struct Inner<K, V> {
    stamp: Stamp,
    entries: HashMap<K, Entry<V>>,
    weight: usize,
    uses: u64,
}

struct Entry<V> {
    value: V,
    weight: usize,
    used: u64,
}

impl<K: Clone + Eq + Hash, V: Clone> Cache<K, V> {
    /// A cache of at most that many entries, and bytes.
    pub fn new(most: usize, heaviest: usize) -> Self {
        let inner = Inner { stamp: Stamp::default(), entries: HashMap::new(), weight: 0, uses: 0 };
        Self { inner: Mutex::new(inner), most, heaviest }
    }

    /// The entry of that key.
    pub fn get(&self, stamp: &Stamp, key: &K) -> Option<V> {
        let mut inner = self.of(stamp);
        if inner.stamp != *stamp {
            return None;
        }
        inner.touch(key).map(|entry| entry.value.clone())
    }

    /// The entry of that key, a default where there is none yet.
    pub fn get_or_default(&self, stamp: &Stamp, key: &K) -> V
    where
        V: Default,
    {
        let mut inner = self.of(stamp);
        if inner.stamp != *stamp {
            return V::default();
        }
        if let Some(entry) = inner.touch(key) {
            return entry.value.clone();
        }
        inner.put(key.clone(), V::default(), 0, self.most, self.heaviest)
    }

    /// Puts an entry of that many bytes in, in place of what was there. What alone is too heavy is not kept.
    pub fn put(&self, stamp: &Stamp, key: K, value: V, weight: usize) {
        let mut inner = self.of(stamp);
        // Another task is at a later minute already.
        if inner.stamp == *stamp {
            inner.put(key, value, weight, self.most, self.heaviest);
        }
    }

    /// Puts a default in the place of that entry, unless another one stands there already.
    pub fn replace<T>(&self, stamp: &Stamp, key: &K, entry: Option<&V>)
    where
        V: Default + AsRef<T>,
    {
        let mut inner = self.of(stamp);
        let there = inner.entries.get(key).map(|there| std::ptr::from_ref(there.value.as_ref()));
        if inner.stamp == *stamp && there == entry.map(|entry| std::ptr::from_ref(entry.as_ref())) {
            inner.put(key.clone(), V::default(), 0, self.most, self.heaviest);
        }
    }

    /// Forgets what has another stamp, unless that is the later one.
    fn of(&self, stamp: &Stamp) -> MutexGuard<'_, Inner<K, V>> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock that was set back is no reason to make every page anew until it has caught up.
        let is_set_back = inner.stamp.at > stamp.at + SET_BACK;
        if inner.stamp != *stamp && (inner.stamp.at <= stamp.at || is_set_back) {
            inner.stamp = stamp.clone();
            inner.entries.clear();
            inner.weight = 0;
        }
        inner
    }
}

impl<K: Clone + Eq + Hash, V: Clone> Inner<K, V> {
    fn touch(&mut self, key: &K) -> Option<&Entry<V>> {
        self.uses += 1;
        let entry = self.entries.get_mut(key)?;
        entry.used = self.uses;
        Some(entry)
    }

    fn put(&mut self, key: K, value: V, weight: usize, most: usize, heaviest: usize) -> V {
        self.remove(&key);
        if weight > heaviest {
            return value;
        }
        while self.entries.len() >= most || self.weight + weight > heaviest {
            // Some hundred entries: looking at all of them costs less than making one.
            let oldest = self.entries.iter().min_by_key(|(_, entry)| entry.used).map(|(key, _)| key.clone());
            let Some(oldest) = oldest else { break };
            self.remove(&oldest);
        }
        self.uses += 1;
        self.weight += weight;
        self.entries.insert(key, Entry { value: value.clone(), weight, used: self.uses });
        value
    }

    fn remove(&mut self, key: &K) {
        if let Some(entry) = self.entries.remove(key) {
            self.weight -= entry.weight;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(at: i64) -> Stamp {
        Stamp { feed: "a".into(), at }
    }

    #[test]
    fn what_was_used_longest_ago_goes_first() {
        let (cache, stamp) = (Cache::new(2, 100), at(60));
        cache.put(&stamp, 1, "one", 10);
        cache.put(&stamp, 2, "two", 10);
        assert_eq!(cache.get(&stamp, &1), Some("one"));
        cache.put(&stamp, 3, "three", 10);
        assert_eq!([1, 2, 3].map(|key| cache.get(&stamp, &key).is_some()), [true, false, true]);
    }

    #[test]
    fn what_was_made_of_another_stamp_is_given_to_nobody_also_where_the_clock_was_set_back() {
        let cache = Cache::new(2, 100);
        cache.put(&at(3600), 1, "one", 10);
        assert_eq!((cache.get(&at(3540), &1), cache.get_or_default(&at(3540), &1)), (None, ""));
        assert_eq!(cache.get(&at(3600), &1), Some("one"));
        cache.put(&at(60), 2, "two", 10);
        assert_eq!((cache.get(&at(60), &1), cache.get(&at(60), &2)), (None, Some("two")));
    }

    #[test]
    fn bytes_are_bounded_too() {
        let (cache, stamp) = (Cache::new(100, 25), at(60));
        for key in 0..10 {
            cache.put(&stamp, key, "some", 10);
        }
        assert_eq!((0..10).filter(|key| cache.get(&stamp, key).is_some()).count(), 2);
        cache.put(&stamp, 9, "heavy", 26);
        assert_eq!((cache.get(&stamp, &9), cache.get(&stamp, &8)), (None, Some("some")));
        cache.put(&stamp, 8, "heavier", 25);
        assert_eq!(cache.get(&stamp, &8), Some("heavier"));
    }

    #[test]
    fn another_feed_or_minute_makes_all_void_and_an_earlier_minute_nothing() {
        let cache = Cache::new(10, 100);
        cache.put(&at(60), 1, "one", 1);
        assert_eq!(cache.get(&at(120), &1), None);
        cache.put(&at(60), 1, "late", 1);
        assert_eq!(cache.get(&at(120), &1), None);
        cache.put(&at(120), 1, "one", 1);
        assert_eq!(cache.get(&Stamp { feed: "b".into(), at: 120 }, &1), None);
    }
}

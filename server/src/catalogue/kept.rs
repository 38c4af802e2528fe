//! What a catalogue keeps in memory: as much as its bytes allow, and what was looked up for a minute.

use std::hash::Hash;
use std::sync::{Arc, OnceLock};

use alentour_model::Part;
use alentour_model::tile::encode;
use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};

use crate::http::representation::{A_MINUTE, Representation, TEXT};

/// How many things there may be room for.
const ENTRIES: usize = 8_000;
/// Parts of a cache that are locked by themselves.
const SHARDS: usize = 4;

/// Things by their keys, up to a number of bytes.
pub type Kept<K, T> = Cache<K, Weighed<T>, ByBytes>;

/// Something with the bytes that it takes, or was made of.
#[derive(Debug)]
pub struct Weighed<T> {
    /// What it is.
    pub of: Arc<T>,
    /// The bytes.
    pub bytes: usize,
}

impl<T> Clone for Weighed<T> {
    fn clone(&self) -> Self {
        Self { of: self.of.clone(), bytes: self.bytes }
    }
}

/// Weighs things by these bytes.
#[derive(Clone)]
pub struct ByBytes;

impl<K, T> Weighter<K, Weighed<T>> for ByBytes {
    fn weight(&self, _: &K, value: &Weighed<T>) -> u64 {
        value.bytes.max(1) as u64
    }
}

/// Room for things of so many bytes, in few shards: one that is heavier than its shard is never kept.
pub fn keep<K: Eq + Hash, T>(bytes: u64) -> Kept<K, T> {
    let options =
        OptionsBuilder::new().shards(SHARDS).estimated_items_capacity(ENTRIES).weight_capacity(bytes).build();
    // Both capacities are given, which is all that it asks for.
    match options {
        Ok(options) => {
            Cache::with_options(options, ByBytes, DefaultHashBuilder::default(), DefaultLifecycle::default())
        }
        Err(_) => Cache::with_weighter(ENTRIES, bytes, ByBytes),
    }
}

/// What begins soonest, as of a minute.
#[derive(Debug)]
pub struct Soonest {
    /// The minutes from 1970 to it, in UTC.
    pub minute: i64,
    /// Ready to be searched.
    pub part: Arc<Part>,
    tile: OnceLock<Representation>,
}

impl Soonest {
    /// These, as of that minute.
    pub fn new(minute: i64, part: Part) -> Self {
        Self { minute, part: Arc::new(part), tile: OnceLock::new() }
    }

    /// The tile of them, as it is sent.
    pub fn tile(&self) -> &Representation {
        self.tile.get_or_init(|| {
            let cards = encode(self.part.initiatives()).into_bytes();
            Representation::compressed(cards, TEXT, A_MINUTE)
        })
    }
}

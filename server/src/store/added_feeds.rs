//! Feeds that an operator adds in pages, beside those of the command line.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::sealed::Sealed;
use super::{StoreError, TrailEntry};

/// Where a feed is, and how it is read. Not `Debug`: its address may have a key in it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedPlace {
    /// An `http` or `https` address.
    pub address: String,
    /// Headers of a table, and the names of their columns (empty: it is not read), as somebody chose them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<(String, String)>,
}

impl Sealed for FeedPlace {
    const KEY: &'static str = "added feeds";
}

/// A feed that was added.
#[derive(Clone, PartialEq, Eq)]
pub struct AddedFeed {
    /// Names it in pages and in the trail.
    pub id: String,
    /// Where it is.
    pub place: FeedPlace,
    /// UTC seconds.
    pub added_at: i64,
}

/// What became of one that was to be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Addition {
    /// It is there, by that id.
    Now(String),
    /// One of that address was there before.
    Before,
    /// There are as many as there may be.
    TooMany,
}

/// Where added feeds are kept. What changes one is noted in the same transaction, by its id.
#[async_trait]
pub trait AddedFeedStore: Send + Sync {
    /// All of them, in the order in which they were added.
    async fn added_feeds(&self) -> Result<Vec<AddedFeed>, StoreError>;

    /// Adds one, unless its address is there already, or `most` are.
    async fn add_feed(
        &self,
        place: &FeedPlace,
        most: usize,
        entry: &TrailEntry,
    ) -> Result<Addition, StoreError>;

    /// Removes one by its id. `false` where there is none.
    async fn remove_feed(&self, id: &str, entry: &TrailEntry) -> Result<bool, StoreError>;
}

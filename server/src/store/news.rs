//! What is new, and who is to be told of it.

use std::collections::HashMap;

use async_trait::async_trait;

use super::{Digest, LinkUse, StoreError};

/// Seconds from one mail about what is new to the next, at least.
pub const WEEK: i64 = 7 * 86_400;

/// Where it is kept when initiatives were seen first, and when persons were told.
#[async_trait]
pub trait NewsStore: Send + Sync {
    /// Notes that initiatives are announced at that time (UTC seconds), unless they were seen before. What is noted first of all was there
    /// before anybody looked, and is no news.
    async fn sight(&self, initiatives: &[String], now: i64) -> Result<(), StoreError>;

    /// Initiatives that were seen first after that time (UTC seconds), and when: the latest ten thousand.
    async fn sighted_since(&self, since: i64) -> Result<Vec<(String, i64)>, StoreError>;

    /// When persons were last owed a mail about what is new (UTC seconds), as far as they were.
    async fn told(&self) -> Result<HashMap<Digest, i64>, StoreError>;

    /// Enqueues a mail about what is new since a person was owed the last one, at `last` as [`told`](Self::told) says it, or 0. `false`
    /// where that has changed, or is less than a [`WEEK`] ago, or the person has no alert any more: nothing was enqueued.
    async fn owe_news(&self, email_h: &Digest, last: i64, now: i64) -> Result<bool, StoreError>;

    /// Keeps an alert of the link's person until then (UTC seconds) at least, and the links to it as long. [`LinkUse::Before`] where there is none of that id.
    async fn renew_alert(&self, hash: &Digest, id: &str, until: i64, now: i64)
    -> Result<LinkUse, StoreError>;

    /// Erases that alert of the link's person, or all of them. [`LinkUse::Before`] where there is none any more.
    async fn end_alerts(&self, hash: &Digest, id: Option<&str>, now: i64) -> Result<LinkUse, StoreError>;
}

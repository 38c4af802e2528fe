//! What is new, and who is to be told of it.

use std::collections::HashMap;

use async_trait::async_trait;

use super::{Digest, LinkUse, StoreError};

/// Seconds from one mail about what is new to the next, at least.
pub const WEEK: i64 = 7 * 86_400;

/// A catalogue of so many initiatives or more, of which more than half is new at once, has another cause than news.
pub const MANY: usize = 50;

/// Seconds for which it stays noted that a feed still has an initiative: the month by which that may be late saves a million rows a day.
pub const LAST_KEPT: i64 = 30 * 86_400;

/// Seconds that an initiative is known after a feed had it last: what comes back within a year is not new. A later one of that name is the
/// next season's, which is news.
pub const SIGHTED_KEPT: i64 = 366 * 86_400 + LAST_KEPT;

/// What became of initiatives that were noted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sighted {
    /// They are noted.
    Noted,
    /// They are more than half of a catalogue of [`MANY`]: they are noted as what was there before.
    Renamed,
}

/// What somebody was told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// When the last mail was owed (UTC seconds).
    pub last: i64,
    /// What was seen first until then (UTC seconds) was told: `last`, or earlier where that mail was not sent.
    pub since: i64,
}

/// Where it is kept when initiatives were seen first, and when persons were told.
#[async_trait]
pub trait NewsStore: Send + Sync {
    /// Notes that initiatives are announced at that time (UTC seconds), unless they were seen before. What is noted first of all was there
    /// before anybody looked, and is no news; nor is what is more than half of a catalogue of `all` initiatives, if these are [`MANY`]: a feed
    /// may have given other identifiers to all that it has.
    async fn sight(&self, initiatives: &[String], all: usize, now: i64) -> Result<Sighted, StoreError>;

    /// Notes at that time (UTC seconds) that feeds still have these initiatives, of which few are written: those that were noted so more than
    /// [`LAST_KEPT`] seconds ago. The others are as they were, but for those of which nothing was noted yet: they were there last now.
    async fn still_there(&self, initiatives: &[String], now: i64) -> Result<(), StoreError>;

    /// Forgets some of those that no feed has had for [`SIGHTED_KEPT`] seconds, counted to the last that was noted: while nobody looks no time
    /// passes. Returns how many, at most some hundred at once.
    async fn forget_sightings(&self) -> Result<u64, StoreError>;

    /// When the newest of all was seen first (UTC seconds), and how many were with it: another one wherever something is noted.
    async fn newest_sighting(&self) -> Result<(i64, i64), StoreError>;

    /// Initiatives that were seen first after that time (UTC seconds), and when: the latest ten thousand.
    async fn sighted_since(&self, since: i64) -> Result<Vec<(String, i64)>, StoreError>;

    /// What persons were told, as far as they were owed mails about what is new.
    async fn told(&self) -> Result<HashMap<Digest, Told>, StoreError>;

    /// Enqueues a mail about what is new since a person was told, the last mail being owed at `last` as [`told`](Self::told) says it, or
    /// 0. `false` where that has changed, or is less than a [`WEEK`] ago, or the person has no alert any more: nothing was enqueued.
    async fn owe_news(&self, email_h: &Digest, last: i64, now: i64) -> Result<bool, StoreError>;

    /// Keeps an alert of the link's person until then (UTC seconds) at least, and the links to it as long. [`LinkUse::Before`] where there is none of that id.
    async fn renew_alert(&self, hash: &Digest, id: &str, until: i64, now: i64)
    -> Result<LinkUse, StoreError>;

    /// Erases that alert of the link's person, or all of them. [`LinkUse::Before`] where there is none any more.
    async fn end_alerts(&self, hash: &Digest, id: Option<&str>, now: i64) -> Result<LinkUse, StoreError>;
}

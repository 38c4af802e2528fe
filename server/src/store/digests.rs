//! What those who organise are told by mail: what is new of their initiatives, in numbers.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::{Digest, StoreError, TrailEntry};

/// Seconds after which what was confirmed is told: its transaction may have ended after one that began later.
pub const LAG: i64 = 60;

/// What an account that organises something has been told, and is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DigestState {
    /// Whose.
    pub account_h: Digest,
    /// When it was last looked at what is new in the morning, UTC seconds.
    pub looked_at: i64,
    /// When the last mail was owed, UTC seconds.
    pub told_at: i64,
    /// Whether a request waits that no mail has told.
    pub is_asked: bool,
}

/// What a mail tells: what was confirmed after one time and until another (UTC seconds).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DigestSpan {
    /// Sign-ups after it; `None`: the mail is about requests only.
    pub since: Option<i64>,
    /// Requests after it are new.
    pub asked_since: i64,
    /// Until then.
    pub until: i64,
}

/// What is new of an initiative.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DigestCount {
    /// Its identifier.
    pub initiative: String,
    /// Sign-ups that were confirmed, but requests and changes.
    pub signups: u64,
    /// Requests and offers that wait for a decision.
    pub asked: u64,
    /// Those of them that are new.
    pub newly_asked: u64,
    /// Dates to come that are full now, and of which a seat was taken.
    pub full: u64,
}

impl DigestCount {
    /// Whether anything is new.
    pub fn is_new(&self) -> bool {
        self.signups + self.newly_asked + self.full > 0
    }
}

/// Where it is kept who is told, and what was told.
#[async_trait]
pub trait DigestStore: Send + Sync {
    /// Accounts that organise something and are told, at that time (UTC seconds).
    async fn digests(&self, now: i64) -> Result<Vec<DigestState>, StoreError>;

    /// What is new of the initiatives that an account organises, and what waits; in their order.
    async fn digest(
        &self,
        account_h: &Digest,
        span: &DigestSpan,
        now: i64,
    ) -> Result<Vec<DigestCount>, StoreError>;

    /// Notes that it was looked at what is new of an account's in the morning (where the span says so), and owes the mail, if `is_owed`. `false`
    /// where another server has done it, or it is told no more: nothing was done.
    async fn owe_digest(
        &self,
        state: &DigestState,
        span: &DigestSpan,
        is_owed: bool,
        now: i64,
    ) -> Result<bool, StoreError>;

    /// Lets an account be told, or not. `false` where it was so before.
    async fn set_told(
        &self,
        account_h: &Digest,
        is_told: bool,
        entry: &TrailEntry,
    ) -> Result<bool, StoreError>;
}

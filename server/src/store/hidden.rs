//! Initiatives of feeds that are not shown here.

use async_trait::async_trait;

use super::{Acceptance, StoreError, TrailEntry, Writing};

/// One that is not shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hidden {
    /// Its identifier.
    pub initiative: String,
    /// What it was called: its feed may have it no more.
    pub title: String,
    /// Why, as whoever has hidden it wrote.
    pub reason: String,
    /// Since when, UTC seconds.
    pub at: i64,
}

/// What became of hiding one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hiding {
    /// Whether it was not hidden before.
    pub is_new: bool,
    /// What became of the letter; `None` where there was none.
    pub letter: Option<Acceptance>,
}

/// Where it is kept what is not shown. What changes that is noted in the same transaction.
#[async_trait]
pub trait HiddenStore: Send + Sync {
    /// All of them, the latest first.
    async fn hidden(&self) -> Result<Vec<Hidden>, StoreError>;

    /// Hides one, since the time of `entry`. `letter`: the id of what [`Audience::Hiding`](super::Audience::Hiding) is told, and what that is. It is
    /// accepted in the same transaction, so that nobody stays untold where a server stops in between; where that was refused it is hidden even so.
    async fn hide(
        &self,
        initiative: &str,
        title: &str,
        reason: &str,
        letter: Option<(&str, &Writing)>,
        entry: &TrailEntry,
    ) -> Result<Hiding, StoreError>;

    /// Shows one again; whoever was not written to yet is told nothing that is not so any more. `false` where it was not hidden.
    async fn show_again(&self, initiative: &str, entry: &TrailEntry) -> Result<bool, StoreError>;
}

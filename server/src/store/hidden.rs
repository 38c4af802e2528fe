//! Initiatives of feeds that are not shown here.

use async_trait::async_trait;

use super::{StoreError, TrailEntry};

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

/// Where it is kept what is not shown. What changes that is noted in the same transaction.
#[async_trait]
pub trait HiddenStore: Send + Sync {
    /// All of them, the latest first.
    async fn hidden(&self) -> Result<Vec<Hidden>, StoreError>;

    /// Hides one, since the time of `entry`. `false` where it was hidden before.
    async fn hide(
        &self,
        initiative: &str,
        title: &str,
        reason: &str,
        entry: &TrailEntry,
    ) -> Result<bool, StoreError>;

    /// Shows one again. `false` where it was not hidden.
    async fn show_again(&self, initiative: &str, entry: &TrailEntry) -> Result<bool, StoreError>;
}

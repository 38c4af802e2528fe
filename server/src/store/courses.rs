//! How petitions and campaigns have come along.

use async_trait::async_trait;

use super::StoreError;

/// Where it is kept how many there were by day. Days are counted since 1970.
#[async_trait]
pub trait CourseStore: Send + Sync {
    /// The initiatives that somebody has signed up for.
    async fn signed_for(&self) -> Result<Vec<String>, StoreError>;

    /// Notes how many there are of each initiative on a day: what is noted last of a day stays. A purge forgets what is older than two years,
    /// and all of what was not noted for 90 days.
    async fn note_totals(&self, totals: &[(String, u32)], day: i64) -> Result<(), StoreError>;

    /// What was noted of an initiative, the first day first.
    async fn course(&self, initiative: &str) -> Result<Vec<(u32, u32)>, StoreError>;
}

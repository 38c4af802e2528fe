//! How large the database is.

use async_trait::async_trait;

use super::StoreError;

/// How large the database is, and which it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Measures {
    /// `SQLite` or `PostgreSQL`, with its version.
    pub kind: String,
    /// Bytes in all.
    pub bytes: u64,
    /// Rows by table, the largest first; without those that are empty.
    pub tables: Vec<(&'static str, u64)>,
    /// Machines that are connected to it at the moment; `None` where there can be but this one.
    pub machines: Option<u64>,
}

/// Where that is asked.
#[async_trait]
pub trait MeasureStore: Send + Sync {
    /// How large it is at the moment.
    async fn measures(&self) -> Result<Measures, StoreError>;
}

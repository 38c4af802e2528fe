//! Copying everything from one database to another, or to a file.

use async_trait::async_trait;
use tokio::sync::mpsc;

use super::{StoreError, Table, Value};

/// Some rows of a table.
pub type Rows = (&'static Table, Vec<Vec<Value>>);

/// What can be copied.
#[async_trait]
pub trait CopyStore: Send + Sync {
    /// Hands over every row of every table of [`TABLES`](super::TABLES), in that order, as of one moment; each table at
    /// least once.
    async fn dump(&self, to: mpsc::Sender<Rows>) -> Result<(), StoreError>;

    /// Writes rows of a table as they were handed over by another database.
    async fn restore(&self, table: &'static Table, rows: Vec<Vec<Value>>) -> Result<(), StoreError>;

    /// Counts the seats that are taken by the sign-ups that are there, once all rows are written, at that time (UTC seconds).
    /// Says what rows of an earlier `version` did not.
    async fn finish_restore(&self, version: u32, now: i64) -> Result<(), StoreError>;
}

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

    /// Counts the seats that are taken by the sign-ups that are there, once all rows are written. `hold_until` (UTC
    /// seconds) where the rows are of version 1: then it is until when seats are held for those who have not confirmed.
    async fn finish_restore(&self, hold_until: Option<i64>) -> Result<(), StoreError>;
}

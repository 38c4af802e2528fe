//! Everything, handed over and taken in.

use async_trait::async_trait;
use tokio::sync::mpsc;

use super::Database;
use super::values::insert;
use crate::store::upgrade::{HOLD_SEATS, HOLD_SECONDS, NAME_REQUESTS};
use crate::store::{CopyStore, Rows, StoreError, TABLES, Table, Value};

#[async_trait]
impl CopyStore for Database {
    async fn dump(&self, to: mpsc::Sender<Rows>) -> Result<(), StoreError> {
        let mut transaction = self.driver.snapshot().await?;
        for table in TABLES {
            transaction.copy(table, &to).await?;
        }
        Ok(transaction.commit().await?)
    }

    async fn restore(&self, table: &'static Table, rows: Vec<Vec<Value>>) -> Result<(), StoreError> {
        let mut transaction = self.driver.begin().await?;
        insert(&mut *transaction, table, rows).await?;
        Ok(transaction.commit().await?)
    }

    async fn finish_restore(&self, version: u32, now: i64) -> Result<(), StoreError> {
        let mut transaction = self.driver.begin().await?;
        if version < 2 {
            transaction.execute(NAME_REQUESTS, Vec::new()).await?;
            transaction.execute(HOLD_SEATS, vec![(now + HOLD_SECONDS).into()]).await?;
        }
        self.name_participants(&mut *transaction).await?;
        transaction.execute(COUNT_SEATS, Vec::new()).await?;
        // Whose sign-ups are younger than the back-up, or were not taken back: nothing would ever erase them.
        transaction.execute(FORGET_OTHERS, Vec::new()).await?;
        Ok(transaction.commit().await?)
    }
}

const FORGET_OTHERS: &str = "
    DELETE FROM persons WHERE NOT EXISTS (SELECT 1 FROM signups s WHERE s.email_h = persons.email_h)";

/// Seats that are taken are those of the sign-ups that count: what did not return takes none.
pub const COUNT_SEATS: &str = "
    UPDATE seats SET taken = COALESCE((
        SELECT CAST(SUM(a.party) AS BIGINT) FROM attendances a
        WHERE a.initiative = seats.initiative AND a.session = seats.session
          AND a.state IN ('active', 'offered')), 0)";

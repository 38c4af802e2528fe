//! The first operator of an installation.

use async_trait::async_trait;

use super::Database;
use super::accounts::about;
use super::trail::note;
use crate::store::driver::Transaction;
use crate::store::error::retried;
use crate::store::first_operator::{FirstOperator, FirstOperatorStore};
use crate::store::{Digest, StoreError, TrailEntry};

const OPERATORS: &str = "SELECT id FROM accounts WHERE is_operator LIMIT 1";

#[async_trait]
impl FirstOperatorStore for Database {
    async fn has_operator(&self) -> Result<bool, StoreError> {
        Ok(!self.driver.read(OPERATORS, Vec::new()).await?.is_empty())
    }

    async fn create_first_link(&self, hash: &Digest, now: i64, expires_at: i64) -> Result<(), StoreError> {
        let mut transaction = self.driver.begin().await?;
        transaction.execute("DELETE FROM first_links WHERE expires_at <= $1", vec![now.into()]).await?;
        let sql = "INSERT INTO first_links (hash, expires_at) VALUES ($1, $2)";
        transaction.execute(sql, vec![hash.into(), expires_at.into()]).await?;
        Ok(transaction.commit().await?)
    }

    async fn is_first_link(&self, hash: &Digest, now: i64) -> Result<bool, StoreError> {
        let sql = "SELECT expires_at FROM first_links WHERE hash = $1 AND expires_at > $2
                   AND NOT EXISTS (SELECT 1 FROM accounts WHERE is_operator)";
        Ok(!self.driver.read(sql, vec![hash.into(), now.into()]).await?.is_empty())
    }

    async fn make_first_operator(
        &self,
        link: &Digest,
        operator: FirstOperator<'_>,
        entry: &TrailEntry,
    ) -> Result<bool, StoreError> {
        retried(|| async {
            let mut transaction = self.driver.begin().await?;
            let made = self.make_once(&mut *transaction, link, operator, entry).await?;
            transaction.commit().await?;
            Ok(made)
        })
        .await
    }
}

impl Database {
    async fn make_once(
        &self,
        transaction: &mut dyn Transaction,
        link: &Digest,
        operator: FirstOperator<'_>,
        entry: &TrailEntry,
    ) -> Result<bool, StoreError> {
        let sql = "SELECT expires_at FROM first_links WHERE hash = $1 AND expires_at > $2";
        if transaction.query(sql, vec![link.into(), entry.at.into()]).await?.is_empty() {
            return Ok(false);
        }
        // Whoever deletes the rows is the first: another one waits for them, and finds them gone.
        let gone = transaction.execute("DELETE FROM first_links", Vec::new()).await?;
        if gone == 0 || !transaction.query(OPERATORS, Vec::new()).await?.is_empty() {
            return Ok(false);
        }
        let who = (operator.email, operator.name);
        let account = self.kept_account(transaction, who, operator.language, true, entry).await?;
        let sql = "INSERT INTO account_sessions (hash, account_h, began_at, made_at, expires_at)
                   VALUES ($1, $2, $3, $3, $4)";
        let account_h = &account.account_h;
        let values = vec![operator.cookie.into(), account_h.into(), entry.at.into(), operator.until.into()];
        transaction.execute(sql, values).await?;
        note(transaction, &about(entry, &account.id)).await?;
        Ok(true)
    }
}

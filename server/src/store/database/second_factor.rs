//! Second factors of accounts.

use async_trait::async_trait;

use super::Database;
use super::accounts::about;
use super::trail::note;
use crate::store::{Digest, SecondFactor, SecondFactorStore, StoreError, TrailEntry};

#[async_trait]
impl SecondFactorStore for Database {
    async fn begin_second_factor(&self, account_h: &Digest) -> Result<Option<SecondFactor>, StoreError> {
        let mut transaction = self.driver.begin().await?;
        let Some(mut account) = self.locked(&mut *transaction, account_h).await? else {
            transaction.commit().await?;
            return Ok(None);
        };
        let begun = match account.holder.second_factor() {
            Some(_) => None,
            None => Some(SecondFactor::make()?),
        };
        if begun.is_some() {
            account.holder.second.clone_from(&begun);
            self.save(&mut *transaction, &account).await?;
        }
        transaction.commit().await?;
        Ok(begun)
    }

    async fn turn_on_second_factor(
        &self,
        account_h: &Digest,
        code: &str,
        entry: &TrailEntry,
    ) -> Result<Option<Vec<String>>, StoreError> {
        let mut transaction = self.driver.begin().await?;
        let mut codes = None;
        if let Some(mut account) = self.locked(&mut *transaction, account_h).await?
            && let Some(second) = account.holder.second.as_mut().filter(|second| !second.is_on)
        {
            if second.takes(code, self.keys.hmac(), entry.at) {
                codes = Some(second.turn_on(self.keys.hmac())?);
                note(&mut *transaction, &about(entry, &account.id)).await?;
            }
            self.save(&mut *transaction, &account).await?;
        }
        transaction.commit().await?;
        Ok(codes)
    }

    async fn end_second_factor(
        &self,
        id: &str,
        code: Option<&str>,
        entry: &TrailEntry,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.driver.begin().await?;
        let rows = transaction.query("SELECT account_h FROM accounts WHERE id = $1", vec![id.into()]).await?;
        let account_h = rows.first().map(|row| row.digest("account_h")).transpose()?.unwrap_or_default();
        let mut ended = false;
        if let Some(mut account) = self.locked(&mut *transaction, &account_h).await?
            && let Some(second) = account.holder.second.as_mut().filter(|second| second.is_on)
        {
            ended = code.is_none_or(|code| second.takes(code, self.keys.hmac(), entry.at));
            if ended {
                account.holder.second = None;
                note(&mut *transaction, &about(entry, id)).await?;
            }
            self.save(&mut *transaction, &account).await?;
        }
        transaction.commit().await?;
        Ok(ended)
    }
}

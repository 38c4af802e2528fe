//! Mailed links that sign in, and the browsers that are signed in.

use async_trait::async_trait;

use super::Database;
use crate::store::driver::Transaction;
use crate::store::error::retried;
use crate::store::{Account, Digest, SignIn, SignInStore, SignedIn, StoreError};

#[async_trait]
impl SignInStore for Database {
    async fn create_sign_in_link(
        &self,
        hash: &Digest,
        account_h: &Digest,
        expires_at: i64,
    ) -> Result<(), StoreError> {
        let mut transaction = self.driver.begin().await?;
        // From the accounts, so that no link is made for one that was removed meanwhile.
        let sql = "INSERT INTO account_links (hash, account_h, expires_at)
                   SELECT $2, account_h, $3 FROM accounts WHERE account_h = $1 ON CONFLICT DO NOTHING";
        transaction.execute(sql, vec![account_h.into(), hash.into(), expires_at.into()]).await?;
        Ok(transaction.commit().await?)
    }

    async fn sign_in_link(&self, hash: &Digest, now: i64) -> Result<Option<Account>, StoreError> {
        let sql = "SELECT a.* FROM account_links l JOIN accounts a ON a.account_h = l.account_h
                   WHERE l.hash = $1 AND l.expires_at > $2 AND l.used_at IS NULL";
        let rows = self.driver.read(sql, vec![hash.into(), now.into()]).await?;
        rows.first().map(|row| self.read_account(&**row)).transpose()
    }

    async fn sign_in(
        &self,
        link: &Digest,
        cookie: &Digest,
        code: &str,
        now: i64,
        until: i64,
    ) -> Result<SignIn, StoreError> {
        retried(|| async {
            let mut transaction = self.driver.begin().await?;
            let done = self.sign_in_once(&mut *transaction, (link, cookie), code, (now, until)).await?;
            transaction.commit().await?;
            Ok(done)
        })
        .await
    }

    async fn signed_in(&self, cookie: &Digest, now: i64) -> Result<Option<SignedIn>, StoreError> {
        let sql = "SELECT a.*, s.began_at, s.made_at FROM account_sessions s
                   JOIN accounts a ON a.account_h = s.account_h WHERE s.hash = $1 AND s.expires_at > $2";
        let rows = self.driver.read(sql, vec![cookie.into(), now.into()]).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let (began_at, made_at) = (row.number("began_at")?, row.number("made_at")?);
        Ok(Some(SignedIn { account: self.read_account(&**row)?, began_at, made_at }))
    }

    async fn renew_cookie(
        &self,
        old: &Digest,
        new: &Digest,
        now: i64,
        grace: i64,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.driver.begin().await?;
        let sql = "INSERT INTO account_sessions (hash, account_h, began_at, made_at, expires_at)
                   SELECT $2, account_h, began_at, $3, expires_at FROM account_sessions
                   WHERE hash = $1 AND expires_at > $3 + $4";
        let parameters = || vec![old.into(), new.into(), now.into(), grace.into()];
        let renewed = transaction.execute(sql, parameters()).await? > 0;
        if renewed {
            let sql = "UPDATE account_sessions SET expires_at = $2 WHERE hash = $1";
            transaction.execute(sql, vec![old.into(), (now + grace).into()]).await?;
        }
        transaction.commit().await?;
        Ok(renewed)
    }

    async fn sign_out(&self, cookie: &Digest, everywhere: bool) -> Result<u64, StoreError> {
        let mut transaction = self.driver.begin().await?;
        let sql = match everywhere {
            true => {
                "DELETE FROM account_sessions
                 WHERE account_h = (SELECT account_h FROM account_sessions WHERE hash = $1)"
            }
            false => "DELETE FROM account_sessions WHERE hash = $1",
        };
        let gone = transaction.execute(sql, vec![cookie.into()]).await?;
        transaction.commit().await?;
        Ok(gone)
    }

    async fn browsers(&self, account_h: &Digest, now: i64) -> Result<u64, StoreError> {
        let sql = "SELECT count(*) AS many FROM account_sessions WHERE account_h = $1 AND expires_at > $2";
        let rows = self.driver.read(sql, vec![account_h.into(), now.into()]).await?;
        let many = rows.first().map(|row| row.number("many")).transpose()?;
        Ok(many.unwrap_or_default().unsigned_abs())
    }
}

impl Database {
    /// Signs a browser in. One transaction at a time looks at an account's codes, and one statement uses the link up: of two uses at once one
    /// is the first.
    async fn sign_in_once(
        &self,
        transaction: &mut dyn Transaction,
        (link, cookie): (&Digest, &Digest),
        code: &str,
        (now, until): (i64, i64),
    ) -> Result<SignIn, StoreError> {
        let sql =
            "SELECT account_h FROM account_links WHERE hash = $1 AND expires_at > $2 AND used_at IS NULL";
        let rows = transaction.query(sql, vec![link.into(), now.into()]).await?;
        let Some(row) = rows.first() else { return Ok(SignIn::Gone) };
        let Some(mut account) = self.locked(transaction, &row.digest("account_h")?).await? else {
            return Ok(SignIn::Gone);
        };
        if let Some(second) = account.holder.second.as_mut().filter(|second| second.is_on) {
            let is_good = second.takes(code, self.keys.hmac(), now);
            self.save(transaction, &account).await?;
            if !is_good {
                return Ok(SignIn::WrongCode);
            }
        }
        let sql =
            "UPDATE account_links SET used_at = $1 WHERE hash = $2 AND expires_at > $1 AND used_at IS NULL";
        if transaction.execute(sql, vec![now.into(), link.into()]).await? == 0 {
            return Ok(SignIn::Gone);
        }
        let sql = "INSERT INTO account_sessions (hash, account_h, began_at, made_at, expires_at)
                   VALUES ($1, $2, $3, $3, $4)";
        let values = vec![cookie.into(), (&account.account_h).into(), now.into(), until.into()];
        transaction.execute(sql, values).await?;
        // Whoever has used it keeps it.
        let sql = "UPDATE accounts SET by_invitation = $2 WHERE account_h = $1";
        transaction.execute(sql, vec![(&account.account_h).into(), false.into()]).await?;
        Ok(SignIn::Now)
    }
}

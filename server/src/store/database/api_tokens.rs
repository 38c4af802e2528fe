//! Tokens by which programs act for an account.

use async_trait::async_trait;
use serde_json::json;

use super::Database;
use super::accounts::about;
use super::trail::note;
use super::values::insert;
use crate::store::error::retried;
use crate::store::row::Row;
use crate::store::tables::{API_TOKENS, Value};
use crate::store::{Account, AccountStore, ApiToken, ApiTokenStore, Digest, Scope, StoreError, TrailEntry};

const DAY: i64 = 86_400;

#[async_trait]
impl ApiTokenStore for Database {
    async fn create_api_token(
        &self,
        hash: &Digest,
        token: &ApiToken,
        entry: &TrailEntry,
    ) -> Result<bool, StoreError> {
        retried(|| async {
            let mut transaction = self.driver.begin().await?;
            // Others who make one for the same account wait, so that none is too many.
            let sql = "UPDATE accounts SET id = id WHERE id = $1 RETURNING account_h";
            let rows = transaction.query(sql, vec![token.account.as_str().into()]).await?;
            let account_h = rows.first().map(|row| row.digest("account_h")).transpose()?;
            let mut is_kept = false;
            if let Some(account_h) = account_h {
                let sql = "SELECT count(*) AS many FROM api_tokens WHERE account_h = $1";
                let rows = transaction.query(sql, vec![(&account_h).into()]).await?;
                let many = rows.first().map_or(Ok(0), |row| row.number("many"))?;
                is_kept = many < ApiToken::MOST as i64;
                if is_kept {
                    insert(&mut *transaction, &API_TOKENS, vec![row(hash, &account_h, token)]).await?;
                    let mut entry = about(entry, &token.account);
                    entry.detail["token"] = token.name.as_str().into();
                    entry.detail["scopes"] = json!(scopes(token));
                    note(&mut *transaction, &entry).await?;
                }
            }
            transaction.commit().await?;
            Ok(is_kept)
        })
        .await
    }

    async fn api_tokens(&self, account: Option<&str>) -> Result<Vec<ApiToken>, StoreError> {
        let sql = "SELECT t.*, a.id AS account FROM api_tokens t JOIN accounts a ON a.account_h = t.account_h
                   WHERE $1 = '' OR a.id = $1 ORDER BY t.created_at, t.id";
        let rows = self.driver.read(sql, vec![account.unwrap_or_default().into()]).await?;
        Ok(rows.iter().map(|row| read(&**row)).collect::<Result<_, _>>()?)
    }

    async fn revoke_api_token(
        &self,
        account: Option<&str>,
        id: &str,
        entry: &TrailEntry,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.driver.begin().await?;
        let sql = "DELETE FROM api_tokens WHERE id = $1
                   AND ($2 = '' OR account_h IN (SELECT account_h FROM accounts WHERE id = $2))
                   RETURNING name, initiative";
        let rows = transaction.query(sql, vec![id.into(), account.unwrap_or_default().into()]).await?;
        if let Some(row) = rows.first() {
            let mut entry = TrailEntry { initiative: row.string("initiative")?, ..entry.clone() };
            entry.detail["token"] = row.string("name")?.into();
            note(&mut *transaction, &entry).await?;
        }
        transaction.commit().await?;
        Ok(!rows.is_empty())
    }

    async fn api_token(&self, hash: &Digest, now: i64) -> Result<Option<(Account, ApiToken)>, StoreError> {
        let sql = "SELECT t.*, a.id AS account FROM api_tokens t JOIN accounts a ON a.account_h = t.account_h
                   WHERE t.hash = $1 AND t.expires_at > $2";
        let rows = self.driver.read(sql, vec![hash.into(), now.into()]).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let token = read(&**row)?;
        let Some(account) = self.account(&row.digest("account_h")?).await? else { return Ok(None) };
        let today = now - now.rem_euclid(DAY);
        if token.used_at.is_none_or(|used| used < today) {
            let sql = "UPDATE api_tokens SET used_at = $2 WHERE hash = $1";
            let mut transaction = self.driver.begin().await?;
            transaction.execute(sql, vec![hash.into(), today.into()]).await?;
            transaction.commit().await?;
        }
        Ok(Some((account, token)))
    }
}

fn scopes(token: &ApiToken) -> String {
    token.scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" ")
}

fn row(hash: &Digest, account_h: &Digest, token: &ApiToken) -> Vec<Value> {
    vec![
        hash.into(),
        token.id.as_str().into(),
        account_h.into(),
        token.name.as_str().into(),
        scopes(token).as_str().into(),
        token.initiative.as_str().into(),
        token.created_at.into(),
        token.expires_at.into(),
        token.used_at.into(),
    ]
}

fn read(row: &dyn Row) -> Result<ApiToken, sqlx::Error> {
    Ok(ApiToken {
        id: row.string("id")?,
        account: row.string("account")?,
        name: row.string("name")?,
        // One that this version does not know is good for nothing.
        scopes: row.string("scopes")?.split(' ').filter_map(Scope::parse).collect(),
        initiative: row.string("initiative")?,
        created_at: row.number("created_at")?,
        expires_at: row.number("expires_at")?,
        used_at: row.integer("used_at")?,
    })
}

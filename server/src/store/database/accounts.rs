//! Accounts, and their roles.

use std::collections::BTreeSet;

use alentour_model::EmailAddress;
use async_trait::async_trait;

use super::Database;
use super::trail::note;
use super::values::{insert_new, query};
use crate::store::driver::Transaction;
use crate::store::error::retried;
use crate::store::row::Row;
use crate::store::sealed::Sealed;
use crate::store::secret::random_id;
use crate::store::tables::{ACCOUNTS, Value};
use crate::store::{
    Account, AccountStore, Digest, Holder, IsShown, MessageKind, Role, StoreError, TrailEntry,
};

/// What an account organises that is published here, or is not made here, and is not hidden.
const ORGANISES: &str = "SELECT r.initiative, COALESCE(o.status, '') AS status
     FROM roles r LEFT JOIN own_initiatives o ON o.id = r.initiative
     WHERE r.account_h = $1 AND r.role = 'organiser' AND COALESCE(o.status, 'published') = 'published'
       AND NOT EXISTS (SELECT 1 FROM hidden h WHERE h.initiative = r.initiative)";

/// Accounts that an invitation made and nobody has used since (`$1`), and that may do nothing.
pub(super) const UNUSED: &str = "
    DELETE FROM accounts WHERE by_invitation = $1
      AND NOT EXISTS (SELECT 1 FROM roles r WHERE r.account_h = accounts.account_h)
      AND NOT EXISTS (SELECT 1 FROM account_sessions s WHERE s.account_h = accounts.account_h)
      AND NOT EXISTS (SELECT 1 FROM trail t WHERE t.account = accounts.id)";

#[async_trait]
impl AccountStore for Database {
    async fn keep_account(
        &self,
        email: &EmailAddress,
        name: &str,
        language: &str,
        is_operator: bool,
        entry: &TrailEntry,
    ) -> Result<Account, StoreError> {
        retried(|| async {
            let mut transaction = self.driver.begin().await?;
            let account = self.kept_account(&mut *transaction, (email, name), language, is_operator, entry);
            let account = account.await?;
            note(&mut *transaction, &about(entry, &account.id)).await?;
            transaction.commit().await?;
            Ok(account)
        })
        .await
    }

    async fn account(&self, account_h: &Digest) -> Result<Option<Account>, StoreError> {
        let rows = self.driver.read(ACCOUNT, vec![account_h.into()]).await?;
        rows.first().map(|row| self.read_account(&**row)).transpose()
    }

    async fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        let rows = self.driver.read("SELECT * FROM accounts ORDER BY created_at, id", Vec::new()).await?;
        rows.iter().map(|row| self.read_account(&**row)).collect()
    }

    async fn accounts_named(&self, ids: &BTreeSet<&str>) -> Result<Vec<Account>, StoreError> {
        let mut snapshot = self.driver.snapshot().await?;
        let sql = "SELECT * FROM accounts WHERE id IN (VALUES {})";
        let rows = query(&mut *snapshot, sql, ids.iter().map(|id| vec![(*id).into()]).collect()).await?;
        snapshot.commit().await?;
        rows.iter().map(|row| self.read_account(&**row)).collect()
    }

    async fn remove_account(&self, id: &str, entry: &TrailEntry) -> Result<bool, StoreError> {
        let mut transaction = self.driver.begin().await?;
        let removed = transaction.execute("DELETE FROM accounts WHERE id = $1", vec![id.into()]).await? > 0;
        if removed {
            note(&mut *transaction, &about(entry, id)).await?;
        }
        transaction.commit().await?;
        Ok(removed)
    }

    async fn set_role(
        &self,
        id: &str,
        initiative: &str,
        role: Option<Role>,
        entry: &TrailEntry,
    ) -> Result<bool, StoreError> {
        retried(|| async {
            let mut transaction = self.driver.begin().await?;
            let changed = set_role(&mut *transaction, id, initiative, role, entry).await?;
            transaction.commit().await?;
            Ok(changed)
        })
        .await
    }

    async fn roles(&self, account_h: &Digest) -> Result<Vec<(String, Role)>, StoreError> {
        let sql = "SELECT initiative, role FROM roles WHERE account_h = $1 ORDER BY initiative";
        let rows = self.driver.read(sql, vec![account_h.into()]).await?;
        let role = |row: &dyn Row| {
            Ok(Role::parse(&row.string("role")?).map(|role| (row.string("initiative"), role)))
        };
        let mut all = Vec::with_capacity(rows.len());
        for row in &rows {
            let known: Result<_, sqlx::Error> = role(&**row);
            if let Some((initiative, role)) = known? {
                all.push((initiative?, role));
            }
        }
        Ok(all)
    }

    async fn role(&self, account_h: &Digest, initiative: &str) -> Result<Option<Role>, StoreError> {
        let sql = "SELECT role FROM roles WHERE account_h = $1 AND initiative = $2";
        let rows = self.driver.read(sql, vec![account_h.into(), initiative.into()]).await?;
        Ok(rows.first().map(|row| row.string("role")).transpose()?.as_deref().and_then(Role::parse))
    }

    async fn purge_organising(&self, now: i64, trail_until: i64) -> Result<(), StoreError> {
        let mut transaction = self.driver.begin().await?;
        for sql in [
            "DELETE FROM account_links WHERE expires_at <= $1",
            "DELETE FROM account_sessions WHERE expires_at <= $1",
            // A year after it was to be.
            "DELETE FROM called_off WHERE starts_at < $1 - 31536000",
        ] {
            transaction.execute(sql, vec![now.into()]).await?;
        }
        // Accounts that an invitation made, once their people have been told that it is over.
        let sql = format!(
            "{UNUSED} AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.email_h = accounts.account_h AND o.kind = $2
                                      AND o.sent_at IS NULL AND o.dead_at IS NULL)"
        );
        transaction.execute(&sql, vec![true.into(), MessageKind::Removed.as_str().into()]).await?;
        transaction.execute("DELETE FROM trail WHERE at < $1", vec![trail_until.into()]).await?;
        // As long as the trail says that something was written, it is there to be read; and until its mails can be given up no more.
        let sql = "DELETE FROM broadcasts WHERE created_at < $1 AND reached_at IS NULL";
        transaction.execute(sql, vec![trail_until.min(now - BROADCASTS_KEPT).into()]).await?;
        Ok(transaction.commit().await?)
    }
}

/// Seconds that what was written to many is kept at least: mails that were given up may be sent again.
const BROADCASTS_KEPT: i64 = 30 * 86_400;

const ACCOUNT: &str = "SELECT * FROM accounts WHERE account_h = $1";

/// An entry that says which account it is about.
pub(super) fn about(entry: &TrailEntry, id: &str) -> TrailEntry {
    let mut entry = entry.clone();
    entry.detail["about"] = id.into();
    entry
}

/// Whether that account organises something that visitors see. A role names no row: that of what is not made here counts where a feed shows it.
pub(super) async fn organises(
    transaction: &mut dyn Transaction,
    account_h: &Digest,
    is_shown: IsShown<'_>,
) -> Result<bool, sqlx::Error> {
    for row in transaction.query(ORGANISES, vec![account_h.into()]).await? {
        if !row.string("status")?.is_empty() || is_shown(&row.string("initiative")?) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Changes a role, and notes from what to what. Says whether it is another one now.
pub(super) async fn set_role(
    transaction: &mut dyn Transaction,
    id: &str,
    initiative: &str,
    role: Option<Role>,
    entry: &TrailEntry,
) -> Result<bool, StoreError> {
    let rows = transaction.query("SELECT account_h FROM accounts WHERE id = $1", vec![id.into()]).await?;
    let Some(row) = rows.first() else { return Ok(false) };
    let account_h = row.digest("account_h")?;
    let which = || vec![(&account_h).into(), initiative.into()];
    let sql = "SELECT role FROM roles WHERE account_h = $1 AND initiative = $2";
    let rows = transaction.query(sql, which()).await?;
    let before = rows.first().map(|row| row.string("role")).transpose()?.as_deref().and_then(Role::parse);
    if before == role {
        return Ok(false);
    }
    match role {
        Some(role) => {
            let sql = "INSERT INTO roles (account_h, initiative, role) VALUES ($1, $2, $3)
                       ON CONFLICT (account_h, initiative) DO UPDATE SET role = excluded.role";
            transaction.execute(sql, [which(), vec![role.as_str().into()]].concat()).await?
        }
        None => {
            let sql = "DELETE FROM roles WHERE account_h = $1 AND initiative = $2";
            transaction.execute(sql, which()).await?
        }
    };
    let mut entry = about(entry, id);
    entry.detail["before"] = before.map(Role::as_str).into();
    entry.detail["after"] = role.map(Role::as_str).into();
    note(transaction, &entry).await?;
    Ok(true)
}

impl Database {
    /// Makes an account for that address, or changes the one that is there; see [`AccountStore::keep_account`].
    pub(super) async fn kept_account(
        &self,
        transaction: &mut dyn Transaction,
        (email, name): (&EmailAddress, &str),
        language: &str,
        is_operator: bool,
        entry: &TrailEntry,
    ) -> Result<Account, StoreError> {
        let account_h = self.keys.hmac().email_h(email);
        let known = self.locked(transaction, &account_h).await?;
        let name = match &known {
            Some(known) if name.is_empty() => &known.holder.name,
            _ => name,
        };
        let account = Account {
            account_h,
            id: match &known {
                Some(known) => known.id.clone(),
                None => random_id()?,
            },
            holder: Holder {
                email: email.as_str().to_owned(),
                name: name.to_owned(),
                second: known.as_ref().and_then(|known| known.holder.second.clone()),
            },
            language: language.to_owned(),
            is_operator,
            is_told: known.as_ref().is_none_or(|known| known.is_told),
            created_at: known.as_ref().map_or(entry.at, |known| known.created_at),
        };
        if known.is_some() {
            let sealed = account.holder.seal(&self.keys, account_h)?;
            let sql = "UPDATE accounts SET sealed = $2, language = $3, is_operator = $4, by_invitation = $5
                       WHERE account_h = $1";
            let sealed = Value::Bytes(Some(sealed));
            let values = vec![(&account_h).into(), sealed, language.into(), is_operator.into(), false.into()];
            transaction.execute(sql, values).await?;
        } else {
            self.insert_account(transaction, &account, false).await?;
        }
        Ok(account)
    }

    /// An account, of which nobody else changes anything until the transaction ends.
    pub(super) async fn locked(
        &self,
        transaction: &mut dyn Transaction,
        account_h: &Digest,
    ) -> Result<Option<Account>, StoreError> {
        let sql = "UPDATE accounts SET language = language WHERE account_h = $1 RETURNING *";
        let rows = transaction.query(sql, vec![account_h.into()]).await?;
        rows.first().map(|row| self.read_account(&**row)).transpose()
    }

    /// Keeps an account, unless there is one of that address meanwhile; `by_invitation`: that is all it is there for.
    pub(super) async fn insert_account(
        &self,
        transaction: &mut dyn Transaction,
        account: &Account,
        by_invitation: bool,
    ) -> Result<(), StoreError> {
        let row = vec![
            (&account.account_h).into(),
            account.id.as_str().into(),
            Value::Bytes(Some(account.holder.seal(&self.keys, account.account_h)?)),
            account.language.as_str().into(),
            account.is_operator.into(),
            account.created_at.into(),
            by_invitation.into(),
            account.is_told.into(),
            // What is new is counted from now on, and nothing was told.
            account.created_at.into(),
            0.into(),
        ];
        insert_new(transaction, &ACCOUNTS, vec![row]).await?;
        Ok(())
    }

    /// Writes whose it is.
    pub(super) async fn save(
        &self,
        transaction: &mut dyn Transaction,
        account: &Account,
    ) -> Result<(), StoreError> {
        let sealed = Value::Bytes(Some(account.holder.seal(&self.keys, account.account_h)?));
        let sql = "UPDATE accounts SET sealed = $2 WHERE account_h = $1";
        transaction.execute(sql, vec![(&account.account_h).into(), sealed]).await?;
        Ok(())
    }

    pub(super) fn read_account(&self, row: &dyn Row) -> Result<Account, StoreError> {
        let account_h = row.digest("account_h")?;
        Ok(Account {
            account_h,
            id: row.string("id")?,
            holder: Holder::open(&self.keys, account_h, &row.bytes("sealed")?.unwrap_or_default())?,
            language: row.string("language")?,
            is_operator: row.flag("is_operator")?,
            is_told: row.flag("is_told")?,
            created_at: row.number("created_at")?,
        })
    }
}

//! The accounts as whoever runs the installation looks through them.

use alentour_model::EmailAddress;
use async_trait::async_trait;

use super::Database;
use super::accounts::about;
use super::team::owe;
use super::trail::note;
use crate::store::error::retried;
use crate::store::{
    Account, AccountListStore, AccountRemoval, ListedAccount, MessageKind, Role, StoreError, TrailEntry,
};

#[async_trait]
impl AccountListStore for Database {
    async fn account_list(
        &self,
        from: usize,
        most: usize,
        roles: usize,
    ) -> Result<(Vec<ListedAccount>, u64), StoreError> {
        let mut snapshot = self.driver.snapshot().await?;
        let sql = "
            SELECT a.*, (SELECT max(s.began_at) FROM account_sessions s WHERE s.account_h = a.account_h) AS signed_in_at,
                   (SELECT count(*) FROM roles r WHERE r.account_h = a.account_h) AS all_roles
            FROM accounts a ORDER BY a.created_at, a.id LIMIT $1 OFFSET $2";
        let values = vec![(most as i64).into(), (from as i64).into()];
        let mut listed = Vec::with_capacity(most);
        for row in snapshot.query(sql, values).await? {
            let account = self.read_account(&*row)?;
            let sql = "SELECT initiative, role FROM roles WHERE account_h = $1 ORDER BY initiative LIMIT $2";
            let some = vec![(&account.account_h).into(), (roles as i64).into()];
            let some = snapshot.query(sql, some).await?;
            let mut roles = Vec::with_capacity(some.len());
            for row in &some {
                if let Some(role) = Role::parse(&row.string("role")?) {
                    roles.push((row.string("initiative")?, role));
                }
            }
            let (signed_in_at, all_roles) =
                (row.integer("signed_in_at")?, row.number("all_roles")?.unsigned_abs());
            listed.push(ListedAccount { account, signed_in_at, roles, all_roles });
        }
        let all = snapshot.query("SELECT count(*) AS many FROM accounts", Vec::new()).await?;
        let all = all.first().map_or(Ok(0), |row| row.number("many"))?.unsigned_abs();
        snapshot.commit().await?;
        Ok((listed, all))
    }

    async fn invite_account(
        &self,
        email: &EmailAddress,
        language: &str,
        is_operator: bool,
        entry: &TrailEntry,
    ) -> Result<Account, StoreError> {
        retried(|| async {
            let mut transaction = self.driver.begin().await?;
            let known = self.locked(&mut *transaction, &self.keys.hmac().email_h(email)).await?;
            let language = known.as_ref().map_or(language, |known| known.language.as_str());
            let runs = is_operator || known.as_ref().is_some_and(|known| known.is_operator);
            let kept = self.kept_account(&mut *transaction, (email, ""), language, runs, entry);
            let account = kept.await?;
            owe(&mut *transaction, (&account.account_h, ""), MessageKind::Invited, entry.at).await?;
            note(&mut *transaction, &about(entry, &account.id)).await?;
            transaction.commit().await?;
            Ok(account)
        })
        .await
    }

    async fn remove_unless_last(&self, id: &str, entry: &TrailEntry) -> Result<AccountRemoval, StoreError> {
        retried(|| async {
            let mut transaction = self.driver.begin().await?;
            // All who run it are locked: of two who remove each other at once, one stays.
            let sql = "UPDATE accounts SET language = language WHERE is_operator RETURNING id";
            let operators = transaction.query(sql, Vec::new()).await?;
            let operators = operators.iter().map(|row| row.string("id")).collect::<Result<Vec<_>, _>>()?;
            let done = if operators == [id] {
                AccountRemoval::Last
            } else if transaction.execute("DELETE FROM accounts WHERE id = $1", vec![id.into()]).await? == 0 {
                AccountRemoval::Before
            } else {
                note(&mut *transaction, &about(entry, id)).await?;
                AccountRemoval::Now
            };
            transaction.commit().await?;
            Ok(done)
        })
        .await
    }
}

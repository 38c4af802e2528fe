//! What is left of proposals that are erased.

use super::Database;
use crate::store::driver::Transaction;
use crate::store::sealed::Sealed;
use crate::store::tables::Value;
use crate::store::{Digest, Proposal, StoreError};

impl Database {
    /// Erases a proposal, with its mails, and with the initiative that it is unless visitors see it or have seen it: then only who has proposed it.
    pub(super) async fn forget_proposal(
        &self,
        transaction: &mut dyn Transaction,
        id: &str,
    ) -> Result<(), StoreError> {
        let sql = "DELETE FROM proposals WHERE id = $1 RETURNING email_h";
        let rows = transaction.query(sql, vec![id.into()]).await?;
        if let Some(email_h) = rows.first().map(|row| row.bytes("email_h")).transpose()?.flatten() {
            let sql = "DELETE FROM outbox WHERE email_h = $1 AND initiative = $2
                       AND kind IN ('proposal-confirm', 'proposal-resume', 'proposal-answered')";
            transaction.execute(sql, vec![Value::Bytes(Some(email_h)), id.into()]).await?;
        }
        let sql =
            "DELETE FROM own_initiatives WHERE id = $1 AND status IN ('waiting', 'asked_back', 'declined')";
        transaction.execute(sql, vec![id.into()]).await?;
        let sealed = Value::Bytes(Some(Proposal::default().seal(&self.keys, id)?));
        transaction
            .execute("UPDATE own_initiatives SET sealed = $2 WHERE id = $1", vec![id.into(), sealed])
            .await?;
        Ok(())
    }

    /// Erases all that an address has proposed; what visitors see stays, and belongs to nobody. The account that came with it goes where it is
    /// for nothing else.
    pub(super) async fn forget_proposals_of(
        &self,
        transaction: &mut dyn Transaction,
        email_h: &Digest,
    ) -> Result<u64, StoreError> {
        let rows =
            transaction.query("SELECT id FROM proposals WHERE email_h = $1", vec![email_h.into()]).await?;
        for row in &rows {
            let id = row.string("id")?;
            self.forget_proposal(transaction, &id).await?;
            transaction
                .execute("UPDATE own_initiatives SET owner = '' WHERE id = $1", vec![id.as_str().into()])
                .await?;
            let sql = "DELETE FROM roles WHERE account_h = $1 AND initiative = $2";
            transaction.execute(sql, vec![email_h.into(), id.as_str().into()]).await?;
        }
        if !rows.is_empty() {
            let sql = "DELETE FROM accounts WHERE account_h = $1 AND NOT is_operator
                       AND NOT EXISTS (SELECT 1 FROM roles r WHERE r.account_h = accounts.account_h)";
            transaction.execute(sql, vec![email_h.into()]).await?;
        }
        Ok(rows.len() as u64)
    }
}

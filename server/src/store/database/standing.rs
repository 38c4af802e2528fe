//! What follows where an initiative that is made here stands somewhere else.

use serde_json::{Value as Json, json};

use super::Database;
use super::accounts::set_role;
use super::own_initiatives::announce_own;
use crate::store::driver::Transaction;
use crate::store::proposals::{ANSWERED_DAYS, WAITING_KEPT};
use crate::store::secret::random_id;
use crate::store::{
    Account, Deed, Digest, Holder, MessageKind, OwnStatus, ProposalRecord, Role, StoreError, TrailEntry,
};

const DAY: i64 = 86_400;

/// Owes a mail about a proposal.
pub(super) async fn owe(
    transaction: &mut dyn Transaction,
    email_h: &Digest,
    (kind, id, detail): (MessageKind, &str, &Json),
    now: i64,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO outbox (email_h, id, initiative, kind, sink, signup, sequence, detail, created_at, next_at)
               VALUES ($1, $2, $3, $4, '', '', 0, $5, $6, $6)";
    let (message, detail) = (random_id()?, detail.to_string());
    let values = vec![
        email_h.into(),
        message.as_str().into(),
        id.into(),
        kind.as_str().into(),
        detail.as_str().into(),
        now.into(),
    ];
    transaction.execute(sql, values).await?;
    Ok(())
}

impl Database {
    /// What follows where an initiative that is made here stands somewhere else now, in the transaction that lets it: whoever decides is told
    /// that something waits, whoever has proposed it what became of it, and what is published gets its organiser. Whoever else is to hear of it
    /// is told here, too.
    pub(super) async fn stands(
        &self,
        transaction: &mut dyn Transaction,
        (id, version): (&str, i64),
        (before, to): (Option<OwnStatus>, OwnStatus),
        entry: &TrailEntry,
    ) -> Result<(), StoreError> {
        let now = entry.at;
        announce_own(transaction, id, (before, to), version, now).await?;
        if to == OwnStatus::Waiting {
            self.tell_operators(transaction, now).await?;
        }
        let sql = "SELECT * FROM proposals WHERE id = $1 AND state = 'kept'";
        let rows = transaction.query(sql, vec![id.into()]).await?;
        let Some(row) = rows.first() else { return Ok(()) };
        let found = self.read_proposal(&**row)?;
        let Some(email_h) = found.email_h else { return Ok(()) };
        let is_answered = matches!(to, OwnStatus::Declined | OwnStatus::Published | OwnStatus::Withdrawn);
        let until = now + if is_answered { ANSWERED_DAYS * DAY } else { WAITING_KEPT };
        let sql = "UPDATE proposals SET expires_at = $2, changed_at = $3 WHERE id = $1";
        transaction.execute(sql, vec![id.into(), until.into(), now.into()]).await?;
        if to == OwnStatus::Published {
            self.make_organiser(transaction, &found, &email_h, entry).await?;
        }
        if matches!(to, OwnStatus::AskedBack | OwnStatus::Declined | OwnStatus::Published) {
            let detail = json!({ "status": to.as_str(), "version": version });
            owe(transaction, &email_h, (MessageKind::ProposalAnswered, id, &detail), now).await?;
        }
        Ok(())
    }

    /// Owes whoever runs the installation the news that something waits: once a day.
    async fn tell_operators(&self, transaction: &mut dyn Transaction, now: i64) -> Result<(), StoreError> {
        let sql = "SELECT account_h FROM accounts a WHERE is_operator AND NOT EXISTS (
                       SELECT 1 FROM outbox o WHERE o.email_h = a.account_h AND o.kind = $1 AND o.created_at > $2)
                   ORDER BY created_at, id";
        let kind = MessageKind::ProposalsWait;
        let rows = transaction.query(sql, vec![kind.as_str().into(), (now - DAY).into()]).await?;
        for row in &rows {
            owe(transaction, &row.digest("account_h")?, (kind, "", &json!({})), now).await?;
        }
        Ok(())
    }

    /// Lets whoever has proposed an initiative organise it: by the account of their address, which is made where there is none.
    async fn make_organiser(
        &self,
        transaction: &mut dyn Transaction,
        found: &ProposalRecord,
        email_h: &Digest,
        entry: &TrailEntry,
    ) -> Result<(), StoreError> {
        let account = match self.locked(transaction, email_h).await? {
            Some(account) => {
                // Whoever has confirmed a proposal is there for more than an invitation.
                let sql = "UPDATE accounts SET by_invitation = $2 WHERE account_h = $1";
                transaction.execute(sql, vec![email_h.into(), false.into()]).await?;
                account
            }
            None => {
                let account = Account {
                    account_h: *email_h,
                    id: random_id()?,
                    holder: Holder { email: found.draft.email.clone(), ..Holder::default() },
                    language: found.language.clone(),
                    is_operator: false,
                    is_told: true,
                    created_at: entry.at,
                };
                self.insert_account(transaction, &account, false).await?;
                // Somebody may have made one meanwhile, with another identifier.
                self.locked(transaction, email_h).await?.unwrap_or(account)
            }
        };
        let role = TrailEntry {
            action: Deed::Role,
            detail: match entry.detail.get("by") {
                Some(by) => json!({ "by": by }),
                None => json!({}),
            },
            initiative: found.id.clone(),
            ..entry.clone()
        };
        set_role(transaction, &account.id, &found.id, Some(Role::Organiser), &role).await?;
        let sql = "UPDATE own_initiatives SET owner = $2 WHERE id = $1";
        transaction.execute(sql, vec![found.id.as_str().into(), account.id.as_str().into()]).await?;
        Ok(())
    }
}

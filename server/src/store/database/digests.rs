//! What those who organise are told by mail.

use async_trait::async_trait;

use super::Database;
use super::batch::enqueue;
use super::trail::note;
use crate::store::decide::NewMessage;
use crate::store::digests::{DigestCount, DigestSpan, DigestState, DigestStore, LAG};
use crate::store::error::retried;
use crate::store::row::Row;
use crate::store::{Digest, Message, MessageKind, StoreError, TrailEntry};

/// Accounts that organise something, and whether a request waits that came until `$1` and that they have not been told.
const STATES: &str = "
    SELECT a.account_h, a.looked_at, a.told_at,
           (SELECT MAX(s.confirmed_at) FROM decisions d
            JOIN signups s ON s.email_h = d.email_h AND s.id = d.id AND NOT s.pending AND s.confirmed_at <= $1
            JOIN roles r ON r.initiative = s.initiative AND r.role = 'organiser' AND r.account_h = a.account_h
            WHERE d.decision = 'asked') AS asked_at
    FROM accounts a
    WHERE a.is_told AND EXISTS (SELECT 1 FROM roles r WHERE r.account_h = a.account_h AND r.role = 'organiser')
    ORDER BY a.account_h";

/// Of each initiative that the account `$1` organises: what was confirmed after `$2` and until `$3`, what waits, and what of it came after `$4`;
/// dates that begin after `$5`.
const COUNTS: &str = "
    SELECT r.initiative,
           (SELECT COUNT(*) FROM signups s
            WHERE s.initiative = r.initiative AND NOT s.pending AND s.confirmed_at > $2 AND s.confirmed_at <= $3
              AND (s.change_id IS NULL OR s.received_at > $2)
              AND NOT EXISTS (SELECT 1 FROM decisions d WHERE d.email_h = s.email_h AND d.id = s.id)) AS signups,
           (SELECT COUNT(*) FROM decisions d JOIN signups s ON s.email_h = d.email_h AND s.id = d.id
            WHERE s.initiative = r.initiative AND d.decision = 'asked' AND NOT s.pending
              AND s.confirmed_at IS NOT NULL) AS asked,
           (SELECT COUNT(*) FROM decisions d JOIN signups s ON s.email_h = d.email_h AND s.id = d.id
            WHERE s.initiative = r.initiative AND d.decision = 'asked' AND NOT s.pending
              AND s.confirmed_at > $4 AND s.confirmed_at <= $3) AS newly_asked,
           (SELECT COUNT(*) FROM seats t
            WHERE t.initiative = r.initiative AND t.taken >= t.capacity AND (t.starts_at IS NULL OR t.starts_at > $5)
              AND EXISTS (SELECT 1 FROM attendances a
                          WHERE a.initiative = t.initiative AND a.session = t.session AND a.state = 'active'
                            AND a.since > $2 AND a.since <= $3)) AS full_dates
    FROM roles r WHERE r.account_h = $1 AND r.role = 'organiser' ORDER BY r.initiative";

#[async_trait]
impl DigestStore for Database {
    async fn digests(&self, now: i64) -> Result<Vec<DigestState>, StoreError> {
        let rows = self.driver.read(STATES, vec![(now - LAG).into()]).await?;
        let state = |row: &dyn Row| {
            let told_at = row.number("told_at")?;
            Ok(DigestState {
                account_h: row.digest("account_h")?,
                looked_at: row.number("looked_at")?,
                told_at,
                is_asked: row.integer("asked_at")?.is_some_and(|asked_at| asked_at > told_at - LAG),
            })
        };
        Ok(rows.iter().map(|row| state(&**row)).collect::<Result<_, sqlx::Error>>()?)
    }

    async fn digest(
        &self,
        account_h: &Digest,
        span: &DigestSpan,
        now: i64,
    ) -> Result<Vec<DigestCount>, StoreError> {
        // Of a mail about requests nothing else is after its end.
        let since = span.since.unwrap_or(span.until);
        let parameters =
            vec![account_h.into(), since.into(), span.until.into(), span.asked_since.into(), now.into()];
        let count = |row: &dyn Row| {
            let number = |column| Ok::<_, sqlx::Error>(row.number(column)?.unsigned_abs());
            Ok(DigestCount {
                initiative: row.string("initiative")?,
                signups: number("signups")?,
                asked: number("asked")?,
                newly_asked: number("newly_asked")?,
                full: number("full_dates")?,
            })
        };
        let rows = self.driver.read(COUNTS, parameters).await?;
        Ok(rows.iter().map(|row| count(&**row)).collect::<Result<_, sqlx::Error>>()?)
    }

    async fn owe_digest(
        &self,
        state: &DigestState,
        span: &DigestSpan,
        is_owed: bool,
        now: i64,
    ) -> Result<bool, StoreError> {
        retried(|| async {
            let looked_at = if span.since.is_some() { now } else { state.looked_at };
            let told_at = if is_owed { now } else { state.told_at };
            let mut transaction = self.driver.begin().await?;
            // Of two servers that look at the same time, the second finds another row.
            let sql = "UPDATE accounts SET looked_at = $4, told_at = $5
                       WHERE account_h = $1 AND looked_at = $2 AND told_at = $3 AND is_told";
            let values = vec![
                (&state.account_h).into(),
                state.looked_at.into(),
                state.told_at.into(),
                looked_at.into(),
                told_at.into(),
            ];
            let is_first = transaction.execute(sql, values).await? > 0;
            if is_first && is_owed {
                let message = Message { kind: MessageKind::Digest, sink: String::new() };
                let mut message = NewMessage::new((&state.account_h, ""), message, "", 0, now)?;
                message.detail = serde_json::json!(span).to_string();
                enqueue(&mut *transaction, &[message]).await?;
            }
            transaction.commit().await?;
            Ok(is_first)
        })
        .await
    }

    async fn set_told(
        &self,
        account_h: &Digest,
        is_told: bool,
        entry: &TrailEntry,
    ) -> Result<bool, StoreError> {
        retried(|| async {
            let mut transaction = self.driver.begin().await?;
            // Whoever is told again is told what is new from then on.
            let sql =
                "UPDATE accounts SET is_told = $2, looked_at = $4 WHERE account_h = $1 AND is_told = $3";
            let values = vec![account_h.into(), is_told.into(), (!is_told).into(), entry.at.into()];
            let is_changed = transaction.execute(sql, values).await? > 0;
            if is_changed {
                let detail = TrailEntry::change(!is_told, is_told);
                note(&mut *transaction, &TrailEntry { detail, ..entry.clone() }).await?;
            }
            transaction.commit().await?;
            Ok(is_changed)
        })
        .await
    }
}

//! Reminders: who is owed one, and who wants none.

use std::collections::BTreeSet;

use serde_json::json;

use super::announce::mail_to;
use super::batch::enqueue;
use super::requests::ADMITTED;
use super::{Database, lock_person, lock_persons};
use crate::store::driver::{Lock, Transaction};
use crate::store::error::retried;
use crate::store::{Digest, MessageKind, StoreError, Value};

/// Reminders owed in one transaction.
const AT_ONCE: usize = 200;

/// Who has a seat of a session that begins within `$1` seconds, has heard nothing of it since then, and was not reminded of that start. Who waits
/// for an answer is not (`{}`), nor who got it since then; `0`: wants no reminder.
const DUE: &str = "
    SELECT a.email_h, a.id, a.initiative, a.session, t.starts_at
    FROM sessions t
    JOIN attendances a ON a.initiative = t.initiative AND a.session = t.session AND a.state = 'active'
    JOIN signups s ON s.email_h = a.email_h AND s.id = a.id AND s.confirmed_at IS NOT NULL
    WHERE t.starts_at > $2 AND t.starts_at <= $2 + $1 AND t.gone_since IS NULL
      AND a.since <= t.starts_at - $1 AND t.changed_at <= t.starts_at - $1 AND {}
      AND NOT EXISTS (SELECT 1 FROM decisions d WHERE d.email_h = a.email_h AND d.id = a.id AND d.at > t.starts_at - $1)
      AND NOT EXISTS (SELECT 1 FROM reminders r
                      WHERE r.email_h = a.email_h AND r.id = a.id AND r.starts_at IN (0, t.starts_at))
    ORDER BY t.starts_at, a.email_h, a.id LIMIT $3";

fn due() -> String {
    DUE.replace("{}", ADMITTED)
}

/// Notes one for a start, unless it is noted, or the sign-up was erased meanwhile.
const NOTE: &str = "
    INSERT INTO reminders (email_h, id, starts_at)
    SELECT email_h, id, $3 FROM signups WHERE email_h = $1 AND id = $2 ON CONFLICT DO NOTHING";

impl Database {
    pub(super) async fn owe_reminders(&self, ahead: i64, now: i64) -> Result<u64, StoreError> {
        // Looked for beside the writer, which is not to wait for it: mostly there is nothing.
        let limits = || vec![ahead.into(), now.into(), (AT_ONCE as i64).into()];
        if self.driver.read(&due(), limits()).await?.is_empty() {
            return Ok(0);
        }
        retried(move || async move {
            let mut transaction = self.driver.begin().await?;
            let owed = owe(&mut *transaction, limits(), now).await?;
            transaction.commit().await?;
            Ok(owed)
        })
        .await
    }

    pub(super) async fn end_reminders(&self, email_h: &Digest, id: &str) -> Result<(), StoreError> {
        let mut transaction = self.driver.begin().await?;
        if lock_person(&mut *transaction, email_h).await? {
            transaction.execute(NOTE, vec![email_h.into(), id.into(), 0.into()]).await?;
            let sql =
                "DELETE FROM outbox WHERE email_h = $1 AND signup = $2 AND kind = $3 AND sent_at IS NULL";
            let kind = MessageKind::Reminder.as_str();
            transaction.execute(sql, vec![email_h.into(), id.into(), kind.into()]).await?;
        }
        Ok(transaction.commit().await?)
    }
}

async fn owe(transaction: &mut dyn Transaction, limits: Vec<Value>, now: i64) -> Result<u64, StoreError> {
    let rows = transaction.query(&due(), limits).await?;
    let persons = rows.iter().map(|row| row.digest("email_h")).collect::<Result<BTreeSet<_>, _>>()?;
    lock_persons(transaction, &persons, Lock::Change).await?;
    let mut messages = Vec::with_capacity(rows.len());
    for row in &rows {
        let (name, session) = ((row.digest("email_h")?, row.string("id")?), row.string("session")?);
        let noted = vec![(&name.0).into(), name.1.as_str().into(), row.number("starts_at")?.into()];
        // Of two servers one notes it.
        if transaction.execute(NOTE, noted).await? > 0 {
            let detail = json!({ "session": session });
            messages.push(mail_to(
                &row.string("initiative")?,
                (&name.0, &name.1),
                MessageKind::Reminder,
                &detail,
                now,
            )?);
        }
    }
    enqueue(transaction, &messages).await?;
    Ok(messages.len() as u64)
}

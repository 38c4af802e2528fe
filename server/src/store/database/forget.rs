//! What an erasure leaves behind: news of it for those who had heard of the sign-up, holds that are nobody's any more, and
//! nothing else.

use std::collections::BTreeSet;

use super::batch::enqueue;
use super::values::{execute, insert, query};
use super::{NOBODY, lock_persons};
use crate::store::decide::NewMessage;
use crate::store::driver::{Lock, Transaction};
use crate::store::row::Row;
use crate::store::secret::random_id;
use crate::store::tables::{HOLDS, Value};
use crate::store::{Digest, LEASE, Message, MessageKind, StoreError};

/// What is known of a sign-up that was erased.
pub struct Gone {
    pub email_h: Digest,
    pub id: String,
    pub initiative: String,
    pub sequence: i64,
}

impl Gone {
    pub fn read(row: &dyn Row) -> Result<Self, sqlx::Error> {
        Ok(Self {
            email_h: row.digest("email_h")?,
            id: row.string("id")?,
            initiative: row.string("initiative")?,
            sequence: row.number("sequence")?,
        })
    }

    /// Person and id.
    pub fn name(&self) -> Vec<Value> {
        vec![(&self.email_h).into(), self.id.as_str().into()]
    }
}

/// Tells the sinks that may have heard of these sign-ups: nobody else has anything to forget. All that was to be said to
/// them before is said no more. A mail stays: it speaks for what waits beside the sign-up, too.
pub async fn tell(transaction: &mut dyn Transaction, gone: &[Gone], now: i64) -> Result<(), StoreError> {
    let heard = query(
        transaction,
        "WITH v (email_h, signup) AS (VALUES {})
         SELECT o.email_h, o.signup, o.sink,
                MAX(CASE WHEN o.sent_at IS NULL AND o.dead_at IS NULL THEN o.next_at END) AS next_at
         FROM v CROSS JOIN outbox o
         WHERE o.email_h = v.email_h AND o.signup = v.signup AND o.sink NOT IN ('', '*') AND o.attempts > 0
         GROUP BY o.email_h, o.signup, o.sink ORDER BY o.sink",
        gone.iter().map(Gone::name).collect(),
    )
    .await?;
    execute(
        transaction,
        "DELETE FROM outbox WHERE (email_h, id) IN (
             WITH v (email_h, signup) AS (VALUES {})
             SELECT o.email_h, o.id FROM v CROSS JOIN outbox o
             WHERE o.email_h = v.email_h AND o.signup = v.signup AND o.sink <> '')",
        gone.iter().map(Gone::name).collect(),
    )
    .await?;
    let mut messages = Vec::with_capacity(heard.len());
    for row in &heard {
        let (email_h, id) = (row.digest("email_h")?, row.string("signup")?);
        let Some(one) = gone.iter().find(|one| one.email_h == email_h && one.id == id) else { continue };
        let message = Message { kind: MessageKind::Erased, sink: row.string("sink")? };
        let mut message = NewMessage::new((&NOBODY, &one.initiative), message, &id, one.sequence + 1, now)?;
        message.detail = serde_json::json!({ "id": id }).to_string();
        // An event that is on its way must not arrive after this one.
        message.next_at = row.integer("next_at")?.map_or(now, |next| next.clamp(now, now + LEASE));
        messages.push(message);
    }
    Ok(enqueue(transaction, &messages).await?)
}

/// Seats that are held stay held until their time is over, and nobody can tell any more for whom.
pub async fn hold_for_nobody(
    transaction: &mut dyn Transaction,
    which: &str,
    names: Vec<Vec<Value>>,
) -> Result<(), StoreError> {
    let sql =
        format!("DELETE FROM holds WHERE {which} RETURNING initiative, session, party, waiting, expires_at");
    let mut holds = Vec::new();
    for row in query(transaction, &sql, names).await? {
        holds.push(vec![
            (&NOBODY).into(),
            random_id()?.as_str().into(),
            row.string("session")?.as_str().into(),
            row.string("initiative")?.as_str().into(),
            Value::Bytes(None),
            row.number("party")?.into(),
            row.flag("waiting")?.into(),
            row.number("expires_at")?.into(),
        ]);
    }
    insert(transaction, &HOLDS, holds).await?;
    Ok(())
}

/// Drops the keys of those who have no sign-up left, their links, keys and messages.
pub async fn forget(transaction: &mut dyn Transaction, persons: BTreeSet<Digest>) -> Result<(), StoreError> {
    // A sign-up that another server is writing refers to its person, so that this waits for it, and what follows sees it:
    // PostgreSQL's `DELETE` alone would look for sign-ups first, then wait, and then take the new one with the person.
    lock_persons(transaction, &persons, Lock::Delete).await?;
    let gone = query(
        transaction,
        "DELETE FROM persons WHERE email_h IN (VALUES {})
         AND NOT EXISTS (SELECT 1 FROM signups s WHERE s.email_h = persons.email_h) RETURNING email_h",
        persons.iter().map(|email_h| vec![email_h.into()]).collect(),
    )
    .await?;
    let gone = gone.iter().map(|row| Ok(vec![(&row.digest("email_h")?).into()]));
    let gone = gone.collect::<Result<Vec<Vec<Value>>, sqlx::Error>>()?;
    execute(transaction, "DELETE FROM outbox WHERE email_h IN (VALUES {})", gone.clone()).await?;
    hold_for_nobody(transaction, "email_h IN (VALUES {})", gone).await
}

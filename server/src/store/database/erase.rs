//! Erasure: of a sign-up, a person, or what has been kept long enough.

use std::collections::{BTreeMap, BTreeSet};

use super::batch::enqueue;
use super::confirm::free_seats;
use super::values::{NAMED, execute, insert, query};
use super::{Database, NOBODY, lock_person};
use crate::store::decide::NewMessage;
use crate::store::driver::{Row, Transaction};
use crate::store::secret::random_id;
use crate::store::tables::{HOLDS, Value};
use crate::store::{Digest, Erasure, Message, MessageKind, StoreError};

/// Sign-ups erased in one transaction: enough to be quick, few enough not to keep the writer waiting.
const ERASED: u64 = 200;
/// Seconds that idempotency keys are kept, whatever becomes of the sign-up: a key that lived as long as somebody's sign-up would
/// tell whoever made it with their address that they take part. A retry that comes later finds the same form.
const KEYS_KEPT: i64 = 86_400;
/// Seconds that mails are counted.
const SENDS_KEPT: i64 = 7 * 86_400;
/// Seconds after which a link that was asked for with an unknown address is forgotten: it would be out of date.
const ACCESS_KEPT: i64 = 86_400;
/// Seconds that the news of an erasure waits at most for an event that is being delivered: as long as its lease.
const LEASE: i64 = 300;

/// A sign-up that went.
struct Gone {
    email_h: Digest,
    id: String,
    initiative: String,
    session: String,
    party: i64,
    pending: bool,
    sequence: i64,
}

impl Gone {
    fn read(row: &dyn Row) -> Result<Self, sqlx::Error> {
        Ok(Self {
            email_h: row.digest("email_h")?,
            id: row.string("id")?,
            initiative: row.string("initiative")?,
            session: row.string("session")?,
            party: row.number("party")?,
            pending: row.flag("pending")?,
            sequence: row.number("sequence")?,
        })
    }

    /// Person and id.
    fn name(&self) -> Vec<Value> {
        vec![(&self.email_h).into(), self.id.as_str().into()]
    }
}

impl Database {
    pub(super) async fn erase_some(&self, what: &Erasure, now: i64) -> Result<u64, StoreError> {
        let mut transaction = self.driver.begin().await?;
        if let Erasure::Expired(at) = what {
            purge_traces(&mut *transaction, *at).await?;
        }
        let erased = self.erase_within(&mut *transaction, what, now).await?;
        transaction.commit().await?;
        // A purge asks again until nothing is left; then the log holds nothing of any of them.
        if !matches!(what, Erasure::Expired(_)) || erased < ERASED {
            self.driver.purge_log().await;
        }
        Ok(erased)
    }

    /// All attempts of a person. Returns how many there were.
    pub(super) async fn erase_attempts(&self, email_h: &Digest, now: i64) -> Result<u64, StoreError> {
        let mut transaction = self.driver.begin().await?;
        lock_person(&mut *transaction, email_h).await?;
        let sql = "SELECT email_h, id FROM signups WHERE email_h = $1 AND pending";
        let rows = transaction.query(sql, vec![email_h.into()]).await?;
        let gone = erase_rows(&mut *transaction, names(&rows)?, i64::MAX, now).await?;
        transaction.commit().await?;
        if gone > 0 {
            self.driver.purge_log().await;
        }
        Ok(gone)
    }

    pub(super) async fn erase_within(
        &self,
        transaction: &mut dyn Transaction,
        what: &Erasure,
        now: i64,
    ) -> Result<u64, StoreError> {
        let (rows, expired) = match what {
            Erasure::One(email_h, id) => {
                lock_person(transaction, email_h).await?;
                (vec![vec![email_h.into(), id.as_str().into()]], i64::MAX)
            }
            Erasure::Person(email_h) => {
                lock_person(transaction, email_h).await?;
                let sql = "SELECT email_h, id FROM signups WHERE email_h = $1";
                (names(&transaction.query(sql, vec![email_h.into()]).await?)?, i64::MAX)
            }
            Erasure::Expired(at) => {
                let sql = format!(
                    "SELECT email_h, id FROM signups WHERE expires_at <= $1
                     ORDER BY expires_at, email_h, id LIMIT {ERASED}"
                );
                (names(&transaction.query(&sql, vec![(*at).into()]).await?)?, *at)
            }
        };
        let gone = erase_rows(transaction, rows, expired, now).await?;
        if let (Erasure::Person(email_h), 0) = (what, gone) {
            forget(transaction, BTreeSet::from([*email_h])).await?;
        }
        Ok(gone)
    }
}

fn names(rows: &[Box<dyn Row>]) -> Result<Vec<Vec<Value>>, sqlx::Error> {
    rows.iter()
        .map(|row| Ok(vec![(&row.digest("email_h")?).into(), row.string("id")?.as_str().into()]))
        .collect()
}

/// What is kept for a time only, and is no sign-up.
async fn purge_traces(transaction: &mut dyn Transaction, at: i64) -> Result<(), sqlx::Error> {
    for (sql, at) in [
        ("DELETE FROM answered WHERE at <= $1", at - KEYS_KEPT),
        ("DELETE FROM spent WHERE expires_at <= $1", at),
        ("DELETE FROM tokens WHERE expires_at <= $1", at),
        ("DELETE FROM holds WHERE expires_at <= $1", at),
        ("DELETE FROM sends WHERE at <= $1", at - SENDS_KEPT),
        (
            "DELETE FROM outbox WHERE kind = 'access' AND created_at <= $1
             AND NOT EXISTS (SELECT 1 FROM persons p WHERE p.email_h = outbox.email_h)",
            at - ACCESS_KEPT,
        ),
    ] {
        transaction.execute(sql, vec![at.into()]).await?;
    }
    Ok(())
}

/// Erases rows by person and id, those that have expired at that time, with all that belongs to them. Returns how many.
async fn erase_rows(
    transaction: &mut dyn Transaction,
    rows: Vec<Vec<Value>>,
    expired: i64,
    now: i64,
) -> Result<u64, StoreError> {
    // What this statement gives back is ours: another server that purges at the same time finds it gone. `NOT` keeps SQLite
    // from looking for the time first, and at every row before it.
    let sql = format!(
        "DELETE FROM signups WHERE {NAMED} AND NOT expires_at > {expired}
         RETURNING email_h, id, initiative, session, party, pending, sequence"
    );
    let gone = query(transaction, &sql, rows).await?;
    let gone = gone.iter().map(|row| Gone::read(&**row)).collect::<Result<Vec<_>, _>>()?;
    if gone.is_empty() {
        return Ok(0);
    }
    let mut freed: BTreeMap<(&str, &str), i64> = BTreeMap::new();
    for one in gone.iter().filter(|one| !one.pending) {
        *freed.entry((&one.initiative, &one.session)).or_default() += one.party;
    }
    for ((initiative, session), party) in freed {
        free_seats(transaction, initiative, session, party).await?;
    }
    tell(transaction, &gone, now).await?;
    hold_for_nobody(transaction, NAMED, gone.iter().map(Gone::name).collect()).await?;
    // Keys are kept, and mails may be sent, as long as the person has a sign-up to the initiative.
    let names: BTreeSet<_> = gone.iter().map(|one| (&one.email_h, one.initiative.as_str())).collect();
    let names: Vec<Vec<Value>> =
        names.into_iter().map(|(email_h, initiative)| vec![email_h.into(), initiative.into()]).collect();
    for (table, key, more) in [("answered", "idem", ""), ("outbox", "id", "AND t.sink = ''")] {
        let sql = format!(
            "DELETE FROM {table} WHERE (email_h, {key}) IN (
                 WITH v (email_h, initiative) AS (VALUES {{}})
                 SELECT t.email_h, t.{key} FROM v CROSS JOIN {table} t
                 WHERE t.email_h = v.email_h AND t.initiative = v.initiative {more}
                   AND NOT EXISTS (SELECT 1 FROM signups s
                                   WHERE s.email_h = v.email_h AND s.initiative = v.initiative))"
        );
        execute(transaction, &sql, names.clone()).await?;
    }
    forget(transaction, gone.iter().map(|one| one.email_h).collect()).await?;
    Ok(gone.len() as u64)
}

/// Tells the sinks that may have heard of these sign-ups: nobody else has anything to forget. All that was to be said of
/// them before is said no more.
async fn tell(transaction: &mut dyn Transaction, gone: &[Gone], now: i64) -> Result<(), StoreError> {
    let heard = query(
        transaction,
        "WITH v (email_h, signup) AS (VALUES {})
         SELECT o.email_h, o.signup, o.sink,
                MAX(CASE WHEN o.sent_at IS NULL AND o.dead_at IS NULL THEN o.next_at END) AS next_at
         FROM v CROSS JOIN outbox o
         WHERE o.email_h = v.email_h AND o.signup = v.signup AND o.sink <> '' AND o.attempts > 0
         GROUP BY o.email_h, o.signup, o.sink ORDER BY o.sink",
        gone.iter().map(Gone::name).collect(),
    )
    .await?;
    execute(
        transaction,
        "DELETE FROM outbox WHERE (email_h, id) IN (
             WITH v (email_h, signup) AS (VALUES {})
             SELECT o.email_h, o.id FROM v CROSS JOIN outbox o
             WHERE o.email_h = v.email_h AND o.signup = v.signup)",
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
async fn hold_for_nobody(
    transaction: &mut dyn Transaction,
    which: &str,
    names: Vec<Vec<Value>>,
) -> Result<(), StoreError> {
    let sql = format!("DELETE FROM holds WHERE {which} RETURNING initiative, session, party, expires_at");
    let mut holds = Vec::new();
    for row in query(transaction, &sql, names).await? {
        holds.push(vec![
            (&NOBODY).into(),
            random_id()?.as_str().into(),
            row.string("initiative")?.as_str().into(),
            row.string("session")?.as_str().into(),
            row.number("party")?.into(),
            row.number("expires_at")?.into(),
        ]);
    }
    insert(transaction, &HOLDS, holds).await?;
    Ok(())
}

/// Drops the keys of those who have no sign-up left, their links, keys and messages.
async fn forget(transaction: &mut dyn Transaction, persons: BTreeSet<Digest>) -> Result<(), StoreError> {
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

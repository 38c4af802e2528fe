//! Where participants meet.

use std::collections::BTreeSet;

use async_trait::async_trait;
use serde_json::{Value as Json, json};

use super::announce::mail_to;
use super::batch::enqueue;
use super::participants::name;
use super::requests::ADMITTED;
use super::trail::note;
use super::{Database, lock_persons};
use crate::store::driver::{Lock, Transaction};
use crate::store::error::retried;
use crate::store::sealed::Sealed;
use crate::store::tables::Value;
use crate::store::{Meeting, MessageKind, StoreError, TrailEntry, Venue, VenueStore};

/// Mails owed in one transaction.
const AT_ONCE: usize = 200;
/// Seconds after which whoever has said where one meets owes the mails no more: their browser went away, or their server was stopped. Others go on.
const PATIENCE: i64 = 60;

#[async_trait]
impl VenueStore for Database {
    async fn venues(&self, initiative: &str) -> Result<Vec<Venue>, StoreError> {
        let sql = "SELECT session, sealed, changed_at FROM venues WHERE initiative = $1 ORDER BY session";
        let mut all = Vec::new();
        for row in self.driver.read(sql, vec![initiative.into()]).await? {
            all.push(Venue {
                session: row.string("session")?,
                meeting: Meeting::open(&self.keys, initiative, &row.bytes("sealed")?.unwrap_or_default())?,
                changed_at: row.number("changed_at")?,
            });
        }
        Ok(all)
    }

    async fn set_venue(
        &self,
        initiative: &str,
        session: &str,
        meeting: &Meeting,
        entry: &TrailEntry,
    ) -> Result<u64, StoreError> {
        let now = entry.at;
        let before = self.venues(initiative).await?;
        let before = before.into_iter().find(|venue| venue.session == session);
        if let Some(said) = before.as_ref().filter(|venue| venue.meeting == *meeting) {
            // Whoever got their seat since then has read it in the mail that said so; the others have one, unless nobody has gone on yet
            // with owing them.
            return self.owe_venue((initiative, session), (said.changed_at, said.changed_at), now).await;
        }
        let changed_at = before.map_or(now, |venue| now.max(venue.changed_at + 1));
        let sealed = Value::Bytes(Some(meeting.seal(&self.keys, initiative)?));
        let sql = "INSERT INTO venues (initiative, session, sealed, changed_at, is_owed) VALUES ($1, $2, $3, $4, $5)
                   ON CONFLICT (initiative, session) DO UPDATE
                   SET sealed = excluded.sealed, changed_at = excluded.changed_at, is_owed = excluded.is_owed";
        let row = || vec![initiative.into(), session.into(), sealed.clone(), changed_at.into(), true.into()];
        retried(|| async {
            // Committed before it is looked whom to tell: the mail of whoever confirms meanwhile says it.
            let mut transaction = self.driver.begin().await?;
            transaction.execute(sql, row()).await?;
            note(&mut *transaction, &about(entry, session)).await?;
            Ok(transaction.commit().await?)
        })
        .await?;
        self.owe_venue((initiative, session), (changed_at, i64::MAX), now).await
    }

    async fn owe_venues(&self, now: i64) -> Result<u64, StoreError> {
        let sql = "SELECT initiative, session, changed_at FROM venues WHERE is_owed AND changed_at <= $1
                   ORDER BY changed_at, initiative, session LIMIT $2";
        let limit = AT_ONCE as i64;
        let mut owed = 0;
        for row in self.driver.read(sql, vec![(now - PATIENCE).into(), limit.into()]).await? {
            let (initiative, session) = (row.string("initiative")?, row.string("session")?);
            // Whoever got their seat since then has read it in the mail that said so.
            let said = row.number("changed_at")?;
            owed += self.owe_venue((&initiative, &session), (said, said), now).await?;
        }
        Ok(owed)
    }

    async fn clear_venue(
        &self,
        initiative: &str,
        session: &str,
        entry: &TrailEntry,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.driver.begin().await?;
        let sql = "DELETE FROM venues WHERE initiative = $1 AND session = $2";
        let cleared = transaction.execute(sql, vec![initiative.into(), session.into()]).await?;
        if cleared > 0 {
            note(&mut *transaction, &about(entry, session)).await?;
        }
        transaction.commit().await?;
        Ok(cleared > 0)
    }

    async fn venue_audience(&self, initiative: &str, session: &str, now: i64) -> Result<u64, StoreError> {
        let sql = format!("SELECT count(*) AS many FROM ({}) AS told", SEATED.replace("{}", ADMITTED));
        // No mail has that detail.
        let values = vec![initiative.into(), session.into(), now.into(), "".into(), i64::MAX.into()];
        let rows = self.driver.read(&sql, values).await?;
        Ok(rows.first().map(|row| row.number("many")).transpose()?.unwrap_or_default().unsigned_abs())
    }
}

/// An entry that says which session it is about.
fn about(entry: &TrailEntry, session: &str) -> TrailEntry {
    let mut entry = entry.clone();
    entry.detail["session"] = session.into();
    entry
}

/// Who has a seat of that session (`$2`), or, where it is empty, of one without a place of its own, or is signed up for no session; of none
/// that has left the feed, which could not be told; was not
/// left waiting for an answer, or declined (`{}`); has all that since `$3`; and is owed no mail of that detail (`$4`) yet.
const SEATED: &str = "
    SELECT s.email_h, s.id FROM signups s
    WHERE s.initiative = $1 AND NOT s.pending AND s.confirmed_at <= $3 AND {}
      AND NOT EXISTS (SELECT 1 FROM decisions d WHERE d.email_h = s.email_h AND d.id = s.id AND d.at > $3)
      AND (EXISTS (SELECT 1 FROM attendances a
                   WHERE a.email_h = s.email_h AND a.id = s.id AND a.state = 'active' AND a.since <= $3
                     AND NOT EXISTS (SELECT 1 FROM sessions g WHERE g.initiative = $1 AND g.session = a.session
                                                                AND g.gone_since IS NOT NULL)
                     AND (a.session = $2
                          OR ($2 = '' AND NOT EXISTS (SELECT 1 FROM venues v
                                                      WHERE v.initiative = $1 AND v.session = a.session))))
           OR ($2 = '' AND NOT EXISTS (SELECT 1 FROM attendances a WHERE a.email_h = s.email_h AND a.id = s.id)))
      AND NOT EXISTS (SELECT 1 FROM outbox o
                      WHERE o.email_h = s.email_h AND o.signup = s.id AND o.kind = 'venue' AND o.detail = $4)
    ORDER BY s.email_h, s.id LIMIT $5";

impl Database {
    /// Owes a mail to each who has a seat, had it by then (`until`), and is owed none. Says how many.
    async fn owe_venue(
        &self,
        (initiative, session): (&str, &str),
        (changed_at, until): (i64, i64),
        now: i64,
    ) -> Result<u64, StoreError> {
        let detail = &json!({ "session": session, "changedAt": changed_at });
        let mut owed = 0;
        loop {
            let (found, batch) = retried(move || async move {
                let mut transaction = self.driver.begin().await?;
                let done = owe(&mut *transaction, (initiative, session), detail, until, now).await?;
                transaction.commit().await?;
                Ok(done)
            })
            .await?;
            owed += batch as u64;
            if found < AT_ONCE {
                break;
            }
        }
        let sql = "UPDATE venues SET is_owed = $4
                   WHERE initiative = $1 AND session = $2 AND changed_at = $3 AND is_owed";
        let which = vec![initiative.into(), session.into(), changed_at.into(), false.into()];
        self.driver.write(sql, which).await?;
        Ok(owed)
    }
}

/// Owes some of these mails; says how many were to be owed, and how many are.
async fn owe(
    transaction: &mut dyn Transaction,
    (initiative, session): (&str, &str),
    detail: &Json,
    until: i64,
    now: i64,
) -> Result<(usize, usize), StoreError> {
    let sql = SEATED.replace("{}", ADMITTED);
    let text = detail.to_string();
    let which = || {
        let limit = AT_ONCE as i64;
        vec![initiative.into(), session.into(), until.into(), text.as_str().into(), limit.into()]
    };
    let found = transaction.query(&sql, which()).await?;
    let persons = found.iter().map(|row| row.digest("email_h")).collect::<Result<BTreeSet<_>, _>>()?;
    lock_persons(transaction, &persons, Lock::Change).await?;
    // Some may have left, or been owed theirs by another command, until they were locked.
    let mut messages = Vec::with_capacity(found.len());
    for row in transaction.query(&sql, which()).await? {
        let name = name(&*row)?;
        if persons.contains(&name.0) {
            messages.push(mail_to(initiative, (&name.0, &name.1), MessageKind::Venue, detail, now)?);
        }
    }
    enqueue(transaction, &messages).await?;
    Ok((found.len(), messages.len()))
}

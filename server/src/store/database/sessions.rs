//! What is known of sessions, and what becomes of those that the feed moves or has no more: one transaction each, with the mails about it.
//! Persons are locked first, then seats, then the session's own row, whose `sequence` says whether another server was first.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use serde_json::json;

use super::announce::{Step, announce_all, mail_to};
use super::batch::enqueue;
use super::moves::move_within;
use super::participants::{count_seats, lock, participants};
use super::trail::note;
use super::values::execute;
use super::{Database, NOBODY};
use crate::store::decide::NewMessage;
use crate::store::driver::Transaction;
use crate::store::error::retried;
use crate::store::row::Row;
use crate::store::{
    Digest, Kept, KnownSession, Message, MessageKind, SessionMove, SessionStore, StoreError, TrailEntry,
};

/// A session's first name is how calendars know it. Where that was another one's first name, which has another name by now, there is a
/// `+` behind it for each of those.
const NOTE: &str = "
    WITH v (initiative, session, starts, ends, place, starts_at) AS (VALUES {})
    INSERT INTO sessions (initiative, session, uid, sequence, starts, ends, place, starts_at, changed_at)
    SELECT v.initiative, v.session,
           v.session || substr('++++++++', 1, CAST((
               SELECT count(*) FROM sessions t
               WHERE t.initiative = v.initiative AND t.session <> v.session AND rtrim(t.uid, '+') = v.session
           ) AS INTEGER)),
           0, v.starts, v.ends, v.place, v.starts_at, 0
    FROM v WHERE TRUE ON CONFLICT (initiative, session) DO NOTHING";

/// Seconds after its start within which a session may still be called off: it may be a whole day, or have been put off without a word.
const A_DAY: i64 = 86_400;

#[async_trait]
impl SessionStore for Database {
    async fn attended(&self) -> Result<BTreeMap<String, BTreeSet<String>>, StoreError> {
        // What was called off here is to stay so by whatever name, though nobody has had anything of it.
        let sql = "SELECT initiative, session FROM attendances
                   UNION SELECT c.initiative, c.session FROM called_off c
                         JOIN sessions s ON s.initiative = c.initiative AND s.session = c.session
                              AND s.gone_since IS NOT NULL";
        let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for row in self.driver.read(sql, Vec::new()).await? {
            all.entry(row.string("initiative")?).or_default().insert(row.string("session")?);
        }
        Ok(all)
    }

    async fn sessions(&self, initiative: &str) -> Result<Vec<KnownSession>, StoreError> {
        let sql = "SELECT * FROM sessions WHERE initiative = $1 ORDER BY session";
        let rows = self.driver.read(sql, vec![initiative.into()]).await?;
        Ok(rows.iter().map(|row| known(&**row)).collect::<Result<_, _>>()?)
    }

    async fn gone_sessions(&self, now: i64) -> Result<Vec<(String, KnownSession, u64)>, StoreError> {
        let sql = format!(
            "SELECT s.*, ({PEOPLE}) AS people FROM sessions s WHERE s.gone_since IS NOT NULL
             AND (s.starts_at = 0 OR s.starts_at > $1) ORDER BY s.starts_at, s.initiative, s.session"
        );
        let mut all = Vec::new();
        for row in self.driver.read(&sql, vec![(now - A_DAY).into()]).await? {
            let people = row.number("people")?.unsigned_abs();
            if people > 0 {
                all.push((row.string("initiative")?, known(&*row)?, people));
            }
        }
        Ok(all)
    }

    async fn note_sessions(&self, initiative: &str, sessions: &[KnownSession]) -> Result<(), StoreError> {
        if sessions.is_empty() {
            return Ok(());
        }
        let rows = sessions.iter().map(|one| {
            let Kept { starts, ends, place } = &one.kept;
            vec![
                initiative.into(),
                one.session.as_str().into(),
                starts.as_str().into(),
                ends.as_deref().into(),
                place.as_deref().into(),
                one.starts_at.into(),
            ]
        });
        let mut transaction = self.driver.begin().await?;
        execute(&mut *transaction, NOTE, rows.collect()).await?;
        Ok(transaction.commit().await?)
    }

    async fn move_session(
        &self,
        initiative: &str,
        change: &SessionMove,
        now: i64,
    ) -> Result<Option<u64>, StoreError> {
        retried(move || async move {
            let mut transaction = self.driver.begin().await?;
            let told = move_within(&mut *transaction, initiative, change, now).await?;
            transaction.commit().await?;
            Ok(told)
        })
        .await
    }

    async fn lose_session(
        &self,
        initiative: &str,
        session: &KnownSession,
        messages: &[Message],
        now: i64,
    ) -> Result<Option<u64>, StoreError> {
        let mut transaction = self.driver.begin().await?;
        let lost = lose_within(&mut *transaction, initiative, session, messages, now).await?;
        transaction.commit().await?;
        Ok(lost)
    }

    async fn call_off(&self, initiative: &str, session: &str, now: i64) -> Result<Option<u64>, StoreError> {
        retried(move || async move {
            let mut transaction = self.driver.begin().await?;
            let called_off = call_off_within(&mut *transaction, (initiative, session), now).await?;
            transaction.commit().await?;
            Ok(called_off)
        })
        .await
    }

    async fn call_off_announced(
        &self,
        initiative: &str,
        session: &KnownSession,
        entry: &TrailEntry,
    ) -> Result<Option<u64>, StoreError> {
        self.note_sessions(initiative, std::slice::from_ref(session)).await?;
        retried(move || async move {
            let mut transaction = self.driver.begin().await?;
            let called_off = call_off_announced(&mut *transaction, initiative, session, entry).await?;
            transaction.commit().await?;
            Ok(called_off)
        })
        .await
    }

    async fn called_off(&self, now: i64) -> Result<Vec<(String, String, i64)>, StoreError> {
        let sql = "SELECT initiative, session, starts_at FROM called_off WHERE starts_at > $1";
        let rows = self.driver.read(sql, vec![(now - 30 * A_DAY).into()]).await?;
        let read = |row: &dyn Row| {
            Ok::<_, sqlx::Error>((
                row.string("initiative")?,
                row.string("session")?,
                row.number("starts_at")?,
            ))
        };
        Ok(rows.iter().map(|row| read(&**row)).collect::<Result<_, _>>()?)
    }

    async fn called_off_in_vain(&self) -> Result<Vec<(String, String)>, StoreError> {
        let sql = "SELECT DISTINCT c.initiative, c.session FROM called_off c
                   JOIN sessions s ON s.initiative = c.initiative AND s.session = c.session
                        AND s.gone_since IS NOT NULL AND s.starts_at = c.starts_at
                   JOIN attendances a ON a.initiative = c.initiative AND a.session = c.session
                        AND a.state IN ('active', 'offered', 'waiting')";
        let rows = self.driver.read(sql, Vec::new()).await?;
        let read = |row: &dyn Row| Ok::<_, sqlx::Error>((row.string("initiative")?, row.string("session")?));
        Ok(rows.iter().map(|row| read(&**row)).collect::<Result<_, _>>()?)
    }

    async fn remind(&self, ahead: i64, now: i64) -> Result<u64, StoreError> {
        self.owe_reminders(ahead, now).await
    }

    async fn stop_reminders(&self, email_h: &Digest, id: &str) -> Result<(), StoreError> {
        self.end_reminders(email_h, id).await
    }
}

/// How many people take part in a session, or wait for it.
const PEOPLE: &str = "
    SELECT CAST(COALESCE(SUM(a.party), 0) AS BIGINT) FROM attendances a
    WHERE a.initiative = s.initiative AND a.session = s.session AND a.state IN ('active', 'offered', 'waiting')";

fn known(row: &dyn Row) -> Result<KnownSession, sqlx::Error> {
    Ok(KnownSession {
        session: row.string("session")?,
        uid: row.string("uid")?,
        sequence: row.number("sequence")?,
        kept: Kept { starts: row.string("starts")?, ends: row.text("ends")?, place: row.text("place")? },
        starts_at: row.number("starts_at")?,
        changed_at: row.number("changed_at")?,
        gone_since: row.integer("gone_since")?,
        previous: row.text("previous")?,
    })
}

async fn lose_within(
    transaction: &mut dyn Transaction,
    initiative: &str,
    session: &KnownSession,
    messages: &[Message],
    now: i64,
) -> Result<Option<u64>, StoreError> {
    let sql = "UPDATE sessions SET gone_since = $4, changed_at = $4, sequence = sequence + 1
               WHERE initiative = $1 AND session = $2 AND sequence = $3 AND gone_since IS NULL";
    let name = || vec![initiative.into(), session.session.as_str().into()];
    let seen = [name(), vec![session.sequence.into(), now.into()]].concat();
    if transaction.execute(sql, seen).await? == 0 {
        return Ok(None);
    }
    let sql =
        format!("SELECT ({PEOPLE}) AS people FROM sessions s WHERE s.initiative = $1 AND s.session = $2");
    let rows = transaction.query(&sql, name()).await?;
    let people = rows.first().map_or(Ok(0), |row| row.number("people"))?.unsigned_abs();
    if people > 0 {
        let detail = json!({ "session": session.session, "was": session.kept, "people": people }).to_string();
        let event = |message: &Message| {
            let event = NewMessage::new((&NOBODY, initiative), message.clone(), "", 0, now)?;
            Ok::<_, StoreError>(NewMessage { detail: detail.clone(), ..event })
        };
        let events = messages.iter().map(event).collect::<Result<Vec<_>, _>>()?;
        enqueue(transaction, &events).await?;
    }
    Ok(Some(people))
}

async fn call_off_announced(
    transaction: &mut dyn Transaction,
    initiative: &str,
    session: &KnownSession,
    entry: &TrailEntry,
) -> Result<Option<u64>, StoreError> {
    let name = session.session.as_str();
    lock(transaction, initiative, &[name]).await?;
    // What the feed had by that name on another day was another date.
    let sql = "INSERT INTO called_off (initiative, session, starts_at, at) VALUES ($1, $2, $3, $4)
               ON CONFLICT (initiative, session) DO UPDATE SET starts_at = excluded.starts_at, at = excluded.at
               WHERE called_off.starts_at <> excluded.starts_at";
    let values = vec![initiative.into(), name.into(), session.starts_at.into(), entry.at.into()];
    if transaction.execute(sql, values).await? == 0 {
        return Ok(None);
    }
    let sql = "UPDATE sessions SET gone_since = COALESCE(gone_since, $3), changed_at = $3
               WHERE initiative = $1 AND session = $2";
    transaction.execute(sql, vec![initiative.into(), name.into(), entry.at.into()]).await?;
    let told = call_off_within(transaction, (initiative, name), entry.at).await?.unwrap_or_default();
    let detail = json!({ "session": name, "count": told });
    note(transaction, &TrailEntry { detail, ..entry.clone() }).await?;
    Ok(Some(told))
}

async fn call_off_within(
    transaction: &mut dyn Transaction,
    (initiative, session): (&str, &str),
    now: i64,
) -> Result<Option<u64>, StoreError> {
    lock(transaction, initiative, &[session]).await?;
    let names = || vec![initiative.into(), session.into()];
    let sql = "UPDATE sessions SET sequence = sequence + 1
               WHERE initiative = $1 AND session = $2 AND gone_since IS NOT NULL
                 AND (starts_at = 0 OR starts_at > $3) RETURNING *";
    let rows = transaction.query(sql, [names(), vec![(now - A_DAY).into()]].concat()).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let detail = json!({ "session": session, "was": known(&**row)?.kept });
    let participants = participants(transaction, (initiative, session)).await?;
    let sql = "UPDATE attendances SET state = 'cancelled', since = $3, decide_by = NULL
               WHERE initiative = $1 AND session = $2 AND state <> 'cancelled'";
    transaction.execute(sql, [names(), vec![now.into()]].concat()).await?;
    // Who confirms from now on has nothing of it.
    let sql = "DELETE FROM holds WHERE initiative = $1 AND session = $2";
    transaction.execute(sql, names()).await?;
    count_seats(transaction, (initiative, session), None).await?;
    let names: Vec<_> = participants.iter().map(|(name, _)| name.clone()).collect();
    announce_all(transaction, &names, &[Step::gone(session)], now).await?;
    let mut messages = Vec::new();
    for (name, is_confirmed) in &participants {
        if *is_confirmed {
            messages.push(mail_to(initiative, (&name.0, &name.1), MessageKind::CalledOff, &detail, now)?);
        }
    }
    enqueue(transaction, &messages).await?;
    Ok(Some(participants.len() as u64))
}

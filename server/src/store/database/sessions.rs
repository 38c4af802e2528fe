//! Sessions that the feed moves, or has no more: one transaction each, with the mails about it. Persons are locked first, then seats, then the
//! session's own row, whose `sequence` says whether another server was first.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use serde_json::{Value as Json, json};

use super::announce::announce;
use super::batch::enqueue;
use super::seats::lock_seats;
use super::values::execute;
use super::{Database, NOBODY, lock_persons};
use crate::store::decide::NewMessage;
use crate::store::driver::{Lock, Transaction};
use crate::store::error::retried;
use crate::store::row::Row;
use crate::store::tables::Value;
use crate::store::{
    Digest, Kept, KnownSession, Message, MessageKind, Notice, SeatLimit, SessionMove, SessionStore,
    StoreError,
};

/// Person and sign-up.
type Name = (Digest, String);

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

/// Of two states of one sign-up the one that stays is the one in which it has more.
const RANK: &str = "CASE {}.state WHEN 'active' THEN 4 WHEN 'offered' THEN 3 WHEN 'waiting' THEN 2 WHEN 'asked' THEN 1 ELSE 0 END";

#[async_trait]
impl SessionStore for Database {
    async fn attended(&self) -> Result<BTreeMap<String, BTreeSet<String>>, StoreError> {
        let sql = "SELECT DISTINCT initiative, session FROM attendances";
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

    async fn gone_sessions(&self) -> Result<Vec<(String, KnownSession, u64)>, StoreError> {
        let sql = format!(
            "SELECT s.*, ({PEOPLE}) AS people FROM sessions s WHERE s.gone_since IS NOT NULL
             ORDER BY s.starts_at, s.initiative, s.session"
        );
        let mut all = Vec::new();
        for row in self.driver.read(&sql, Vec::new()).await? {
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
    })
}

async fn move_within(
    transaction: &mut dyn Transaction,
    initiative: &str,
    change: &SessionMove,
    now: i64,
) -> Result<Option<u64>, StoreError> {
    let (from, to) = (change.from.session.as_str(), change.to.session.as_str());
    lock(transaction, initiative, &[from, to]).await?;
    if !advance(transaction, initiative, change, now).await? {
        return Ok(None);
    }
    let renamed = if from == to { None } else { Some(rename(transaction, initiative, from, to).await?) };
    count_seats(transaction, (initiative, to), Some(change.to.starts_at)).await?;
    if change.notice == Notice::Everybody {
        keep_until(transaction, (initiative, to), change.keep_until).await?;
    }
    let told = readdress(transaction, initiative, from, to).await?;
    let mut messages = Vec::new();
    for (name, is_confirmed) in participants(transaction, (initiative, to)).await? {
        if renamed.as_ref().is_some_and(|renamed| !renamed.contains(&name)) {
            continue;
        }
        if renamed.is_some() {
            let kind = MessageKind::Changed;
            announce(transaction, (&name.0, &name.1), kind, &json!({}), now).await?;
        }
        if change.notice == Notice::Everybody && is_confirmed && !told.contains(&name) {
            let detail = json!({ "session": to, "was": change.from.kept });
            messages.push(mail_to(initiative, &name, MessageKind::Moved, &detail, now)?);
        }
    }
    if change.notice == Notice::Passed {
        let sql = "INSERT INTO reminders (email_h, id, starts_at)
                   SELECT email_h, id, $3 FROM attendances WHERE initiative = $1 AND session = $2
                   ON CONFLICT DO NOTHING";
        transaction.execute(sql, vec![initiative.into(), to.into(), change.to.starts_at.into()]).await?;
    }
    enqueue(transaction, &messages).await?;
    Ok(Some(messages.len() as u64))
}

/// Locks whoever has something of these sessions, and their seats.
async fn lock(
    transaction: &mut dyn Transaction,
    initiative: &str,
    sessions: &[&str],
) -> Result<(), StoreError> {
    let sessions: BTreeSet<&str> = sessions.iter().copied().collect();
    let mut persons = BTreeSet::new();
    for session in &sessions {
        let sql = "SELECT DISTINCT email_h FROM attendances WHERE initiative = $1 AND session = $2";
        for row in transaction.query(sql, vec![initiative.into(), (*session).into()]).await? {
            persons.insert(row.digest("email_h")?);
        }
    }
    lock_persons(transaction, &persons, Lock::Change).await?;
    for session in sessions {
        lock_seats(transaction, (initiative, session), SeatLimit::Unknown).await?;
    }
    Ok(())
}

/// Notes what a session is now. `false` where another server was first.
async fn advance(
    transaction: &mut dyn Transaction,
    initiative: &str,
    SessionMove { from, to, notice, .. }: &SessionMove,
    now: i64,
) -> Result<bool, StoreError> {
    let is_renamed = from.session != to.session;
    if is_renamed {
        // Another server may have noted it as one that nobody has anything of.
        let sql = "DELETE FROM sessions WHERE initiative = $1 AND session = $2
                   AND NOT EXISTS (SELECT 1 FROM attendances a WHERE a.initiative = $1 AND a.session = $2)";
        transaction.execute(sql, vec![initiative.into(), to.session.as_str().into()]).await?;
    }
    let alone = if is_renamed {
        "AND NOT EXISTS (SELECT 1 FROM sessions t WHERE t.initiative = $1 AND t.session = $4)"
    } else {
        ""
    };
    let sql = format!(
        "UPDATE sessions SET session = $4, sequence = sequence + 1, starts = $5, ends = $6, place = $7,
                             starts_at = $8, changed_at = $9, gone_since = NULL
         WHERE initiative = $1 AND session = $2 AND sequence = $3 {alone}"
    );
    let seen = || vec![initiative.into(), from.session.as_str().into(), from.sequence.into()];
    let values: Vec<Value> = vec![
        to.session.as_str().into(),
        to.kept.starts.as_str().into(),
        to.kept.ends.as_deref().into(),
        to.kept.place.as_deref().into(),
        to.starts_at.into(),
        (if *notice == Notice::Nobody { from.changed_at } else { now }).into(),
    ];
    if transaction.execute(&sql, [seen(), values].concat()).await? > 0 {
        return Ok(true);
    }
    // Somebody has signed up for it under its new name already: the two are one.
    let sql = "DELETE FROM sessions WHERE initiative = $1 AND session = $2 AND sequence = $3";
    Ok(is_renamed && transaction.execute(sql, seen()).await? > 0)
}

/// Gives what people have of a session its new name. Where they have something of that one already, what is more stays. Says whose is
/// renamed.
async fn rename(
    transaction: &mut dyn Transaction,
    initiative: &str,
    from: &str,
    to: &str,
) -> Result<BTreeSet<Name>, StoreError> {
    let names = || vec![initiative.into(), from.into(), to.into()];
    let rank = |table: &str| RANK.replace("{}", table);
    for (goes, stays, than) in [("$2", "$3", ">="), ("$3", "$2", ">")] {
        let sql = format!(
            "DELETE FROM attendances WHERE initiative = $1 AND session = {goes}
             AND EXISTS (SELECT 1 FROM attendances b
                         WHERE b.email_h = attendances.email_h AND b.id = attendances.id AND b.session = {stays}
                           AND {} {than} {})",
            rank("b"),
            rank("attendances")
        );
        transaction.execute(&sql, names()).await?;
    }
    let sql = "UPDATE attendances SET session = $3 WHERE initiative = $1 AND session = $2
               RETURNING email_h, id";
    let renamed = transaction.query(sql, names()).await?;
    for sql in [
        "DELETE FROM holds WHERE initiative = $1 AND session = $2
         AND EXISTS (SELECT 1 FROM holds b
                     WHERE b.email_h = holds.email_h AND b.id = holds.id AND b.session = $3)",
        "UPDATE holds SET session = $3 WHERE initiative = $1 AND session = $2",
        "UPDATE seats SET session = $3 WHERE initiative = $1 AND session = $2
         AND NOT EXISTS (SELECT 1 FROM seats b WHERE b.initiative = $1 AND b.session = $3)",
    ] {
        transaction.execute(sql, names()).await?;
    }
    let sql = "DELETE FROM seats WHERE initiative = $1 AND session = $2";
    transaction.execute(sql, vec![initiative.into(), from.into()]).await?;
    Ok(renamed.iter().map(|row| name(&**row)).collect::<Result<_, _>>()?)
}

/// Counts the seats of a session that are taken, and notes when it begins.
async fn count_seats(
    transaction: &mut dyn Transaction,
    (initiative, session): (&str, &str),
    starts_at: Option<i64>,
) -> Result<(), StoreError> {
    let sql = "UPDATE seats SET starts_at = COALESCE($3, starts_at), taken = (
                   SELECT CAST(COALESCE(SUM(a.party), 0) AS BIGINT) FROM attendances a
                   WHERE a.initiative = $1 AND a.session = $2 AND a.state IN ('active', 'offered'))
               WHERE initiative = $1 AND session = $2";
    transaction.execute(sql, vec![initiative.into(), session.into(), starts_at.into()]).await?;
    Ok(())
}

/// What is kept for a time after a session is kept as long after its new date.
async fn keep_until(
    transaction: &mut dyn Transaction,
    (initiative, session): (&str, &str),
    until: i64,
) -> Result<(), StoreError> {
    let sql = "UPDATE signups SET expires_at = CASE WHEN pending OR expires_at > $3 THEN expires_at ELSE $3 END,
                                  keep_until = CASE WHEN keep_until > $3 THEN keep_until ELSE $3 END
               WHERE (email_h, id) IN (SELECT a.email_h, a.id FROM attendances a
                                       WHERE a.initiative = $1 AND a.session = $2 AND a.state <> 'cancelled')";
    transaction.execute(sql, vec![initiative.into(), session.into(), until.into()]).await?;
    Ok(())
}

/// Mails that wait and name a session name it by its new name. Says to whom one about a change waits that nobody has tried to send yet: it
/// will say what has become of it by then, and what it was when they heard of it last.
async fn readdress(
    transaction: &mut dyn Transaction,
    initiative: &str,
    from: &str,
    to: &str,
) -> Result<BTreeSet<Name>, StoreError> {
    let sql = "SELECT email_h, id, signup, kind, detail, attempts FROM outbox
               WHERE sent_at IS NULL AND dead_at IS NULL AND initiative = $1 AND sink = ''";
    let mut told = BTreeSet::new();
    for row in transaction.query(sql, vec![initiative.into()]).await? {
        let mut detail: Json = serde_json::from_str(&row.string("detail")?).unwrap_or_default();
        if detail.get("session").and_then(Json::as_str) != Some(from) {
            continue;
        }
        detail["session"] = to.into();
        let email_h = row.digest("email_h")?;
        let (id, tried) = (row.string("id")?, row.number("attempts")?);
        let sql = "UPDATE outbox SET detail = $1 WHERE email_h = $2 AND id = $3 AND attempts = $4";
        let values =
            vec![detail.to_string().as_str().into(), (&email_h).into(), id.as_str().into(), tried.into()];
        let changed = transaction.execute(sql, values).await?;
        if changed > 0 && tried == 0 && row.string("kind")? == MessageKind::Moved.as_str() {
            told.insert((email_h, row.string("signup")?));
        }
    }
    Ok(told)
}

/// Whoever has a seat, an offer or a place in the line, and whether mail reaches them.
async fn participants(
    transaction: &mut dyn Transaction,
    (initiative, session): (&str, &str),
) -> Result<Vec<(Name, bool)>, StoreError> {
    let sql = "SELECT a.email_h, a.id, s.confirmed_at FROM attendances a
               JOIN signups s ON s.email_h = a.email_h AND s.id = a.id
               WHERE a.initiative = $1 AND a.session = $2 AND a.state IN ('active', 'offered', 'waiting')
               ORDER BY a.email_h, a.id";
    let rows = transaction.query(sql, vec![initiative.into(), session.into()]).await?;
    let participant = |row: &dyn Row| Ok((name(row)?, row.integer("confirmed_at")?.is_some()));
    Ok(rows.iter().map(|row| participant(&**row)).collect::<Result<_, sqlx::Error>>()?)
}

fn name(row: &dyn Row) -> Result<Name, sqlx::Error> {
    Ok((row.digest("email_h")?, row.string("id")?))
}

/// A mail to a person about one of their sign-ups.
pub(super) fn mail_to(
    initiative: &str,
    (email_h, id): &Name,
    kind: MessageKind,
    detail: &Json,
    now: i64,
) -> Result<NewMessage, StoreError> {
    let message = Message { kind, sink: String::new() };
    let message = NewMessage::new((email_h, initiative), message, id, 0, now)?;
    Ok(NewMessage { detail: detail.to_string(), ..message })
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

async fn call_off_within(
    transaction: &mut dyn Transaction,
    (initiative, session): (&str, &str),
    now: i64,
) -> Result<Option<u64>, StoreError> {
    lock(transaction, initiative, &[session]).await?;
    let names = || vec![initiative.into(), session.into()];
    let sql = "UPDATE sessions SET sequence = sequence + 1
               WHERE initiative = $1 AND session = $2 AND gone_since IS NOT NULL RETURNING *";
    let rows = transaction.query(sql, names()).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let detail = json!({ "session": session, "was": known(&**row)?.kept });
    let participants = participants(transaction, (initiative, session)).await?;
    let sql = "UPDATE attendances SET state = 'cancelled', since = $3, decide_by = NULL
               WHERE initiative = $1 AND session = $2 AND state IN ('active', 'offered', 'waiting')";
    transaction.execute(sql, [names(), vec![now.into()]].concat()).await?;
    count_seats(transaction, (initiative, session), None).await?;
    let mut messages = Vec::new();
    for (name, is_confirmed) in &participants {
        announce(transaction, (&name.0, &name.1), MessageKind::Changed, &json!({}), now).await?;
        if *is_confirmed {
            messages.push(mail_to(initiative, name, MessageKind::CalledOff, &detail, now)?);
        }
    }
    enqueue(transaction, &messages).await?;
    Ok(Some(participants.len() as u64))
}

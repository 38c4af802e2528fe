//! What organisers write to many.

use std::collections::HashMap;

use async_trait::async_trait;
use serde_json::{Value as Json, json};

use super::Database;
use super::announce::mail_to;
use super::batch::enqueue;
use super::participants::{found_and_locked, name};
use super::trail::note;
use super::values::insert;
use crate::store::driver::{Lock, Transaction};
use crate::store::error::retried;
use crate::store::row::Row;
use crate::store::sealed::Sealed;
use crate::store::tables::{BROADCASTS, Value};
use crate::store::{
    Acceptance, Audience, Broadcast, BroadcastStore, MessageKind, Room, StoreError, TrailEntry, Writing,
};

/// Mails owed in one transaction.
const AT_ONCE: usize = 200;

/// What is still to be owed.
const OPEN: &str = "SELECT * FROM broadcasts WHERE reached_at IS NOT NULL ORDER BY created_at, id LIMIT 1";

/// Of sign-ups `s` to `$1` those that an audience includes at `$3`; `$2` is its session. The same as [`Audience::includes`].
fn included(audience: &Audience) -> String {
    let some = "EXISTS (SELECT 1 FROM attendances a WHERE a.email_h = s.email_h AND a.id = s.id";
    let has = match audience {
        Audience::All | Audience::Hiding => {
            format!("$2 = '' AND (NOT {some}) OR {some} AND a.state IN ('active', 'offered', 'waiting')))")
        }
        Audience::Seated(_) => format!("{some} AND a.session = $2 AND a.state IN ('active', 'offered'))"),
        Audience::Waiting(_) => format!("{some} AND a.session = $2 AND a.state = 'waiting')"),
    };
    let untold = if *audience == Audience::Hiding { UNTOLD } else { "" };
    format!(
        "s.initiative = $1 AND NOT s.pending AND s.confirmed_at IS NOT NULL AND s.expires_at > $3 AND {has}
         AND NOT EXISTS (SELECT 1 FROM decisions d
                         WHERE d.email_h = s.email_h AND d.id = s.id AND d.decision = 'declined') {untold}"
    )
}

/// And to whom no letter about hiding was owed in the 24 hours before `$3`.
const UNTOLD: &str = "AND NOT EXISTS (
    SELECT 1 FROM outbox o JOIN broadcasts b ON o.detail = '{\"broadcast\":\"' || b.id || '\"}'
    WHERE o.email_h = s.email_h AND o.signup = s.id AND o.kind = 'written' AND o.created_at > $3 - 86400
      AND b.initiative = s.initiative AND b.audience = 'hiding')";

/// The next of them after `$4` and `$5`, in the order in which they came, who are owed no mail of that detail (`$6`).
fn next(audience: &Audience) -> String {
    format!(
        "SELECT s.email_h, s.id, s.received_at FROM signups s
         WHERE {} AND (s.received_at, s.id) > ($4, $5)
           AND NOT EXISTS (SELECT 1 FROM outbox o
                           WHERE o.email_h = s.email_h AND o.signup = s.id AND o.kind = 'written' AND o.detail = $6)
         ORDER BY s.received_at, s.id LIMIT $7",
        included(audience)
    )
}

/// What a mail says of what it is one of.
fn detail(id: &str) -> Json {
    json!({ "broadcast": id })
}

/// Which one that is.
pub fn broadcast_of(detail: &str) -> Option<String> {
    let detail: Json = serde_json::from_str(detail).ok()?;
    Some(detail.get("broadcast")?.as_str()?.to_owned())
}

#[async_trait]
impl BroadcastStore for Database {
    async fn count_audience(
        &self,
        initiative: &str,
        audience: &Audience,
        now: i64,
    ) -> Result<u64, StoreError> {
        let sql = format!("SELECT count(*) AS many FROM signups s WHERE {}", included(audience));
        let which = vec![initiative.into(), audience.session().into(), now.into()];
        many(&self.driver.read(&sql, which).await?)
    }

    async fn room(&self, initiative: &str, account: &str, now: i64) -> Result<Room, StoreError> {
        let rows = self.driver.read(WRITTEN, written_since(initiative, account, now)).await?;
        Ok(room(&rows, (initiative, account), now)?)
    }

    async fn accept_broadcast(
        &self,
        id: &str,
        audience: &Audience,
        writing: &Writing,
        entry: &TrailEntry,
    ) -> Result<Acceptance, StoreError> {
        retried(move || async move {
            let mut transaction = self.driver.begin().await?;
            let accepted = self.accept(&mut *transaction, id, audience, writing, entry).await?;
            transaction.commit().await?;
            Ok(accepted)
        })
        .await
    }

    async fn owe_broadcasts(&self, now: i64) -> Result<Option<u64>, StoreError> {
        // Looked for beside the writer, which is not to wait for it: mostly there is nothing.
        if self.driver.read(OPEN, Vec::new()).await?.is_empty() {
            return Ok(None);
        }
        retried(move || async move {
            let mut transaction = self.driver.begin().await?;
            let owed = owe(&mut *transaction, now).await?;
            transaction.commit().await?;
            Ok(owed)
        })
        .await
    }

    async fn broadcast(&self, id: &str) -> Result<Option<Broadcast>, StoreError> {
        let rows = self.driver.read("SELECT * FROM broadcasts WHERE id = $1", vec![id.into()]).await?;
        Ok(rows.first().map(|row| self.read_broadcast(&**row)).transpose()?.flatten())
    }

    async fn broadcasts(&self, initiative: &str, most: u32) -> Result<Vec<Broadcast>, StoreError> {
        let sql = "SELECT * FROM broadcasts WHERE initiative = $1 ORDER BY created_at DESC, id DESC LIMIT $2";
        let mut all = Vec::new();
        for row in self.driver.read(sql, vec![initiative.into(), i64::from(most).into()]).await? {
            all.extend(self.read_broadcast(&*row)?);
        }
        let sql = "SELECT detail, count(*) AS many, count(dead_at) AS dead FROM outbox
                   WHERE initiative = $1 AND kind = 'written' AND sent_at IS NULL GROUP BY detail";
        let mut unsent = HashMap::new();
        for row in self.driver.read(sql, vec![initiative.into()]).await? {
            let counts = (row.number("many")?.unsigned_abs(), row.number("dead")?.unsigned_abs());
            unsent.extend(broadcast_of(&row.string("detail")?).map(|id| (id, counts)));
        }
        for one in &mut all {
            let (many, dead) = unsent.get(&one.id).copied().unwrap_or_default();
            (one.waiting, one.dead) = (many - dead, dead);
        }
        Ok(all)
    }
}

const WRITTEN: &str = "SELECT initiative, account, created_at FROM broadcasts
    WHERE (initiative = $1 OR account = $2) AND created_at > $3";

fn written_since(initiative: &str, account: &str, now: i64) -> Vec<Value> {
    vec![initiative.into(), account.into(), Room::since(now).into()]
}

fn room(rows: &[Box<dyn Row>], (initiative, account): (&str, &str), now: i64) -> Result<Room, sqlx::Error> {
    let written = |row: &dyn Row| {
        let counts = (row.string("initiative")? == initiative, row.string("account")? == account);
        Ok((counts.0, counts.1, row.number("created_at")?))
    };
    let written = rows.iter().map(|row| written(&**row)).collect::<Result<Vec<_>, sqlx::Error>>()?;
    Ok(Room::of(&written, now))
}

fn many(rows: &[Box<dyn Row>]) -> Result<u64, StoreError> {
    Ok(rows.first().map_or(Ok(0), |row| row.number("many"))?.unsigned_abs())
}

impl Database {
    /// [`BroadcastStore::accept_broadcast`], in a transaction. What an organiser has written keeps nobody from hearing that it is hidden: that
    /// counts as its account's alone.
    pub(super) async fn accept(
        &self,
        transaction: &mut dyn Transaction,
        id: &str,
        audience: &Audience,
        writing: &Writing,
        entry: &TrailEntry,
    ) -> Result<Acceptance, StoreError> {
        let (initiative, account) = (entry.initiative.as_str(), entry.account.as_str());
        // Who writes at the same time, by the same account or to the same people, waits: of two presses one is the first, and what is counted
        // stays so.
        let locking = transaction.locking(Lock::Change);
        let sql = format!(
            "SELECT account_h FROM accounts
             WHERE id = $1 OR is_operator OR account_h IN (SELECT r.account_h FROM roles r WHERE r.initiative = $2)
             ORDER BY account_h {locking}"
        );
        transaction.query(&sql, vec![account.into(), initiative.into()]).await?;
        let known = transaction.query("SELECT * FROM broadcasts WHERE id = $1", vec![id.into()]).await?;
        if let Some(row) = known.first() {
            let is_same = self.read_broadcast(&**row)?.is_some_and(|known| {
                (known.initiative.as_str(), known.account.as_str()) == (initiative, account)
                    && known.audience == *audience
                    && known.writing == *writing
            });
            return Ok(if is_same { Acceptance::Before } else { Acceptance::Other });
        }
        let counted = (if *audience == Audience::Hiding { "" } else { initiative }, account);
        let written = transaction.query(WRITTEN, written_since(counted.0, counted.1, entry.at)).await?;
        if let Room::From(at) = room(&written, counted, entry.at)? {
            return Ok(Acceptance::TooMany(at));
        }
        let row = vec![
            id.into(),
            initiative.into(),
            audience.session().into(),
            audience.as_str().into(),
            account.into(),
            Value::Bytes(Some(writing.seal(&self.keys, id)?)),
            entry.at.into(),
            0_i64.into(),
            0_i64.into(),
            i64::MIN.into(),
            "".into(),
        ];
        insert(transaction, &BROADCASTS, vec![row]).await?;
        let sql = format!("SELECT count(*) AS many FROM signups s WHERE {}", included(audience));
        let which = vec![initiative.into(), audience.session().into(), entry.at.into()];
        let count = many(&transaction.query(&sql, which).await?)?;
        let mut entry = entry.clone();
        entry.detail = json!({ "broadcast": id, "audience": audience.as_str(), "session": audience.session(), "count": count });
        note(transaction, &entry).await?;
        Ok(Acceptance::Now)
    }

    /// `None` where its audience is one that this version does not know.
    fn read_broadcast(&self, row: &dyn Row) -> Result<Option<Broadcast>, StoreError> {
        let (id, session) = (row.string("id")?, row.string("session")?);
        let Some(audience) = Audience::parse(&row.string("audience")?, &session) else { return Ok(None) };
        Ok(Some(Broadcast {
            writing: Writing::open(&self.keys, id.as_str(), &row.bytes("sealed")?.unwrap_or_default())?,
            id,
            audience,
            initiative: row.string("initiative")?,
            account: row.string("account")?,
            created_at: row.number("created_at")?,
            owed: row.number("owed")?.unsigned_abs(),
            is_open: row.integer("reached_at")?.is_some(),
            sent: row.number("sent")?.unsigned_abs(),
            waiting: 0,
            dead: 0,
        }))
    }
}

/// Ends the letters about the hiding of an initiative: whoever no server has begun to write to gets none.
pub(super) async fn end_hiding(
    transaction: &mut dyn Transaction,
    initiative: &str,
) -> Result<(), StoreError> {
    let sql = "UPDATE broadcasts SET reached_at = NULL, reached_id = NULL
               WHERE initiative = $1 AND audience = 'hiding' RETURNING id";
    for row in transaction.query(sql, vec![initiative.into()]).await? {
        let id = row.string("id")?;
        let sql = "DELETE FROM outbox WHERE initiative = $1 AND kind = 'written' AND detail = $2
                   AND sent_at IS NULL AND dead_at IS NULL AND attempts = 0";
        let unsent = vec![initiative.into(), detail(&id).to_string().as_str().into()];
        let fewer = transaction.execute(sql, unsent).await? as i64;
        let sql = "UPDATE broadcasts SET owed = owed - $2 WHERE id = $1";
        transaction.execute(sql, vec![id.as_str().into(), fewer.into()]).await?;
    }
    Ok(())
}

async fn owe(transaction: &mut dyn Transaction, now: i64) -> Result<Option<u64>, StoreError> {
    let open = transaction.query(OPEN, Vec::new()).await?;
    let Some(open) = open.first() else { return Ok(None) };
    let (id, initiative) = (open.string("id")?, open.string("initiative")?);
    let (from_at, from_id) = (open.number("reached_at")?, open.string("reached_id")?);
    let detail = detail(&id);
    let session = open.string("session")?;
    let audience = Audience::parse(&open.string("audience")?, &session);
    let (mut there, mut reached) = (Vec::new(), None);
    // An audience that this version does not know is nobody.
    if let Some(audience) = audience {
        let sql = next(&audience);
        let place = [from_at.into(), from_id.as_str().into()];
        let beside = [detail.to_string().as_str().into(), (AT_ONCE as i64).into()];
        let whom = [initiative.as_str().into(), session.as_str().into(), now.into()];
        let which = [&whom[..], &place, &beside].concat();
        let more;
        (there, more) = found_and_locked(transaction, &sql, which, AT_ONCE).await?;
        reached = match there.last() {
            Some(row) if more => Some((row.number("received_at")?, row.string("id")?)),
            None if more => Some((from_at, from_id.clone())),
            _ => None,
        };
    }
    // Two servers may be at it: whoever has found the row as it was goes on.
    let sql = "UPDATE broadcasts SET reached_at = $1, reached_id = $2, owed = owed + $3
               WHERE id = $4 AND reached_at = $5 AND reached_id = $6";
    let to = [reached.as_ref().map(|(at, _)| *at).into(), reached.as_ref().map(|(_, id)| id.as_str()).into()];
    let which = [(there.len() as i64).into(), id.as_str().into(), from_at.into(), from_id.as_str().into()];
    if transaction.execute(sql, [&to[..], &which].concat()).await? == 0 {
        return Ok(Some(0));
    }
    let mail = |row: &dyn Row| {
        let (email_h, signup) = name(row)?;
        mail_to(&initiative, (&email_h, &signup), MessageKind::Written, &detail, now)
    };
    let messages = there.iter().map(|row| mail(&**row)).collect::<Result<Vec<_>, _>>()?;
    enqueue(transaction, &messages).await?;
    Ok(Some(messages.len() as u64))
}

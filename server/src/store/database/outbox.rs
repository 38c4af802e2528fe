//! The outbox: messages are written by what causes them; here they are handed out, and what became of them is noted.

use async_trait::async_trait;
use serde_json::Value as Json;

use super::batch::enqueue;
use super::broadcasts::broadcast_of;
use super::trail::note;
use super::{Database, NOBODY};
use crate::store::decide::{NewMessage, RESEND_GAP};
use crate::store::error::retried;
use crate::store::row::Row;
use crate::store::secret::random_id;
use crate::store::{
    Backlog, Delivery, Digest, Message, MessageKind, OutboxMessage, OutboxStore, Pile, Recipients,
    StoreError, TrailEntry, Value, WHO_ASKS,
};

/// What is due, but for events before which an earlier one about the same sign-up waits for the same sink. The sinks that
/// are left out are the parameters from the third on.
fn due(to: Recipients<'_>) -> String {
    let but = match to {
        Recipients::All => String::new(),
        Recipients::Persons => "AND o.sink = '' AND o.kind <> 'written'".to_owned(),
        Recipients::Many => "AND o.sink = '' AND o.kind = 'written'".to_owned(),
        Recipients::SinksExcept(sinks) => {
            let but = |place: usize| format!(" AND o.sink <> ${}", place + 3);
            format!("AND o.sink <> ''{}", (0..sinks.len()).map(but).collect::<String>())
        }
    };
    format!(
        "SELECT o.email_h, o.id, o.next_at FROM outbox o
         WHERE o.sent_at IS NULL AND o.dead_at IS NULL AND o.next_at <= $1 {but}
           AND NOT EXISTS (SELECT 1 FROM outbox e
                           WHERE e.email_h = o.email_h AND e.signup = o.signup AND e.sink = o.sink
                             AND e.sequence < o.sequence AND e.sent_at IS NULL AND e.dead_at IS NULL)
         ORDER BY o.next_at, o.email_h, o.id LIMIT $2"
    )
}

/// Forgets a message to somebody who was leaving as it was owed: no erasure comes any more that would take it along.
const FORGET: &str = "DELETE FROM outbox WHERE email_h = $1 AND id = $2 AND email_h <> $3
    AND NOT EXISTS (SELECT 1 FROM persons p WHERE p.email_h = $1)";
/// Takes a message, unless somebody else has taken it since it was found due.
const TAKE: &str = "
    UPDATE outbox SET next_at = $1, attempts = attempts + 1
    WHERE email_h = $2 AND id = $3 AND next_at = $4 AND sent_at IS NULL AND dead_at IS NULL RETURNING *";

#[async_trait]
impl OutboxStore for Database {
    async fn enqueue_about(
        &self,
        email_h: &Digest,
        kind: MessageKind,
        detail: &Json,
        now: i64,
    ) -> Result<(), StoreError> {
        let id = random_id()?;
        let mut transaction = self.driver.begin().await?;
        transaction
            .execute(
                "INSERT INTO outbox (email_h, id, initiative, kind, sink, signup, sequence, detail, created_at, next_at)
                 SELECT $1, $2, '', $3, '', '', 0, $6, $4, $4
                 WHERE NOT EXISTS (SELECT 1 FROM outbox WHERE email_h = $1 AND kind = $3 AND created_at > $5)",
                vec![
                    email_h.into(),
                    id.as_str().into(),
                    kind.as_str().into(),
                    now.into(),
                    (now - RESEND_GAP).into(),
                    detail.to_string().as_str().into(),
                ],
            )
            .await?;
        Ok(transaction.commit().await?)
    }

    async fn claim(
        &self,
        now: i64,
        lease: i64,
        most: u32,
        to: Recipients<'_>,
    ) -> Result<Vec<OutboxMessage>, StoreError> {
        let sql = due(to);
        let except = if let Recipients::SinksExcept(sinks) = to { sinks } else { &[] };
        let mut taken = Vec::new();
        loop {
            let left = i64::from(most) - taken.len() as i64;
            let limits = [now.into(), left.into()];
            let but = except.iter().map(|sink| sink.as_str().into());
            let due = self.driver.read(&sql, limits.into_iter().chain(but).collect()).await?;
            if due.is_empty() || left == 0 {
                return Ok(taken);
            }
            let take = |due: &dyn Row| {
                let (email_h, id, next_at) =
                    (due.digest("email_h")?, due.string("id")?, due.number("next_at")?);
                Ok::<_, sqlx::Error>(vec![
                    (now + lease).into(),
                    (&email_h).into(),
                    id.as_str().into(),
                    next_at.into(),
                ])
            };
            // Where others claim too, each message is committed by itself: no lock on one person's message waits for
            // another's. Where nobody does, one commit is enough.
            if self.driver.is_shared() {
                for due in &due {
                    for row in self.driver.write(TAKE, take(&**due)?).await? {
                        taken.push(message(&*row)?);
                    }
                }
                continue;
            }
            let mut transaction = self.driver.begin().await?;
            for due in &due {
                for row in transaction.query(TAKE, take(&**due)?).await? {
                    taken.push(message(&*row)?);
                }
            }
            transaction.commit().await?;
        }
    }

    async fn pass_on(&self, message: &OutboxMessage, sinks: &[String]) -> Result<(), StoreError> {
        retried(|| async {
            let mut transaction = self.driver.begin().await?;
            let sql = "DELETE FROM outbox WHERE email_h = $1 AND id = $2 AND sink = $3";
            let name = vec![(&message.email_h).into(), message.id.as_str().into(), WHO_ASKS.into()];
            if transaction.execute(sql, name).await? > 0 {
                let mut all = Vec::with_capacity(sinks.len());
                for sink in sinks {
                    let to = Message { kind: message.kind, sink: sink.clone() };
                    let about = (&message.email_h, message.initiative.as_str());
                    let signup = message.signup.as_deref().unwrap_or_default();
                    let sequence = message.sequence.unwrap_or_default().into();
                    let mut one = NewMessage::new(about, to, signup, sequence, message.created_at)?;
                    one.detail.clone_from(&message.detail);
                    all.push(one);
                }
                enqueue(&mut *transaction, &all).await?;
            }
            Ok(transaction.commit().await?)
        })
        .await
    }

    async fn record_delivery(&self, message: &OutboxMessage, delivery: &Delivery) -> Result<(), StoreError> {
        let name = || vec![(&message.email_h).into(), message.id.as_str().into()];
        let unsaid = "what was new was not to be found".to_owned();
        let (next_at, error, sent_at, dead_at) = match delivery {
            // The next one says it, should it come back.
            Delivery::Unneeded(at) if message.kind == MessageKind::News => {
                (None, Some(&unsaid), Some(*at), None)
            }
            Delivery::Sent(at) | Delivery::Mailed(at, _) | Delivery::Unneeded(at) => {
                (None, None, Some(*at), None)
            }
            Delivery::Later(at, why) | Delivery::PutOff(at, why) => (Some(*at), Some(why), None, None),
            Delivery::Dead(at, why) => (None, Some(why), None, Some(*at)),
        };
        let (sql, parameters) = if sent_at.is_some() && message.kind.is_about_nobody() {
            // What tells of an erasure is itself forgotten, and nothing else would ever purge what is about nobody.
            ("DELETE FROM outbox WHERE email_h = $1 AND id = $2", name())
        } else {
            let untried = i64::from(matches!(delivery, Delivery::PutOff(..)));
            let outcome: Vec<Value> = vec![
                next_at.into(),
                error.map(String::as_str).into(),
                sent_at.into(),
                dead_at.into(),
                untried.into(),
            ];
            let sql =
                "UPDATE outbox SET next_at = COALESCE($3, next_at), error = $4, sent_at = $5, dead_at = $6,
                                         attempts = attempts - $7
                       WHERE email_h = $1 AND id = $2";
            (sql, [name(), outcome].concat())
        };
        let counted = match delivery {
            Delivery::Mailed(at, mailbox) => Some((*at, mailbox)),
            Delivery::Sent(at) if message.kind.anybody_can_cause() => Some((*at, &message.email_h)),
            _ => None,
        };
        let mut transaction = self.driver.begin().await?;
        if let Some((at, mailbox)) = counted {
            let count = "INSERT INTO sends (email_h, id, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
            let sent = vec![mailbox.into(), message.id.as_str().into(), at.into()];
            transaction.execute(count, sent).await?;
        }
        if let (Delivery::Sent(_), Some(id)) = (delivery, broadcast_of(&message.detail)) {
            // Where two have sent it, one after the other's lease was over, it counts once.
            let count = "UPDATE broadcasts SET sent = sent + 1
                         WHERE id = $3 AND EXISTS (SELECT 1 FROM outbox o
                                                   WHERE o.email_h = $1 AND o.id = $2 AND o.sent_at IS NULL)";
            transaction.execute(count, [name(), vec![id.as_str().into()]].concat()).await?;
        }
        transaction.execute(sql, parameters).await?;
        if (sent_at.is_some() || dead_at.is_some()) && !message.kind.is_remembered() {
            transaction.execute(FORGET, [name(), vec![(&NOBODY).into()]].concat()).await?;
        }
        Ok(transaction.commit().await?)
    }

    async fn mails_since(&self, mailbox_h: &Digest, since: i64) -> Result<u64, StoreError> {
        let sql = "SELECT count(*) AS mails FROM sends WHERE email_h = $1 AND at >= $2";
        let rows = self.driver.read(sql, vec![mailbox_h.into(), since.into()]).await?;
        Ok(rows.first().map_or(Ok(0), |row| row.number("mails"))?.unsigned_abs())
    }

    async fn backlog(&self) -> Result<Backlog, StoreError> {
        let sql = "SELECT count(*) AS waiting, MIN(created_at) AS oldest,
                          (SELECT count(*) FROM outbox WHERE dead_at IS NOT NULL) AS dead
                   FROM outbox WHERE sent_at IS NULL AND dead_at IS NULL";
        let rows = self.driver.read(sql, Vec::new()).await?;
        let Some(row) = rows.first() else { return Ok(Backlog::default()) };
        Ok(Backlog {
            waiting: row.number("waiting")?.unsigned_abs(),
            oldest: row.integer("oldest")?,
            dead: row.number("dead")?.unsigned_abs(),
        })
    }

    async fn outbox(&self, dead: bool, most: u32) -> Result<Vec<OutboxMessage>, StoreError> {
        let is_dead = if dead { "IS NOT NULL" } else { "IS NULL" };
        let sql = format!(
            "SELECT * FROM outbox WHERE sent_at IS NULL AND dead_at {is_dead} ORDER BY created_at, id LIMIT $1"
        );
        let rows = self.driver.read(&sql, vec![i64::from(most).into()]).await?;
        Ok(rows.iter().map(|row| message(&**row)).collect::<Result<_, _>>()?)
    }

    async fn piles(&self) -> Result<Vec<Pile>, StoreError> {
        let sql = "SELECT kind, sink, COUNT(*) AS many, COUNT(dead_at) AS dead,
                          MIN(CASE WHEN dead_at IS NULL THEN created_at END) AS oldest
                   FROM outbox WHERE sent_at IS NULL GROUP BY kind, sink ORDER BY sink, kind";
        let mut piles = Vec::new();
        for row in self.driver.read(sql, Vec::new()).await? {
            // One of a later version's is nothing that this one could say.
            let Some(kind) = MessageKind::parse(&row.string("kind")?) else { continue };
            let (many, dead) = (row.number("many")?.unsigned_abs(), row.number("dead")?.unsigned_abs());
            let (sink, oldest) = (row.string("sink")?, row.integer("oldest")?);
            piles.push(Pile { kind, sink, waiting: many.saturating_sub(dead), oldest, dead });
        }
        Ok(piles)
    }

    async fn retry(&self, id: Option<&str>, entry: &TrailEntry) -> Result<u64, StoreError> {
        let mut transaction = self.driver.begin().await?;
        let sql = "UPDATE outbox SET dead_at = NULL, next_at = $1, attempts = 0 WHERE dead_at IS NOT NULL";
        let at = || entry.at.into();
        let retried = match id {
            Some(id) => transaction.execute(&format!("{sql} AND id = $2"), vec![at(), id.into()]).await?,
            None => transaction.execute(sql, vec![at()]).await?,
        };
        if retried > 0 {
            let mut entry = entry.clone();
            entry.detail["messages"] = retried.into();
            note(&mut *transaction, &entry).await?;
        }
        transaction.commit().await?;
        Ok(retried)
    }

    async fn drop_dead(&self, id: &str, entry: &TrailEntry) -> Result<bool, StoreError> {
        let mut transaction = self.driver.begin().await?;
        let sql = "DELETE FROM outbox WHERE id = $1 AND dead_at IS NOT NULL";
        let dropped = transaction.execute(sql, vec![id.into()]).await? > 0;
        if dropped {
            let mut entry = entry.clone();
            entry.detail["messages"] = 1.into();
            note(&mut *transaction, &entry).await?;
        }
        transaction.commit().await?;
        Ok(dropped)
    }
}

fn message(row: &dyn Row) -> Result<OutboxMessage, sqlx::Error> {
    let kind = row.string("kind")?;
    Ok(OutboxMessage {
        id: row.string("id")?,
        email_h: row.digest("email_h")?,
        initiative: row.string("initiative")?,
        kind: MessageKind::parse(&kind).ok_or_else(|| sqlx::Error::Decode(format!("kind {kind}").into()))?,
        sink: row.string("sink")?,
        signup: row.text("signup")?.filter(|id| !id.is_empty()),
        sequence: u32::try_from(row.number("sequence")?).ok().filter(|sequence| *sequence > 0),
        detail: row.string("detail")?,
        created_at: row.number("created_at")?,
        attempts: row.number("attempts")?.try_into().unwrap_or(u32::MAX),
        error: row.text("error")?,
        dead_at: row.integer("dead_at")?,
    })
}

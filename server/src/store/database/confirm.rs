//! The confirmation of an attempt: it becomes the sign-up, or replaces what the sign-up says.

use std::collections::BTreeSet;

use super::batch::enqueue;
use super::snapshot::LIMIT_SEATS;
use super::values::query;
use super::{Database, lock_person};
use crate::store::decide::NewMessage;
use crate::store::driver::Transaction;
use crate::store::row::Row;
use crate::store::{Confirmation, Digest, Message, MessageKind, SeatLimit, StoreError};

/// A row, as far as a confirmation is about it.
struct Form {
    id: String,
    initiative: String,
    session: String,
    party: i64,
    sequence: i64,
}

impl Form {
    fn read(row: &dyn Row) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.string("id")?,
            initiative: row.string("initiative")?,
            session: row.string("session")?,
            party: row.number("party")?,
            sequence: row.number("sequence")?,
        })
    }
}

impl Database {
    pub(super) async fn confirm_attempt(
        &self,
        email_h: &Digest,
        id: &str,
        sinks: &[String],
        limit: SeatLimit,
        now: i64,
    ) -> Result<Confirmation, StoreError> {
        let mut transaction = self.driver.begin().await?;
        let confirmation = confirm_within(&mut *transaction, email_h, id, sinks, limit, now).await?;
        transaction.commit().await?;
        Ok(confirmation)
    }
}

async fn confirm_within(
    transaction: &mut dyn Transaction,
    email_h: &Digest,
    id: &str,
    sinks: &[String],
    limit: SeatLimit,
    now: i64,
) -> Result<Confirmation, StoreError> {
    if !lock_person(transaction, email_h).await? {
        return Ok(Confirmation::Gone);
    }
    let sql = "SELECT * FROM signups WHERE email_h = $1 AND id = $2";
    let rows = transaction.query(sql, vec![email_h.into(), id.into()]).await?;
    let Some(row) = rows.first() else {
        let sql = "SELECT id FROM signups WHERE email_h = $1 AND change_id = $2";
        let changed = transaction.query(sql, vec![email_h.into(), id.into()]).await?;
        return Ok(if changed.is_empty() { Confirmation::Gone } else { Confirmation::Before });
    };
    if !row.flag("pending")? {
        return Ok(Confirmation::Before);
    }
    if row.number("expires_at")? <= now {
        return Ok(Confirmation::Gone);
    }
    let attempt = Form::read(&**row)?;
    let rows = transaction
        .query(
            "SELECT * FROM signups WHERE email_h = $1 AND initiative = $2 AND NOT pending
             ORDER BY confirmed_at IS NULL, received_at, id LIMIT 1",
            vec![email_h.into(), attempt.initiative.as_str().into()],
        )
        .await?;
    let current = rows.first().map(|row| Form::read(&**row)).transpose()?;
    if !take_seats(transaction, email_h, &attempt, current.as_ref(), limit, now).await? {
        return Ok(Confirmation::Full);
    }
    let kind = if current.is_some() { MessageKind::Changed } else { MessageKind::SignedUp };
    let (id, sequence) = match current {
        Some(current) => {
            replace(transaction, email_h, &current.id, &attempt.id, now).await?;
            (current.id, current.sequence + 1)
        }
        None => {
            transaction
                .execute(
                    "UPDATE signups SET pending = FALSE, confirmed_at = $1, expires_at = keep_until,
                                        sequence = sequence + 1
                     WHERE email_h = $2 AND id = $3",
                    vec![now.into(), email_h.into(), attempt.id.as_str().into()],
                )
                .await?;
            (attempt.id, attempt.sequence + 1)
        }
    };
    // The seats that the others hold stay held, as if nobody had confirmed anything.
    let sql = "DELETE FROM signups WHERE email_h = $1 AND initiative = $2 AND pending";
    transaction.execute(sql, vec![email_h.into(), attempt.initiative.as_str().into()]).await?;
    let mut messages = Vec::with_capacity(sinks.len());
    for sink in sinks {
        let message = Message { kind, sink: sink.clone() };
        messages.push(NewMessage::new((email_h, &attempt.initiative), message, &id, sequence, now)?);
    }
    enqueue(transaction, &messages).await?;
    Ok(Confirmation::Now)
}

/// Gives the sign-up the contents of the attempt. What was encrypted stays so: it belongs to person and initiative.
async fn replace(
    transaction: &mut dyn Transaction,
    email_h: &Digest,
    id: &str,
    attempt: &str,
    now: i64,
) -> Result<(), sqlx::Error> {
    // A consent that was given and is now asked for and not given is taken back: its receipt says when, and stays. One that is
    // not asked for any more stays as it was.
    transaction
        .execute(
            "UPDATE consents SET withdrawn_at = $1
             WHERE email_h = $2 AND id = $3 AND given AND withdrawn_at IS NULL
               AND EXISTS (SELECT 1 FROM consents a WHERE a.email_h = $2 AND a.id = $4
                           AND a.consent = consents.consent AND NOT a.given)",
            vec![now.into(), email_h.into(), id.into(), attempt.into()],
        )
        .await?;
    for (stays, goes, condition) in
        [(id, attempt, "b.withdrawn_at IS NOT NULL AND NOT consents.given"), (attempt, id, "TRUE")]
    {
        let sql = format!(
            "DELETE FROM consents WHERE email_h = $1 AND id = $2
             AND EXISTS (SELECT 1 FROM consents b WHERE b.email_h = $1 AND b.id = $3
                         AND b.consent = consents.consent AND {condition})"
        );
        transaction.execute(&sql, vec![email_h.into(), goes.into(), stays.into()]).await?;
    }
    let sql = "UPDATE consents SET id = $1 WHERE email_h = $2 AND id = $3";
    transaction.execute(sql, vec![id.into(), email_h.into(), attempt.into()]).await?;
    transaction
        .execute(
            "UPDATE signups SET request_h = a.request_h, session = a.session, party = a.party, sealed = a.sealed,
                                language = a.language, confirmed_at = $1, change_id = a.id,
                                expires_at = a.keep_until, keep_until = a.keep_until,
                                sequence = signups.sequence + 1
             FROM signups a
             WHERE signups.email_h = $2 AND signups.id = $3 AND a.email_h = $2 AND a.id = $4",
            vec![now.into(), email_h.into(), id.into(), attempt.into()],
        )
        .await?;
    let sql = "DELETE FROM signups WHERE email_h = $1 AND id = $2";
    transaction.execute(sql, vec![email_h.into(), attempt.into()]).await?;
    Ok(())
}

/// Turns what an attempt holds into seats that are taken, and frees those of the sign-up that it changes. `false` where
/// its hold has run out and there are not seats enough; then nothing is changed.
async fn take_seats(
    transaction: &mut dyn Transaction,
    email_h: &Digest,
    attempt: &Form,
    current: Option<&Form>,
    limit: SeatLimit,
    now: i64,
) -> Result<bool, sqlx::Error> {
    let initiative = attempt.initiative.as_str();
    let sessions: BTreeSet<&str> =
        [Some(attempt), current].into_iter().flatten().map(|form| form.session.as_str()).collect();
    for session in sessions {
        // Locked in one order, as batches do; then counted.
        let limit = if session == attempt.session { limit } else { SeatLimit::Unlimited };
        let seat = || vec![initiative.into(), session.into()];
        let seats = match limit {
            SeatLimit::Seats(capacity) => {
                let limit = [seat(), vec![i64::from(capacity).into()]].concat();
                query(transaction, LIMIT_SEATS, vec![limit]).await?
            }
            SeatLimit::Unlimited | SeatLimit::Unknown => {
                let sql = "UPDATE seats SET capacity = capacity WHERE initiative = $1 AND session = $2
                           RETURNING capacity, taken";
                transaction.query(sql, seat()).await?
            }
        };
        let Some(seats) = seats.first().filter(|_| limit != SeatLimit::Unlimited) else { continue };
        let freed = current.filter(|current| current.session == session).map_or(0, |current| current.party);
        let others = held_by_others(transaction, email_h, attempt, now).await?;
        let used = seats.number("taken")? - freed + others.unwrap_or_default();
        if others.is_some() && used + attempt.party > seats.number("capacity")? {
            return Ok(false);
        }
    }
    if let Some(current) = current {
        free_seats(transaction, initiative, &current.session, current.party).await?;
    }
    let sql = "UPDATE seats SET taken = taken + $1 WHERE initiative = $2 AND session = $3";
    let parameters = vec![attempt.party.into(), initiative.into(), attempt.session.as_str().into()];
    transaction.execute(sql, parameters).await?;
    let sql = "DELETE FROM holds WHERE email_h = $1 AND id = $2";
    transaction.execute(sql, vec![email_h.into(), attempt.id.as_str().into()]).await?;
    Ok(true)
}

/// The seats of the attempt's session that others hold; `None` where the attempt holds its own. Who sent the form again
/// holds seats for it twice: they stand in nobody's way but theirs.
async fn held_by_others(
    transaction: &mut dyn Transaction,
    email_h: &Digest,
    attempt: &Form,
    now: i64,
) -> Result<Option<i64>, sqlx::Error> {
    let rows = transaction
        .query(
            "SELECT CAST(COALESCE(SUM(CASE WHEN email_h = $4 THEN 0 ELSE party END), 0) AS BIGINT) AS others,
                    count(CASE WHEN email_h = $4 AND id = $5 THEN 1 END) AS own
             FROM holds WHERE initiative = $1 AND session = $2 AND expires_at > $3",
            vec![
                attempt.initiative.as_str().into(),
                attempt.session.as_str().into(),
                now.into(),
                email_h.into(),
                attempt.id.as_str().into(),
            ],
        )
        .await?;
    let Some(row) = rows.first() else { return Ok(Some(0)) };
    Ok(if row.number("own")? > 0 { None } else { Some(row.number("others")?) })
}

/// Frees seats that were taken.
pub async fn free_seats(
    transaction: &mut dyn Transaction,
    initiative: &str,
    session: &str,
    party: i64,
) -> Result<(), sqlx::Error> {
    let sql = "UPDATE seats SET taken = CASE WHEN taken > $1 THEN taken - $1 ELSE 0 END
               WHERE initiative = $2 AND session = $3";
    transaction.execute(sql, vec![party.into(), initiative.into(), session.into()]).await?;
    Ok(())
}

//! Who takes part in a session: locked and counted.

use std::collections::BTreeSet;

use super::lock_persons;
use super::seats::lock_seats;
pub use super::values::{Name, name};
use crate::store::driver::{Lock, Transaction};
use crate::store::row::Row;
use crate::store::tables::Value;
use crate::store::{SeatLimit, StoreError};

/// Locks whoever has something of these sessions, and their seats.
pub async fn lock(
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

/// Counts the seats of a session that are taken, and notes when it begins.
pub async fn count_seats(
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

/// Whoever has a seat, an offer or a place in the line, and whether mail reaches them.
pub async fn participants(
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

/// Of the rows that a statement finds of sign-ups, `limit` at most and in their order, those that are still there once their persons are locked:
/// some may have left until then, and nothing would ever remove a mail to them. Others have come, and are not locked; they push as many of those
/// that were found beyond the limit. So whoever goes on does so behind the last of these rows, while there are more (`true`).
pub async fn found_and_locked(
    transaction: &mut dyn Transaction,
    sql: &str,
    which: Vec<Value>,
    limit: usize,
) -> Result<(Vec<Box<dyn Row>>, bool), StoreError> {
    let found = transaction.query(sql, which.clone()).await?;
    let persons = found.iter().map(|row| row.digest("email_h")).collect::<Result<BTreeSet<_>, _>>()?;
    lock_persons(transaction, &persons, Lock::Change).await?;
    let mut there = transaction.query(sql, which).await?;
    let more = found.len() == limit || there.len() == limit;
    let ids = found.iter().map(|row| row.string("id")).collect::<Result<BTreeSet<_>, _>>()?;
    there.retain(|row| row.string("id").is_ok_and(|id| ids.contains(&id)));
    Ok((there, more))
}

//! Erasure: of a sign-up, a person, or what has been kept long enough.

use std::collections::{BTreeMap, BTreeSet};

use super::forget::{Gone, forget, hold_for_nobody, tell};
use super::need_totals::{accepted, keep_accepted};
use super::seats::{free, lock_seats};
use super::values::{NAMED, execute, query};
use super::{Database, lock_person, lock_persons};
use crate::store::decide::SeatKey;
use crate::store::driver::{Lock, Transaction};
use crate::store::error::retried;
use crate::store::reports::REPORTS_KEPT;
use crate::store::row::Row;
use crate::store::tables::Value;
use crate::store::{Digest, Erasure, SeatLimit, StoreError};

/// Sign-ups erased in one transaction: enough to be quick, few enough not to keep the writer waiting.
const ERASED: u64 = 200;
/// Seconds that idempotency keys are kept, whatever becomes of the sign-up: a key that lived as long as somebody's sign-up would
/// tell whoever made it with their address that they take part. A retry that comes later finds the same form.
const KEYS_KEPT: i64 = 86_400;
/// Seconds that mails are counted.
const SENDS_KEPT: i64 = 7 * 86_400;
/// Seconds that it is kept where one meets, once nobody has signed up: it may have been said before the first does.
const VENUES_KEPT: i64 = 366 * 86_400;
/// Seconds that it is said of a program's token that it is over: whoever wonders why the program stands still finds it.
const TOKENS_KEPT: i64 = 30 * 86_400;
/// Days that it is kept how many there were: two years.
const COURSES_KEPT: i64 = 731;
/// Days after which what was not counted any more is forgotten: it has left the feed.
const COURSES_LEFT: i64 = 90;
const DAY: i64 = 86_400;
/// Seconds after which a link that was asked for with an unknown address is forgotten: it would be out of date.
const ACCESS_KEPT: i64 = 86_400;

impl Database {
    pub(super) async fn erase_some(&self, what: &Erasure, now: i64) -> Result<u64, StoreError> {
        retried(move || self.erase_once(what, now)).await
    }

    async fn erase_once(&self, what: &Erasure, now: i64) -> Result<u64, StoreError> {
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

    /// Those of a person's attempts, by their ids, that still wait. Returns how many there were.
    pub(super) async fn erase_attempts(
        &self,
        email_h: &Digest,
        ids: &[&str],
        now: i64,
    ) -> Result<u64, StoreError> {
        let mut transaction = self.driver.begin().await?;
        lock_person(&mut *transaction, email_h).await?;
        let sql = "SELECT email_h, id FROM signups WHERE email_h = $1 AND pending";
        let mut rows = transaction.query(sql, vec![email_h.into()]).await?;
        rows.retain(|row| row.string("id").is_ok_and(|id| ids.contains(&id.as_str())));
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
                let sql = "DELETE FROM reports WHERE email_h = $1";
                transaction.execute(sql, vec![email_h.into()]).await?;
                let sql = "SELECT email_h, id FROM signups WHERE email_h = $1";
                (names(&transaction.query(sql, vec![email_h.into()]).await?)?, i64::MAX)
            }
            Erasure::Expired(at) => {
                let sql = format!(
                    "SELECT email_h, id FROM signups WHERE expires_at <= $1
                     ORDER BY expires_at, email_h, id LIMIT {ERASED}"
                );
                let rows = transaction.query(&sql, vec![(*at).into()]).await?;
                // Before the sign-ups and their seats, as a confirmation does.
                let persons = rows.iter().map(|row| row.digest("email_h")).collect::<Result<_, _>>()?;
                lock_persons(transaction, &persons, Lock::Change).await?;
                (names(&rows)?, *at)
            }
        };
        let gone = erase_rows(transaction, rows, expired, now).await?;
        if let Erasure::Person(email_h) = what {
            self.forget_proposals_of(transaction, email_h).await?;
        }
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
            "DELETE FROM sessions WHERE starts_at <= $1
             AND NOT EXISTS (SELECT 1 FROM attendances a
                             WHERE a.initiative = sessions.initiative AND a.session = sessions.session)",
            at,
        ),
        (
            "DELETE FROM venues WHERE changed_at <= $1
             AND NOT EXISTS (SELECT 1 FROM signups s WHERE s.initiative = venues.initiative)",
            at - VENUES_KEPT,
        ),
        (
            "DELETE FROM outbox WHERE kind = 'access' AND created_at <= $1
             AND NOT EXISTS (SELECT 1 FROM persons p WHERE p.email_h = outbox.email_h)",
            at - ACCESS_KEPT,
        ),
        (
            "DELETE FROM outbox WHERE kind IN ('proposal-confirm', 'proposal-resume', 'proposals-wait')
             AND created_at <= $1 AND (sent_at IS NOT NULL OR dead_at IS NOT NULL)",
            at - ACCESS_KEPT,
        ),
        ("DELETE FROM outbox WHERE kind = 'reported' AND next_at <= $1", at - SENDS_KEPT),
        ("DELETE FROM reports WHERE at <= $1", at - REPORTS_KEPT),
        ("DELETE FROM api_tokens WHERE expires_at <= $1", at - TOKENS_KEPT),
        ("DELETE FROM courses WHERE day <= $1", at / DAY - COURSES_KEPT),
        (
            "DELETE FROM courses WHERE initiative IN (
                 SELECT initiative FROM courses GROUP BY initiative HAVING MAX(day) <= $1)",
            at / DAY - COURSES_LEFT,
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
    // Before the rows, as whoever promotes somebody does.
    lock_seats_of(transaction, rows.clone()).await?;
    // What this statement gives back is ours: another server that purges at the same time finds it gone. `NOT` keeps SQLite
    // from looking for the time first, and at every row before it.
    let sql = format!(
        "DELETE FROM signups WHERE {NAMED} AND NOT expires_at > {expired}
         RETURNING email_h, id, initiative, sequence"
    );
    let seated = seated(transaction, rows.clone()).await?;
    let accepted = match expired {
        i64::MAX => Vec::new(),
        _ => accepted(transaction, rows.clone()).await?,
    };
    let gone = query(transaction, &sql, rows).await?;
    let gone = gone.iter().map(|row| Gone::read(&**row)).collect::<Result<Vec<_>, _>>()?;
    if gone.is_empty() {
        return Ok(0);
    }
    let went: BTreeSet<_> = gone.iter().map(|one| (one.email_h, one.id.as_str())).collect();
    let mut freed: BTreeMap<&SeatKey, i64> = BTreeMap::new();
    for one in seated.iter().filter(|one| one.party > 0 && went.contains(&(one.email_h, one.id.as_str()))) {
        *freed.entry(&one.seat).or_default() += one.party;
    }
    let stays = accepted.into_iter().filter(|(email_h, id, _)| went.contains(&(*email_h, id.as_str())));
    keep_accepted(transaction, stays.map(|(_, _, offer)| offer)).await?;
    tell(transaction, &gone, now).await?;
    hold_for_nobody(transaction, NAMED, gone.iter().map(Gone::name).collect()).await?;
    // Keys are kept, and mails may be sent, as long as the person has a sign-up to the initiative.
    let names: BTreeSet<_> = gone.iter().map(|one| (&one.email_h, one.initiative.as_str())).collect();
    let names: Vec<Vec<Value>> =
        names.into_iter().map(|(email_h, initiative)| vec![email_h.into(), initiative.into()]).collect();
    for (table, key, more) in
        [("answered", "idem", ""), ("outbox", "id", "AND t.sink = '' AND t.kind <> 'access'")]
    {
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
    for ((initiative, session), party) in freed {
        free(transaction, (initiative, session), party, now).await?;
    }
    Ok(gone.len() as u64)
}

/// Seats that a sign-up takes, or waits for: then none.
struct Seated {
    email_h: Digest,
    id: String,
    seat: SeatKey,
    party: i64,
}

async fn seated(
    transaction: &mut dyn Transaction,
    rows: Vec<Vec<Value>>,
) -> Result<Vec<Seated>, sqlx::Error> {
    let sql = format!(
        "SELECT email_h, id, initiative, session,
                CAST(CASE WHEN state IN ('active', 'offered') THEN party ELSE 0 END AS BIGINT) AS party
         FROM attendances WHERE {NAMED} AND state IN ('active', 'offered', 'waiting')"
    );
    let rows = query(transaction, &sql, rows).await?;
    rows.iter()
        .map(|row| {
            Ok(Seated {
                email_h: row.digest("email_h")?,
                id: row.string("id")?,
                seat: (row.string("initiative")?, row.string("session")?),
                party: row.number("party")?,
            })
        })
        .collect()
}

/// Locks the seats that sign-ups take or wait for, in the order in which everybody does.
async fn lock_seats_of(transaction: &mut dyn Transaction, rows: Vec<Vec<Value>>) -> Result<(), sqlx::Error> {
    let seats: BTreeSet<SeatKey> = seated(transaction, rows).await?.into_iter().map(|one| one.seat).collect();
    for (initiative, session) in &seats {
        lock_seats(transaction, (initiative, session), SeatLimit::Unknown).await?;
    }
    Ok(())
}

//! The seats of requests: whoever is declined gives theirs back, and whoever is accepted after that asks for them again.

use std::collections::{BTreeMap, BTreeSet};

use super::attendances::attendances_of;
use super::seats::{free, held, lines, lock_seats, promised, take_seats};
use crate::store::decide::SeatKey;
use crate::store::driver::Transaction;
use crate::store::{AttendanceState, Digest, SeatLimit, StoreError};

/// Locks the seats of sessions, in the order in which everybody does. Says of those that have a limit how many seats are free, neither held
/// nor another one's who waits.
pub async fn lock_free(
    transaction: &mut dyn Transaction,
    sessions: BTreeSet<SeatKey>,
    now: i64,
) -> Result<BTreeMap<SeatKey, i64>, StoreError> {
    let mut all = BTreeMap::new();
    for key in sessions {
        let seat = (key.0.as_str(), key.1.as_str());
        let Some(seats) = lock_seats(transaction, seat, SeatLimit::Unknown).await? else { continue };
        let free = seats.capacity - seats.taken - held(transaction, seat, now).await?;
        let line = lines(transaction, vec![vec![seat.0.into(), seat.1.into()]]).await?;
        let line = line.into_values().next().unwrap_or_default();
        let free = free - promised(&line, free, seats.starts_at, now);
        all.insert(key, free);
    }
    Ok(all)
}

/// Gives back all that a sign-up has of sessions, whose seats are locked. `at` is when it was declined: by that the dates are known again.
pub async fn give_back_all(
    transaction: &mut dyn Transaction,
    initiative: &str,
    (email_h, id): (&Digest, &str),
    at: i64,
    now: i64,
) -> Result<(), StoreError> {
    for one in attendances_of(transaction, email_h, id).await? {
        if !one.state.is_seated() && one.state != AttendanceState::Waiting {
            continue;
        }
        let sql = "UPDATE attendances SET state = 'cancelled', since = $4, decide_by = NULL
                   WHERE email_h = $1 AND id = $2 AND session = $3";
        let values = vec![email_h.into(), id.into(), one.session.as_str().into(), at.into()];
        transaction.execute(sql, values).await?;
        if one.state.is_seated() {
            free(transaction, (initiative, &one.session), one.party.into(), now).await?;
        }
    }
    Ok(())
}

/// Sessions that a sign-up gave back when it was declined, and for how many people; not those that have left the feed since.
pub async fn given_back(
    transaction: &mut dyn Transaction,
    (email_h, id): (&Digest, &str),
    declined_at: i64,
) -> Result<Vec<(String, i64)>, sqlx::Error> {
    let sql = "SELECT a.session, a.party FROM attendances a
               WHERE a.email_h = $1 AND a.id = $2 AND a.state = 'cancelled' AND a.since = $3
                 AND NOT EXISTS (SELECT 1 FROM sessions t WHERE t.initiative = a.initiative AND t.session = a.session
                                 AND t.gone_since IS NOT NULL)
               ORDER BY a.session";
    let rows = transaction.query(sql, vec![email_h.into(), id.into(), declined_at.into()]).await?;
    rows.iter().map(|row| Ok((row.string("session")?, row.number("party")?))).collect()
}

/// Takes seats of these sessions again, which are locked and have some left ([`lock_free`]).
pub async fn take_again(
    transaction: &mut dyn Transaction,
    initiative: &str,
    (email_h, id): (&Digest, &str),
    sessions: &[(String, i64)],
    now: i64,
) -> Result<(), sqlx::Error> {
    for (session, party) in sessions {
        let sql = "UPDATE attendances SET state = 'active', since = $4
                   WHERE email_h = $1 AND id = $2 AND session = $3";
        let values = vec![email_h.into(), id.into(), session.as_str().into(), now.into()];
        transaction.execute(sql, values).await?;
        take_seats(transaction, (initiative, session), *party).await?;
    }
    Ok(())
}

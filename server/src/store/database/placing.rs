//! What a form gets of its sessions: seats that it holds or that are free, or a place in the line. A confirmation asks for that, and a change
//! on one's own page.

use std::collections::BTreeMap;

use super::seats::{SessionSeats, held, lines, lock_seats, promised, promote, take_seats};
use crate::store::driver::Transaction;
use crate::store::row::Row;
use crate::store::{Attendance, AttendanceState, Digest, SeatLimit, StoreError};

/// A sign-up, or an attempt at one, as far as it is about sessions.
pub struct Form {
    pub id: String,
    pub initiative: String,
    pub participant_h: Digest,
    pub party: i64,
    pub received_at: i64,
    pub sequence: i64,
    pub attendances: Vec<Attendance>,
}

impl Form {
    pub fn read(row: &dyn Row) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.string("id")?,
            initiative: row.string("initiative")?,
            participant_h: row.digest("participant_h")?,
            party: row.number("party")?,
            received_at: row.number("received_at")?,
            sequence: row.number("sequence")?,
            attendances: Vec::new(),
        })
    }

    /// What it has of a session.
    pub fn of(&self, session: &str) -> Option<&Attendance> {
        self.attendances.iter().find(|one| one.session == session)
    }

    /// Seats that it takes of a session.
    fn seats_of(&self, session: &str) -> i64 {
        self.of(session).filter(|one| one.state.is_seated()).map_or(0, |one| i64::from(one.party))
    }
}

/// Whether the date was called off that an attempt asks for.
pub fn is_called_off(asked: &Attendance) -> bool {
    asked.state == AttendanceState::Cancelled
}

/// Locks the seats of all sessions of an attempt and of the sign-up that it changes. `None` where one has no limit.
pub async fn lock_all(
    transaction: &mut dyn Transaction,
    attempt: &Form,
    current: Option<&Form>,
    limits: &[(String, SeatLimit)],
) -> Result<BTreeMap<String, Option<SessionSeats>>, sqlx::Error> {
    let limit_of = |session: &str| {
        let limit = limits.iter().find(|(of, _)| of == session).map(|(_, limit)| *limit);
        limit.unwrap_or(SeatLimit::Unknown)
    };
    let forms = [Some(attempt), current].into_iter().flatten();
    let sessions = forms.flat_map(|form| form.attendances.iter().map(|one| (one.session.clone(), None)));
    let mut seats: BTreeMap<String, Option<SessionSeats>> = sessions.collect();
    for (session, seats) in &mut seats {
        *seats = lock_seats(transaction, (&attempt.initiative, session), limit_of(session)).await?;
    }
    Ok(seats)
}

/// What an attempt gets of each of its sessions: the seats that it holds, or free ones, or a place in the line. `None` where
/// it is a change that cannot be had: whoever has a seat of a session does not lose it for a place in its line, nor for nothing.
pub async fn placed(
    transaction: &mut dyn Transaction,
    email_h: &Digest,
    attempt: &Form,
    current: Option<&Form>,
    seats: &BTreeMap<String, Option<SessionSeats>>,
    now: i64,
) -> Result<Option<Vec<Attendance>>, StoreError> {
    let mut placed = Vec::with_capacity(attempt.attendances.len());
    for asked in &attempt.attendances {
        if is_called_off(asked) {
            placed.push(asked.clone());
            continue;
        }
        let seat = (attempt.initiative.as_str(), asked.session.as_str());
        let now_active = Attendance { state: AttendanceState::Active, since: now, ..asked.clone() };
        let Some(seats) = seats.get(&asked.session).copied().flatten() else {
            placed.push(now_active);
            continue;
        };
        let own = own_hold(transaction, email_h, &attempt.id, &asked.session, now).await?;
        let before = current.and_then(|current| current.of(&asked.session));
        let freed = current.map_or(0, |current| current.seats_of(&asked.session));
        let fits = own == Some(false) || {
            let others = held_by_others(transaction, (email_h, &attempt.participant_h), seat, now).await?;
            let free = seats.capacity - seats.taken - others;
            let line = lines(transaction, vec![vec![seat.0.into(), seat.1.into()]]).await?;
            let line = line.into_values().next().unwrap_or_default();
            freed + (free - promised(&line, free, seats.starts_at, now)).max(0) >= attempt.party
        };
        placed.push(match before {
            _ if fits => now_active,
            // Whoever comes to be more is no longer who has waited so long: else a party of one kept a place for ten.
            Some(before) if before.state == AttendanceState::Waiting => {
                let since = if asked.party > before.party { now } else { before.since };
                Attendance { party: asked.party, since, ..before.clone() }
            }
            _ if freed == 0 && (current.is_none() || asked.may_wait) => {
                let since = if own == Some(true) { attempt.received_at } else { now };
                Attendance { state: AttendanceState::Waiting, since, ..asked.clone() }
            }
            _ => return Ok(None),
        });
    }
    Ok(Some(placed))
}

/// Counts the seats that a sign-up has now and those that it had before, and gives what it frees to those who wait.
pub async fn settle_seats(
    transaction: &mut dyn Transaction,
    attempt: &Form,
    current: Option<&Form>,
    attendances: &[Attendance],
    seats: &BTreeMap<String, Option<SessionSeats>>,
    now: i64,
) -> Result<(), StoreError> {
    for (session, seats) in seats {
        let seat = (attempt.initiative.as_str(), session.as_str());
        let seated = attendances.iter().find(|one| one.session == *session && one.state.is_seated());
        let taken = seated.map_or(0, |one| i64::from(one.party));
        let before = current.map_or(0, |current| current.seats_of(session));
        let more = taken - before;
        if more != 0 {
            take_seats(transaction, seat, more).await?;
        }
        // The limit may have risen, too: then somebody waits for whom there is a seat.
        if let Some(seats) = seats {
            promote(transaction, seat, SessionSeats { taken: seats.taken + more, ..*seats }, now).await?;
        }
    }
    Ok(())
}

/// Whether an attempt holds something of a session at that time, and if so, whether that is a place in the line.
async fn own_hold(
    transaction: &mut dyn Transaction,
    email_h: &Digest,
    id: &str,
    session: &str,
    now: i64,
) -> Result<Option<bool>, sqlx::Error> {
    let sql = "SELECT waiting FROM holds WHERE email_h = $1 AND id = $2 AND session = $3 AND expires_at > $4";
    let parameters = vec![email_h.into(), id.into(), session.into(), now.into()];
    let rows = transaction.query(sql, parameters).await?;
    rows.first().map(|row| row.flag("waiting")).transpose()
}

/// The seats of a session that others than a participant hold. Who sent the form again holds seats for it twice: they stand in nobody's way
/// but theirs.
async fn held_by_others(
    transaction: &mut dyn Transaction,
    (email_h, participant_h): (&Digest, &Digest),
    seat: (&str, &str),
    now: i64,
) -> Result<i64, sqlx::Error> {
    let sql = "SELECT CAST(COALESCE(SUM(party), 0) AS BIGINT) AS own FROM holds
               WHERE email_h = $1 AND participant_h = $2 AND initiative = $3 AND session = $4
                 AND NOT waiting AND expires_at > $5";
    let parameters = vec![email_h.into(), participant_h.into(), seat.0.into(), seat.1.into(), now.into()];
    let rows = transaction.query(sql, parameters).await?;
    let own = rows.first().map_or(Ok(0), |row| row.number("own"))?;
    Ok(held(transaction, seat, now).await? - own)
}

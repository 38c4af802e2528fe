//! The seats of a session, and the line for them. Whoever changes how many are taken, or who waits, locks the session's row
//! first, in the order of the sessions' names, so that nobody waits in a circle; what is read afterwards is what the
//! others have left.

use std::collections::BTreeMap;

use super::announce::{Step, announce_steps, mail};
use super::values::query;
use crate::store::attendance::promoted;
use crate::store::decide::SeatKey;
use crate::store::driver::Transaction;
use crate::store::row::Row;
use crate::store::tables::Value;
use crate::store::{AttendanceState, Digest, MessageKind, SeatLimit, StoreError};

/// Notes the limits of sessions and locks their seats. A session that had none yet has had sign-ups all the same: they are
/// counted. From then on whatever changes how many count says so, whether there is a limit at that time or not.
pub const LIMIT_SEATS: &str = "
    WITH v (initiative, session, capacity, starts_at) AS (VALUES {})
    INSERT INTO seats (initiative, session, capacity, starts_at, taken)
    SELECT v.initiative, v.session, v.capacity, v.starts_at,
           CASE WHEN EXISTS (SELECT 1 FROM seats t WHERE t.initiative = v.initiative AND t.session = v.session)
                THEN 0
                ELSE (SELECT CAST(COALESCE(SUM(a.party), 0) AS BIGINT) FROM attendances a
                      WHERE a.initiative = v.initiative AND a.session = v.session
                        AND a.state IN ('active', 'offered')) END
    FROM v WHERE TRUE
    ON CONFLICT (initiative, session) DO UPDATE SET capacity = excluded.capacity, starts_at = excluded.starts_at
    RETURNING initiative, session, capacity, starts_at, taken";

/// Seats that are held, by initiative and session: `{}` stands for those, each with a time (UTC seconds).
pub const HELD: &str = "
    WITH v (initiative, session, at) AS (VALUES {})
    SELECT v.initiative, v.session, CAST(SUM(h.party) AS BIGINT) AS held FROM v CROSS JOIN holds h
    WHERE h.initiative = v.initiative AND h.session = v.session AND NOT h.waiting AND h.expires_at > v.at
    GROUP BY v.initiative, v.session";

/// The seats of one session, locked.
#[derive(Clone, Copy)]
pub struct SessionSeats {
    /// Seats in all.
    pub capacity: i64,
    /// Those of active attendances, and of offers.
    pub taken: i64,
    /// When it begins, if that is known, UTC seconds.
    pub starts_at: Option<i64>,
}

impl SessionSeats {
    pub fn read(row: &dyn Row) -> Result<Self, sqlx::Error> {
        Ok(Self {
            capacity: row.number("capacity")?,
            taken: row.number("taken")?,
            starts_at: row.integer("starts_at")?,
        })
    }
}

/// Locks a session's seats. `None` where it has no limit; one that has gone from the feed keeps its last.
pub async fn lock_seats(
    transaction: &mut dyn Transaction,
    (initiative, session): (&str, &str),
    limit: SeatLimit,
) -> Result<Option<SessionSeats>, sqlx::Error> {
    let rows = match limit {
        SeatLimit::Seats { seats, starts_at } => {
            let limit = vec![initiative.into(), session.into(), i64::from(seats).into(), starts_at.into()];
            query(transaction, LIMIT_SEATS, vec![limit]).await?
        }
        SeatLimit::Unlimited | SeatLimit::Unknown => {
            let sql = "UPDATE seats SET capacity = capacity WHERE initiative = $1 AND session = $2
                       RETURNING capacity, starts_at, taken";
            transaction.query(sql, vec![initiative.into(), session.into()]).await?
        }
    };
    let seats = rows.first().map(|row| SessionSeats::read(&**row)).transpose()?;
    Ok(seats.map(|seats| match limit {
        SeatLimit::Unlimited => SessionSeats { capacity: i64::MAX / 2, ..seats },
        _ => seats,
    }))
}

/// Adds to the seats that are taken, or frees some. `None` where the session has no limit.
pub async fn take_seats(
    transaction: &mut dyn Transaction,
    (initiative, session): (&str, &str),
    party: i64,
) -> Result<Option<SessionSeats>, sqlx::Error> {
    let sql = "UPDATE seats SET taken = CASE WHEN taken + $1 > 0 THEN taken + $1 ELSE 0 END
               WHERE initiative = $2 AND session = $3 RETURNING capacity, starts_at, taken";
    let rows = transaction.query(sql, vec![party.into(), initiative.into(), session.into()]).await?;
    rows.first().map(|row| SessionSeats::read(&**row)).transpose()
}

/// Frees seats of a session, which are locked, and gives them to those who wait.
pub async fn free(
    transaction: &mut dyn Transaction,
    seat: (&str, &str),
    party: i64,
    now: i64,
) -> Result<(), StoreError> {
    if let Some(seats) = take_seats(transaction, seat, -party).await? {
        promote(transaction, seat, seats, now).await?;
    }
    Ok(())
}

/// The seats of a session that all hold at that time.
pub async fn held(
    transaction: &mut dyn Transaction,
    (initiative, session): (&str, &str),
    now: i64,
) -> Result<i64, sqlx::Error> {
    let seat = vec![initiative.into(), session.into(), now.into()];
    let rows = query(transaction, HELD, vec![seat]).await?;
    rows.first().map_or(Ok(0), |row| row.number("held"))
}

/// Somebody who waits.
pub struct InLine {
    pub email_h: Digest,
    pub id: String,
    pub party: i64,
    /// They have confirmed, so that mail reaches them.
    is_confirmed: bool,
}

/// Who waits for sessions, longest first. `{}` stands for initiatives and sessions.
pub async fn lines(
    transaction: &mut dyn Transaction,
    seats: Vec<Vec<Value>>,
) -> Result<BTreeMap<SeatKey, Vec<InLine>>, sqlx::Error> {
    let sql = "WITH v (initiative, session) AS (VALUES {})
         SELECT a.initiative, a.session, a.email_h, a.id, a.party, s.confirmed_at
         FROM v CROSS JOIN attendances a JOIN signups s ON s.email_h = a.email_h AND s.id = a.id
         WHERE a.initiative = v.initiative AND a.session = v.session AND a.state = 'waiting'
         ORDER BY a.since, a.email_h, a.id";
    let mut lines: BTreeMap<SeatKey, Vec<InLine>> = BTreeMap::new();
    for row in query(transaction, sql, seats).await? {
        let line = lines.entry((row.string("initiative")?, row.string("session")?)).or_default();
        line.push(InLine {
            email_h: row.digest("email_h")?,
            id: row.string("id")?,
            party: row.number("party")?,
            is_confirmed: row.integer("confirmed_at")?.is_some(),
        });
    }
    Ok(lines)
}

/// Seats that are free and belong to those of a line.
pub fn promised(line: &[InLine], free: i64, starts_at: Option<i64>, now: i64) -> i64 {
    let parties: Vec<_> = line.iter().map(|one| one.party).collect();
    promoted(&parties, free, starts_at, now).iter().filter_map(|(place, _)| parties.get(*place)).sum()
}

/// Ends the offers that were not answered, and gives what is free to those who wait. The session's seats are locked
/// ([`lock_seats`]). Says how many got seats.
pub async fn promote(
    transaction: &mut dyn Transaction,
    seat: (&str, &str),
    seats: SessionSeats,
    now: i64,
) -> Result<u64, StoreError> {
    let (initiative, session) = seat;
    let ended = transaction
        .query(
            "UPDATE attendances SET state = 'cancelled', since = $1, decide_by = NULL
             WHERE initiative = $2 AND session = $3 AND state = 'offered' AND decide_by <= $1
             RETURNING email_h, id, party",
            vec![now.into(), initiative.into(), session.into()],
        )
        .await?;
    let mut taken = seats.taken;
    for row in &ended {
        taken -= row.number("party")?;
        let name = (&row.digest("email_h")?, &*row.string("id")?);
        announce_steps(transaction, name, &[Step::gone(session)], now).await?;
    }
    let line = lines(transaction, vec![vec![initiative.into(), session.into()]]).await?;
    let line = line.into_values().next().unwrap_or_default();
    let parties: Vec<_> = line.iter().map(|one| one.party).collect();
    let mut promotions = Vec::new();
    if !parties.is_empty() {
        let free = seats.capacity - taken - held(transaction, seat, now).await?;
        promotions = promoted(&parties, free, seats.starts_at, now);
    }
    let mut count = 0;
    for (place, decide_by) in &promotions {
        let Some(one) = line.get(*place) else { continue };
        let name = (&one.email_h, one.id.as_str());
        let state = if decide_by.is_some() { AttendanceState::Offered } else { AttendanceState::Active };
        let promoted = transaction
            .execute(
                "UPDATE attendances SET state = $1, since = $2, decide_by = $3
                 WHERE email_h = $4 AND id = $5 AND session = $6 AND state = 'waiting'",
                vec![
                    state.as_str().into(),
                    now.into(),
                    (*decide_by).into(),
                    name.0.into(),
                    name.1.into(),
                    session.into(),
                ],
            )
            .await?;
        if promoted == 0 {
            continue;
        }
        count += 1;
        taken += one.party;
        announce_steps(transaction, name, &[Step::given(session, *decide_by)], now).await?;
        if one.is_confirmed {
            let kind = if decide_by.is_some() { MessageKind::Offered } else { MessageKind::Promoted };
            mail(transaction, initiative, name, kind, &serde_json::json!({ "session": session }), now)
                .await?;
        }
    }
    if taken != seats.taken {
        take_seats(transaction, seat, taken - seats.taken).await?;
    }
    Ok(count)
}

//! What those who organise do for somebody who takes part.

use async_trait::async_trait;
use serde_json::{Value as Json, json};

use super::announce::{Step, announce_steps, mail};
use super::attendances::attendances_of;
use super::rearrange::rearrange_within;
use super::seats::{free, held, lock_seats, take_seats};
use super::trail::note;
use super::{Database, lock_person};
use crate::store::driver::Transaction;
use crate::store::error::retried;
use crate::store::{
    Arrangement, Attendance, AttendanceState, Digest, Kept, MessageKind, Placement, PlacementStore,
    Rearrangement, SeatLimit, SignUpName, StoreError, TrailEntry,
};

#[async_trait]
impl PlacementStore for Database {
    async fn give_back_for(
        &self,
        of: SignUpName<'_>,
        session: &str,
        was: &Kept,
        entry: &TrailEntry,
    ) -> Result<Placement, StoreError> {
        retried(|| async {
            let mut transaction = self.driver.begin().await?;
            let done = give_back(&mut *transaction, of, session, was, entry).await?;
            transaction.commit().await?;
            Ok(done)
        })
        .await
    }

    async fn seat(
        &self,
        of: SignUpName<'_>,
        session: (&str, SeatLimit),
        beyond: bool,
        entry: &TrailEntry,
    ) -> Result<Placement, StoreError> {
        retried(|| async {
            let mut transaction = self.driver.begin().await?;
            let done = seat(&mut *transaction, of, session, beyond, entry).await?;
            transaction.commit().await?;
            Ok(done)
        })
        .await
    }

    async fn move_to(
        &self,
        of: SignUpName<'_>,
        from: (&str, SeatLimit),
        to: (&str, SeatLimit),
        was: &Kept,
        entry: &TrailEntry,
    ) -> Result<Placement, StoreError> {
        retried(|| async {
            let mut transaction = self.driver.begin().await?;
            let done = move_to(&mut *transaction, of, (from, to), was, entry).await?;
            transaction.commit().await?;
            Ok(done)
        })
        .await
    }
}

/// A sign-up whose person is locked.
struct Locked {
    email_h: Digest,
    party: u32,
    /// Only who has confirmed can be written to.
    is_confirmed: bool,
    attendances: Vec<Attendance>,
}

impl Locked {
    fn of(&self, session: &str) -> Option<&Attendance> {
        self.attendances.iter().find(|one| one.session == session)
    }
}

/// Locks the person of a sign-up. `None` where there is none, it waits for its confirmation, or it was declined.
async fn locked(
    transaction: &mut dyn Transaction,
    SignUpName { initiative, id }: SignUpName<'_>,
) -> Result<Option<Locked>, StoreError> {
    let sql = "SELECT email_h FROM signups WHERE initiative = $1 AND id = $2";
    let name = || vec![initiative.into(), id.into()];
    let rows = transaction.query(sql, name()).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let email_h = row.digest("email_h")?;
    lock_person(transaction, &email_h).await?;
    // It may have gone, or another answer have been given, until then.
    let sql =
        "SELECT party, confirmed_at FROM signups s WHERE s.initiative = $1 AND s.id = $2 AND NOT s.pending
               AND NOT EXISTS (SELECT 1 FROM decisions d WHERE d.email_h = s.email_h AND d.id = s.id
                               AND d.decision = 'declined')";
    let rows = transaction.query(sql, name()).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    Ok(Some(Locked {
        email_h,
        party: row.number("party")?.try_into().unwrap_or(u32::MAX),
        is_confirmed: row.integer("confirmed_at")?.is_some(),
        attendances: attendances_of(transaction, &email_h, id).await?,
    }))
}

async fn give_back(
    transaction: &mut dyn Transaction,
    of: SignUpName<'_>,
    session: &str,
    was: &Kept,
    entry: &TrailEntry,
) -> Result<Placement, StoreError> {
    if locked(transaction, of).await?.is_none() {
        return Ok(Placement::Unknown);
    }
    let place = (of.initiative, session);
    // Whoever frees seats may change it until they are locked.
    lock_seats(transaction, place, SeatLimit::Unknown).await?;
    let Some(one) = locked(transaction, of).await? else { return Ok(Placement::Unknown) };
    let has = |one: &&Attendance| one.state.is_seated() || one.state == AttendanceState::Waiting;
    let Some(before) = one.of(session).filter(has) else { return Ok(Placement::Before) };
    set_state(transaction, (&one.email_h, of.id, session), AttendanceState::Cancelled, entry.at).await?;
    let detail = json!({ "session": session, "was": was });
    let step = Step::gone(session);
    tell(transaction, (of, &one), step, (MessageKind::Released, &detail), entry.at).await?;
    if before.state.is_seated() {
        free(transaction, place, i64::from(before.party), entry.at).await?;
    }
    noted(
        transaction,
        entry,
        of,
        json!({ "session": session, "before": before.state.as_str(), "after": "cancelled" }),
    )
    .await?;
    Ok(Placement::Now)
}

async fn seat(
    transaction: &mut dyn Transaction,
    of: SignUpName<'_>,
    (session, limit): (&str, SeatLimit),
    beyond: bool,
    entry: &TrailEntry,
) -> Result<Placement, StoreError> {
    if locked(transaction, of).await?.is_none() {
        return Ok(Placement::Unknown);
    }
    let place = (of.initiative, session);
    let seats = lock_seats(transaction, place, limit).await?;
    let Some(one) = locked(transaction, of).await? else { return Ok(Placement::Unknown) };
    let waits =
        |one: &&Attendance| matches!(one.state, AttendanceState::Waiting | AttendanceState::Cancelled);
    let Some(before) = one.of(session).filter(waits) else { return Ok(Placement::Before) };
    let party = i64::from(before.party);
    if let Some(seats) = seats {
        let free = seats.capacity - seats.taken - held(transaction, place, entry.at).await?;
        if party > free && !beyond {
            return Ok(Placement::Full);
        }
        take_seats(transaction, place, party).await?;
    }
    set_state(transaction, (&one.email_h, of.id, session), AttendanceState::Active, entry.at).await?;
    let (step, detail) = (Step::given(session, None), json!({ "session": session }));
    tell(transaction, (of, &one), step, (MessageKind::Seated, &detail), entry.at).await?;
    noted(
        transaction,
        entry,
        of,
        json!({ "session": session, "before": before.state.as_str(), "after": "active" }),
    )
    .await?;
    Ok(Placement::Now)
}

async fn move_to(
    transaction: &mut dyn Transaction,
    of: SignUpName<'_>,
    (from, to): ((&str, SeatLimit), (&str, SeatLimit)),
    was: &Kept,
    entry: &TrailEntry,
) -> Result<Placement, StoreError> {
    let Some(one) = locked(transaction, of).await? else { return Ok(Placement::Unknown) };
    let has = |one: &&Attendance| one.state.is_seated() || one.state == AttendanceState::Waiting;
    if one.of(from.0).filter(has).is_none() || one.of(to.0).filter(|one| one.state.is_seated()).is_some() {
        return Ok(Placement::Before);
    }
    let wanted = Arrangement {
        party: one.party,
        // Nobody is named anew.
        guests: Vec::new(),
        sessions: vec![to.0.to_owned()],
        waitlist: Vec::new(),
        among: vec![from.0.to_owned(), to.0.to_owned()],
    };
    let limits = [(from.0.to_owned(), from.1), (to.0.to_owned(), to.1)];
    let name = (&one.email_h, of.id);
    match rearrange_within(transaction, name, &wanted, &limits, entry.at).await? {
        Rearrangement::Now => {}
        Rearrangement::Before => return Ok(Placement::Before),
        Rearrangement::Full => return Ok(Placement::Full),
        Rearrangement::Unknown => return Ok(Placement::Unknown),
    }
    if one.is_confirmed {
        let detail = json!({ "session": to.0, "from": from.0, "was": was });
        mail(transaction, of.initiative, name, MessageKind::Rebooked, &detail, entry.at).await?;
    }
    noted(transaction, entry, of, TrailEntry::change(from.0, to.0)).await?;
    Ok(Placement::Now)
}

async fn set_state(
    transaction: &mut dyn Transaction,
    (email_h, id, session): (&Digest, &str, &str),
    to: AttendanceState,
    now: i64,
) -> Result<(), StoreError> {
    let sql = "UPDATE attendances SET state = $4, since = $5, decide_by = NULL
               WHERE email_h = $1 AND id = $2 AND session = $3";
    let values = vec![email_h.into(), id.into(), session.into(), to.as_str().into(), now.into()];
    transaction.execute(sql, values).await?;
    Ok(())
}

/// Tells the sinks that the sign-up is another one now, and its person what became of it.
async fn tell(
    transaction: &mut dyn Transaction,
    (of, one): (SignUpName<'_>, &Locked),
    step: Step,
    (kind, detail): (MessageKind, &Json),
    now: i64,
) -> Result<(), StoreError> {
    let name = (&one.email_h, of.id);
    announce_steps(transaction, name, &[step], now).await?;
    if one.is_confirmed {
        mail(transaction, of.initiative, name, kind, detail, now).await?;
    }
    Ok(())
}

async fn noted(
    transaction: &mut dyn Transaction,
    entry: &TrailEntry,
    of: SignUpName<'_>,
    detail: Json,
) -> Result<(), StoreError> {
    let mut entry = TrailEntry { detail, ..entry.clone() };
    entry.detail["signup"] = of.id.into();
    note(transaction, &entry).await
}

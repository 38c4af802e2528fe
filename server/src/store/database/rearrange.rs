//! What a sign-up is for changes, as its person asks on their own page: other sessions, or another number of people.

use super::announce::{announce_steps, steps};
use super::attendances::attendances_of;
use super::batch::attendance;
use super::placing::{Form, lock_all, placed, settle_seats};
use super::seats::promote;
use super::values::insert;
use super::{Database, lock_person};
use crate::store::driver::Transaction;
use crate::store::error::retried;
use crate::store::tables::{ATTENDANCES, Value};
use crate::store::{Arrangement, Attendance, AttendanceState, Digest, Rearrangement, SeatLimit, StoreError};

impl Database {
    pub(super) async fn rearrange_own(
        &self,
        name: (&Digest, &str),
        wanted: &Arrangement,
        limits: &[(String, SeatLimit)],
        now: i64,
    ) -> Result<Rearrangement, StoreError> {
        retried(move || async move {
            let mut transaction = self.driver.begin().await?;
            let rearranged = rearrange_within(&mut *transaction, name, wanted, limits, now).await?;
            if rearranged == Rearrangement::Now {
                self.name_guests(&mut *transaction, name, wanted).await?;
            }
            transaction.commit().await?;
            Ok(rearranged)
        })
        .await
    }
}

impl Database {
    /// Names those who come along from now on, and forgets the last of them where fewer come.
    async fn name_guests(
        &self,
        transaction: &mut dyn Transaction,
        (email_h, id): (&Digest, &str),
        wanted: &Arrangement,
    ) -> Result<(), StoreError> {
        let sql =
            "SELECT s.initiative, s.sealed, p.wrapped FROM signups s JOIN persons p ON p.email_h = s.email_h
                   WHERE s.email_h = $1 AND s.id = $2";
        let rows = transaction.query(sql, vec![email_h.into(), id.into()]).await?;
        let Some(row) = rows.first() else { return Ok(()) };
        let initiative = row.string("initiative")?;
        let (key, mut person) = self.opened(&**row, email_h, &initiative)?;
        let before = person.guests.clone();
        person.guests.extend(wanted.guests.iter().cloned());
        person.guests.truncate(wanted.party.saturating_sub(1) as usize);
        if person.guests == before {
            return Ok(());
        }
        let sealed = Value::Bytes(Some(key.seal(email_h, &initiative, &person)?));
        let sql = "UPDATE signups SET sealed = $3 WHERE email_h = $1 AND id = $2";
        transaction.execute(sql, vec![email_h.into(), id.into(), sealed]).await?;
        Ok(())
    }
}

/// The same within a transaction; those who come along keep their names.
pub(super) async fn rearrange_within(
    transaction: &mut dyn Transaction,
    (email_h, id): (&Digest, &str),
    wanted: &Arrangement,
    limits: &[(String, SeatLimit)],
    now: i64,
) -> Result<Rearrangement, StoreError> {
    if !lock_person(transaction, email_h).await? {
        return Ok(Rearrangement::Unknown);
    }
    let name = || vec![email_h.into(), id.into()];
    // Whoever was declined has no seat to exchange: a new form asks anew.
    let sql = "SELECT * FROM signups s WHERE email_h = $1 AND id = $2 AND NOT pending
               AND NOT EXISTS (SELECT 1 FROM decisions d WHERE d.email_h = s.email_h AND d.id = s.id
                               AND d.decision = 'declined')";
    let rows = transaction.query(sql, name()).await?;
    let Some(row) = rows.first() else { return Ok(Rearrangement::Unknown) };
    let mut current = Form::read(&**row)?;
    let chosen = async |transaction: &mut dyn Transaction| {
        let mut all = attendances_of(transaction, email_h, id).await?;
        all.retain(|one| wanted.among.contains(&one.session));
        Ok::<_, StoreError>(all)
    };
    current.attendances = chosen(transaction).await?;
    let attempt = asked(&current, wanted, now);
    let mut seats = lock_all(transaction, &attempt, Some(&current), limits).await?;
    // Somebody's seat that was freed meanwhile may have gone to it.
    current.attendances = chosen(transaction).await?;
    // An offer that has run out is nobody's any more: it goes on before anything is counted.
    let ended = |one: &&Attendance| one.decide_by.is_some_and(|by| by <= now);
    for one in current.attendances.iter().filter(ended) {
        if let Some(Some(seats)) = seats.get(&one.session) {
            promote(transaction, (&current.initiative, &one.session), *seats, now).await?;
        }
    }
    if current.attendances.iter().any(|one| ended(&one)) {
        seats = lock_all(transaction, &attempt, Some(&current), limits).await?;
        current.attendances = chosen(transaction).await?;
    }
    if is_so(&current, wanted) {
        return Ok(Rearrangement::Before);
    }
    let Some(mut attendances) = placed(transaction, email_h, &attempt, Some(&current), &seats, now).await?
    else {
        return Ok(Rearrangement::Full);
    };
    for before in &current.attendances {
        if attempt.of(&before.session).is_none() {
            let since = if before.state == AttendanceState::Cancelled { before.since } else { now };
            let state = AttendanceState::Cancelled;
            attendances.push(Attendance { state, since, decide_by: None, ..before.clone() });
        }
    }
    for one in &attendances {
        let sql = "DELETE FROM attendances WHERE email_h = $1 AND id = $2 AND session = $3";
        let session = one.session.as_str().into();
        transaction.execute(sql, [name(), vec![session]].concat()).await?;
    }
    let rows = attendances.iter().map(|one| attendance((email_h, id), &current.initiative, one));
    insert(transaction, &ATTENDANCES, rows.collect()).await?;
    let sql = "UPDATE signups SET party = $3 WHERE email_h = $1 AND id = $2";
    transaction.execute(sql, [name(), vec![attempt.party.into()]].concat()).await?;
    let steps = steps(&current.attendances, &attendances);
    announce_steps(transaction, (email_h, id), &steps, now).await?;
    settle_seats(transaction, &attempt, Some(&current), &attendances, &seats, now).await?;
    Ok(Rearrangement::Now)
}

/// The form that asks for it.
fn asked(current: &Form, wanted: &Arrangement, now: i64) -> Form {
    let attendances = wanted.sessions.iter().map(|session| Attendance {
        session: session.clone(),
        party: wanted.party,
        state: AttendanceState::Asked,
        may_wait: wanted.waitlist.contains(session),
        since: now,
        decide_by: None,
    });
    Form {
        // It holds nothing.
        id: String::new(),
        initiative: current.initiative.clone(),
        participant_h: current.participant_h,
        party: i64::from(wanted.party),
        received_at: now,
        sequence: current.sequence,
        attendances: attendances.collect(),
    }
}

/// Whether a sign-up is for that already.
fn is_so(current: &Form, wanted: &Arrangement) -> bool {
    let kept = current.attendances.iter().filter(|one| one.state != AttendanceState::Cancelled);
    let is_party = kept.clone().all(|one| one.party == wanted.party);
    let kept: Vec<_> = kept.map(|one| &one.session).collect();
    current.party == i64::from(wanted.party)
        && is_party
        && kept.len() == wanted.sessions.len()
        && wanted.sessions.iter().all(|session| kept.contains(&session))
}

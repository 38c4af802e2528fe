//! The confirmation of an attempt: it becomes the sign-up, or replaces what the sign-up says.

use super::announce::steps;
use super::attendances::attendances_of;
use super::batch::{attendance, enqueue};
use super::placing::{Form, is_called_off, lock_all, placed, settle_seats};
use super::requests::replace_request;
use super::values::insert;
use super::{Database, lock_person};
use crate::store::decide::NewMessage;
use crate::store::driver::Transaction;
use crate::store::error::retried;
use crate::store::tables::ATTENDANCES;
use crate::store::{
    ALERTS, Attendance, AttendanceState, Confirmation, Digest, Message, MessageKind, Purpose, SeatLimit,
    StoreError,
};

/// Participants of one address in one initiative, at most.
const HOUSEHOLD: i64 = 10;
/// Alerts of one address, at most: its mail tells of all.
const MOST_ALERTS: i64 = 5;

/// What becomes of the dates that a sign-up has and a change of it does not ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Others {
    /// They are given back.
    GivenBack,
    /// It keeps what it has of them.
    Stay,
}

impl Others {
    /// What the sign-up has of them then.
    fn of(self, current: &Form, attempt: &Form, now: i64) -> Vec<Attendance> {
        let others = current.attendances.iter().filter(|one| attempt.of(&one.session).is_none());
        let then = |one: &Attendance| match (self, one.state) {
            (Self::Stay, _) | (_, AttendanceState::Cancelled) => one.clone(),
            (Self::GivenBack, _) => {
                let state = AttendanceState::Cancelled;
                Attendance { state, since: now, decide_by: None, ..one.clone() }
            }
        };
        others.map(then).collect()
    }
}

impl Database {
    /// Confirms the attempt of that id by the link of that hash.
    pub(super) async fn confirm_attempt(
        &self,
        (hash, id): (&Digest, &str),
        others: Others,
        sinks: &[String],
        limits: &[(String, SeatLimit)],
        now: i64,
    ) -> Result<Confirmation, StoreError> {
        let Some(link) = self.link_for(hash, Purpose::Confirm, now).await? else {
            return Ok(Confirmation::UnknownLink);
        };
        let of = (&link.email_h, id);
        retried(move || async move {
            let mut transaction = self.driver.begin().await?;
            let confirmation = confirm_within(&mut *transaction, of, others, sinks, limits, now).await?;
            transaction.commit().await?;
            Ok(confirmation)
        })
        .await
    }
}

async fn confirm_within(
    transaction: &mut dyn Transaction,
    (email_h, id): (&Digest, &str),
    others: Others,
    sinks: &[String],
    limits: &[(String, SeatLimit)],
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
    let mut attempt = Form::read(&**row)?;
    attempt.attendances = attendances_of(transaction, email_h, &attempt.id).await?;
    // All of its dates were called off meanwhile.
    if !attempt.attendances.is_empty() && attempt.attendances.iter().all(is_called_off) {
        return Ok(Confirmation::Gone);
    }
    let mut current = current(transaction, email_h, &attempt).await?;
    let initiative = attempt.initiative.clone();
    let seats = lock_all(transaction, &attempt, current.as_ref(), limits).await?;
    if let Some(current) = &mut current {
        // Somebody's seat that was freed meanwhile may have gone to it.
        current.attendances = attendances_of(transaction, email_h, &current.id).await?;
    }
    if current.is_none() && has_enough(transaction, email_h, &initiative).await? {
        return Ok(Confirmation::Enough);
    }
    let Some(mut attendances) = placed(transaction, email_h, &attempt, current.as_ref(), &seats, now).await?
    else {
        return Ok(Confirmation::Full);
    };
    let kind = if current.is_some() { MessageKind::Changed } else { MessageKind::SignedUp };
    let (id, sequence) = match &current {
        Some(current) => {
            attendances.extend(others.of(current, &attempt, now));
            replace(transaction, email_h, (&current.id, &attempt.id), others, now).await?;
            (current.id.as_str(), current.sequence + 1)
        }
        None => {
            let name = || vec![email_h.into(), attempt.id.as_str().into()];
            transaction
                .execute(
                    "UPDATE signups SET pending = FALSE, confirmed_at = $3, expires_at = keep_until,
                                        sequence = sequence + 1
                     WHERE email_h = $1 AND id = $2",
                    [name(), vec![now.into()]].concat(),
                )
                .await?;
            let sql = "DELETE FROM attendances WHERE email_h = $1 AND id = $2";
            transaction.execute(sql, name()).await?;
            (attempt.id.as_str(), attempt.sequence + 1)
        }
    };
    let rows = attendances.iter().map(|one| attendance((email_h, id), &initiative, one));
    insert(transaction, &ATTENDANCES, rows.collect()).await?;
    let sql = "DELETE FROM holds WHERE email_h = $1 AND id = $2";
    transaction.execute(sql, vec![email_h.into(), attempt.id.as_str().into()]).await?;
    settle_seats(transaction, &attempt, current.as_ref(), &attendances, &seats, now).await?;
    // The seats that the others hold stay held, as if nobody had confirmed anything.
    let sql = "DELETE FROM signups WHERE email_h = $1 AND initiative = $2 AND participant_h = $3 AND pending";
    let participant_h = &attempt.participant_h;
    transaction.execute(sql, vec![email_h.into(), initiative.as_str().into(), participant_h.into()]).await?;
    let events = sinks.iter().map(|sink| (Message { kind, sink: sink.clone() }, sequence));
    let mail = Message { kind: MessageKind::Confirmed, sink: String::new() };
    let before = current.as_ref().map_or(&[][..], |current| &current.attendances);
    let steps = steps(before, &attendances);
    let steps = steps.iter().filter(|_| !sinks.is_empty());
    let steps = steps.map(|step| step.message((email_h, &initiative), id, sequence, now));
    let messages = events
        .chain([(mail, 0)])
        .map(|(message, sequence)| NewMessage::new((email_h, &initiative), message, id, sequence, now))
        .chain(steps);
    enqueue(transaction, &messages.collect::<Result<Vec<_>, _>>()?).await?;
    Ok(Confirmation::Now)
}

/// Whether an address has as many participants in an initiative as a household has people: a mailbox is one voice of each, and
/// not of as many as it has the patience for.
async fn has_enough(
    transaction: &mut dyn Transaction,
    email_h: &Digest,
    initiative: &str,
) -> Result<bool, sqlx::Error> {
    let sql =
        "SELECT count(*) AS participants FROM signups WHERE email_h = $1 AND initiative = $2 AND NOT pending";
    let rows = transaction.query(sql, vec![email_h.into(), initiative.into()]).await?;
    let most = if initiative == ALERTS { MOST_ALERTS } else { HOUSEHOLD };
    Ok(rows.first().map_or(Ok(0), |row| row.number("participants"))? >= most)
}

/// The participant's sign-up that counts, which an attempt changes.
async fn current(
    transaction: &mut dyn Transaction,
    email_h: &Digest,
    attempt: &Form,
) -> Result<Option<Form>, sqlx::Error> {
    let rows = transaction
        .query(
            "SELECT * FROM signups WHERE email_h = $1 AND initiative = $2 AND participant_h = $3 AND NOT pending
             ORDER BY confirmed_at IS NULL, received_at, id LIMIT 1",
            vec![email_h.into(), attempt.initiative.as_str().into(), (&attempt.participant_h).into()],
        )
        .await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let mut form = Form::read(&**row)?;
    form.attendances = attendances_of(transaction, email_h, &form.id).await?;
    Ok(Some(form))
}

/// Gives the sign-up the contents of the attempt. What was encrypted stays so: it belongs to person and initiative.
async fn replace(
    transaction: &mut dyn Transaction,
    email_h: &Digest,
    (id, attempt): (&str, &str),
    others: Others,
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
    // Whether a name and a town were changed nobody can read here: whoever is named waits for approval again.
    let sql = "DELETE FROM signers WHERE email_h = $1 AND id = $2";
    transaction.execute(sql, vec![email_h.into(), id.into()]).await?;
    // What it has of sessions is written anew.
    let sql = "DELETE FROM attendances WHERE email_h = $1 AND id = $2";
    transaction.execute(sql, vec![email_h.into(), id.into()]).await?;
    replace_request(transaction, email_h, id, attempt).await?;
    let sql = "UPDATE consents SET id = $1 WHERE email_h = $2 AND id = $3";
    transaction.execute(sql, vec![id.into(), email_h.into(), attempt.into()]).await?;
    let keep_until = match others {
        Others::Stay => {
            "CASE WHEN signups.keep_until > a.keep_until THEN signups.keep_until ELSE a.keep_until END"
        }
        Others::GivenBack => "a.keep_until",
    };
    let sql = format!(
        "UPDATE signups SET request_h = a.request_h, party = a.party, sealed = a.sealed,
                            language = a.language, confirmed_at = $1, change_id = a.id,
                            expires_at = {keep_until}, keep_until = {keep_until},
                            sequence = signups.sequence + 1
         FROM signups a
         WHERE signups.email_h = $2 AND signups.id = $3 AND a.email_h = $2 AND a.id = $4"
    );
    transaction.execute(&sql, vec![now.into(), email_h.into(), id.into(), attempt.into()]).await?;
    let sql = "DELETE FROM signups WHERE email_h = $1 AND id = $2";
    transaction.execute(sql, vec![email_h.into(), attempt.into()]).await?;
    Ok(())
}

//! What is written of a batch of forms.

use alentour_model::Use;

use super::values::{NAMED, execute, insert, insert_new};
use crate::store::decide::{NewMessage, NewRow, Plan};
use crate::store::driver::Transaction;
use crate::store::tables::{
    ANSWERED, ATTENDANCES, CONSENTS, DECISIONS, HOLDS, OFFERS, OUTBOX, PERSONS, SIGNUPS, SPENT, Table, Value,
};
use crate::store::{Attendance, CipherError, ConsentReceipt, Decision, Digest, Offering};

/// Why a batch was not stored.
#[derive(Debug)]
pub enum Fault {
    /// Somebody else wrote what the decision was based on, meanwhile.
    Changed,
    /// A person's key cannot be unwrapped.
    CipherError,
    /// The transaction takes too long.
    TimedOut,
    /// The database.
    Database(sqlx::Error),
}

impl Fault {
    /// Whether the tables refused what was written, as opposed to the disk, a lock or the database itself.
    pub fn is_refusal(&self) -> bool {
        match self {
            Self::Changed | Self::CipherError => true,
            Self::TimedOut => false,
            Self::Database(error) => error.as_database_error().is_some_and(|error| {
                error.is_unique_violation()
                    || error.is_foreign_key_violation()
                    || error.is_check_violation()
                    // Serialization failure, deadlock: the other one's batch went first.
                    || matches!(error.code().as_deref(), Some("40001" | "40P01"))
            }),
        }
    }
}

impl From<sqlx::Error> for Fault {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

impl From<CipherError> for Fault {
    fn from(_: CipherError) -> Self {
        Self::CipherError
    }
}

/// Writes what was decided.
///
/// # Errors
/// [`Fault::Changed`] where another server has written the same person, key or proof meanwhile.
pub async fn apply(transaction: &mut dyn Transaction, plan: &Plan<'_>) -> Result<(), Fault> {
    let made_at = plan.signups.first().map_or(0, |row| row.form.at);
    let persons = plan
        .persons
        .iter()
        .map(|(email_h, wrapped)| vec![email_h.into(), wrapped.as_slice().into(), made_at.into()]);
    must_be_new(transaction, &PERSONS, persons.collect()).await?;
    let dropped = plan.dropped.iter().map(|(email_h, id)| vec![email_h.into(), id.as_str().into()]);
    execute(transaction, &format!("DELETE FROM signups WHERE {NAMED} AND pending"), dropped.collect())
        .await?;
    insert(transaction, &SIGNUPS, plan.signups.iter().map(sign_up).collect()).await?;
    insert(transaction, &CONSENTS, plan.signups.iter().flat_map(receipts).collect()).await?;
    let attendances = plan.signups.iter().flat_map(|row| {
        let form = row.form;
        row.attendances.iter().map(move |one| attendance((&form.email_h, &row.id), &form.initiative, one))
    });
    insert(transaction, &ATTENDANCES, attendances.collect()).await?;
    insert(transaction, &DECISIONS, plan.signups.iter().filter_map(decision).collect()).await?;
    let offers = plan.signups.iter().flat_map(|row| {
        row.form
            .request
            .iter()
            .flatten()
            .map(move |one| offering((&row.form.email_h, &row.id), &row.form.initiative, one))
    });
    insert(transaction, &OFFERS, offers.collect()).await?;
    let renewed = plan.renewed.iter().map(|(form, id)| {
        let (expires_at, keep_until) = (form.expires_at, form.keep_until);
        vec![(&form.email_h).into(), id.as_str().into(), expires_at.into(), keep_until.into()]
    });
    execute(
        transaction,
        "WITH v (email_h, id, expires_at, keep_until) AS (VALUES {})
         UPDATE signups SET expires_at = v.expires_at, keep_until = v.keep_until FROM v
         WHERE signups.email_h = v.email_h AND signups.id = v.id AND signups.pending",
        renewed.collect(),
    )
    .await?;
    let holds = plan.holds.iter().map(|hold| {
        vec![
            (&hold.form.email_h).into(),
            hold.id.as_str().into(),
            hold.wanted.id.as_str().into(),
            hold.form.initiative.as_str().into(),
            (&hold.form.participant_h).into(),
            i64::from(hold.form.party).into(),
            hold.is_waiting.into(),
            hold.wanted.hold_until.into(),
        ]
    });
    insert(transaction, &HOLDS, holds.collect()).await?;
    let taken = plan.taken.iter().map(|((initiative, session), party)| {
        vec![initiative.as_str().into(), session.as_str().into(), (*party).into()]
    });
    execute(
        transaction,
        "WITH v (initiative, session, party) AS (VALUES {})
         UPDATE seats SET taken = taken + v.party FROM v
         WHERE seats.initiative = v.initiative AND seats.session = v.session",
        taken.collect(),
    )
    .await?;
    let answered = plan.answered.iter().map(|form| {
        vec![
            (&form.email_h).into(),
            form.key.as_str().into(),
            form.initiative.as_str().into(),
            (&form.request_h).into(),
            form.at.into(),
        ]
    });
    must_be_new(transaction, &ANSWERED, answered.collect()).await?;
    let proofs = plan.answered.iter().filter_map(|form| form.proof.as_ref());
    let spent = proofs.map(|proof| vec![(&proof.challenge).into(), proof.expires_at.into()]);
    must_be_new(transaction, &SPENT, spent.collect()).await?;
    enqueue(transaction, &plan.messages).await?;
    Ok(())
}

async fn must_be_new(
    transaction: &mut dyn Transaction,
    table: &Table,
    rows: Vec<Vec<Value>>,
) -> Result<(), Fault> {
    let expected = rows.len() as u64;
    match insert_new(transaction, table, rows).await? {
        new if new == expected => Ok(()),
        _ => Err(Fault::Changed),
    }
}

/// Writes messages into the outbox.
pub async fn enqueue(transaction: &mut dyn Transaction, messages: &[NewMessage]) -> Result<(), sqlx::Error> {
    let rows = messages.iter().map(|message| {
        vec![
            (&message.email_h).into(),
            message.id.as_str().into(),
            message.initiative.as_str().into(),
            message.kind.as_str().into(),
            message.sink.as_str().into(),
            message.signup.as_str().into(),
            message.sequence.into(),
            message.detail.as_str().into(),
            message.at.into(),
            message.next_at.into(),
            0.into(),
            None::<&str>.into(),
            None::<i64>.into(),
            None::<i64>.into(),
        ]
    });
    insert(transaction, &OUTBOX, rows.collect()).await?;
    Ok(())
}

/// The row of what a sign-up, by person and id, has of a session of an initiative.
pub fn attendance((email_h, id): (&Digest, &str), initiative: &str, one: &Attendance) -> Vec<Value> {
    vec![
        email_h.into(),
        id.into(),
        one.session.as_str().into(),
        initiative.into(),
        i64::from(one.party).into(),
        one.may_wait.into(),
        one.state.as_str().into(),
        one.since.into(),
        one.decide_by.into(),
    ]
}

/// The row of a request that nobody has decided about.
fn decision(row: &NewRow<'_>) -> Option<Vec<Value>> {
    let form = row.form;
    let asked = Decision::Asked.as_str();
    form.request
        .as_ref()
        .map(|_| vec![(&form.email_h).into(), row.id.as_str().into(), asked.into(), form.at.into()])
}

/// The row of what a sign-up, by person and id, offers to an initiative.
fn offering((email_h, id): (&Digest, &str), initiative: &str, one: &Offering) -> Vec<Value> {
    vec![
        email_h.into(),
        id.into(),
        one.need.as_str().into(),
        initiative.into(),
        i64::from(one.quantity).into(),
        one.needed.map(i64::from).into(),
        i64::from(one.accepted).into(),
    ]
}

fn sign_up(row: &NewRow<'_>) -> Vec<Value> {
    let form = row.form;
    vec![
        (&form.email_h).into(),
        row.id.as_str().into(),
        form.initiative.as_str().into(),
        (&form.request_h).into(),
        i64::from(form.party).into(),
        row.sealed.as_slice().into(),
        form.language.as_str().into(),
        form.at.into(),
        form.is_attempt.into(),
        None::<i64>.into(),
        None::<&str>.into(),
        form.expires_at.into(),
        form.keep_until.into(),
        row.sequence.into(),
        (&form.participant_h).into(),
    ]
}

fn receipts(row: &NewRow<'_>) -> Vec<Vec<Value>> {
    let (email_h, at): (&Digest, i64) = (&row.form.email_h, row.form.at);
    let receipt = |receipt: &ConsentReceipt| {
        vec![
            email_h.into(),
            row.id.as_str().into(),
            receipt.consent.as_str().into(),
            receipt.version.as_str().into(),
            receipt.text.as_str().into(),
            receipt.purpose.as_str().into(),
            receipt.language.as_str().into(),
            receipt.given.into(),
            at.into(),
            None::<i64>.into(),
            receipt.used_for.as_ref().map_or("", Use::as_str).into(),
        ]
    };
    row.form.receipts.iter().map(receipt).collect()
}

//! What is known about a batch of forms, read within the transaction that will store them.

use std::collections::{BTreeMap, BTreeSet};

use super::seats::{HELD, LIMIT_SEATS, SessionSeats, lines, promised};
use super::values::query;
use crate::store::decide::{Known, Mailed, SeatKey, Seats, Snapshot, seat_key};
use crate::store::driver::Transaction;
use crate::store::{LEASE, NewSignUp};

/// What the database holds about these forms. Locks the seats that they want.
pub async fn snapshot(
    transaction: &mut dyn Transaction,
    forms: &[NewSignUp],
) -> Result<Snapshot, sqlx::Error> {
    let mut snapshot = Snapshot::default();
    // First, and in one order, so that servers that want the same seats wait for each other and never in a circle; what
    // is read afterwards is what the others have left.
    seats(transaction, forms, &mut snapshot).await?;
    persons(transaction, forms, &mut snapshot).await?;
    let keys = forms.iter().map(|form| (&form.email_h, form.key.as_str())).collect::<BTreeSet<_>>();
    let rows = query(
        transaction,
        "WITH v (email_h, idem) AS (VALUES {})
         SELECT a.email_h, a.idem, a.request_h FROM v CROSS JOIN answered a
         WHERE a.email_h = v.email_h AND a.idem = v.idem",
        keys.into_iter().map(|(email_h, key)| vec![email_h.into(), key.into()]).collect(),
    )
    .await?;
    for row in rows {
        let name = (row.digest("email_h")?, row.string("idem")?);
        snapshot.answered.insert(name, row.digest("request_h")?);
    }
    let proofs = forms.iter().filter_map(|form| form.proof.as_ref());
    let rows = query(
        transaction,
        "WITH v (challenge) AS (VALUES {})
         SELECT s.challenge FROM v CROSS JOIN spent s WHERE s.challenge = v.challenge",
        proofs.map(|proof| vec![(&proof.challenge).into()]).collect(),
    )
    .await?;
    for row in rows {
        snapshot.spent.insert(row.digest("challenge")?);
    }
    Ok(snapshot)
}

/// The seats that are taken, held, or free for those who wait longer, of each limited session that the forms want.
async fn seats(
    transaction: &mut dyn Transaction,
    forms: &[NewSignUp],
    snapshot: &mut Snapshot,
) -> Result<(), sqlx::Error> {
    // The limit is that of the latest to come.
    let limits: BTreeMap<SeatKey, (i64, i64)> = forms
        .iter()
        .flat_map(|form| form.sessions.iter().map(move |wanted| (form, wanted)))
        .filter_map(|(form, wanted)| Some((seat_key(form, wanted), (wanted.seats?.into(), wanted.starts_at))))
        .collect();
    let now = forms.iter().map(|form| form.at).max().unwrap_or_default();
    let named = |seat: &SeatKey| vec![seat.0.as_str().into(), seat.1.as_str().into()];
    let with = |seat: &SeatKey, more: &[i64]| {
        [named(seat), more.iter().map(|number| (*number).into()).collect()].concat()
    };
    let wanted = limits.iter().map(|(seat, limit)| with(seat, &[limit.0, limit.1])).collect();
    for row in query(transaction, LIMIT_SEATS, wanted).await? {
        let found = SessionSeats::read(&*row)?;
        let seats = Seats { capacity: found.capacity, used: found.taken };
        snapshot.seats.insert((row.string("initiative")?, row.string("session")?), seats);
    }
    for row in query(transaction, HELD, limits.keys().map(|seat| with(seat, &[now])).collect()).await? {
        let name = (row.string("initiative")?, row.string("session")?);
        if let Some(seats) = snapshot.seats.get_mut(&name) {
            seats.used += row.number("held")?;
        }
    }
    let open = snapshot.seats.iter().filter(|(_, seats)| seats.used < seats.capacity);
    for (seat, line) in lines(transaction, open.map(|(seat, _)| named(seat)).collect()).await? {
        let Some(seats) = snapshot.seats.get_mut(&seat) else { continue };
        let starts_at = limits.get(&seat).map(|limit| limit.1);
        seats.used += promised(&line, seats.capacity - seats.used, starts_at, now);
    }
    Ok(())
}

async fn persons(
    transaction: &mut dyn Transaction,
    forms: &[NewSignUp],
    snapshot: &mut Snapshot,
) -> Result<(), sqlx::Error> {
    let names: BTreeSet<_> = forms.iter().map(|form| (&form.email_h, form.initiative.as_str())).collect();
    let now = forms.iter().map(|form| form.at).max().unwrap_or_default();
    // A mail that was taken may be on its way already, without what comes now: nothing relies on it until its lease is over.
    let rows = query(
        transaction,
        "WITH v (email_h, initiative, at, leased) AS (VALUES {})
         SELECT p.email_h, p.wrapped, v.initiative, s.id, s.request_h, s.participant_h, s.pending,
                (SELECT MAX(o.created_at) FROM outbox o
                 WHERE o.email_h = p.email_h AND o.initiative = v.initiative AND o.sink = ''
                   AND o.kind IN ('confirm', 'again')) AS mailed_at,
                EXISTS (SELECT 1 FROM outbox o
                        WHERE o.email_h = p.email_h AND o.initiative = v.initiative AND o.sink = ''
                          AND o.kind IN ('confirm', 'again') AND o.sent_at IS NULL AND o.dead_at IS NULL
                          AND (o.attempts = 0 OR o.next_at <= v.at OR o.next_at > v.leased)) AS mail_waits
         FROM v CROSS JOIN persons p
         LEFT JOIN signups s ON s.email_h = p.email_h AND s.initiative = v.initiative
         WHERE p.email_h = v.email_h ORDER BY s.received_at, s.id",
        names
            .into_iter()
            .map(|(email_h, initiative)| {
                vec![email_h.into(), initiative.into(), now.into(), (now + LEASE).into()]
            })
            .collect(),
    )
    .await?;
    for row in rows {
        let name = (row.digest("email_h")?, row.string("initiative")?);
        snapshot.persons.insert(name.0, row.bytes("wrapped")?.unwrap_or_default());
        if let Some(at) = row.integer("mailed_at")? {
            snapshot.mailed.insert(name.clone(), Mailed { at, waits: row.flag("mail_waits")? });
        }
        if let Some(id) = row.text("id")? {
            let known = Known {
                id,
                request_h: row.digest("request_h")?,
                participant_h: row.digest("participant_h")?,
                pending: row.flag("pending")?,
            };
            snapshot.known.entry(name).or_default().push(known);
        }
    }
    Ok(())
}

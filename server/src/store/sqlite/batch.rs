//! A batch of sign-ups: what is known about them, and what is written of them. Statement by statement: there is no
//! network in between.

use std::collections::BTreeMap;

use sqlx::{Row, SqliteConnection};

use super::common::{Fault, digest};
use crate::store::decide::{Plan, Snapshot, seat};
use crate::store::{MessageKind, NewSignUp};

/// What the database holds about these arrivals.
pub async fn snapshot(connection: &mut SqliteConnection, arrivals: &[NewSignUp]) -> Result<Snapshot, Fault> {
    let mut snapshot = Snapshot::default();
    for arrival in arrivals {
        let request = sqlx::query("SELECT request_h FROM answered WHERE idem = $1")
            .bind(&arrival.key)
            .fetch_optional(&mut *connection)
            .await?;
        if let Some(row) = request {
            snapshot.answered.insert(arrival.key.clone(), digest(&row, "request_h")?);
        }
        let known = sqlx::query("SELECT session, party FROM signups WHERE email_h = $1 AND initiative = $2")
            .bind(&arrival.email_h[..])
            .bind(&arrival.initiative)
            .fetch_optional(&mut *connection)
            .await?;
        if let Some(row) = known {
            let name = (arrival.email_h, arrival.initiative.clone());
            snapshot.known.insert(name, (row.try_get(0)?, row.try_get(1)?));
        }
        let key = sqlx::query("SELECT wrapped FROM persons WHERE email_h = $1")
            .bind(&arrival.email_h[..])
            .fetch_optional(&mut *connection)
            .await?;
        if let Some(row) = key {
            snapshot.persons.insert(arrival.email_h, row.try_get(0)?);
        }
        if let Some(proof) = &arrival.proof {
            let spent = sqlx::query("SELECT 1 FROM spent WHERE challenge = $1")
                .bind(&proof.challenge[..])
                .fetch_optional(&mut *connection)
                .await?;
            snapshot.spent.extend(spent.map(|_| proof.challenge));
        }
    }
    // The limit is that of the latest to come.
    let limits: BTreeMap<_, _> =
        arrivals.iter().filter_map(|arrival| Some((seat(arrival)?, arrival.seats?))).collect();
    for (seat, capacity) in limits {
        let row = sqlx::query(
            "INSERT INTO seats (initiative, session, capacity) VALUES ($1, $2, $3)
             ON CONFLICT (initiative, session) DO UPDATE SET capacity = excluded.capacity RETURNING taken",
        )
        .bind(&seat.0)
        .bind(&seat.1)
        .bind(i64::from(capacity))
        .fetch_one(&mut *connection)
        .await?;
        snapshot.seats.insert(seat, (i64::from(capacity), row.try_get(0)?));
    }
    Ok(snapshot)
}

/// Writes what was decided. `false` would say that somebody else was quicker; there is one writer here.
pub async fn apply(connection: &mut SqliteConnection, plan: &Plan<'_>) -> Result<bool, Fault> {
    for (email_h, wrapped) in &plan.persons {
        let at = plan.signups.first().map_or(0, |(arrival, _)| arrival.at);
        sqlx::query("INSERT INTO persons (email_h, wrapped, created_at) VALUES ($1, $2, $3)")
            .bind(&email_h[..])
            .bind(wrapped)
            .bind(at)
            .execute(&mut *connection)
            .await?;
    }
    for (arrival, sealed) in &plan.signups {
        insert_signup(connection, arrival, sealed).await?;
    }
    for ((initiative, session), party) in &plan.seats {
        sqlx::query("UPDATE seats SET taken = taken + $1 WHERE initiative = $2 AND session = $3")
            .bind(party)
            .bind(initiative)
            .bind(session)
            .execute(&mut *connection)
            .await?;
    }
    for arrival in &plan.answered {
        sqlx::query(
            "INSERT INTO answered (email_h, idem, initiative, request_h, at) VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(&arrival.email_h[..])
        .bind(&arrival.key)
        .bind(&arrival.initiative)
        .bind(&arrival.request_h[..])
        .bind(arrival.at)
        .execute(&mut *connection)
        .await?;
        if let Some(proof) = &arrival.proof {
            sqlx::query("INSERT INTO spent (challenge, expires_at) VALUES ($1, $2)")
                .bind(&proof.challenge[..])
                .bind(proof.expires_at)
                .execute(&mut *connection)
                .await?;
        }
    }
    for debt in plan.owed.iter().filter(|debt| debt.kind != MessageKind::Again) {
        sqlx::query(
            "INSERT INTO outbox (email_h, id, initiative, kind, sink, detail, created_at, next_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $7)",
        )
        .bind(&debt.email_h[..])
        .bind(&debt.id)
        .bind(&debt.initiative)
        .bind(debt.kind.as_str())
        .bind(&debt.sink)
        .bind(&debt.detail)
        .bind(debt.at)
        .execute(&mut *connection)
        .await?;
    }
    Ok(true)
}

async fn insert_signup(
    connection: &mut SqliteConnection,
    arrival: &NewSignUp,
    sealed: &[u8],
) -> Result<(), Fault> {
    sqlx::query(
        "INSERT INTO signups (email_h, initiative, idem, session, party, sealed, language, received_at, expires_at,
                              keep_until)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(&arrival.email_h[..])
    .bind(&arrival.initiative)
    .bind(&arrival.key)
    .bind(&arrival.session)
    .bind(i64::from(arrival.party))
    .bind(sealed)
    .bind(&arrival.language)
    .bind(arrival.at)
    .bind(arrival.expires_at)
    .bind(arrival.keep_until)
    .execute(&mut *connection)
    .await?;
    for receipt in &arrival.receipts {
        sqlx::query(
            "INSERT INTO consents (email_h, initiative, consent, version, text, purpose, language, given, at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(&arrival.email_h[..])
        .bind(&arrival.initiative)
        .bind(&receipt.consent)
        .bind(&receipt.version)
        .bind(&receipt.text)
        .bind(&receipt.purpose)
        .bind(&receipt.language)
        .bind(receipt.given)
        .bind(arrival.at)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

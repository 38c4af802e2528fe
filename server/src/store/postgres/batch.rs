//! A batch of sign-ups: what is known about them, and what is written of them. A statement a table, with arrays: each one
//! is a round trip.

use std::collections::BTreeMap;

use sqlx::{PgConnection, Row};

use super::common::{Fault, digest};
use crate::store::decide::{Plan, Snapshot, seat};
use crate::store::{MessageKind, NewSignUp};

/// What the database holds about these arrivals. Locks the seats that they want.
pub async fn snapshot(connection: &mut PgConnection, arrivals: &[NewSignUp]) -> Result<Snapshot, Fault> {
    let mut snapshot = Snapshot::default();
    let keys: Vec<&str> = arrivals.iter().map(|arrival| arrival.key.as_str()).collect();
    let persons: Vec<&[u8]> = arrivals.iter().map(|arrival| &arrival.email_h[..]).collect();
    let initiatives: Vec<&str> = arrivals.iter().map(|arrival| arrival.initiative.as_str()).collect();
    // First, and in one order, so that servers that want the same seats wait for each other and never in a circle; what
    // is read afterwards is what the others have left.
    let limits: BTreeMap<_, _> =
        arrivals.iter().filter_map(|arrival| Some((seat(arrival)?, arrival.seats?))).collect();
    if !limits.is_empty() {
        let rows = sqlx::query(
            "INSERT INTO seats (initiative, session, capacity)
             SELECT * FROM UNNEST($1::text[], $2::text[], $3::bigint[])
             ON CONFLICT (initiative, session) DO UPDATE SET capacity = excluded.capacity
             RETURNING initiative, session, capacity, taken",
        )
        .bind(limits.keys().map(|(initiative, _)| initiative.as_str()).collect::<Vec<_>>())
        .bind(limits.keys().map(|(_, session)| session.as_str()).collect::<Vec<_>>())
        .bind(limits.values().map(|capacity| i64::from(*capacity)).collect::<Vec<_>>())
        .fetch_all(&mut *connection)
        .await?;
        for row in rows {
            let (capacity, taken) = (row.try_get("capacity")?, row.try_get("taken")?);
            snapshot.seats.insert((row.try_get("initiative")?, row.try_get("session")?), (capacity, taken));
        }
    }
    let rows = sqlx::query("SELECT idem, request_h FROM answered WHERE idem = ANY($1)")
        .bind(&keys)
        .fetch_all(&mut *connection)
        .await?;
    for row in rows {
        snapshot.answered.insert(row.try_get("idem")?, digest(&row, "request_h")?);
    }
    let rows = sqlx::query(
        "SELECT email_h, initiative, session, party FROM signups
         JOIN UNNEST($1::bytea[], $2::text[]) AS asked (email_h, initiative) USING (email_h, initiative)",
    )
    .bind(&persons)
    .bind(&initiatives)
    .fetch_all(&mut *connection)
    .await?;
    for row in rows {
        let name = (digest(&row, "email_h")?, row.try_get("initiative")?);
        snapshot.known.insert(name, (row.try_get("session")?, row.try_get("party")?));
    }
    let rows = sqlx::query("SELECT email_h, wrapped FROM persons WHERE email_h = ANY($1)")
        .bind(&persons)
        .fetch_all(&mut *connection)
        .await?;
    for row in rows {
        snapshot.persons.insert(digest(&row, "email_h")?, row.try_get("wrapped")?);
    }
    let challenges: Vec<&[u8]> =
        arrivals.iter().filter_map(|arrival| Some(&arrival.proof.as_ref()?.challenge[..])).collect();
    if !challenges.is_empty() {
        let rows = sqlx::query("SELECT challenge FROM spent WHERE challenge = ANY($1)")
            .bind(&challenges)
            .fetch_all(&mut *connection)
            .await?;
        for row in rows {
            snapshot.spent.insert(digest(&row, "challenge")?);
        }
    }
    Ok(snapshot)
}

/// Writes what was decided. `false` where another server has written the same person, sign-up, key or proof meanwhile.
pub async fn apply(connection: &mut PgConnection, plan: &Plan<'_>) -> Result<bool, Fault> {
    let mut expected = 0;
    let mut written = 0;
    if !plan.signups.is_empty() {
        let at = plan.signups.first().map_or(0, |(arrival, _)| arrival.at);
        expected += plan.persons.len();
        written += sqlx::query(
            "INSERT INTO persons (email_h, wrapped, created_at) SELECT *, $3 FROM UNNEST($1::bytea[], $2::bytea[])
             ON CONFLICT DO NOTHING",
        )
        .bind(plan.persons.iter().map(|(email_h, _)| &email_h[..]).collect::<Vec<_>>())
        .bind(plan.persons.iter().map(|(_, wrapped)| wrapped.as_slice()).collect::<Vec<_>>())
        .bind(at)
        .execute(&mut *connection)
        .await?
        .rows_affected();
        expected += plan.signups.len();
        written += insert_signups(connection, plan).await?;
        if written != expected as u64 {
            return Ok(false);
        }
        insert_consents(connection, plan).await?;
    }
    if !plan.seats.is_empty() {
        sqlx::query(
            "UPDATE seats SET taken = taken + more.party
             FROM UNNEST($1::text[], $2::text[], $3::bigint[]) AS more (initiative, session, party)
             WHERE seats.initiative = more.initiative AND seats.session = more.session",
        )
        .bind(plan.seats.keys().map(|(initiative, _)| initiative.as_str()).collect::<Vec<_>>())
        .bind(plan.seats.keys().map(|(_, session)| session.as_str()).collect::<Vec<_>>())
        .bind(plan.seats.values().copied().collect::<Vec<_>>())
        .execute(&mut *connection)
        .await?;
    }
    if !plan.answered.is_empty() {
        expected += plan.answered.len();
        written += sqlx::query(
            "INSERT INTO answered (email_h, idem, initiative, request_h, at)
             SELECT * FROM UNNEST($1::bytea[], $2::text[], $3::text[], $4::bytea[], $5::bigint[])
             ON CONFLICT DO NOTHING",
        )
        .bind(plan.answered.iter().map(|arrival| &arrival.email_h[..]).collect::<Vec<_>>())
        .bind(plan.answered.iter().map(|arrival| arrival.key.as_str()).collect::<Vec<_>>())
        .bind(plan.answered.iter().map(|arrival| arrival.initiative.as_str()).collect::<Vec<_>>())
        .bind(plan.answered.iter().map(|arrival| &arrival.request_h[..]).collect::<Vec<_>>())
        .bind(plan.answered.iter().map(|arrival| arrival.at).collect::<Vec<_>>())
        .execute(&mut *connection)
        .await?
        .rows_affected();
    }
    let proofs: Vec<_> = plan.answered.iter().filter_map(|arrival| arrival.proof.as_ref()).collect();
    if !proofs.is_empty() {
        expected += proofs.len();
        written += sqlx::query(
            "INSERT INTO spent (challenge, expires_at) SELECT * FROM UNNEST($1::bytea[], $2::bigint[])
             ON CONFLICT DO NOTHING",
        )
        .bind(proofs.iter().map(|proof| &proof.challenge[..]).collect::<Vec<_>>())
        .bind(proofs.iter().map(|proof| proof.expires_at).collect::<Vec<_>>())
        .execute(&mut *connection)
        .await?
        .rows_affected();
    }
    let owed: Vec<_> = plan.owed.iter().filter(|debt| debt.kind != MessageKind::Again).collect();
    if !owed.is_empty() {
        sqlx::query(
            "INSERT INTO outbox (email_h, id, initiative, kind, sink, detail, created_at, next_at)
             SELECT email_h, id, initiative, kind, sink, detail, at, at
             FROM UNNEST($1::bytea[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[])
                  AS owed (email_h, id, initiative, kind, sink, detail, at)",
        )
        .bind(owed.iter().map(|debt| &debt.email_h[..]).collect::<Vec<_>>())
        .bind(owed.iter().map(|debt| debt.id.as_str()).collect::<Vec<_>>())
        .bind(owed.iter().map(|debt| debt.initiative.as_str()).collect::<Vec<_>>())
        .bind(owed.iter().map(|debt| debt.kind.as_str()).collect::<Vec<_>>())
        .bind(owed.iter().map(|debt| debt.sink.as_str()).collect::<Vec<_>>())
        .bind(owed.iter().map(|debt| debt.detail.as_str()).collect::<Vec<_>>())
        .bind(owed.iter().map(|debt| debt.at).collect::<Vec<_>>())
        .execute(&mut *connection)
        .await?;
    }
    Ok(written == expected as u64)
}

async fn insert_signups(connection: &mut PgConnection, plan: &Plan<'_>) -> Result<u64, Fault> {
    let all = || plan.signups.iter().map(|(arrival, _)| *arrival);
    let inserted = sqlx::query(
        "INSERT INTO signups (email_h, initiative, idem, session, party, sealed, language, received_at, expires_at,
                              keep_until)
         SELECT * FROM UNNEST($1::bytea[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bytea[], $7::text[],
                              $8::bigint[], $9::bigint[], $10::bigint[])
         ON CONFLICT DO NOTHING",
    )
    .bind(all().map(|arrival| &arrival.email_h[..]).collect::<Vec<_>>())
    .bind(all().map(|arrival| arrival.initiative.as_str()).collect::<Vec<_>>())
    .bind(all().map(|arrival| arrival.key.as_str()).collect::<Vec<_>>())
    .bind(all().map(|arrival| arrival.session.as_deref()).collect::<Vec<_>>())
    .bind(all().map(|arrival| i64::from(arrival.party)).collect::<Vec<_>>())
    .bind(plan.signups.iter().map(|(_, sealed)| sealed.as_slice()).collect::<Vec<_>>())
    .bind(all().map(|arrival| arrival.language.as_str()).collect::<Vec<_>>())
    .bind(all().map(|arrival| arrival.at).collect::<Vec<_>>())
    .bind(all().map(|arrival| arrival.expires_at).collect::<Vec<_>>())
    .bind(all().map(|arrival| arrival.keep_until).collect::<Vec<_>>())
    .execute(&mut *connection)
    .await?;
    Ok(inserted.rows_affected())
}

async fn insert_consents(connection: &mut PgConnection, plan: &Plan<'_>) -> Result<(), Fault> {
    let all: Vec<_> = plan
        .signups
        .iter()
        .flat_map(|(arrival, _)| arrival.receipts.iter().map(move |receipt| (*arrival, receipt)))
        .collect();
    if all.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO consents (email_h, initiative, consent, version, text, purpose, language, given, at)
         SELECT * FROM UNNEST($1::bytea[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
                              $8::boolean[], $9::bigint[])",
    )
    .bind(all.iter().map(|(arrival, _)| &arrival.email_h[..]).collect::<Vec<_>>())
    .bind(all.iter().map(|(arrival, _)| arrival.initiative.as_str()).collect::<Vec<_>>())
    .bind(all.iter().map(|(_, receipt)| receipt.consent.as_str()).collect::<Vec<_>>())
    .bind(all.iter().map(|(_, receipt)| receipt.version.as_str()).collect::<Vec<_>>())
    .bind(all.iter().map(|(_, receipt)| receipt.text.as_str()).collect::<Vec<_>>())
    .bind(all.iter().map(|(_, receipt)| receipt.purpose.as_str()).collect::<Vec<_>>())
    .bind(all.iter().map(|(_, receipt)| receipt.language.as_str()).collect::<Vec<_>>())
    .bind(all.iter().map(|(_, receipt)| receipt.given).collect::<Vec<_>>())
    .bind(all.iter().map(|(arrival, _)| arrival.at).collect::<Vec<_>>())
    .execute(&mut *connection)
    .await?;
    Ok(())
}

//! What one sign-up writes, within a transaction.

use sqlx::{Row, SqliteConnection};

use crate::store::{Arrival, Digest, Outcome};

/// Stores one sign-up with its receipts, its seats and the message it owes; or says why not, and writes nothing.
pub async fn keep_one(connection: &mut SqliteConnection, arrival: &Arrival) -> Result<Outcome, sqlx::Error> {
    if let Some(request) = request_of(connection, &arrival.key).await? {
        return Ok(if request == arrival.request_h { Outcome::Received } else { Outcome::KeyReused });
    }
    let known = sqlx::query("SELECT session, party FROM signups WHERE email_h = ? AND initiative = ?")
        .bind(&arrival.email_h[..])
        .bind(&arrival.initiative)
        .fetch_optional(&mut *connection)
        .await?;
    // Asked of a known address too: otherwise a full session would tell a stranger who is in it.
    if !seats_left(connection, arrival, known.is_none()).await? {
        return Ok(Outcome::Full);
    }
    match known {
        None => {
            insert_signup(connection, arrival).await?;
            owe(connection, arrival, "received", "{}").await?;
        }
        Some(row) => {
            let (session, party): (Option<String>, u32) = (row.try_get(0)?, row.try_get(1)?);
            if session != arrival.session || party != arrival.party {
                let wish = serde_json::json!({ "session": arrival.session, "party": arrival.party });
                owe(connection, arrival, "again", &wish.to_string()).await?;
            }
        }
    }
    sqlx::query("INSERT INTO answered (email_h, idem, initiative, request_h, at) VALUES (?, ?, ?, ?, ?)")
        .bind(&arrival.email_h[..])
        .bind(&arrival.key)
        .bind(&arrival.initiative)
        .bind(&arrival.request_h[..])
        .bind(arrival.at)
        .execute(&mut *connection)
        .await?;
    Ok(Outcome::Received)
}

/// The request that a key was answered for.
pub async fn request_of(connection: &mut SqliteConnection, key: &str) -> Result<Option<Digest>, sqlx::Error> {
    let row = sqlx::query("SELECT request_h FROM answered WHERE idem = ?")
        .bind(key)
        .fetch_optional(connection)
        .await?;
    // A digest of another length cannot be equal to any.
    Ok(row.map(|row| row.get::<&[u8], _>(0).try_into().unwrap_or([0; 32])))
}

/// Whether the session has room for the party; takes the seats if asked to.
async fn seats_left(
    connection: &mut SqliteConnection,
    arrival: &Arrival,
    take: bool,
) -> Result<bool, sqlx::Error> {
    let Some(capacity) = arrival.seats else { return Ok(true) };
    let session = arrival.session.as_deref().unwrap_or_default();
    sqlx::query(
        "INSERT INTO seats (initiative, session, capacity) VALUES (?, ?, ?)
         ON CONFLICT DO UPDATE SET capacity = excluded.capacity",
    )
    .bind(&arrival.initiative)
    .bind(session)
    .bind(capacity)
    .execute(&mut *connection)
    .await?;
    // One statement decides and takes. A known address takes nothing, and hears what a new one would.
    let taken = sqlx::query(
        "UPDATE seats SET taken = taken + CASE WHEN ?1 THEN ?2 ELSE 0 END
         WHERE initiative = ?3 AND session = ?4 AND taken + ?2 <= capacity",
    )
    .bind(take)
    .bind(arrival.party)
    .bind(&arrival.initiative)
    .bind(session)
    .execute(connection)
    .await?;
    Ok(taken.rows_affected() == 1)
}

async fn insert_signup(connection: &mut SqliteConnection, arrival: &Arrival) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO signups (email_h, initiative, idem, session, party, given_name, family_name, email, telephone,
                              postal_code, message, answers, language, received_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(&arrival.email_h[..])
    .bind(&arrival.initiative)
    .bind(&arrival.key)
    .bind(&arrival.session)
    .bind(arrival.party)
    .bind(&arrival.given_name)
    .bind(&arrival.family_name)
    .bind(&arrival.email)
    .bind(&arrival.telephone)
    .bind(&arrival.postal_code)
    .bind(&arrival.message)
    .bind(serde_json::Value::from(arrival.answers.clone()).to_string())
    .bind(&arrival.language)
    .bind(arrival.at)
    .execute(&mut *connection)
    .await?;
    for receipt in &arrival.receipts {
        sqlx::query(
            "INSERT INTO consents (email_h, initiative, consent, version, text, purpose, language, given, at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
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

async fn owe(
    connection: &mut SqliteConnection,
    arrival: &Arrival,
    kind: &str,
    detail: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO outbox (email_h, initiative, kind, detail, created_at) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET detail = excluded.detail, created_at = excluded.created_at",
    )
    .bind(&arrival.email_h[..])
    .bind(&arrival.initiative)
    .bind(kind)
    .bind(detail)
    .bind(arrival.at)
    .execute(connection)
    .await?;
    Ok(())
}

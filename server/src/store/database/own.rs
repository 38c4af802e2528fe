//! What somebody does with a link for one sign-up: gives seats back, accepts an offer.

use super::announce::announce;
use super::erase::free;
use super::seats::lock_seats;
use super::{Database, lock_person};
use crate::store::error::TRIES;
use crate::store::{Digest, LinkUse, MessageKind, SeatLimit, StoreError};

impl Database {
    /// Gives back what a sign-up has of a session: seats, an offer, or a place in the line.
    pub(super) async fn cancel(
        &self,
        (email_h, id): (&Digest, &str),
        session: &str,
        now: i64,
    ) -> Result<LinkUse, StoreError> {
        let cancelled = "UPDATE attendances SET state = 'cancelled', since = $1, decide_by = NULL
                         WHERE email_h = $2 AND id = $3 AND session = $4
                           AND state IN ('active', 'waiting', 'offered')";
        self.settle((email_h, id), session, cancelled, now).await
    }

    /// Accepts the seats that are offered to a sign-up.
    pub(super) async fn accept(
        &self,
        (email_h, id): (&Digest, &str),
        session: &str,
        now: i64,
    ) -> Result<LinkUse, StoreError> {
        let accepted = "UPDATE attendances SET state = 'active', since = $1, decide_by = NULL
                        WHERE email_h = $2 AND id = $3 AND session = $4
                          AND state = 'offered' AND decide_by > $1";
        self.settle((email_h, id), session, accepted, now).await
    }

    async fn settle(
        &self,
        name: (&Digest, &str),
        session: &str,
        sql: &str,
        now: i64,
    ) -> Result<LinkUse, StoreError> {
        for _ in 0..TRIES {
            match self.settle_once(name, session, sql, now).await {
                Err(StoreError::Contended) => {}
                settled => return settled,
            }
        }
        Err(StoreError::Contended)
    }

    async fn settle_once(
        &self,
        (email_h, id): (&Digest, &str),
        session: &str,
        sql: &str,
        now: i64,
    ) -> Result<LinkUse, StoreError> {
        let mut transaction = self.driver.begin().await?;
        if !lock_person(&mut *transaction, email_h).await? {
            transaction.commit().await?;
            return Ok(LinkUse::Unknown);
        }
        let name = || vec![email_h.into(), id.into(), session.into()];
        let read = "SELECT initiative, party, state FROM attendances WHERE email_h = $1 AND id = $2 AND session = $3";
        let rows = transaction.query(read, name()).await?;
        let Some(row) = rows.first() else {
            // What is not ended closes its connection.
            transaction.commit().await?;
            return Ok(LinkUse::Unknown);
        };
        let initiative = row.string("initiative")?;
        let seat = (initiative.as_str(), session);
        lock_seats(&mut *transaction, seat, SeatLimit::Unknown).await?;
        // Whoever frees seats may have changed it until they were locked.
        let rows = transaction.query(read, name()).await?;
        let before = rows.first().map(|row| seats_of(&**row)).transpose()?.unwrap_or_default();
        let done = transaction.execute(sql, [vec![now.into()], name()].concat()).await?;
        if done == 0 {
            transaction.commit().await?;
            return Ok(LinkUse::Before);
        }
        let rows = transaction.query(read, name()).await?;
        let after = rows.first().map(|row| seats_of(&**row)).transpose()?.unwrap_or_default();
        announce(&mut *transaction, (email_h, id), MessageKind::Changed, &serde_json::json!({}), now).await?;
        if before > after {
            free(&mut *transaction, seat, before - after, now).await?;
        }
        transaction.commit().await?;
        Ok(LinkUse::Now)
    }
}

/// The seats that an attendance takes.
fn seats_of(row: &dyn crate::store::row::Row) -> Result<i64, sqlx::Error> {
    let is_seated = matches!(row.string("state")?.as_str(), "active" | "offered");
    Ok(if is_seated { row.number("party")? } else { 0 })
}

//! Where participants meet.

use async_trait::async_trait;
use serde_json::json;

use super::Database;
use super::batch::enqueue;
use super::participants::{mail_to, name};
use super::requests::ADMITTED;
use crate::store::error::retried;
use crate::store::tables::Value;
use crate::store::{Meeting, MessageKind, StoreError, Venue, VenueStore};

#[async_trait]
impl VenueStore for Database {
    async fn venues(&self, initiative: &str) -> Result<Vec<Venue>, StoreError> {
        let sql = "SELECT session, sealed, changed_at FROM venues WHERE initiative = $1 ORDER BY session";
        let mut all = Vec::new();
        for row in self.driver.read(sql, vec![initiative.into()]).await? {
            all.push(Venue {
                session: row.string("session")?,
                meeting: Meeting::open(&self.keys, initiative, &row.bytes("sealed")?.unwrap_or_default())?,
                changed_at: row.number("changed_at")?,
            });
        }
        Ok(all)
    }

    async fn set_venue(
        &self,
        initiative: &str,
        session: &str,
        meeting: &Meeting,
        now: i64,
    ) -> Result<u64, StoreError> {
        let before = self.venues(initiative).await?;
        let before = before.into_iter().find(|venue| venue.session == session);
        if before.as_ref().is_some_and(|venue| venue.meeting == *meeting) {
            return Ok(0);
        }
        let changed_at = before.map_or(now, |venue| now.max(venue.changed_at + 1));
        let sealed = Value::Bytes(Some(meeting.seal(&self.keys, initiative)?));
        let sql = "INSERT INTO venues (initiative, session, sealed, changed_at) VALUES ($1, $2, $3, $4)
                   ON CONFLICT (initiative, session) DO UPDATE SET sealed = excluded.sealed, changed_at = excluded.changed_at";
        let row = || vec![initiative.into(), session.into(), sealed.clone(), changed_at.into()];
        retried(|| async {
            // Committed before it is looked whom to tell: the mail of whoever confirms meanwhile says it.
            let mut transaction = self.driver.begin().await?;
            transaction.execute(sql, row()).await?;
            transaction.commit().await?;
            self.owe_venue((initiative, session), changed_at, now).await
        })
        .await
    }

    async fn clear_venue(&self, initiative: &str, session: &str) -> Result<bool, StoreError> {
        let mut transaction = self.driver.begin().await?;
        let sql = "DELETE FROM venues WHERE initiative = $1 AND session = $2";
        let cleared = transaction.execute(sql, vec![initiative.into(), session.into()]).await?;
        transaction.commit().await?;
        Ok(cleared > 0)
    }
}

/// Who has a seat of that session (`$2`), or, where it is empty, of one without a place of its own, or is signed up for no session; and was
/// not left waiting for an answer, or declined (`{}`).
const SEATED: &str = "
    SELECT s.email_h, s.id FROM signups s
    WHERE s.initiative = $1 AND NOT s.pending AND s.confirmed_at IS NOT NULL AND {}
      AND (EXISTS (SELECT 1 FROM attendances a
                   WHERE a.email_h = s.email_h AND a.id = s.id AND a.state = 'active'
                     AND (a.session = $2
                          OR ($2 = '' AND NOT EXISTS (SELECT 1 FROM venues v
                                                      WHERE v.initiative = $1 AND v.session = a.session))))
           OR ($2 = '' AND NOT EXISTS (SELECT 1 FROM attendances a WHERE a.email_h = s.email_h AND a.id = s.id)))
    ORDER BY s.email_h, s.id";

impl Database {
    async fn owe_venue(
        &self,
        (initiative, session): (&str, &str),
        changed_at: i64,
        now: i64,
    ) -> Result<u64, StoreError> {
        let mut transaction = self.driver.begin().await?;
        let detail = json!({ "session": session, "changedAt": changed_at });
        let mut messages = Vec::new();
        for row in transaction
            .query(&SEATED.replace("{}", ADMITTED), vec![initiative.into(), session.into()])
            .await?
        {
            messages.push(mail_to(initiative, &name(&*row)?, MessageKind::Venue, &detail, now)?);
        }
        enqueue(&mut *transaction, &messages).await?;
        transaction.commit().await?;
        Ok(messages.len() as u64)
    }
}

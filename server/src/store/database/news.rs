//! When initiatives were seen first, and when persons were told what is new.

use std::collections::HashMap;

use async_trait::async_trait;

use super::values::{execute, insert_new};
use super::{Database, lock_person};
use crate::store::decide::NewMessage;
use crate::store::error::retried;
use crate::store::news::{LAST_KEPT, MANY, NewsStore, SIGHTED_KEPT, Sighted, Told, WEEK};
use crate::store::row::Row;
use crate::store::tables::SIGHTINGS;
use crate::store::{ALERTS, Digest, Erasure, LinkUse, Message, MessageKind, Purpose, StoreError};

/// Initiatives that are looked at as new, at most: a feed that is added may have a million.
const SIGHTED: i64 = 10_000;

/// Rows that are written or forgotten at once: whoever signs up meanwhile waits for no more.
const SIGHTINGS_AT_ONCE: usize = 500;

/// Mails about what is new.
const MAILS: &str = "SELECT email_h, created_at, sent_at, error, detail FROM outbox WHERE kind = 'news'";

#[async_trait]
impl NewsStore for Database {
    async fn sight(&self, initiatives: &[String], all: usize, now: i64) -> Result<Sighted, StoreError> {
        // In one transaction: a server that is killed half-way through the first of all must not find the rest new.
        let mut transaction = self.driver.begin().await?;
        let known = transaction.query("SELECT seen_at FROM sightings LIMIT 1", Vec::new()).await?;
        let seen_at = if known.is_empty() { 0 } else { now };
        let rows = initiatives.iter().map(|id| vec![id.as_str().into(), seen_at.into()]).collect();
        let new = insert_new(&mut *transaction, &SIGHTINGS, rows).await?;
        let is_renamed = seen_at > 0 && all >= MANY && new > all as u64 / 2;
        if is_renamed {
            let sql = "UPDATE sightings SET seen_at = 0 WHERE seen_at = $1";
            transaction.execute(sql, vec![now.into()]).await?;
        }
        transaction.commit().await?;
        Ok(if is_renamed { Sighted::Renamed } else { Sighted::Noted })
    }

    async fn still_there(&self, initiatives: &[String], now: i64) -> Result<(), StoreError> {
        for some in initiatives.chunks(SIGHTINGS_AT_ONCE) {
            retried(move || async move {
                let mut transaction = self.driver.begin().await?;
                let rows = some.iter().map(|id| vec![id.as_str().into()]).collect();
                let sql = format!(
                    "UPDATE sightings SET last_at = {now} WHERE initiative IN (
                         WITH v (initiative) AS (VALUES {{}})
                         SELECT s.initiative FROM v CROSS JOIN sightings s
                         WHERE s.initiative = v.initiative AND (s.last_at IS NULL OR s.last_at < {}))",
                    now - LAST_KEPT
                );
                execute(&mut *transaction, &sql, rows).await?;
                Ok(transaction.commit().await?)
            })
            .await?;
        }
        let sql = "UPDATE sightings SET last_at = $1 WHERE initiative IN (
                       SELECT initiative FROM sightings WHERE last_at IS NULL LIMIT $2)";
        while self.change_sightings(sql, now).await? > 0 {}
        Ok(())
    }

    async fn forget_sightings(&self) -> Result<u64, StoreError> {
        let sql = "DELETE FROM sightings WHERE initiative IN (
                       SELECT initiative FROM sightings
                       WHERE last_at < (SELECT MAX(last_at) FROM sightings) - $1 LIMIT $2)";
        self.change_sightings(sql, SIGHTED_KEPT).await
    }

    async fn newest_sighting(&self) -> Result<(i64, i64), StoreError> {
        let sql = "SELECT seen_at, COUNT(*) AS many FROM sightings
                   WHERE seen_at > 0 AND seen_at = (SELECT MAX(seen_at) FROM sightings) GROUP BY seen_at";
        let rows = self.driver.read(sql, Vec::new()).await?;
        Ok(match rows.first() {
            Some(row) => (row.number("seen_at")?, row.number("many")?),
            None => (0, 0),
        })
    }

    async fn sighted_since(&self, since: i64) -> Result<Vec<(String, i64)>, StoreError> {
        let sql = "SELECT initiative, seen_at FROM sightings WHERE seen_at > $1
                   ORDER BY seen_at DESC, initiative LIMIT $2";
        let rows = self.driver.read(sql, vec![since.into(), SIGHTED.into()]).await?;
        let seen = rows.iter().map(|row| Ok((row.string("initiative")?, row.number("seen_at")?)));
        Ok(seen.collect::<Result<_, sqlx::Error>>()?)
    }

    async fn told(&self) -> Result<HashMap<Digest, Told>, StoreError> {
        let sql = format!("{MAILS} ORDER BY created_at");
        let rows = self.driver.read(&sql, Vec::new()).await?;
        let told = rows.iter().map(|row| Ok((row.digest("email_h")?, told(&**row)?)));
        Ok(told.collect::<Result<_, sqlx::Error>>()?)
    }

    async fn owe_news(&self, email_h: &Digest, last: i64, now: i64) -> Result<bool, StoreError> {
        retried(move || self.owe_news_once(email_h, last, now)).await
    }

    async fn renew_alert(
        &self,
        hash: &Digest,
        id: &str,
        until: i64,
        now: i64,
    ) -> Result<LinkUse, StoreError> {
        let Some(link) = self.link_for(hash, Purpose::Alerts, now).await? else {
            return Ok(LinkUse::Unknown);
        };
        let mut transaction = self.driver.begin().await?;
        lock_person(&mut *transaction, &link.email_h).await?;
        // A date that is later already stays.
        let sql = "UPDATE signups SET expires_at = CASE WHEN expires_at > $1 THEN expires_at ELSE $1 END,
                                      keep_until = CASE WHEN keep_until > $1 THEN keep_until ELSE $1 END
                   WHERE email_h = $2 AND id = $3 AND initiative = $4 AND NOT pending";
        let name = vec![until.into(), (&link.email_h).into(), id.into(), ALERTS.into()];
        let renewed = transaction.execute(sql, name).await?;
        if renewed > 0 {
            // The links of all mails so far end the alert as long as it goes on.
            let sql =
                "UPDATE tokens SET expires_at = $1 WHERE email_h = $2 AND purpose = $3 AND expires_at < $1";
            let links = vec![until.into(), (&link.email_h).into(), Purpose::Alerts.as_str().into()];
            transaction.execute(sql, links).await?;
        }
        transaction.commit().await?;
        Ok(if renewed > 0 { LinkUse::Now } else { LinkUse::Before })
    }

    async fn end_alerts(&self, hash: &Digest, id: Option<&str>, now: i64) -> Result<LinkUse, StoreError> {
        let Some(link) = self.link_for(hash, Purpose::Alerts, now).await? else {
            return Ok(LinkUse::Unknown);
        };
        let sql = "SELECT id FROM signups WHERE email_h = $1 AND initiative = $2 ORDER BY id";
        let mut ended = 0;
        for row in self.driver.read(sql, vec![(&link.email_h).into(), ALERTS.into()]).await? {
            let alert = row.string("id")?;
            if id.is_none_or(|id| id == alert) {
                ended += self.erase_some(&Erasure::One(link.email_h, alert), now).await?;
            }
        }
        Ok(if ended > 0 { LinkUse::Now } else { LinkUse::Before })
    }
}

impl Database {
    /// Changes some of the table, in a transaction of its own: other servers may be at the same rows. Returns how many.
    async fn change_sightings(&self, sql: &str, seconds: i64) -> Result<u64, StoreError> {
        retried(move || async move {
            let mut transaction = self.driver.begin().await?;
            let values = vec![seconds.into(), (SIGHTINGS_AT_ONCE as i64).into()];
            let changed = transaction.execute(sql, values).await?;
            transaction.commit().await?;
            Ok(changed)
        })
        .await
    }

    async fn owe_news_once(&self, email_h: &Digest, last: i64, now: i64) -> Result<bool, StoreError> {
        let mut transaction = self.driver.begin().await?;
        // Another server may be about to tell them, or they themselves to end it.
        let is_there = lock_person(&mut *transaction, email_h).await?;
        let sql = "SELECT id FROM signups WHERE email_h = $1 AND initiative = $2 AND confirmed_at IS NOT NULL LIMIT 1";
        let asks = !transaction.query(sql, vec![email_h.into(), ALERTS.into()]).await?.is_empty();
        let sql = format!("{MAILS} AND email_h = $1 ORDER BY created_at DESC LIMIT 1");
        let before = transaction.query(&sql, vec![email_h.into()]).await?;
        let before = before.first().map(|row| told(&**row)).transpose()?.unwrap_or_default();
        let is_owed = is_there && asks && before.last == last && last <= now - WEEK;
        if is_owed {
            // Of those before nothing is asked any more.
            let sql = "DELETE FROM outbox WHERE email_h = $1 AND kind = 'news'";
            transaction.execute(sql, vec![email_h.into()]).await?;
            let message = Message { kind: MessageKind::News, sink: String::new() };
            let mut message = NewMessage::new((email_h, ALERTS), message, "", 0, now)?;
            message.detail = serde_json::json!({ "since": before.since }).to_string();
            super::batch::enqueue(&mut *transaction, &[message]).await?;
        }
        transaction.commit().await?;
        Ok(is_owed)
    }
}

/// What a mail about what is new has told. One that was given up, found nothing, or is still on its way has told nothing: the next one
/// tells it.
fn told(row: &dyn Row) -> Result<Told, sqlx::Error> {
    let last = row.number("created_at")?;
    if row.integer("sent_at")?.is_some() && row.text("error")?.is_none() {
        return Ok(Told { last, since: last });
    }
    let detail: serde_json::Value = serde_json::from_str(&row.string("detail")?).unwrap_or_default();
    let since = detail.get("since").and_then(serde_json::Value::as_i64);
    Ok(Told { last, since: since.unwrap_or(last) })
}

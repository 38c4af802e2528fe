//! What visitors report of initiatives.

use alentour_model::EmailAddress;
use async_trait::async_trait;

use super::Database;
use super::batch::enqueue;
use super::trail::note;
use super::values::{execute, insert_new};
use crate::store::decide::NewMessage;
use crate::store::driver::Transaction;
use crate::store::error::retried;
use crate::store::reports::MOST_OF_ONE;
use crate::store::row::Row;
use crate::store::sealed::Sealed;
use crate::store::tables::{REPORTS, Value};
use crate::store::{
    Digest, Message, MessageKind, Report, ReportReason, ReportStore, ReportWords, Reported, StoreError,
    TrailEntry,
};

const DAY: i64 = 86_400;

#[async_trait]
impl ReportStore for Database {
    async fn report(
        &self,
        from: Option<&EmailAddress>,
        report: &Report,
        mails: bool,
    ) -> Result<(), StoreError> {
        let email_h = from.map(|email| self.keys.hmac().email_h(email).to_vec());
        let row = vec![
            report.id.as_str().into(),
            report.initiative.as_str().into(),
            Value::Bytes(Some(email_h.unwrap_or_default())),
            report.reason.as_str().into(),
            Value::Bytes(Some(report.said.seal(&self.keys, &report.id)?)),
            report.at.into(),
        ];
        retried(|| async {
            let mut transaction = self.driver.begin().await?;
            let is_new = insert_new(&mut *transaction, &REPORTS, vec![row.clone()]).await? > 0;
            if is_new {
                make_room(&mut *transaction, &report.initiative).await?;
            }
            if is_new && mails {
                owe_mails(&mut *transaction, report.at).await?;
            }
            Ok(transaction.commit().await?)
        })
        .await
    }

    async fn reported(&self) -> Result<Vec<Reported>, StoreError> {
        let sql = "SELECT initiative, count(*) AS many FROM reports GROUP BY initiative
                   ORDER BY MAX(at) DESC, initiative";
        let rows = self.driver.read(sql, Vec::new()).await?;
        let one = |row: &dyn Row| {
            Ok(Reported { initiative: row.string("initiative")?, count: row.number("many")?.unsigned_abs() })
        };
        Ok(rows.iter().map(|row| one(&**row)).collect::<Result<_, sqlx::Error>>()?)
    }

    async fn reports(&self, initiative: &str) -> Result<Vec<Report>, StoreError> {
        let sql = "SELECT r.*, ROW_NUMBER() OVER (PARTITION BY reason ORDER BY at DESC, id DESC) AS place
                   FROM reports r WHERE initiative = $1 ORDER BY place, at DESC, id DESC";
        let rows = self.driver.read(sql, vec![initiative.into()]).await?;
        rows.iter().filter_map(|row| self.read_report(&**row).transpose()).collect()
    }

    async fn reports_of(&self, email_h: &Digest) -> Result<Vec<Report>, StoreError> {
        let sql = "SELECT * FROM reports WHERE email_h = $1 ORDER BY at, id";
        let rows = self.driver.read(sql, vec![email_h.into()]).await?;
        rows.iter().filter_map(|row| self.read_report(&**row).transpose()).collect()
    }

    async fn dismiss_reports(
        &self,
        initiative: &str,
        seen: &[&str],
        entry: &TrailEntry,
    ) -> Result<u64, StoreError> {
        let mut transaction = self.driver.begin().await?;
        let rows = seen.iter().map(|id| vec![initiative.into(), (*id).into()]).collect();
        let sql = "DELETE FROM reports WHERE (initiative, id) IN
                   (WITH v (initiative, id) AS (VALUES {}) SELECT initiative, id FROM v)";
        let gone = execute(&mut *transaction, sql, rows).await?;
        if gone > 0 {
            let mut entry = entry.clone();
            entry.detail["count"] = gone.into();
            note(&mut *transaction, &entry).await?;
        }
        transaction.commit().await?;
        Ok(gone)
    }
}

impl Database {
    /// `None` where its reason is of a later version.
    fn read_report(&self, row: &dyn Row) -> Result<Option<Report>, StoreError> {
        let id = row.string("id")?;
        let Some(reason) = ReportReason::parse(&row.string("reason")?) else { return Ok(None) };
        let sealed = row.bytes("sealed")?.unwrap_or_default();
        Ok(Some(Report {
            said: ReportWords::open(&self.keys, &id, &sealed)?,
            id,
            initiative: row.string("initiative")?,
            reason,
            at: row.number("at")?,
        }))
    }
}

/// Drops the oldest of the commonest reason where there are more of an initiative than are kept.
async fn make_room(transaction: &mut dyn Transaction, initiative: &str) -> Result<(), StoreError> {
    let sql = "SELECT reason, count(*) AS many FROM reports WHERE initiative = $1
               GROUP BY reason ORDER BY many DESC, reason";
    let rows = transaction.query(sql, vec![initiative.into()]).await?;
    let many = rows.iter().map(|row| row.number("many")).sum::<Result<i64, _>>()?;
    let Some(commonest) = rows.first().filter(|_| many > MOST_OF_ONE) else { return Ok(()) };
    let sql = "DELETE FROM reports WHERE id IN
               (SELECT id FROM reports WHERE initiative = $1 AND reason = $2 ORDER BY at, id LIMIT $3)";
    let over = (many - MOST_OF_ONE).into();
    transaction
        .execute(sql, vec![initiative.into(), commonest.string("reason")?.as_str().into(), over])
        .await?;
    Ok(())
}

/// Owes a mail to each who runs the installation, a day after the last one, unless one waits that will say it.
async fn owe_mails(transaction: &mut dyn Transaction, now: i64) -> Result<(), StoreError> {
    let sql = "SELECT a.account_h, MAX(o.next_at) AS last,
                      CAST(COUNT(CASE WHEN o.sent_at IS NULL AND o.dead_at IS NULL THEN o.id END) AS BIGINT) AS waits
               FROM accounts a LEFT JOIN outbox o ON o.email_h = a.account_h AND o.kind = 'reported'
               WHERE a.is_operator GROUP BY a.account_h ORDER BY a.account_h";
    let mut messages = Vec::new();
    for row in transaction.query(sql, Vec::new()).await? {
        if row.number("waits")? > 0 {
            continue;
        }
        let account_h = row.digest("account_h")?;
        let message = Message { kind: MessageKind::Reported, sink: String::new() };
        let mut message = NewMessage::new((&account_h, ""), message, "", 0, now)?;
        message.next_at = row.integer("last")?.map_or(now, |last| now.max(last + DAY));
        messages.push(message);
    }
    Ok(enqueue(transaction, &messages).await?)
}

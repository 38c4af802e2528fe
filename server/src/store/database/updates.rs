//! The updates of petitions that were seen, and the mails that are owed about them.

use async_trait::async_trait;
use serde_json::json;

use super::announce::{announce, mail_to};
use super::batch::enqueue;
use super::participants::{found_and_locked, name};
use super::values::insert_new;
use super::{Database, lock_person};
use crate::store::driver::Transaction;
use crate::store::error::retried;
use crate::store::row::Row;
use crate::store::tables::{UPDATES, Value};
use crate::store::updates::{UpdateName, UpdateStore};
use crate::store::{Digest, LinkUse, MessageKind, Purpose, StoreError};

/// Mails owed in one transaction.
const AT_ONCE: usize = 200;
/// The row that says that a petition was looked at, and when an update of it was to be told last.
const LOOKED_AT: &str = "";
/// Seconds between two mails about one petition.
const BETWEEN: i64 = 86_400;

/// What is still to be told.
const OPEN: &str = "
    SELECT * FROM updates WHERE reached_at IS NOT NULL ORDER BY initiative, update_id LIMIT 1";

/// The next who have asked for it, in the order in which they signed.
const NEXT: &str = "
    SELECT s.email_h, s.id, s.received_at FROM signups s
    WHERE s.initiative = $1 AND (s.received_at, s.id) > ($2, $3) AND s.confirmed_at <= $4
      AND EXISTS (SELECT 1 FROM consents c WHERE c.email_h = s.email_h AND c.id = s.id
                  AND c.used_for = 'updates' AND c.given AND c.withdrawn_at IS NULL)
    ORDER BY s.received_at, s.id LIMIT $5";

#[async_trait]
impl UpdateStore for Database {
    async fn followed(&self) -> Result<Vec<String>, StoreError> {
        let sql = "SELECT DISTINCT s.initiative FROM consents c
                   JOIN signups s ON s.email_h = c.email_h AND s.id = c.id AND NOT s.pending
                   WHERE c.used_for = 'updates' AND c.given AND c.withdrawn_at IS NULL";
        let rows = self.driver.read(sql, Vec::new()).await?;
        Ok(rows.iter().map(|row| row.string("initiative")).collect::<Result<_, sqlx::Error>>()?)
    }

    async fn note_updates(
        &self,
        initiative: &str,
        updates: &[(UpdateName, bool)],
        now: i64,
    ) -> Result<bool, StoreError> {
        let sql = "SELECT update_id FROM updates WHERE initiative = $1";
        let known = self.driver.read(sql, vec![initiative.into()]).await?;
        let known = known.iter().map(|row| row.string("update_id")).collect::<Result<Vec<_>, _>>()?;
        let is_known = known.iter().any(|name| name == LOOKED_AT);
        let known: Vec<_> = known.iter().filter_map(|name| UpdateName::parse(name)).collect();
        let is_new = |(name, _): &&(UpdateName, bool)| !known.iter().any(|known| known.is_same(name));
        let new: Vec<_> = updates.iter().filter(is_new).collect();
        let told = new.first().filter(|(_, is_worth_it)| is_known && *is_worth_it);
        // Those whose words were mended are noted, too: the next time they may have another name.
        let is_unnoted =
            |(name, _): &&(UpdateName, bool)| !known.iter().any(|known| known.content == name.content);
        let unnoted: Vec<_> = updates.iter().filter(is_unnoted).collect();
        if is_known && unnoted.is_empty() {
            return Ok(false);
        }
        let row = |name: &str, at: i64, is_told: bool| {
            let reached = |value: Value, none: Value| if is_told { value } else { none };
            vec![
                initiative.into(),
                name.into(),
                at.into(),
                reached(i64::MIN.into(), Value::Integer(None)),
                reached("".into(), Value::Text(None)),
            ]
        };
        let told = told.map(|(name, _)| vec![row(&name.to_string(), now, true)]).unwrap_or_default();
        let others = unnoted.iter().map(|(name, _)| row(&name.to_string(), now, false));
        let (told, others) = (&told, &others.chain([row(LOOKED_AT, i64::MIN, false)]).collect::<Vec<_>>());
        retried(move || async move {
            let mut transaction = self.driver.begin().await?;
            // Of several servers that see something at once, be it by other names, one is the first.
            let sql =
                "UPDATE updates SET seen_at = $1 WHERE initiative = $2 AND update_id = $3 AND seen_at <= $4";
            let turn = vec![now.into(), initiative.into(), LOOKED_AT.into(), (now - BETWEEN).into()];
            if !told.is_empty() && transaction.execute(sql, turn).await? == 0 {
                transaction.commit().await?;
                return Ok(false);
            }
            let told = insert_new(&mut *transaction, &UPDATES, told.clone()).await?;
            insert_new(&mut *transaction, &UPDATES, others.clone()).await?;
            transaction.commit().await?;
            Ok(told > 0)
        })
        .await
    }

    async fn owe_updates(&self, now: i64) -> Result<Option<u64>, StoreError> {
        // Looked for beside the writer, which is not to wait for it: mostly there is nothing.
        if self.driver.read(OPEN, Vec::new()).await?.is_empty() {
            return Ok(None);
        }
        retried(move || async move {
            let mut transaction = self.driver.begin().await?;
            let owed = owe(&mut *transaction, now).await?;
            transaction.commit().await?;
            Ok(owed)
        })
        .await
    }

    async fn stop_updates(&self, hash: &Digest, now: i64) -> Result<LinkUse, StoreError> {
        let Some(link) = self.link_for(hash, Purpose::Updates, now).await? else {
            return Ok(LinkUse::Unknown);
        };
        let (email_h, id) = (&link.email_h, link.signup.as_str());
        let mut transaction = self.driver.begin().await?;
        lock_person(&mut *transaction, email_h).await?;
        let sql = "UPDATE consents SET withdrawn_at = $1
                   WHERE email_h = $2 AND id = $3 AND used_for = 'updates' AND given AND withdrawn_at IS NULL
                   RETURNING consent";
        let withdrawn = transaction.query(sql, vec![now.into(), email_h.into(), id.into()]).await?;
        for row in &withdrawn {
            let detail = json!({ "consent": row.string("consent")? });
            announce(&mut *transaction, (email_h, id), MessageKind::Withdrawn, &detail, now).await?;
        }
        transaction.commit().await?;
        Ok(if withdrawn.is_empty() { LinkUse::Before } else { LinkUse::Now })
    }
}

async fn owe(transaction: &mut dyn Transaction, now: i64) -> Result<Option<u64>, StoreError> {
    let open = transaction.query(OPEN, Vec::new()).await?;
    let Some(open) = open.first() else { return Ok(None) };
    let (initiative, update) = (open.string("initiative")?, open.string("update_id")?);
    let reached = || -> Result<[Value; 2], sqlx::Error> {
        Ok([open.number("reached_at")?.into(), open.string("reached_id")?.as_str().into()])
    };
    let next = [vec![initiative.as_str().into()], reached()?.to_vec()].concat();
    let next = [next, vec![open.number("seen_at")?.into(), (AT_ONCE as i64).into()]].concat();
    let (there, more) = found_and_locked(transaction, NEXT, next, AT_ONCE).await?;
    // Two servers may be at it: whoever has found the row as it was goes on.
    let to = match there.last() {
        Some(row) if more => [row.number("received_at")?.into(), row.string("id")?.as_str().into()],
        None if more => reached()?,
        _ => [Value::Integer(None), Value::Text(None)],
    };
    let sql = "UPDATE updates SET reached_at = $1, reached_id = $2
               WHERE initiative = $3 AND update_id = $4 AND reached_at = $5 AND reached_id = $6";
    let which = [initiative.as_str().into(), update.as_str().into()];
    let moved = transaction.execute(sql, [&to[..], &which, &reached()?].concat()).await?;
    if moved == 0 {
        return Ok(Some(0));
    }
    let detail = json!({ "update": update });
    let mail = |row: &dyn Row| {
        let (email_h, id) = name(row)?;
        mail_to(&initiative, (&email_h, &id), MessageKind::Update, &detail, now)
    };
    let messages = there.iter().map(|row| mail(&**row)).collect::<Result<Vec<_>, _>>()?;
    enqueue(transaction, &messages).await?;
    Ok(Some(messages.len() as u64))
}

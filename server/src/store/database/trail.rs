//! What was done.

use async_trait::async_trait;

use super::Database;
use super::values::insert;
use crate::store::driver::Transaction;
use crate::store::row::Row;
use crate::store::secret::random_id;
use crate::store::tables::TRAIL;
use crate::store::{Deed, StoreError, TrailCursor, TrailEntry, TrailStore};

/// Notes what is done, in the transaction that does it.
pub async fn note(transaction: &mut dyn Transaction, entry: &TrailEntry) -> Result<(), StoreError> {
    let row = vec![
        random_id()?.as_str().into(),
        entry.at.into(),
        entry.account.as_str().into(),
        entry.initiative.as_str().into(),
        entry.action.as_str().into(),
        entry.detail.to_string().as_str().into(),
    ];
    insert(transaction, &TRAIL, vec![row]).await?;
    Ok(())
}

#[async_trait]
impl TrailStore for Database {
    async fn note(&self, entry: &TrailEntry) -> Result<(), StoreError> {
        let mut transaction = self.driver.begin().await?;
        note(&mut *transaction, entry).await?;
        Ok(transaction.commit().await?)
    }

    async fn last_done(&self, deed: Deed) -> Result<Option<i64>, StoreError> {
        let sql = "SELECT MAX(at) AS at FROM trail WHERE action = $1";
        let rows = self.driver.read(sql, vec![deed.as_str().into()]).await?;
        Ok(rows.first().map_or(Ok(None), |row| row.integer("at"))?)
    }

    async fn trail(
        &self,
        initiative: Option<&str>,
        before: Option<TrailCursor>,
        most: u32,
    ) -> Result<(Vec<TrailEntry>, Option<TrailCursor>), StoreError> {
        let (at, id) = before.unwrap_or((i64::MAX, String::new()));
        let which = if initiative.is_some() { "initiative = $4" } else { "$4 = ''" };
        let sql = format!(
            "SELECT * FROM trail WHERE {which} AND (at < $1 OR (at = $1 AND id < $2)) ORDER BY at DESC, id DESC LIMIT $3"
        );
        let most = most as usize;
        let limit = most as i64 + 1;
        let parameters =
            vec![at.into(), id.as_str().into(), limit.into(), initiative.unwrap_or_default().into()];
        let rows = self.driver.read(&sql, parameters).await?;
        let last = (rows.len() > most).then(|| rows.get(most - 1)).flatten();
        let next = last.map(|row| Ok((row.number("at")?, row.string("id")?)));
        let next = next.transpose().map_err(|error: sqlx::Error| StoreError::from(error))?;
        let entries = rows.iter().take(most).filter_map(|row| entry(&**row).transpose());
        Ok((entries.collect::<Result<_, _>>()?, next))
    }
}

/// `None` where it is a deed that this version does not know.
fn entry(row: &dyn Row) -> Result<Option<TrailEntry>, sqlx::Error> {
    let Some(action) = Deed::parse(&row.string("action")?) else { return Ok(None) };
    Ok(Some(TrailEntry {
        account: row.string("account")?,
        initiative: row.string("initiative")?,
        action,
        detail: serde_json::from_str(&row.string("detail")?).unwrap_or_default(),
        at: row.number("at")?,
    }))
}

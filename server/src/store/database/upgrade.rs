//! Copies what a database of version 1 holds, and names the participants of sign-ups of before version 3.

use super::Database;
use super::copies::COUNT_SEATS;
use super::values::{execute, insert};
use crate::store::driver::Transaction;
use crate::store::row::Row;
use crate::store::tables::{Table, Type, Value};
use crate::store::upgrade::{HOLD_SEATS, HOLD_SECONDS, NAME_REQUESTS, V1_TABLES, key_of, upgraded};
use crate::store::{Digest, Rows, Secret, StoreError};

/// Rows copied at once.
const ROWS: usize = 500;

impl Database {
    /// Brings the rows of an older version's tables into today's, once. Servers that start together wait for each other.
    pub(super) async fn upgrade(&self, now: i64) -> Result<(), StoreError> {
        let sql = "SELECT name FROM meta WHERE name IN ('upgrade_from', 'name_participants')";
        if self.driver.read(sql, Vec::new()).await?.is_empty() {
            return Ok(());
        }
        let mut transaction = self.driver.begin().await?;
        // Whoever deletes this row first does it; the others wait here until it is done.
        let first = transaction.execute("DELETE FROM meta WHERE name = 'upgrade_from'", Vec::new()).await?;
        if first > 0 {
            for table in V1_TABLES {
                copy_over(&mut *transaction, self.keys.hmac(), table).await?;
            }
            transaction.execute(NAME_REQUESTS, Vec::new()).await?;
            transaction.execute(HOLD_SEATS, vec![(now + HOLD_SECONDS).into()]).await?;
            transaction.execute(COUNT_SEATS, Vec::new()).await?;
            for table in ["consents", "answered", "signups", "outbox"] {
                transaction.execute(&format!("DROP TABLE v1_{table}"), Vec::new()).await?;
            }
        }
        self.name_participants(&mut *transaction).await?;
        transaction.execute("DELETE FROM meta WHERE name = 'name_participants'", Vec::new()).await?;
        Ok(transaction.commit().await?)
    }

    /// Names the participants of the sign-ups that came before there were names for them: they are sealed.
    pub(super) async fn name_participants(
        &self,
        transaction: &mut dyn Transaction,
    ) -> Result<(), StoreError> {
        let sql = format!(
            "SELECT s.email_h, s.id, s.initiative, s.sealed, s.participant_h, p.wrapped
             FROM signups s JOIN persons p ON p.email_h = s.email_h
             WHERE (s.email_h, s.id) > ($1, $2) ORDER BY s.email_h, s.id LIMIT {ROWS}"
        );
        // Before every key.
        let mut after = (Value::Bytes(Some(Vec::new())), Value::from(""));
        loop {
            let rows = transaction.query(&sql, vec![after.0, after.1]).await?;
            let Some(last) = rows.last() else { break };
            after = ((&last.digest("email_h")?).into(), last.string("id")?.as_str().into());
            let mut named = Vec::with_capacity(rows.len());
            for row in rows.iter() {
                if row.bytes("participant_h")?.is_some() {
                    continue;
                }
                let (email_h, id) = (row.digest("email_h")?, row.string("id")?);
                let participant_h = self.participant(&**row).unwrap_or_else(|_| {
                    // Nobody can read it, and nothing is a change of it: that costs the others nothing.
                    tracing::warn!("a sign-up cannot be decrypted: it stays as it is");
                    self.keys.hmac().digest("participant", &[&email_h[..], id.as_bytes()].concat())
                });
                named.push(vec![(&email_h).into(), id.as_str().into(), (&participant_h).into()]);
            }
            execute(
                transaction,
                "WITH v (email_h, id, participant_h) AS (VALUES {})
                 UPDATE signups SET participant_h = v.participant_h FROM v
                 WHERE signups.email_h = v.email_h AND signups.id = v.id",
                named,
            )
            .await?;
        }
        let sql = "UPDATE holds SET participant_h = (
                       SELECT s.participant_h FROM signups s WHERE s.email_h = holds.email_h AND s.id = holds.id)
                   WHERE participant_h IS NULL";
        transaction.execute(sql, Vec::new()).await?;
        Ok(())
    }

    /// Names the participant of a sign-up that is there.
    fn participant(&self, row: &dyn Row) -> Result<Digest, StoreError> {
        let email_h = row.digest("email_h")?;
        let (_, person) = self.opened(row, &email_h, &row.string("initiative")?)?;
        Ok(person.participant_h(self.keys.hmac(), &email_h))
    }
}

async fn copy_over(
    transaction: &mut dyn Transaction,
    secret: &Secret,
    table: &Table,
) -> Result<(), StoreError> {
    let Some(key) = table.columns.get(..key_of(table)) else { return Ok(()) };
    let names = key.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
    let places = (1..=key.len()).map(|place| format!("${place}")).collect::<Vec<_>>().join(", ");
    let sql = format!(
        "SELECT {} FROM v1_{} WHERE ({names}) > ({places}) ORDER BY {names} LIMIT {ROWS}",
        table.column_names(),
        table.name
    );
    // Before every key.
    let mut after: Vec<Value> = key
        .iter()
        .map(|(_, kind)| if *kind == Type::Bytes { Value::Bytes(Some(Vec::new())) } else { Value::from("") })
        .collect();
    loop {
        let rows = transaction.query(&sql, after).await?;
        let rows = rows.iter().map(|row| row.values(table)).collect::<Result<Vec<_>, _>>()?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = last.iter().take(key.len()).cloned().collect();
        let mut today: Vec<Rows> = Vec::new();
        for row in rows {
            let unknown =
                || StoreError::Unusable(format!("a row of {} cannot be brought up to date", table.name));
            for (table, row) in upgraded(secret, 1, table.name, row).ok_or_else(unknown)? {
                match today.iter_mut().find(|(other, _)| other.name == table.name) {
                    Some((_, rows)) => rows.push(row),
                    None => today.push((table, vec![row])),
                }
            }
        }
        for (table, rows) in today {
            insert(transaction, table, rows).await?;
        }
    }
}

//! Copies what a database of version 1 holds.

use super::Database;
use super::copies::COUNT_SEATS;
use super::values::insert;
use crate::store::driver::Transaction;
use crate::store::tables::{Table, Type, Value};
use crate::store::upgrade::{HOLD_SEATS, HOLD_SECONDS, NAME_REQUESTS, OLD_TABLES, key_of, upgraded};
use crate::store::{Rows, Secret, StoreError};

/// Rows copied at once.
const ROWS: usize = 500;

impl Database {
    /// Brings the rows of an older version's tables into today's, once. Servers that start together wait for each other.
    pub(super) async fn upgrade(&self, now: i64) -> Result<(), StoreError> {
        let sql = "SELECT name FROM meta WHERE name = 'upgrade_from'";
        if self.driver.read(sql, Vec::new()).await?.is_empty() {
            return Ok(());
        }
        let mut transaction = self.driver.begin().await?;
        // Whoever deletes this row first does it; the others wait here until it is done.
        let first = transaction.execute("DELETE FROM meta WHERE name = 'upgrade_from'", Vec::new()).await?;
        if first > 0 {
            for table in OLD_TABLES {
                copy_over(&mut *transaction, self.keys.hmac(), table).await?;
            }
            transaction.execute(NAME_REQUESTS, Vec::new()).await?;
            transaction.execute(HOLD_SEATS, vec![(now + HOLD_SECONDS).into()]).await?;
            transaction.execute(COUNT_SEATS, Vec::new()).await?;
            for table in ["consents", "answered", "signups", "outbox"] {
                transaction.execute(&format!("DROP TABLE v1_{table}"), Vec::new()).await?;
            }
        }
        Ok(transaction.commit().await?)
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
            for (table, row) in upgraded(secret, table.name, row).ok_or_else(unknown)? {
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

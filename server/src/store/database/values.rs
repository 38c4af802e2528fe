//! Statements about many rows at once: one for a list of rows, not one a row.
//!
//! A statement costs a switch of threads with SQLite and a round trip with PostgreSQL. Lists are joined with, or inserted
//! as, `VALUES`, which a sharded PostgreSQL can route by its `email_h`; arrays (`= ANY`) it cannot.

use crate::store::Digest;
use crate::store::driver::Transaction;
use crate::store::row::Row;
use crate::store::tables::{Table, Value};

/// Rows of one statement at most.
const ROWS: usize = 256;
/// Parameters of one statement at most: SQLite takes 32,766, PostgreSQL 65,535.
const PARAMETERS: usize = 32_000;

/// Person and sign-up.
pub type Name = (Digest, String);

/// The name that a row has.
pub fn name(row: &dyn Row) -> Result<Name, sqlx::Error> {
    Ok((row.digest("email_h")?, row.string("id")?))
}

/// A row whose person and id are in the list. Without the `SELECT` SQLite finds no index for a pair, and reads the table.
pub const NAMED: &str = "(email_h, id) IN (WITH v (email_h, id) AS (VALUES {}) SELECT email_h, id FROM v)";

/// Runs a statement that changes something for lists of values: `{}` in it stands for the list. Says how many rows it has
/// changed.
pub async fn execute(
    transaction: &mut dyn Transaction,
    sql: &str,
    rows: Vec<Vec<Value>>,
) -> Result<u64, sqlx::Error> {
    let mut changed = 0;
    for (sql, parameters) in statements(sql, rows, transaction.is_numbered()) {
        changed += transaction.execute(&sql, parameters).await?;
    }
    Ok(changed)
}

/// Runs a statement that gives rows for lists of values: `{}` in it stands for the list.
pub async fn query(
    transaction: &mut dyn Transaction,
    sql: &str,
    rows: Vec<Vec<Value>>,
) -> Result<Vec<Box<dyn Row>>, sqlx::Error> {
    let mut found = Vec::new();
    for (sql, parameters) in statements(sql, rows, transaction.is_numbered()) {
        found.extend(transaction.query(&sql, parameters).await?);
    }
    Ok(found)
}

/// Inserts whole rows of a table.
pub async fn insert(
    transaction: &mut dyn Transaction,
    table: &Table,
    rows: Vec<Vec<Value>>,
) -> Result<u64, sqlx::Error> {
    execute(transaction, &insertion(table), rows).await
}

/// Inserts those rows of a table that are not there yet, and says how many were not.
pub async fn insert_new(
    transaction: &mut dyn Transaction,
    table: &Table,
    rows: Vec<Vec<Value>>,
) -> Result<u64, sqlx::Error> {
    execute(transaction, &format!("{} ON CONFLICT DO NOTHING", insertion(table)), rows).await
}

fn insertion(table: &Table) -> String {
    format!("INSERT INTO {} ({}) VALUES {{}}", table.name, table.column_names())
}

/// The statements for a list. Their lengths are powers of two, so that a connection prepares nine texts a statement and
/// not one for each number of rows.
fn statements(sql: &str, rows: Vec<Vec<Value>>, numbered: bool) -> Vec<(String, Vec<Value>)> {
    let columns = rows.first().map_or(1, Vec::len).max(1);
    let most = ROWS.min(prior_power_of_two(PARAMETERS / columns));
    let mut statements = Vec::new();
    let mut left = rows.len();
    let mut rows = rows.into_iter();
    while left > 0 {
        let count = most.min(prior_power_of_two(left));
        let parameters = rows.by_ref().take(count).flatten().collect();
        statements.push((sql.replacen("{}", &places(count, columns, numbered), 1), parameters));
        left -= count;
    }
    statements
}

fn prior_power_of_two(number: usize) -> usize {
    1 << number.max(1).ilog2()
}

/// `($1, $2), ($3, $4)`, or `(?, ?), (?, ?)`.
fn places(rows: usize, columns: usize, numbered: bool) -> String {
    use std::fmt::Write;
    let mut text = String::with_capacity(rows * columns * 6);
    for place in 0..rows * columns {
        text.push_str(match place % columns {
            0 if place == 0 => "(",
            0 => "), (",
            _ => ", ",
        });
        if numbered {
            // Writing to a string cannot fail.
            let _ = write!(text, "${}", place + 1);
        } else {
            text.push('?');
        }
    }
    text.push(')');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lengths(rows: usize, columns: usize) -> Vec<usize> {
        let rows = (0..rows).map(|i| vec![Value::from(i as i64); columns]).collect();
        let statements = statements("{}", rows, true);
        let mut next = 0;
        for (sql, parameters) in &statements {
            assert_eq!(sql.matches('(').count() * columns, parameters.len());
            assert!(sql.ends_with(&format!("${})", parameters.len())), "{sql}");
            for row in parameters.chunks(columns) {
                assert!(row.iter().all(|value| *value == Value::from(next)));
                next += 1;
            }
        }
        statements.iter().map(|(_, parameters)| parameters.len() / columns).collect()
    }

    #[test]
    fn a_list_is_cut_into_powers_of_two_and_nothing_is_left_out() {
        assert_eq!(places(2, 2, true), "($1, $2), ($3, $4)");
        assert_eq!(places(2, 2, false), "(?, ?), (?, ?)");
        assert_eq!(lengths(0, 3), [] as [usize; 0]);
        assert_eq!(lengths(1, 3), [1]);
        assert_eq!(lengths(200, 2), [128, 64, 8]);
        assert_eq!(lengths(600, 2), [256, 256, 64, 16, 8]);
        // No more parameters than SQLite takes.
        assert_eq!(lengths(300, 500), [64, 64, 64, 64, 32, 8, 4]);
    }
}

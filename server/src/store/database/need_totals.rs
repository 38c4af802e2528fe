//! What was accepted of sign-ups that are not kept any longer: numbers, and nobody's.

use std::collections::BTreeMap;

use super::values::{NAMED, execute, query};
use crate::store::Digest;
use crate::store::driver::Transaction;
use crate::store::row::Row;
use crate::store::tables::Value;

/// What was accepted of a need, by initiative and need.
pub type Accepted = ((String, String), i64);

/// What was accepted of sign-ups, with their persons and ids.
pub async fn accepted(
    transaction: &mut dyn Transaction,
    rows: Vec<Vec<Value>>,
) -> Result<Vec<(Digest, String, Accepted)>, sqlx::Error> {
    let sql =
        format!("SELECT email_h, id, initiative, need, accepted FROM offers WHERE {NAMED} AND accepted > 0");
    let rows = query(transaction, &sql, rows).await?;
    let offer = |row: &dyn Row| {
        let need = (row.string("initiative")?, row.string("need")?);
        Ok((row.digest("email_h")?, row.string("id")?, (need, row.number("accepted")?)))
    };
    rows.iter().map(|row| offer(&**row)).collect()
}

/// Adds to what was accepted of sign-ups that are no more.
pub async fn keep_accepted(
    transaction: &mut dyn Transaction,
    accepted: impl Iterator<Item = Accepted>,
) -> Result<(), sqlx::Error> {
    let mut needs: BTreeMap<_, i64> = BTreeMap::new();
    for (need, accepted) in accepted {
        *needs.entry(need).or_default() += accepted;
    }
    let rows = needs.iter().map(|((initiative, need), accepted)| {
        vec![initiative.as_str().into(), need.as_str().into(), (*accepted).into()]
    });
    let sql = "INSERT INTO need_totals (initiative, need, accepted) VALUES {} ON CONFLICT (initiative, need)
               DO UPDATE SET accepted = need_totals.accepted + excluded.accepted";
    execute(transaction, sql, rows.collect()).await?;
    Ok(())
}

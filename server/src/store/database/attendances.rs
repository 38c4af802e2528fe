//! What a sign-up has of its sessions, as rows have it.

use crate::store::driver::Transaction;
use crate::store::row::Row;
use crate::store::{Attendance, AttendanceState, Digest};

/// What a sign-up has of its sessions.
pub async fn attendances_of(
    transaction: &mut dyn Transaction,
    email_h: &Digest,
    id: &str,
) -> Result<Vec<Attendance>, sqlx::Error> {
    let sql = "SELECT * FROM attendances WHERE email_h = $1 AND id = $2 ORDER BY session";
    let rows = transaction.query(sql, vec![email_h.into(), id.into()]).await?;
    rows.iter().map(|row| attendance(&**row)).collect()
}

/// What a row says of an attendance.
pub fn attendance(row: &dyn Row) -> Result<Attendance, sqlx::Error> {
    Ok(Attendance {
        session: row.string("session")?,
        party: row.number("party")?.try_into().unwrap_or(u32::MAX),
        state: AttendanceState::parse(&row.string("state")?).unwrap_or(AttendanceState::Cancelled),
        may_wait: row.flag("may_wait")?,
        since: row.number("since")?,
        decide_by: row.integer("decide_by")?,
    })
}

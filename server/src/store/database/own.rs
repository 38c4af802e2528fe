//! What somebody does with a link for one sign-up: gives seats back, accepts an offer.

use super::announce::{Step, announce_steps};
use super::attendances::attendances_of;
use super::seats::{free, lock_seats};
use super::{Database, lock_person};
use crate::store::error::retried;
use crate::store::{Attendance, AttendanceState, Digest, LinkUse, SeatLimit, StoreError};

impl Database {
    /// Gives back what a sign-up has of a session (`Cancelled`): seats, an offer, or a place in the line; or accepts the
    /// seats that are offered to it (`Active`).
    pub(super) async fn settle(
        &self,
        name: (&Digest, &str),
        session: &str,
        to: AttendanceState,
        now: i64,
    ) -> Result<LinkUse, StoreError> {
        retried(move || self.settle_once(name, session, to, now)).await
    }

    async fn settle_once(
        &self,
        (email_h, id): (&Digest, &str),
        session: &str,
        to: AttendanceState,
        now: i64,
    ) -> Result<LinkUse, StoreError> {
        let mut transaction = self.driver.begin().await?;
        lock_person(&mut *transaction, email_h).await?;
        let name = || vec![email_h.into(), id.into(), session.into()];
        let sql = "SELECT initiative, party FROM attendances WHERE email_h = $1 AND id = $2 AND session = $3";
        let rows = transaction.query(sql, name()).await?;
        let Some(row) = rows.first() else {
            // What is not ended closes its connection.
            transaction.commit().await?;
            return Ok(LinkUse::Unknown);
        };
        let (initiative, party) = (row.string("initiative")?, row.number("party")?);
        let seat = (initiative.as_str(), session);
        // Whoever frees seats may change it until they are locked.
        lock_seats(&mut *transaction, seat, SeatLimit::Unknown).await?;
        let all = attendances_of(&mut *transaction, email_h, id).await?;
        let Some(one) = all.iter().find(|one| one.session == session && may_become(one, to, now)) else {
            transaction.commit().await?;
            return Ok(LinkUse::Before);
        };
        let sql = "UPDATE attendances SET state = $4, since = $5, decide_by = NULL
                   WHERE email_h = $1 AND id = $2 AND session = $3";
        transaction.execute(sql, [name(), vec![to.as_str().into(), now.into()]].concat()).await?;
        let step = match to {
            AttendanceState::Cancelled => Step::gone(session),
            _ => Step::given(session, None),
        };
        announce_steps(&mut *transaction, (email_h, id), &[step], now).await?;
        if one.state.is_seated() && !to.is_seated() {
            free(&mut *transaction, seat, party, now).await?;
        }
        transaction.commit().await?;
        Ok(LinkUse::Now)
    }
}

/// Whether its person may make that of an attendance.
fn may_become(one: &Attendance, to: AttendanceState, now: i64) -> bool {
    match to {
        AttendanceState::Cancelled => one.state.is_seated() || one.state == AttendanceState::Waiting,
        _ => one.state == AttendanceState::Offered && one.decide_by.is_some_and(|by| by > now),
    }
}

//! What is counted for all to see: three statements, however many initiatives.

use async_trait::async_trait;

use super::Database;
use super::values::query;
use crate::store::live::{LiveCounts, LiveStore, LiveWanted, SeatCount};
use crate::store::{StoreError, Value};

/// Seats by session, as `snapshot` has them for a sign-up, and who waits for one.
const SEATS: &str = "
    WITH v (initiative, at) AS (VALUES {})
    SELECT t.initiative, t.session, t.taken,
           (SELECT CAST(COALESCE(SUM(h.party), 0) AS BIGINT) FROM holds h
            WHERE h.initiative = t.initiative AND h.session = t.session AND NOT h.waiting
              AND h.expires_at > v.at) AS held,
           (SELECT CAST(COALESCE(SUM(h.party), 0) AS BIGINT) FROM holds h
            WHERE h.initiative = t.initiative AND h.session = t.session AND h.waiting
              AND h.expires_at > v.at) AS asking,
           (SELECT CAST(COALESCE(SUM(a.party), 0) AS BIGINT) FROM attendances a
            WHERE a.initiative = t.initiative AND a.session = t.session AND a.state = 'waiting') AS waiting
    FROM v CROSS JOIN seats t WHERE t.initiative = v.initiative ORDER BY t.initiative, t.session";

/// A participant confirms one form. Where no mail is sent nobody confirms, and what was received counts: a further form with a known address like
/// one with a new address, or the number would tell who has signed.
const SIGNED: &str = "
    WITH v (initiative, since) AS (VALUES {})
    SELECT s.initiative, COUNT(*) AS signed FROM v CROSS JOIN signups s
    WHERE s.initiative = v.initiative AND NOT s.pending
      AND COALESCE(s.confirmed_at, s.received_at) >= v.since
    GROUP BY s.initiative";

/// What is merely offered changes nothing: nobody learns from it who has sent a form.
const ACCEPTED: &str = "
    WITH v (initiative) AS (VALUES {})
    SELECT a.initiative, a.need, CAST(SUM(a.accepted) AS BIGINT) AS accepted FROM (
        SELECT o.initiative, o.need, o.accepted FROM v CROSS JOIN offers o
        WHERE o.initiative = v.initiative AND o.accepted > 0
        UNION ALL
        SELECT t.initiative, t.need, t.accepted FROM v CROSS JOIN need_totals t WHERE t.initiative = v.initiative
    ) AS a GROUP BY a.initiative, a.need";

#[async_trait]
impl LiveStore for Database {
    async fn live(&self, wanted: &[LiveWanted], now: i64) -> Result<Vec<LiveCounts>, StoreError> {
        let empty = |wanted: &LiveWanted| LiveCounts {
            initiative: wanted.initiative.clone(),
            ..LiveCounts::default()
        };
        let mut all: Vec<_> = wanted.iter().map(empty).collect();
        let mut transaction = self.driver.snapshot().await?;
        let row = |it: &LiveWanted, number: i64| -> Vec<Value> {
            vec![it.initiative.as_str().into(), number.into()]
        };
        let seats = wanted.iter().map(|it| row(it, now)).collect();
        let signed = wanted.iter().filter_map(|it| Some(row(it, it.since?))).collect();
        for row in query(&mut *transaction, SEATS, seats).await? {
            let (initiative, session) = (row.string("initiative")?, row.string("session")?);
            let used = (row.number("taken")? + row.number("held")?).unsigned_abs();
            let waiting = (row.number("waiting")? + row.number("asking")?).unsigned_abs();
            if let Some(counts) = all.iter_mut().find(|counts| counts.initiative == initiative) {
                counts.sessions.push(SeatCount { session, used, waiting });
            }
        }
        for row in query(&mut *transaction, SIGNED, signed).await? {
            let initiative = row.string("initiative")?;
            if let Some(counts) = all.iter_mut().find(|counts| counts.initiative == initiative) {
                counts.signed = row.number("signed")?.unsigned_abs();
            }
        }
        let needed = wanted.iter().filter(|it| it.needs).map(|it| vec![it.initiative.as_str().into()]);
        for row in query(&mut *transaction, ACCEPTED, needed.collect()).await? {
            let initiative = row.string("initiative")?;
            if let Some(counts) = all.iter_mut().find(|counts| counts.initiative == initiative) {
                counts.accepted.push((row.string("need")?, row.number("accepted")?.unsigned_abs()));
            }
        }
        transaction.commit().await?;
        Ok(all)
    }
}

//! Telling those who organise what is new of their initiatives: owed as a mail in the transaction that notes it, so that of several servers one owes
//! it, and a restart owes it no second time.
//!
//! Once a day, after 8 h, what was confirmed since the morning before; requests and offers that wait for a decision sooner, once an hour at most.

use std::time::Duration;

use alentour_model::read::DEFAULT_ZONE;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use tokio::time::sleep;
use tracing::{error, info};

use crate::state::AppState;
use crate::store::{DigestSpan, DigestState, LAG, StoreError};

/// How often it is looked for.
const EVERY: Duration = Duration::from_secs(5 * 60);
/// Seconds from one mail to the next, at least.
const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;
/// The hour of the morning, on the clocks of [`DEFAULT_ZONE`].
const MORNING: i8 = 8;

/// Looks for what is new, for ever. Where no mail is sent nobody is told.
pub async fn run(state: AppState) {
    loop {
        sleep(EVERY).await;
        if state.settings.mail.is_none() {
            continue;
        }
        match look(&state, Timestamp::now().as_second()).await {
            Ok(0) => {}
            Ok(told) => {
                info!(told, "mails owed to those who organise");
                state.writer.outbox_wake().notify_one();
            }
            Err(error) => {
                error!(%error, "what those who organise are to be told was not looked for this time")
            }
        }
    }
}

/// Owes a mail to each who organises something of which there is news at that time (UTC seconds). Says how many.
///
/// # Errors
/// Where the database cannot be read.
pub async fn look(state: &AppState, now: i64) -> Result<u64, StoreError> {
    let mut owed = 0;
    for one in state.store.digests(now).await? {
        // One that fails must not cost the others.
        match tell(state, &one, now).await {
            Ok(is_owed) => owed += u64::from(is_owed),
            Err(error) => error!(%error, "somebody who organises is not told what is new this time"),
        }
    }
    Ok(owed)
}

async fn tell(state: &AppState, one: &DigestState, now: i64) -> Result<bool, StoreError> {
    let Some(span) = span(one, now) else { return Ok(false) };
    let counts = state.store.digest(&one.account_h, &span, now).await?;
    let is_owed = counts.iter().any(|count| count.is_new());
    Ok(state.store.owe_digest(one, &span, is_owed, now).await? && is_owed)
}

/// What is to be told now; `None`: nothing yet.
fn span(one: &DigestState, now: i64) -> Option<DigestSpan> {
    let is_due = one.looked_at < morning(now);
    if one.told_at > now - HOUR || !(is_due || one.is_asked) {
        return None;
    }
    // Of what comes from an earlier version's back-up nobody knows what was told.
    let since = if one.looked_at == 0 { now - DAY } else { one.looked_at };
    Some(DigestSpan {
        since: is_due.then_some(since - LAG),
        asked_since: one.told_at - LAG,
        until: now - LAG,
    })
}

/// The last time before `now` when it was morning, UTC seconds.
fn morning(now: i64) -> i64 {
    let zone = TimeZone::get(DEFAULT_ZONE).unwrap_or(TimeZone::UTC);
    let local = Timestamp::from_second(now).unwrap_or_default().to_zoned(zone.clone());
    let on =
        |date: jiff::civil::Date| Some(date.at(MORNING, 0, 0, 0).to_zoned(zone.clone()).ok()?.timestamp());
    let today = on(local.date()).map_or(now, Timestamp::as_second);
    let before = local.date().checked_sub(1.day()).ok().and_then(on);
    if today <= now { today } else { before.map_or(today - DAY, Timestamp::as_second) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> i64 {
        text.parse::<Timestamp>().unwrap().as_second()
    }

    #[test]
    fn the_morning_is_at_eight_on_the_clocks_of_the_place() {
        for (now, expected) in [
            ("2026-07-02T05:59:59Z", "2026-07-01T06:00:00Z"),
            ("2026-07-02T06:00:00Z", "2026-07-02T06:00:00Z"),
            ("2026-12-02T06:30:00Z", "2026-12-01T07:00:00Z"),
            // The clocks were set back in the night.
            ("2026-10-25T06:59:00Z", "2026-10-24T06:00:00Z"),
        ] {
            assert_eq!(morning(at(now)), at(expected), "{now}");
        }
    }

    #[test]
    fn what_is_new_is_told_in_the_morning_and_requests_within_the_hour() {
        let now = at("2026-07-02T10:00:00Z");
        let one =
            |looked_at, told_at, is_asked| DigestState { account_h: [1; 32], looked_at, told_at, is_asked };
        let told = |one: &DigestState| span(one, now).map(|span| span.since.is_some());
        assert_eq!(told(&one(now - 7200, 0, false)), None, "it was looked at after eight");
        assert_eq!(told(&one(now - DAY, 0, false)), Some(true));
        assert_eq!(told(&one(now - 7200, 0, true)), Some(false));
        assert_eq!(told(&one(now - DAY, now - 600, true)), None, "once an hour at most");
        assert_eq!(span(&one(0, 0, false), now).unwrap().since, Some(now - DAY - LAG));
    }
}

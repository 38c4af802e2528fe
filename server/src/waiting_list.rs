//! The waiting lists: what becomes free by itself, because a hold or an offer has run out or the feed has more seats, goes to
//! those who wait. What somebody frees goes to them in the transaction that frees it.

use std::time::Duration;

use jiff::Timestamp;
use tokio::time::sleep;
use tracing::{error, info};

use crate::signups::seat_limit;
use crate::state::AppState;
use crate::store::StoreError;

/// How often the lists are looked through: a hold is a quarter of an hour long at least.
const EVERY: Duration = Duration::from_secs(20);

/// Looks through the waiting lists now and again, for ever.
pub async fn run(state: AppState) {
    loop {
        sleep(EVERY).await;
        match tend(&state, Timestamp::now().as_second()).await {
            Ok(0) => {}
            Ok(promoted) => {
                info!(promoted, "seats given to those who waited");
                state.writer.outbox_wake().notify_one();
            }
            Err(error) => error!(%error, "waiting lists not looked through this time"),
        }
    }
}

/// Gives what is free at that time (UTC seconds) to those who wait for it; says how many got seats.
///
/// # Errors
/// Where the database does not answer.
pub async fn tend(state: &AppState, now: i64) -> Result<u64, StoreError> {
    let mut promoted = 0;
    for (initiative, session) in state.store.lines().await? {
        // Nobody is told to come to what is not announced any more, or not read yet.
        let Ok(found) = state.feeds.even_hidden(&initiative) else { continue };
        if found.session(&session).is_none() {
            continue;
        }
        let limit = seat_limit(Some(&found), &session);
        // One that fails must not cost the others.
        match state.store.promote(&initiative, &session, limit, now).await {
            Ok(count) => promoted += count,
            Err(error) => error!(%error, initiative, session, "a waiting list could not be served this time"),
        }
    }
    Ok(promoted)
}

//! What organisers write to many, and where they say one meets: owed as mails to each of them, some at a time, so that what was accepted is told
//! to all, and to nobody twice, whatever stops a server in between.

use std::time::Duration;

use jiff::Timestamp;
use tokio::time::sleep;
use tracing::{error, info};

use crate::state::AppState;
use crate::store::StoreError;

/// How often it is looked whether something was accepted, by this server or another one.
const POLL: Duration = Duration::from_secs(3);

/// Owes what was accepted, for ever. Where no mail is sent nothing is.
pub async fn run(state: AppState) {
    loop {
        if state.settings.mail.is_none() {
            // It may be settled in a page.
            sleep(POLL).await;
            continue;
        }
        match owe(&state, Timestamp::now().as_second()).await {
            Ok(0) => {}
            Ok(owed) => info!(owed, "mails owed that organisers have written"),
            Err(error) => error!(%error, "what organisers have written was not owed this time"),
        }
        sleep(POLL).await;
    }
}

/// Owes all that was accepted, at that time (UTC seconds). Says how many mails that are.
///
/// # Errors
/// Where the database does not answer. What was owed until then stays so.
pub async fn owe(state: &AppState, now: i64) -> Result<u64, StoreError> {
    let mut owed = 0;
    while let Some(some) = state.store.owe_broadcasts(now).await? {
        owed += some;
        // The first are on their way before the last are owed theirs.
        state.writer.outbox_wake().notify_one();
    }
    let venues = state.store.owe_venues(now).await?;
    if venues > 0 {
        state.writer.outbox_wake().notify_one();
    }
    Ok(owed + venues)
}

//! The updates of petitions: noticed in the feeds, and owed as mails to those who have signed and asked for them.
//!
//! What a petition says when it is looked at first is new to nobody, nor is what comes back after a feed has failed, or under another name. Of
//! several that are new at once, or within a day after a mail, one mail tells the newest: its page has the others.

use std::time::{Duration, Instant};

use alentour_model::{Date, Initiative};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use tokio::time::sleep;
use tracing::{error, info};

use crate::state::AppState;
use crate::store::{StoreError, UpdateName};

/// How often it is asked whether there is another catalogue.
const POLL: Duration = Duration::from_secs(30);
/// How often petitions are looked at without one: somebody may have signed one that nobody had signed before.
const EVERY: Duration = Duration::from_secs(10 * 60);
/// Days after which something is not new any more: an organiser adds what has been.
const NEW: i64 = 30;
/// Names what came of a petition among its updates.
const OUTCOME: &str = "outcome";

/// Something that is new of a petition.
pub struct PetitionUpdate<'a> {
    /// Its day; what came of a petition has none.
    pub date: Option<Date>,
    /// What is new.
    pub text: &'a str,
    /// Where to read on.
    pub url: Option<&'a str>,
}

/// All updates of a petition by what they are known by, what came of it first, then the newest.
fn updates(initiative: &Initiative) -> Vec<(UpdateName, PetitionUpdate<'_>)> {
    let Some(petition) = &initiative.petition else { return Vec::new() };
    let outcome = Some(petition.outcome.as_str()).filter(|text| !text.is_empty());
    let outcome = outcome.map(|text| (OUTCOME.to_owned(), PetitionUpdate { date: None, text, url: None }));
    let updates = petition.updates.iter().map(|update| {
        let (date, url) = (Some(update.date.date()), update.url.as_ref().map(|url| url.as_str()));
        // What an organiser calls `outcome` is something else.
        (format!("update {}", update.id), PetitionUpdate { date, text: &update.text, url })
    });
    outcome.into_iter().chain(updates).map(named).collect()
}

fn named((id, update): (String, PetitionUpdate<'_>)) -> (UpdateName, PetitionUpdate<'_>) {
    let day = update.date.map_or(i32::MIN, Date::days);
    let digest = Sha256::new().chain_update(day.to_be_bytes()).chain_update(update.text).finalize();
    (UpdateName { content: BASE64_URL_SAFE_NO_PAD.encode(digest), id }, update)
}

/// The update of that name, as the feed says it now: by the name that it has there, else by its words.
pub fn find<'a>(initiative: &'a Initiative, name: &str) -> Option<PetitionUpdate<'a>> {
    let name = UpdateName::parse(name)?;
    let mut same: Vec<_> = updates(initiative).into_iter().filter(|(one, _)| one.is_same(&name)).collect();
    same.sort_by_key(|(one, _)| one.id != name.id);
    same.into_iter().next().map(|(_, update)| update)
}

/// Looks for updates now and again, for ever. Where no mail is sent nobody is told.
pub async fn run(state: AppState) {
    let mut last = None;
    loop {
        sleep(POLL).await;
        // It may be settled in a page.
        if state.settings.mail.is_none() {
            continue;
        }
        let version = state.feeds.current().map(|current| current.version().to_owned());
        let is_due = |(before, at): &(_, Instant)| *before != version || at.elapsed() >= EVERY;
        if last.as_ref().is_some_and(|last| !is_due(last)) {
            continue;
        }
        match look(&state, Timestamp::now().as_second()).await {
            Ok(owed) => {
                last = Some((version, Instant::now()));
                if owed > 0 {
                    info!(owed, "mails owed about petitions");
                }
            }
            Err(error) => error!(%error, "updates of petitions were not looked for this time"),
        }
    }
}

/// Notes what is new at that time (UTC seconds), and owes the mails about it, also those that were left. Says how many.
///
/// # Errors
/// Where the database does not answer.
pub async fn look(state: &AppState, now: i64) -> Result<u64, StoreError> {
    for id in state.store.followed().await? {
        // It may have left the feed, or a feed was not read.
        let Ok(initiative) = state.feeds.initiative(&id) else { continue };
        let oldest = now - NEW * 86_400;
        let is_new = |update: &PetitionUpdate<'_>| {
            update.date.is_none_or(|date| i64::from(date.days()) * 86_400 >= oldest)
        };
        let noted: Vec<_> =
            updates(&initiative).into_iter().map(|(name, update)| (name, is_new(&update))).collect();
        state.store.note_updates(&id, &noted, now).await?;
    }
    let mut owed = 0;
    while let Some(some) = state.store.owe_updates(now).await? {
        owed += some;
    }
    if owed > 0 {
        state.writer.outbox_wake().notify_one();
    }
    Ok(owed)
}

//! Sessions keep their identity when the feed changes: whoever takes part in one that is moved goes with it and is told, and of one that
//! has left the feed the organiser is asked. Reminders go out from here, too.

mod matching;
mod plan;

use std::collections::{BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::{Duration, Instant};

use alentour_model::Initiative;
use jiff::Timestamp;
use tokio::time::sleep;
use tracing::{error, info, warn};

use crate::feeds::Feeds;
use crate::http::Error;
use crate::state::AppState;
use crate::store::{KnownSession, MessageKind, SessionMove, StoreError};
pub use matching::is_start;
use plan::Change;
pub use plan::as_announced;
pub use plan::{is_as_noted, is_news};

/// How often it is asked whether there is another catalogue: until a session's sign-ups are moved, its seats are those of another one.
const POLL: Duration = Duration::from_secs(2);
/// How often sessions are looked at without one: somebody may have signed up for an initiative that nobody had signed up for before.
const EVERY: Duration = Duration::from_secs(60);
/// Seconds beside the time between two readings of a feed that no other server contradicts what one has noted.
const SETTLE: i64 = 60;

/// What one server has seen of the initiatives that people take part in: what it has seen before is no news. Several servers read a feed at
/// different times, and one that has not read the new one yet, or cannot, must not take back what the others have noted.
#[derive(Default)]
pub struct Watch {
    /// Which catalogue it has seen all of them in: its version, and when it was written.
    catalogue: Option<(String, i64)>,
    seen: HashMap<String, Seen>,
}

/// What was seen of an initiative.
struct Seen {
    /// Names what the feed says.
    view: u64,
    /// The sessions that somebody had something of.
    names: BTreeSet<String>,
    /// The sessions that the feed had.
    announced: BTreeSet<String>,
}

/// What has been done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tended {
    /// Mails owed about sessions that are at another time or place.
    pub told: u64,
    /// Sessions with participants that the feed has no more.
    pub gone: u64,
}

/// Looks at the sessions now and again, for ever.
pub async fn run(state: AppState) {
    let (mut watch, mut last) = (Watch::default(), None);
    loop {
        if let Err(error) = learn_called_off(&state, Timestamp::now().as_second()).await {
            error!(%error, "dates that were called off not looked at this time");
        }
        let version = version(&state.feeds);
        let is_due = |(before, at): &(_, Instant)| *before != version || at.elapsed() >= EVERY;
        if last.as_ref().is_none_or(is_due) {
            last = Some((version, Instant::now()));
            let now = Timestamp::now().as_second();
            match watch.tend(&state, now).await {
                Ok(Tended { told: 0, gone: 0 }) => {}
                Ok(Tended { told, gone }) => info!(told, gone, "sessions have changed"),
                Err(error) => error!(%error, "sessions not looked at this time"),
            }
            match remind(&state, now).await {
                Ok(0) => {}
                Ok(owed) => info!(owed, "reminders owed"),
                Err(error) => error!(%error, "nobody reminded this time"),
            }
        }
        sleep(POLL).await;
    }
}

/// Learns which dates were called off here, by whichever server; and calls them off for whoever got something of one meanwhile, from a server
/// that had not heard of it yet.
///
/// # Errors
/// Where the database does not answer.
pub async fn learn_called_off(state: &AppState, now: i64) -> Result<(), StoreError> {
    state.feeds.called_off().learn(state.store.called_off(now).await?);
    for (id, session) in state.store.called_off_in_vain().await? {
        let count = state.store.call_off(&id, &session, now).await?.unwrap_or_default();
        info!(initiative = id, session, count, "called off for those who came late");
        state.writer.outbox_wake().notify_one();
    }
    Ok(())
}

/// Owes the reminders that are due at that time (UTC seconds); says how many.
///
/// # Errors
/// Where the database does not answer.
pub async fn remind(state: &AppState, now: i64) -> Result<u64, StoreError> {
    let ahead = i64::from(state.settings.sign_ups.reminder_hours) * 3600;
    let mut owed = 0;
    // Without mail nobody has confirmed anything, and nobody could be reminded.
    while ahead > 0 && state.settings.mail.is_some() {
        match state.store.remind(ahead, now).await? {
            0 => break,
            some => owed += some,
        }
    }
    if owed > 0 {
        state.writer.outbox_wake().notify_one();
    }
    Ok(owed)
}

impl Watch {
    /// Compares what is known of the sessions that people take part in with what the feed says at that time (UTC seconds).
    ///
    /// # Errors
    /// Where the database does not answer.
    pub async fn tend(&mut self, state: &AppState, now: i64) -> Result<Tended, StoreError> {
        let (catalogue, attended) = (version(&state.feeds), state.store.attended().await?);
        let is_same = catalogue == self.catalogue;
        self.seen.retain(|id, _| attended.contains_key(id));
        let (mut tended, mut are_settled) = (Tended::default(), true);
        for (id, mut names) in attended {
            let seen = self.seen.get(&id);
            if is_same && seen.is_some_and(|seen| seen.names == names) {
                continue;
            }
            let Some(found) = found(&state.feeds, &id) else { continue };
            let (found, view) = (found.as_deref(), digest(found.as_deref()));
            let looked = look(state, (&id, found, view), &mut names, seen, now).await;
            // One that fails must not cost the others.
            match looked {
                Ok((done, is_settled)) => {
                    tended.told += done.told;
                    tended.gone += done.gone;
                    are_settled &= is_settled;
                    if is_settled {
                        let sessions = found.iter().flat_map(|found| &found.sessions);
                        let announced = sessions.map(|session| session.id.clone()).collect();
                        self.seen.insert(id, Seen { view, names, announced });
                    }
                }
                Err(error) => {
                    are_settled = false;
                    error!(%error, initiative = id, "its sessions could not be compared this time");
                }
            }
        }
        self.catalogue = catalogue.filter(|_| are_settled);
        if tended != Tended::default() {
            state.writer.outbox_wake().notify_one();
        }
        Ok(tended)
    }
}

/// Notes what an initiative's sessions say where nothing is known of them, so that the first who signs up for it can be told what becomes
/// of theirs, though the feed says it before the sessions are looked at again.
///
/// # Errors
/// Where the database does not answer.
pub async fn note_first(state: &AppState, initiative: &Initiative, now: i64) -> Result<(), StoreError> {
    if !state.store.sessions(&initiative.id).await?.is_empty() {
        // What is known is compared with the feed before anything else is noted.
        return Ok(());
    }
    let coming = plan::coming(&initiative.sessions, as_announced(initiative), now, &[]);
    state.store.note_sessions(&initiative.id, &coming).await
}

/// Seconds after a change within which another server may not have read the feed that it is of.
pub fn settle(feeds: &Feeds) -> i64 {
    feeds.refetch().as_secs() as i64 + SETTLE
}

fn version(feeds: &Feeds) -> Option<(String, i64)> {
    feeds.current().map(|current| (current.version().to_owned(), current.written()))
}

/// What the feed says of an initiative, though it is hidden here; `Some(None)`: that it has it no more. `None` where nobody knows, because a
/// feed was not read.
fn found(feeds: &Feeds, id: &str) -> Option<Option<std::sync::Arc<Initiative>>> {
    match feeds.even_hidden(id) {
        Ok(initiative) => Some(Some(initiative)),
        Err(Error::NotFound) => Some(None),
        Err(_) => None,
    }
}

/// Names what the feed says of an initiative's sessions.
fn digest(initiative: Option<&Initiative>) -> u64 {
    let mut hasher = DefaultHasher::new();
    for session in initiative.iter().flat_map(|initiative| as_announced(initiative)) {
        let kept = session.kept;
        (session.session, session.starts_at, kept.starts, kept.ends, kept.place).hash(&mut hasher);
    }
    hasher.finish()
}

/// Compares an initiative's sessions. Says whether there is nothing left to do. Where the feed says what it said the last time (`seen`),
/// another server has noted what has changed, and of the sessions that somebody has something of since then only forms that were under
/// way while it did so are looked for. Names that nobody has any more are taken out of `names`.
async fn look(
    state: &AppState,
    (id, found, view): (&str, Option<&Initiative>, u64),
    names: &mut BTreeSet<String>,
    seen: Option<&Seen>,
    now: i64,
) -> Result<(Tended, bool), StoreError> {
    let new = seen.filter(|seen| seen.view == view).map(|seen| &*names - &seen.names);
    let was_announced = |name: &str| seen.is_some_and(|seen| seen.announced.contains(name));
    let store = &state.store;
    let announced = found.map(as_announced).unwrap_or_default();
    let before = store.sessions(id).await?;
    let said = [announced.clone(), found.map(plan::as_called_off).unwrap_or_default()].concat();
    let unknown = plan::unknown(&before, &said, names);
    let known = if unknown.is_empty() {
        before.clone()
    } else {
        store.note_sessions(id, &unknown).await?;
        store.sessions(id).await?
    };
    let sessions = found.map_or(&[][..], |found| &found.sessions);
    let settle = settle(&state.feeds);
    let written = state.feeds.current().map_or(0, |current| current.written());
    let (mut done, mut is_settled) = (Tended::default(), true);
    let is_off = |name: &str| is_cancelled(found, name);
    for change in plan::changes((&before, &known), (sessions, &announced), is_off, was_announced, now) {
        let from = change.from();
        if new.as_ref().is_some_and(|new| from.changed_at > 0 || !new.contains(&from.session)) {
            continue;
        }
        // After a restart it is not even known whether the feed was read since then.
        let is_older = seen.is_none() && written < from.changed_at;
        let is_recent = from.changed_at > 0 && now < from.changed_at + settle;
        if is_older || (is_recent && change.may_be_outdated()) {
            is_settled = false;
            continue;
        }
        // Whoever has it from now on has sent a form that was under way.
        names.remove(&from.session);
        let done_now = apply(state, id, found, change, now).await?;
        done.told += done_now.told;
        done.gone += done_now.gone;
    }
    done.told += called_off(state, id, found, now).await?;
    // What is new is known from now on, but not before it was compared with what is missing: that which waits is compared again.
    if is_settled {
        store.note_sessions(id, &plan::coming(sessions, announced, now, &known)).await?;
    }
    state.live.doubt(id);
    Ok((done, is_settled))
}

/// Calls off what the feed says is called off, once it is known to have left what is held. Says how many were told.
async fn called_off(
    state: &AppState,
    id: &str,
    found: Option<&Initiative>,
    now: i64,
) -> Result<u64, StoreError> {
    if found.is_none_or(|found| found.cancelled.is_empty()) {
        return Ok(0);
    }
    let mut told = 0;
    for (initiative, KnownSession { session, .. }, _) in state.store.gone_sessions(now).await? {
        if initiative == id && is_cancelled(found, &session) {
            let count = state.store.call_off(id, &session, now).await?.unwrap_or_default();
            info!(initiative = id, session, count, "the feed calls a session off");
            told += count;
        }
    }
    Ok(told)
}

fn is_cancelled(found: Option<&Initiative>, session: &str) -> bool {
    found.is_some_and(|found| found.cancelled.iter().any(|one| one.id == session))
}

async fn apply(
    state: &AppState,
    id: &str,
    found: Option<&Initiative>,
    change: Change,
    now: i64,
) -> Result<Tended, StoreError> {
    let mut tended = Tended::default();
    match change {
        Change::Moved { from, to, notice } => {
            // As long after the new date as after the old one.
            let session = found.and_then(|initiative| initiative.session(&to.session));
            let days = i64::from(state.settings.retention.days_of(id));
            let keep_until = session.map_or(0, |session| session.ends() + days * 86_400);
            let change = SessionMove { from, to, notice, keep_until };
            if let Some(told) = state.store.move_session(id, &change, now).await? {
                let (from, to) = (change.from.session, change.to.session);
                info!(initiative = id, from, to, told, "a session is another one now");
                tended.told = told;
                if from != to {
                    // One that was called off here stays so, and is not offered by its new name until somebody looks.
                    learn_called_off(state, now).await?;
                }
            }
        }
        Change::Gone(session) => {
            // Of what the feed calls off nobody is asked whether it is.
            let is_cancelled = is_cancelled(found, &session.session);
            let messages =
                if is_cancelled { Vec::new() } else { state.settings.messages(id, MessageKind::Vanished) };
            let people = state.store.lose_session(id, &session, &messages, now).await?;
            if let Some(people @ 1..) = people.filter(|_| !is_cancelled) {
                let KnownSession { session, .. } = session;
                warn!(
                    initiative = id,
                    session, people, "a session has left the feed: is it called off? see alentour sessions"
                );
                tended.gone = 1;
            }
        }
    }
    Ok(tended)
}

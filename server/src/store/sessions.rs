//! What sessions said when people signed up for them: by it a change of the feed is noticed, and told.

use std::collections::{BTreeMap, BTreeSet};

use alentour_model::session::When;
use alentour_model::time::{LocalTime, Moment};
use alentour_model::{Date, Session};
use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::{Digest, Message, StoreError, TrailEntry};

/// When and where a session is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// As feeds write it: RFC 3339, or a date alone for a whole day. Empty where it is not known.
    pub starts: String,
    /// The same, where it says an end.
    pub ends: Option<String>,
    /// In words; `None` where it is not known.
    pub place: Option<String>,
}

impl Kept {
    /// When it begins, where that is known.
    pub fn start(&self) -> Option<When> {
        read(&self.starts)
    }

    /// A session of that name that says so, on the clocks that it was said in.
    pub fn session(&self, name: &str) -> Option<Session> {
        Some(Session {
            id: name.to_owned(),
            name: String::new(),
            start: self.start()?,
            end: self.ends.as_deref().and_then(read),
            time_zone: String::new(),
            place: None,
            capacity: None,
            remaining: None,
            needs: Vec::new(),
            live: Default::default(),
        })
    }
}

/// A moment of a feed as it is written there.
pub fn written(when: When) -> String {
    if when.all_day { when.date().to_string() } else { when.moment.to_string() }
}

fn read(text: &str) -> Option<When> {
    let day = |date| When { moment: LocalTime { date, second: 0 }.at(0), all_day: true };
    let moment = |moment| When { moment, all_day: false };
    Moment::parse(text).map(moment).or_else(|| Date::parse(text).map(day))
}

/// A session as it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnownSession {
    /// Its name in the feed.
    pub session: String,
    /// By which calendars know it, whatever becomes of its name.
    pub uid: String,
    /// Counts its changes.
    pub sequence: i64,
    /// When and where it is.
    pub kept: Kept,
    /// When it begins, UTC seconds; 0 where that is not known.
    pub starts_at: i64,
    /// When it has changed last, UTC seconds; 0 where it never has.
    pub changed_at: i64,
    /// Since when the feed has had it no more, UTC seconds.
    pub gone_since: Option<i64>,
    /// What it said before its last change, as [`KnownSession::said`] has it: a server that has not read the new feed yet says so still.
    pub previous: Option<String>,
}

impl KnownSession {
    /// Its name, and when and where it is, as one text.
    pub fn said(&self) -> String {
        serde_json::json!([self.session, self.kept]).to_string()
    }
}

/// Who hears of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// Whoever has a seat, an offer or a place in the line.
    Everybody,
    /// Nobody: it says the same as before.
    Nobody,
    /// Nobody, and they are not reminded of it: their date is over, and the feed has given its name to the next one.
    Passed,
}

/// A session that is another one now.
#[derive(Clone, Debug)]
pub struct SessionMove {
    /// What it was. Where it has another `sequence` by now, somebody else was first, and nothing is done.
    pub from: KnownSession,
    /// What it is: its name, when and where.
    pub to: KnownSession,
    /// Who hears of it.
    pub notice: Notice,
    /// Until when its sign-ups are kept now, UTC seconds, where that is longer than before.
    pub keep_until: i64,
}

/// Where it is known what sessions said.
#[async_trait]
pub trait SessionStore: Send + Sync {
    /// The sessions that somebody has, or has had, something of, by initiative.
    async fn attended(&self) -> Result<BTreeMap<String, BTreeSet<String>>, StoreError>;

    /// What is known of an initiative's sessions.
    async fn sessions(&self, initiative: &str) -> Result<Vec<KnownSession>, StoreError>;

    /// The same of all initiatives' sessions that have left the feed, have not been held at that time (UTC seconds), and have participants,
    /// with the initiative and how many people they are.
    async fn gone_sessions(&self, now: i64) -> Result<Vec<(String, KnownSession, u64)>, StoreError>;

    /// Notes sessions that are not known yet; what is known of others stays. Their `uid` is their name, or one like it.
    async fn note_sessions(&self, initiative: &str, sessions: &[KnownSession]) -> Result<(), StoreError>;

    /// Gives all that people have of a session the session's new name, notes what it says now, and owes those who are to hear of it
    /// a mail. Says how many mails; `None` where another server was first.
    async fn move_session(
        &self,
        initiative: &str,
        change: &SessionMove,
        now: i64,
    ) -> Result<Option<u64>, StoreError>;

    /// Notes that the feed has a session no more, and owes these messages where somebody takes part in it. Says how many people do;
    /// `None` where another server was first.
    async fn lose_session(
        &self,
        initiative: &str,
        session: &KnownSession,
        messages: &[Message],
        now: i64,
    ) -> Result<Option<u64>, StoreError>;

    /// Calls a session off that has left the feed: whoever has something of it has it no more, and is owed a mail. Says how many sign-ups
    /// that were; `None` where there is no such session.
    async fn call_off(&self, initiative: &str, session: &str, now: i64) -> Result<Option<u64>, StoreError>;

    /// Calls a session off that the feed still has, as it says it: from then on nobody can have anything of it ([`called_off`](Self::called_off)),
    /// and whoever has something of it has it no more, and is owed a mail. Says how many sign-ups that were; `None` where it was called off before.
    async fn call_off_announced(
        &self,
        initiative: &str,
        session: &KnownSession,
        entry: &TrailEntry,
    ) -> Result<Option<u64>, StoreError>;

    /// The sessions that were called off that way, and are not long over: their initiative, name, and when they were to begin (UTC seconds).
    async fn called_off(&self, now: i64) -> Result<Vec<(String, String, i64)>, StoreError>;

    /// Those of them that somebody has something of all the same: another server had not heard of it yet.
    async fn called_off_in_vain(&self) -> Result<Vec<(String, String)>, StoreError>;

    /// Owes a reminder to each confirmed participant of the sessions that begin within so many seconds, once for each start, and to nobody who
    /// has heard of it since then. Says how many; at most some hundred at once, so call it until it returns 0.
    async fn remind(&self, ahead: i64, now: i64) -> Result<u64, StoreError>;

    /// Sends no reminder of a sign-up any more.
    async fn stop_reminders(&self, email_h: &Digest, id: &str) -> Result<(), StoreError>;
}

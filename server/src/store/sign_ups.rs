//! Sign-ups: what is stored of a form, and what is read back.
//!
//! Each form that was accepted is a row of its own, with an id of its own. Where a mail asks for confirmation, a row is
//! an *attempt* until its person confirms it, and attempts for the same initiative stand beside each other: whoever
//! types somebody's address first does not decide what that person confirms.
//!
//! One address may sign up several participants, told apart by their names: each has a sign-up of its own. A sign-up has an
//! [`Attendance`] of each session it is for.

use alentour_model::Use;
use async_trait::async_trait;

use super::attendance::{Attendance, AttendanceState};
use super::{Alert, Decision, Digest, Message, Offering, Person, SeatLimit, StoreError};

/// What an alert is for: no initiative, for none has that identifier. All else about it is as with a sign-up: it waits for its person, is
/// sealed with their key, expires, and is erased, exported and backed up with what else they have. [`Person::alert`] says what it is about.
pub const ALERTS: &str = "";

/// A form that has been checked, ready to be stored.
#[derive(Clone)]
pub struct NewSignUp {
    /// Names the person.
    pub email_h: Digest,
    /// Names the request by what it says.
    pub request_h: Digest,
    /// The idempotency key.
    pub key: String,
    /// What they sign up for.
    pub initiative: String,
    /// Names the participant at that address: a digest of the name.
    pub participant_h: Digest,
    /// Which of its sessions, each once.
    pub sessions: Vec<WantedSession>,
    /// Where the organiser decides about it: what it offers, of which nothing is accepted yet.
    pub request: Option<Vec<Offering>>,
    /// People it stands for.
    pub party: u32,
    /// Whether it waits for its person's confirmation; else it counts at once.
    pub is_attempt: bool,
    /// What they wrote.
    pub person: Person,
    /// The form's language (BCP 47).
    pub language: String,
    /// One for each consent that was asked for.
    pub receipts: Vec<ConsentReceipt>,
    /// The proof of work that came with it, or the page.
    pub proof: Option<Proof>,
    /// The messages to enqueue with it.
    pub messages: Vec<Message>,
    /// UTC seconds.
    pub at: i64,
    /// When it is purged unless it is confirmed, UTC seconds.
    pub expires_at: i64,
    /// When it is purged if it is confirmed, UTC seconds.
    pub keep_until: i64,
}

/// A session that a form asks for.
#[derive(Clone, Debug)]
pub struct WantedSession {
    /// Its id within the initiative.
    pub id: String,
    /// Seats it has in all; `None` where it has no limit.
    pub seats: Option<u32>,
    /// When it begins, UTC seconds.
    pub starts_at: i64,
    /// Whether a place in the line will do where it is full.
    pub may_wait: bool,
    /// Until when the form holds seats, or its place in the line, while it waits for its confirmation, UTC seconds.
    pub hold_until: i64,
}

/// A challenge that was solved, or a page whose form was sent. It is good for one sign-up.
#[derive(Clone, Debug)]
pub struct Proof {
    /// Names the challenge.
    pub challenge: Digest,
    /// When it expires by itself, UTC seconds.
    pub expires_at: i64,
}

/// What was asked for and whether it was given.
#[derive(Clone, Debug)]
pub struct ConsentReceipt {
    /// The consent's id within its form.
    pub consent: String,
    /// Which wording.
    pub version: String,
    /// The exact wording.
    pub text: String,
    /// What the data is used for.
    pub purpose: String,
    /// What the server does where it is given.
    pub used_for: Option<Use>,
    /// The language the form was in.
    pub language: String,
    /// Whether the box was ticked.
    pub given: bool,
}

/// What became of a form. The first is said of a new and of a known address alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is on disk.
    Received,
    /// These sessions have not seats enough for that many people. Nothing was stored; the key is free.
    Full(Vec<String>),
    /// The key has been used for another request. Nothing was stored.
    KeyReused,
    /// The proof of work has been used for another sign-up. Nothing was stored; the key is free.
    ProofSpent,
}

/// A stored form, decrypted. Not `Debug`: it is in no log.
#[derive(Clone)]
pub struct SignUpRecord {
    /// Names it to those outside: the same in exports, events and mails. A change that was confirmed keeps the id of the
    /// sign-up it changes; a sign-up after an erasure has a new one.
    pub id: String,
    /// Names the person.
    pub email_h: Digest,
    /// Names the participant at that address.
    pub participant_h: Digest,
    /// What they signed up for.
    pub initiative: String,
    /// UTC seconds.
    pub received_at: i64,
    /// When its person confirmed it, UTC seconds.
    pub confirmed_at: Option<i64>,
    /// It is an attempt, which waits for its person's confirmation.
    pub pending: bool,
    /// 1 for the sign-up that counts (the confirmed one, else the first); 2 and more for further forms with the same
    /// address, initiative and name.
    pub attempt: u32,
    /// When it will be purged, UTC seconds.
    pub expires_at: i64,
    /// What it has of each session that it is for, in the sessions' order of time as far as it was known.
    pub attendances: Vec<Attendance>,
    /// What the organiser has decided about it, and when (UTC seconds); `None` where there is nothing to decide.
    pub decision: Option<(Decision, i64)>,
    /// What it offers of what is needed.
    pub offers: Vec<Offering>,
    /// Counts its versions: another one after whatever its person, their organiser or the waiting list changes of it.
    pub sequence: i64,
    /// People it stands for.
    pub party: u32,
    /// What they wrote.
    pub person: Person,
    /// The form's language.
    pub language: String,
    /// What consent was asked for.
    pub consents: Vec<Consent>,
}

impl SignUpRecord {
    /// What its person is told of, where it is an alert.
    pub fn alert(&self) -> Option<&Alert> {
        self.person.alert.as_ref().filter(|_| self.initiative == ALERTS)
    }

    /// Whether a consent of that use is given now.
    pub fn agrees_to(&self, used_for: Use) -> bool {
        self.consents.iter().any(|consent| consent.used_for == Some(used_for) && consent.holds())
    }

    /// The session that those hear of who know of one only: the first that was not given back.
    pub fn session(&self) -> Option<&str> {
        let kept = |one: &&Attendance| one.state != AttendanceState::Cancelled;
        let first = self.attendances.iter().find(kept).or(self.attendances.first());
        first.map(|one| one.session.as_str())
    }
}

/// A consent that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// Its id within the form.
    pub id: String,
    /// Which wording.
    pub version: String,
    /// The exact wording.
    pub text: String,
    /// What for.
    pub purpose: String,
    /// What the server does where it is given: as it was asked then, whatever the feed says now.
    pub used_for: Option<Use>,
    /// Whether it was given at the time.
    pub given: bool,
    /// When it was asked, UTC seconds.
    pub at: i64,
    /// When it was taken back, UTC seconds.
    pub withdrawn_at: Option<i64>,
}

impl Consent {
    /// Whether it is given now.
    pub fn holds(&self) -> bool {
        self.given && self.withdrawn_at.is_none()
    }
}

/// An attempt that waits for its person.
#[derive(Clone)]
pub struct Waiting {
    /// What was typed, by whomever.
    pub attempt: SignUpRecord,
    /// The sign-up whose contents it replaces once it is confirmed: then it is a change.
    pub changes: Option<SignUpRecord>,
}

/// A place in an initiative's sign-ups: when it was received, whose it is, and which.
pub type Cursor = (i64, Digest, String);

/// How many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Participants by initiative, alerts aside: further forms with the same address and name do not count.
    pub signups: u64,
    /// Those of them that were confirmed by mail.
    pub confirmed: u64,
    /// Alerts that were confirmed.
    pub alerts: u64,
}

/// Whose sign-ups, or which of them, are to go.
#[derive(Clone, Debug)]
pub enum Erasure {
    /// One of a person's, by its id.
    One(Digest, String),
    /// All of a person's, and the person's key.
    Person(Digest),
    /// All that have expired at that time (UTC seconds), and the keys of those who have none left.
    Expired(i64),
}

/// Where sign-ups are kept.
#[async_trait]
pub trait SignUpStore: Send + Sync {
    /// Stores forms in one transaction; an answer each, in their order.
    async fn keep(&self, forms: &[NewSignUp]) -> Vec<Result<Outcome, StoreError>>;

    /// The request that a key was answered for, if it was.
    async fn answered(&self, key: &str) -> Result<Option<Digest>, StoreError>;

    /// How many have signed up: for one initiative, or in all.
    async fn count(&self, initiative: Option<&str>) -> Result<Counts, StoreError>;

    /// A page of an initiative's sign-ups in the order in which they came, and where the next page starts.
    async fn page(
        &self,
        initiative: &str,
        after: Option<Cursor>,
    ) -> Result<(Vec<SignUpRecord>, Option<Cursor>), StoreError>;

    /// All that is kept about a person, attempts too, oldest first.
    async fn of_person(&self, email_h: &Digest) -> Result<Vec<SignUpRecord>, StoreError>;

    /// All that waits for a person's confirmation at that time (UTC seconds), newest first.
    async fn waiting(&self, email_h: &Digest, now: i64) -> Result<Vec<Waiting>, StoreError>;

    /// The sessions whose lines somebody waits in, or has an offer from, by initiative and id.
    async fn lines(&self) -> Result<Vec<(String, String)>, StoreError>;

    /// Gives the seats of a session that are free at that time (UTC seconds) to those who wait: after a hold, an offer or the
    /// feed's limit has changed. Says how many got one.
    async fn promote(
        &self,
        initiative: &str,
        session: &str,
        limit: SeatLimit,
        now: i64,
    ) -> Result<u64, StoreError>;

    /// Erases, and frees the seats of what counted. The sinks that may have heard of a sign-up are told that it is gone.
    /// Returns how many went; at most some hundred at once, so call it until it returns 0.
    async fn erase(&self, what: &Erasure, now: i64) -> Result<u64, StoreError>;
}

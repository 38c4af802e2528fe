//! Keeping sign-ups. What is kept and what can be asked of it is said here, as the trait [`Store`]; [`sqlite`] and
//! [`postgres`] are how. What both do in the same words of SQL stands once, in `common.rs`, which each of them includes
//! with its own types; what is decided about a batch of sign-ups stands in [`decide`], without any database.

mod decide;
mod open;
mod person;
pub mod postgres;
mod secret;
pub mod sqlite;
mod tables;
mod writer;

use async_trait::async_trait;
use tokio::sync::mpsc;

pub use open::{Location, SecretSource, open};
pub use person::{Person, PersonKey, Unreadable};
pub use secret::{Digest, Secret, hex};
pub use tables::{PERSONS, TABLES, Table, Type, Value};
pub use writer::Writer;

/// A sign-up that has been checked, ready to be stored.
#[derive(Clone)]
pub struct Arrival {
    /// Names the person.
    pub email_h: Digest,
    /// Names the request.
    pub request_h: Digest,
    /// The idempotency key.
    pub key: String,
    /// What they sign up for.
    pub initiative: String,
    /// Which of its sessions.
    pub session: Option<String>,
    /// People it stands for.
    pub party: u32,
    /// Seats that session has in all; `None` where it has no limit.
    pub seats: Option<u32>,
    /// What they wrote.
    pub person: Person,
    /// The form's language (BCP 47).
    pub language: String,
    /// One for each consent that was asked for.
    pub receipts: Vec<Receipt>,
    /// The proof of work that came with it.
    pub proof: Option<Proof>,
    /// The messages that a new sign-up owes.
    pub owes: Vec<Debt>,
    /// UTC seconds.
    pub at: i64,
    /// When it is purged unless it is confirmed, UTC seconds.
    pub expires_at: i64,
    /// When it is purged if it is confirmed, UTC seconds.
    pub keep_until: i64,
}

/// A challenge that was solved. It is good for one sign-up.
#[derive(Clone, Debug)]
pub struct Proof {
    /// Names the challenge.
    pub challenge: Digest,
    /// When it expires by itself, UTC seconds.
    pub expires_at: i64,
}

/// A message to be owed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Debt {
    /// What it says.
    pub kind: Kind,
    /// Which of the operator's sinks it goes to; empty for the person's own mail.
    pub sink: String,
}

/// What a message says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// To the person: it arrived, please confirm.
    Confirm,
    /// To the person: you have signed up already. What they chose this time is in the detail; the answer to the request
    /// must not tell strangers that the address was known, so the difference is settled by mail.
    Again,
    /// To the person: the link to what is kept about them, which they asked for.
    Access,
    /// To a sink: somebody has signed up.
    SignedUp,
    /// To a sink: a consent has been withdrawn.
    Withdrawn,
    /// To a sink: a sign-up is gone, forget it too.
    Erased,
}

impl Kind {
    const ALL: [Self; 6] =
        [Self::Confirm, Self::Again, Self::Access, Self::SignedUp, Self::Withdrawn, Self::Erased];

    /// The word for it in the database and in events.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Confirm => "confirm",
            Self::Again => "again",
            Self::Access => "access",
            Self::SignedUp => "signup.created",
            Self::Withdrawn => "consent.withdrawn",
            Self::Erased => "signup.erased",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// Whether it is a mail to the person.
    pub fn is_mail(self) -> bool {
        matches!(self, Self::Confirm | Self::Again | Self::Access)
    }
}

/// What was asked for and whether it was given.
#[derive(Clone, Debug)]
pub struct Receipt {
    /// The consent's id within its form.
    pub consent: String,
    /// Which wording.
    pub version: String,
    /// The exact wording.
    pub text: String,
    /// What the data is used for.
    pub purpose: String,
    /// The language the form was in.
    pub language: String,
    /// Whether the box was ticked.
    pub given: bool,
}

/// What became of an arrival. The first is said of a new and of a repeated address alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is on disk.
    Received,
    /// No seat is left for that many people. Nothing was stored; the key is free.
    Full,
    /// The key has been used for another request. Nothing was stored.
    KeyReused,
    /// The proof of work has been used for another sign-up. Nothing was stored; the key is free.
    ProofSpent,
}

/// Why nothing could be stored or read.
#[derive(Debug)]
pub enum StoreError {
    /// Too much waits to be written: come back in a moment.
    Busy,
    /// The database failed. What was asked may have been stored: ask again with the same key.
    Database(String),
    /// The database cannot be opened as it is.
    Unusable(String),
}

impl std::fmt::Display for StoreError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Busy => f.write_str("too many sign-ups wait to be written"),
            Self::Database(error) => write!(f, "database: {error}"),
            Self::Unusable(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for StoreError {}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(match &error {
            // SQLite's messages name tables and columns, never values. PostgreSQL's details do name values: the code and
            // the plain message are what sqlx shows, the detail stays where it is.
            sqlx::Error::Database(error) => error.message().to_owned(),
            other => other.to_string(),
        })
    }
}

impl From<Unreadable> for StoreError {
    fn from(_: Unreadable) -> Self {
        Self::Database("what is stored cannot be decrypted with this secret".into())
    }
}

/// A stored sign-up, decrypted. Not `Debug`: it is in no log.
#[derive(Clone)]
pub struct Stored {
    /// Names it to those outside: the same in exports, events and mails.
    pub id: String,
    /// Names the person.
    pub email_h: Digest,
    /// What they signed up for.
    pub initiative: String,
    /// UTC seconds.
    pub received_at: i64,
    /// When the mailed link was used, UTC seconds.
    pub confirmed_at: Option<i64>,
    /// When it will be purged, UTC seconds.
    pub expires_at: i64,
    /// Which session.
    pub session: Option<String>,
    /// People it stands for.
    pub party: u32,
    /// What they wrote.
    pub person: Person,
    /// The form's language.
    pub language: String,
    /// What consent was asked for.
    pub consents: Vec<Consent>,
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

/// A place in an initiative's sign-ups: when it was received, and whose it is.
pub type Cursor = (i64, Digest);

/// How many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Sign-ups.
    pub signups: u64,
    /// Those of them that were confirmed by mail.
    pub confirmed: u64,
}

/// What a mailed link stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Whose it is.
    pub email_h: Digest,
    /// For which initiative; empty for all of the person's.
    pub initiative: String,
    /// What it may be used for.
    pub purpose: Purpose,
    /// UTC seconds.
    pub expires_at: i64,
    /// When it was used, UTC seconds.
    pub used_at: Option<i64>,
}

/// What a mailed link may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To confirm a sign-up.
    Confirm,
    /// To see what is kept about oneself, take back a consent, be erased.
    Access,
}

impl Purpose {
    /// The word for it in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Confirm => "confirm",
            Self::Access => "access",
        }
    }
}

/// What became of the use of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Used {
    /// It was good, and what it asks for has been done.
    Now,
    /// It has been used before. Nothing was done.
    Before,
    /// There is no such link, or no more. Nothing was done.
    Unknown,
}

/// A message owed.
#[derive(Clone, Debug)]
pub struct Owed {
    /// The same for each attempt.
    pub id: String,
    /// Whose sign-up it is about; zeros where the person was erased.
    pub email_h: Digest,
    /// What they signed up for; empty where it is about no particular one.
    pub initiative: String,
    /// What it says.
    pub kind: Kind,
    /// Which sink it goes to; empty for the person's own mail.
    pub sink: String,
    /// A JSON object without anything personal.
    pub detail: String,
    /// UTC seconds.
    pub created_at: i64,
    /// How often it has been tried, this time included.
    pub attempts: u32,
    /// What the last attempt ended with.
    pub error: Option<String>,
    /// When it was given up, UTC seconds.
    pub dead_at: Option<i64>,
}

/// What became of an attempt to send a message.
#[derive(Clone, Debug)]
pub enum Attempt {
    /// It is out, at that time (UTC seconds).
    Sent(i64),
    /// Not yet: again at that time (UTC seconds). The text says why and holds nothing personal.
    Later(i64, String),
    /// Given up at that time (UTC seconds), and why.
    Dead(i64, String),
}

/// How much is owed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backlog {
    /// Messages that wait.
    pub waiting: u64,
    /// When the one that waits longest was created, UTC seconds.
    pub oldest: Option<i64>,
    /// Messages that were given up.
    pub dead: u64,
}

/// Some rows of a table.
pub type Rows = (&'static Table, Vec<Vec<Value>>);

/// Whose sign-ups, or which of them, are to go.
#[derive(Clone, Debug)]
pub enum Erasure {
    /// One of a person's sign-ups.
    One(Digest, String),
    /// All of a person's, and the person's key.
    Person(Digest),
    /// All that have expired at that time (UTC seconds), and the keys of those who have none left.
    Expired(i64),
}

/// Where sign-ups are kept.
///
/// What returns has been committed durably. Times are UTC seconds and given by the caller.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// The secret that its hashes and keys are made with.
    fn secret(&self) -> &Secret;

    /// Stores sign-ups in one transaction; an answer each, in their order.
    async fn keep(&self, arrivals: &[Arrival]) -> Vec<Result<Outcome, StoreError>>;

    /// The request that a key was answered for, if it was.
    async fn answered(&self, key: &str) -> Result<Option<Digest>, StoreError>;

    /// Reads from the database, so that one that has gone is noticed.
    async fn ping(&self) -> Result<(), StoreError>;

    /// How many have signed up: for one initiative, or in all.
    async fn count(&self, initiative: Option<&str>) -> Result<Counts, StoreError>;

    /// A page of an initiative's sign-ups in the order in which they came, and where the next page starts.
    async fn page(
        &self,
        initiative: &str,
        after: Option<Cursor>,
    ) -> Result<(Vec<Stored>, Option<Cursor>), StoreError>;

    /// All that is kept about a person.
    async fn of_person(&self, email_h: &Digest) -> Result<Vec<Stored>, StoreError>;

    /// Makes a mailed link good, unless it is already. `hash` is [`Secret::token_hash`]'s.
    async fn grant(&self, hash: &Digest, token: &Token) -> Result<(), StoreError>;

    /// What a mailed link stands for, used or not, unless it has expired.
    async fn token(&self, hash: &Digest, now: i64) -> Result<Option<Token>, StoreError>;

    /// Uses a link to confirm its sign-up, which then owes those messages.
    async fn confirm(&self, hash: &Digest, now: i64, owes: &[Debt]) -> Result<Used, StoreError>;

    /// Uses a link to take back a consent; the sinks that may have heard of the sign-up are owed the news.
    async fn withdraw(
        &self,
        hash: &Digest,
        initiative: &str,
        consent: &str,
        now: i64,
    ) -> Result<Used, StoreError>;

    /// Uses a link to erase a sign-up (or, where `initiative` is empty, the person), as [`Store::erase`] does.
    async fn erase_by_link(&self, hash: &Digest, initiative: &str, now: i64) -> Result<Used, StoreError>;

    /// Erases; the sinks that may have heard of a sign-up are owed the news that it is gone. Frees its seats. Returns how many went; at most some hundred at
    /// once, so call it until it returns 0.
    async fn erase(&self, what: &Erasure, now: i64) -> Result<u64, StoreError>;

    /// Owes a message to a person who has signed up for something; else does nothing, and takes as long.
    async fn owe(&self, email_h: &Digest, kind: Kind, now: i64) -> Result<(), StoreError>;

    /// Takes messages that are due, and keeps others from taking them for `lease` seconds.
    async fn claim(&self, now: i64, lease: i64, most: u32) -> Result<Vec<Owed>, StoreError>;

    /// Notes what became of a message that was claimed.
    async fn settle(&self, owed: &Owed, attempt: &Attempt) -> Result<(), StoreError>;

    /// How many mails a person was sent since.
    async fn mails_since(&self, email_h: &Digest, since: i64) -> Result<u64, StoreError>;

    /// How much is owed.
    async fn backlog(&self) -> Result<Backlog, StoreError>;

    /// Messages that have been given up (`dead`), or that wait.
    async fn outbox(&self, dead: bool, most: u32) -> Result<Vec<Owed>, StoreError>;

    /// Makes messages that were given up due again: that one, or all. Returns how many.
    async fn retry(&self, id: Option<&str>, now: i64) -> Result<u64, StoreError>;

    /// Hands over every row of every table of [`TABLES`], in that order, as of one moment; each table at least once.
    async fn dump(&self, to: mpsc::Sender<Rows>) -> Result<(), StoreError>;

    /// Writes rows of a table as they were handed over by another database.
    async fn restore(&self, table: &'static Table, rows: &[Vec<Value>]) -> Result<(), StoreError>;

    /// Closes it.
    async fn close(&self);
}

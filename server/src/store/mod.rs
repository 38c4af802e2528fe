//! Keeping sign-ups. What is kept and what can be asked of it is said here; [`sqlite`] is how.

mod secret;
mod sqlite;
mod writer;

pub use secret::{Digest, Secret};
pub use sqlite::{Reader, Sqlite};
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
    /// As typed.
    pub given_name: String,
    /// As typed.
    pub family_name: String,
    /// As typed.
    pub email: String,
    /// As typed, where asked.
    pub telephone: Option<String>,
    /// As typed, where asked.
    pub postal_code: Option<String>,
    /// As typed, where asked.
    pub message: Option<String>,
    /// A JSON object: the organiser's questions by id.
    pub answers: serde_json::Map<String, serde_json::Value>,
    /// The form's language (BCP 47).
    pub language: String,
    /// One for each consent that was asked for.
    pub receipts: Vec<Receipt>,
    /// UTC seconds.
    pub at: i64,
}

/// What was asked for and whether it was given.
#[derive(Clone)]
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
            // What SQLite says names tables and columns, never values.
            Self::Database(error) => write!(f, "database: {error}"),
            Self::Unusable(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for StoreError {}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.to_string())
    }
}

/// A stored sign-up, as organisers get it.
#[derive(Clone, Debug)]
pub struct Stored {
    /// UTC seconds.
    pub received_at: i64,
    /// Which session.
    pub session: Option<String>,
    /// People it stands for.
    pub party: u32,
    /// As typed.
    pub given_name: String,
    /// As typed.
    pub family_name: String,
    /// As typed.
    pub email: String,
    /// As typed.
    pub telephone: Option<String>,
    /// As typed.
    pub postal_code: Option<String>,
    /// As typed.
    pub message: Option<String>,
    /// The organiser's questions by id.
    pub answers: serde_json::Map<String, serde_json::Value>,
    /// The form's language.
    pub language: String,
    /// The consents given.
    pub consents: Vec<Given>,
}

/// A consent that was given.
#[derive(Clone, Debug, serde::Deserialize, serde::Serialize)]
pub struct Given {
    /// Its id within the form.
    pub id: String,
    /// Which wording.
    pub version: String,
}

//! Why the store could not do what it was asked.

use super::cipher::CipherError;

/// Why nothing could be stored or read.
#[derive(Debug)]
pub enum StoreError {
    /// Too much waits to be written: come back in a moment.
    Busy,
    /// The database failed. What was asked may have been stored: ask again with the same key.
    Database(String),
    /// Another transaction went first, and this one was undone (serialization failure, deadlock): it may be tried again.
    Contended,
    /// The database cannot be opened as it is.
    Unusable(String),
}

impl std::fmt::Display for StoreError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Busy => f.write_str("too many sign-ups wait to be written"),
            Self::Database(error) => write!(f, "database: {error}"),
            Self::Contended => f.write_str("database: others write the same again and again"),
            Self::Unusable(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for StoreError {}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let code = error.as_database_error().and_then(|error| error.code());
        if matches!(code.as_deref(), Some("40001" | "40P01")) {
            return Self::Contended;
        }
        Self::Database(match &error {
            // SQLite's messages name tables and columns, never values. PostgreSQL's details do name values: the code and
            // the plain message are what sqlx shows, the detail stays where it is.
            sqlx::Error::Database(error) => error.message().to_owned(),
            other => other.to_string(),
        })
    }
}

impl From<CipherError> for StoreError {
    fn from(_: CipherError) -> Self {
        Self::Database("what is stored cannot be decrypted with this secret".into())
    }
}

/// How often a transaction is tried that is undone for another one's sake.
const TRIES: usize = 3;

/// Does something in a transaction, anew where it was undone for another one's sake.
///
/// # Errors
/// The work's own; [`StoreError::Contended`] where others were first every time.
pub(super) async fn retried<T, F>(mut work: impl FnMut() -> F) -> Result<T, StoreError>
where
    F: Future<Output = Result<T, StoreError>>,
{
    for _ in 1..TRIES {
        match work().await {
            Err(StoreError::Contended) => {}
            done => return done,
        }
    }
    work().await
}

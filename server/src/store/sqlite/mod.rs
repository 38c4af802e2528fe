//! Sign-ups in one SQLite file: WAL, synced at each commit, one writer, many readers.

mod keep;
mod read;
mod setup;

use std::str::FromStr;
use std::time::Duration;

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Connection, SqliteConnection};

pub use read::Reader;

use super::{Arrival, Outcome, Secret, StoreError};

/// How long a write waits for another process, a backup say, before it gives up.
const BUSY: Duration = Duration::from_secs(5);
/// The database.
#[derive(Debug)]
pub struct Sqlite {
    writer: SqlitePool,
    reader: Reader,
    secret: Secret,
}

impl Sqlite {
    /// Opens (or makes) the database at `sqlite:PATH`, and brings its tables up to date.
    ///
    /// `secret` is the operator's, if they keep it outside the database. Errors where the file cannot be used, or
    /// where the secret is not the one that the stored hashes were made with.
    pub async fn open(url: &str, secret: Option<Secret>) -> Result<Self, StoreError> {
        let unusable = |why: String| StoreError::Unusable(format!("{url}: {why}"));
        let options = options(url)?;
        setup::create_private(options.get_filename()).map_err(|error| unusable(error.to_string()))?;
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .connect_with(options.clone())
            .await
            .map_err(|error| unusable(error.to_string()))?;
        setup::migrator().run(&writer).await.map_err(|error| unusable(error.to_string()))?;
        let secret = setup::settle_secret(&writer, secret).await.map_err(|error| match error {
            StoreError::Unusable(why) => unusable(why),
            other => other,
        })?;
        let reader = Reader::connect(options).await?;
        Ok(Self { writer, reader, secret })
    }

    /// The secret that this database's hashes are made with.
    pub fn secret(&self) -> &Secret {
        &self.secret
    }

    /// What can be asked of it.
    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    /// Stores sign-ups in one transaction; an answer each, in their order. When it returns, they are on disk.
    pub async fn keep(&self, arrivals: &[Arrival]) -> Vec<Result<Outcome, StoreError>> {
        match self.keep_together(arrivals).await {
            Ok(outcomes) => outcomes.into_iter().map(Ok).collect(),
            // One that the tables refuse must not cost the others: each for itself.
            Err(error) if is_refusal(&error) && arrivals.len() > 1 => {
                let mut outcomes = Vec::with_capacity(arrivals.len());
                for arrival in arrivals {
                    let outcome = self.keep_together(std::slice::from_ref(arrival)).await;
                    outcomes.push(outcome.map_err(StoreError::from).and_then(|kept| {
                        kept.first().copied().ok_or_else(|| StoreError::Database("no outcome".into()))
                    }));
                }
                outcomes
            }
            Err(error) => {
                let why = error.to_string();
                arrivals.iter().map(|_| Err(StoreError::Database(why.clone()))).collect()
            }
        }
    }

    async fn keep_together(&self, arrivals: &[Arrival]) -> Result<Vec<Outcome>, sqlx::Error> {
        if arrivals.is_empty() {
            return Ok(Vec::new());
        }
        let mut connection = self.writer.acquire().await?;
        let kept = keep_within(&mut connection, arrivals).await;
        if kept.is_err() {
            // After a fault of the disk SQLite has rolled back by itself, which sqlx does not expect: it would refuse to
            // begin anything on this connection, for ever (sqlx-sqlite 0.9.0, `Command::Rollback`).
            let _ = connection.close().await;
        }
        kept
    }

    /// Closes the file; the write-ahead log is merged into it.
    pub async fn close(&self) {
        self.reader.close().await;
        self.writer.close().await;
    }
}

async fn keep_within(
    connection: &mut SqliteConnection,
    arrivals: &[Arrival],
) -> Result<Vec<Outcome>, sqlx::Error> {
    // IMMEDIATE: a transaction that first reads and then writes could otherwise fail half-way with SQLITE_BUSY.
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    let mut outcomes = Vec::with_capacity(arrivals.len());
    for arrival in arrivals {
        outcomes.push(keep::keep_one(&mut transaction, arrival).await?);
    }
    transaction.commit().await?;
    Ok(outcomes)
}

fn options(url: &str) -> Result<SqliteConnectOptions, StoreError> {
    let unusable = |why: String| StoreError::Unusable(format!("{url}: {why}"));
    if url.contains(":memory:") || url.contains("mode=memory") {
        return Err(unusable("a database in memory would lose every sign-up; give a path".into()));
    }
    let options = SqliteConnectOptions::from_str(url)
        .map_err(|error| unusable(format!("expected sqlite:PATH ({error})")))?;
    Ok(options
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY))
}

/// Whether the tables refused what was written, as opposed to the disk, a lock or the database itself.
fn is_refusal(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(|error| {
        error.is_unique_violation() || error.is_foreign_key_violation() || error.is_check_violation()
    })
}

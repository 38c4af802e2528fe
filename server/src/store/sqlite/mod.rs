//! Sign-ups in one SQLite file: WAL, synced at each commit, one writer, many readers.

mod keep;
mod setup;

use std::str::FromStr;
use std::time::Duration;

use sqlx::Row;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

use super::{Arrival, Digest, Outcome, Secret, StoreError, Stored};

/// How long a write waits for another process, a backup say, before it gives up.
const BUSY: Duration = Duration::from_secs(5);
/// Readers: look-ups of keys and exports. WAL lets them read while the writer writes.
const READERS: u32 = 4;
/// Rows an export holds in memory at once.
const PAGE: i64 = 1000;

/// The database.
#[derive(Debug)]
pub struct Sqlite {
    writer: SqlitePool,
    readers: SqlitePool,
    secret: Secret,
}

impl Sqlite {
    /// Opens (or makes) the database at `sqlite:PATH`, and brings its tables up to date.
    ///
    /// `secret` is the operator's, if they keep it outside the database. Errors where the file cannot be used, or
    /// where the secret is not the one that the stored hashes were made with.
    pub async fn open(url: &str, secret: Option<Secret>) -> Result<Self, StoreError> {
        let unusable = |why: String| StoreError::Unusable(format!("{url}: {why}"));
        let options = SqliteConnectOptions::from_str(url)
            .map_err(|error| unusable(format!("expected sqlite:PATH ({error})")))?
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY);
        if url.contains(":memory:") || url.contains("mode=memory") {
            return Err(unusable("a database in memory would lose every sign-up; give a path".into()));
        }
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
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .connect_with(options.pragma("query_only", "on"))
            .await?;
        Ok(Self { writer, readers, secret })
    }

    /// The secret that this database's hashes are made with.
    pub fn secret(&self) -> &Secret {
        &self.secret
    }

    /// Reads from the file, so that a database that has gone is noticed.
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT count(*) FROM meta").fetch_one(&self.readers).await?;
        Ok(())
    }

    /// The request that a key was answered for, if it was.
    pub async fn answered(&self, key: &str) -> Result<Option<Digest>, StoreError> {
        let mut connection = self.readers.acquire().await?;
        Ok(keep::request_of(&mut connection, key).await?)
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
        // IMMEDIATE: a transaction that first reads and then writes could otherwise fail half-way with SQLITE_BUSY.
        let mut transaction = self.writer.begin_with("BEGIN IMMEDIATE").await?;
        let mut outcomes = Vec::with_capacity(arrivals.len());
        for arrival in arrivals {
            outcomes.push(keep::keep_one(&mut transaction, arrival).await?);
        }
        transaction.commit().await?;
        Ok(outcomes)
    }

    /// How many have signed up: for one initiative, or in all.
    pub async fn count(&self, initiative: Option<&str>) -> Result<u64, StoreError> {
        let row = sqlx::query("SELECT count(*) FROM signups WHERE ?1 IS NULL OR initiative = ?1")
            .bind(initiative)
            .fetch_one(&self.readers)
            .await?;
        Ok(row.get::<i64, _>(0).unsigned_abs())
    }

    /// A page of an initiative's sign-ups in the order in which they came, and where the next page starts.
    pub async fn page(&self, initiative: &str, after: i64) -> Result<(Vec<Stored>, Option<i64>), StoreError> {
        let rows = sqlx::query(
            "SELECT rowid, received_at, session, party, given_name, family_name, email, telephone, postal_code, message,
                    answers, language,
                    (SELECT json_group_array(json_object('id', consent, 'version', version)) FROM consents
                     WHERE consents.email_h = signups.email_h AND consents.initiative = signups.initiative AND given)
             FROM signups WHERE initiative = ? AND rowid > ? ORDER BY rowid LIMIT ?",
        )
        .bind(initiative)
        .bind(after)
        .bind(PAGE)
        .fetch_all(&self.readers)
        .await?;
        let next = rows.last().map(|row| row.get::<i64, _>(0)).filter(|_| rows.len() as i64 == PAGE);
        Ok((rows.iter().map(stored).collect::<Result<_, _>>()?, next))
    }

    /// Closes the file; the write-ahead log is merged into it.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

fn stored(row: &sqlx::sqlite::SqliteRow) -> Result<Stored, sqlx::Error> {
    Ok(Stored {
        received_at: row.try_get(1)?,
        session: row.try_get(2)?,
        party: row.try_get(3)?,
        given_name: row.try_get(4)?,
        family_name: row.try_get(5)?,
        email: row.try_get(6)?,
        telephone: row.try_get(7)?,
        postal_code: row.try_get(8)?,
        message: row.try_get(9)?,
        answers: serde_json::from_str(row.try_get(10)?).unwrap_or_default(),
        language: row.try_get(11)?,
        consents: serde_json::from_str(row.try_get(12)?).unwrap_or_default(),
    })
}

/// Whether the tables refused what was written, as opposed to the disk, a lock or the database itself.
fn is_refusal(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(|error| {
        error.is_unique_violation() || error.is_foreign_key_violation() || error.is_check_violation()
    })
}

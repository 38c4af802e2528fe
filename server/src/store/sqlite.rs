//! Sign-ups in one SQLite file: WAL, synced at each commit, one writer, many readers.

use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use sqlx::Sqlite;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteQueryResult,
    SqliteSynchronous,
};
use tracing::warn;

use super::database::Database;
use super::driver::{self, Affected, Dialect, Driver, Lock, Transaction};
use super::row::Row;
use super::secret_source::create_private;
use super::{KeyRecord, SecretSource, Store, StoreError, Value};

/// How long a write waits for another process, a back-up say, before it gives up.
const BUSY: Duration = Duration::from_secs(5);
/// How long emptying the log waits for those who read, and keeps the writer waiting with it.
const BUSY_LOG: Duration = Duration::from_millis(200);
/// How often emptying the log is tried while somebody reads, and how long it waits in between: a back-up takes a while.
const LOG_TRIES: u32 = 100;
const LOG_PAUSE: Duration = Duration::from_secs(3);
/// Connections that read. WAL lets them read while the writer writes.
const READERS: u32 = 4;
/// Prepared statements that a connection keeps: each list of values has nine lengths (`database/values.rs`).
const STATEMENTS: usize = 500;
/// Rows that the database's thread reads ahead: a batch's, so that it is not woken for each.
const READ_AHEAD: usize = 1000;

/// The tables' versions, oldest first: number, name, statements.
const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "signups", include_str!("../../migrations/sqlite/0001_signups.sql")),
    (2, "attempts", include_str!("../../migrations/sqlite/0002_attempts.sql")),
    (3, "attendances", include_str!("../../migrations/sqlite/0003_attendances.sql")),
    (4, "sessions", include_str!("../../migrations/sqlite/0004_sessions.sql")),
    (5, "alerts", include_str!("../../migrations/sqlite/0005_alerts.sql")),
    (6, "requests", include_str!("../../migrations/sqlite/0006_requests.sql")),
    (7, "petitions", include_str!("../../migrations/sqlite/0007_petitions.sql")),
    (8, "venues", include_str!("../../migrations/sqlite/0008_venues.sql")),
    (9, "accounts", include_str!("../../migrations/sqlite/0009_accounts.sql")),
    (10, "sightings", include_str!("../../migrations/sqlite/0010_sightings.sql")),
    (11, "proposals", include_str!("../../migrations/sqlite/0011_proposals.sql")),
    (12, "operating", include_str!("../../migrations/sqlite/0012_operating.sql")),
    (13, "programs and reports", include_str!("../../migrations/sqlite/0013_programs_and_reports.sql")),
    (14, "owing", include_str!("../../migrations/sqlite/0014_owing.sql")),
    (15, "invited accounts", include_str!("../../migrations/sqlite/0015_invited_accounts.sql")),
    (16, "hidden", include_str!("../../migrations/sqlite/0016_hidden.sql")),
    (17, "digests", include_str!("../../migrations/sqlite/0017_digests.sql")),
];

impl Dialect for Sqlite {
    /// IMMEDIATE: a transaction that first reads and then writes could otherwise fail half-way with SQLITE_BUSY.
    const BEGIN: &'static str = "BEGIN IMMEDIATE";
    /// In WAL mode a reader sees the database as it was at its first read.
    const BEGIN_SNAPSHOT: &'static str = "BEGIN";
    /// SQLite takes `$1` for a name, and sqlx asks for the name of each parameter as it binds it: SQLite then looks through all
    /// of them, so that a list of thousands takes longer to bind than to store. A `?` has no name.
    const NUMBERED: bool = false;

    /// One transaction writes at a time.
    fn locking(_: Lock) -> &'static str {
        ""
    }
}

impl Affected for SqliteQueryResult {
    fn affected(&self) -> u64 {
        self.rows_affected()
    }
}

/// An open file.
struct SqliteDriver {
    writer: SqlitePool,
    reader: SqlitePool,
    /// Waits less than the others for those who read.
    log: SqlitePool,
}

#[async_trait]
impl Driver for SqliteDriver {
    async fn begin(&self) -> Result<Box<dyn Transaction>, sqlx::Error> {
        driver::begin(&self.writer, Sqlite::BEGIN).await
    }

    async fn snapshot(&self) -> Result<Box<dyn Transaction>, sqlx::Error> {
        driver::begin(&self.reader, Sqlite::BEGIN_SNAPSHOT).await
    }

    async fn read(&self, sql: &str, parameters: Vec<Value>) -> Result<Vec<Box<dyn Row>>, sqlx::Error> {
        driver::run(&self.reader, sql, parameters).await
    }

    async fn write(&self, sql: &str, parameters: Vec<Value>) -> Result<Vec<Box<dyn Row>>, sqlx::Error> {
        driver::run(&self.writer, sql, parameters).await
    }

    fn is_shared(&self) -> bool {
        false
    }

    async fn purge_log(&self) {
        if empty_log(&self.log).await.is_ok_and(|emptied| emptied) {
            return;
        }
        let log = self.log.clone();
        tokio::spawn(async move {
            for _ in 0..LOG_TRIES {
                tokio::time::sleep(LOG_PAUSE).await;
                if log.is_closed() || empty_log(&log).await.is_ok_and(|emptied| emptied) {
                    return;
                }
            }
            warn!("the database's log could not be emptied after an erasure: somebody reads all the time");
        });
    }

    async fn close(&self) {
        self.log.close().await;
        self.reader.close().await;
        self.writer.close().await;
    }
}

/// Writes the log's pages into the file and cuts the log to nothing: a page that was overwritten since is then nowhere.
async fn empty_log(pool: &SqlitePool) -> Result<bool, sqlx::Error> {
    let busy: i64 = sqlx::query_scalar("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(pool).await?;
    Ok(busy == 0)
}

/// Opens (or makes) the database at `sqlite:PATH`, and brings its tables up to date.
///
/// # Errors
/// Where the file cannot be used, or the secret is not the one that its hashes were made with.
pub async fn open(url: &str, secret: &SecretSource) -> Result<Arc<dyn Store>, StoreError> {
    open_with_keys(url, secret, &[]).await
}

/// The same; where the database is new, its keys are those of another one's records, which that secret opens.
///
/// # Errors
/// Those of [`open`].
pub async fn open_with_keys(
    url: &str,
    secret: &SecretSource,
    records: &[KeyRecord],
) -> Result<Arc<dyn Store>, StoreError> {
    let unusable = |why: String| StoreError::Unusable(format!("{url}: {why}"));
    let options = options(url)?;
    match create_private(options.get_filename()) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
            return Err(unusable(error.to_string()));
        }
        _ => {}
    }
    let writer = SqlitePoolOptions::new()
        .max_connections(1)
        .connect_with(options.clone().row_buffer_size(READ_AHEAD))
        .await
        .map_err(|error| unusable(error.to_string()))?;
    driver::migrator(MIGRATIONS).run(&writer).await.map_err(|error| unusable(error.to_string()))?;
    let log =
        SqlitePoolOptions::new().max_connections(1).connect_lazy_with(options.clone().busy_timeout(BUSY_LOG));
    let reader = SqlitePoolOptions::new()
        .max_connections(READERS)
        .connect_with(options.pragma("query_only", "on"))
        .await?;
    let driver = Box::new(SqliteDriver { writer, reader, log });
    Ok(Arc::new(Database::open(driver, secret, records, unusable).await?))
}

/// The file of `sqlite:PATH`.
///
/// # Errors
/// Where the address names none.
pub fn path(url: &str) -> Result<PathBuf, StoreError> {
    Ok(options(url)?.get_filename().to_owned())
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
        // What is deleted is overwritten: a person's key that was dropped is not found in free pages.
        .pragma("secure_delete", "on")
        .statement_cache_capacity(STATEMENTS)
        .busy_timeout(BUSY))
}

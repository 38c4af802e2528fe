//! Sign-ups in PostgreSQL 14 or later, for several servers or several machines.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use sqlx::Postgres;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions, PgQueryResult};
use tracing::warn;

use super::database::Database;
use super::driver::{self, Affected, Dialect, Driver, Lock, Transaction};
use super::row::Row;
use super::{KeyRecord, SecretSource, Store, StoreError, Value};

/// Connections that write: the batches', and two for links and deliveries, so that a mailed link does not wait for a
/// batch.
const WRITERS: u32 = 3;
/// Connections that read.
const READERS: u32 = 4;
/// How long a connection may take to be made.
const PATIENCE: Duration = Duration::from_secs(5);
/// Prepared statements that a connection keeps: each list of values has nine lengths (`database/values.rs`).
const STATEMENTS: usize = 500;

/// The tables' versions, oldest first: number, name, statements.
const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "signups", include_str!("../../migrations/postgres/0001_signups.sql")),
    (2, "attempts", include_str!("../../migrations/postgres/0002_attempts.sql")),
    (3, "attendances", include_str!("../../migrations/postgres/0003_attendances.sql")),
    (4, "sessions", include_str!("../../migrations/postgres/0004_sessions.sql")),
    (5, "alerts", include_str!("../../migrations/postgres/0005_alerts.sql")),
    (6, "requests", include_str!("../../migrations/postgres/0006_requests.sql")),
    (7, "petitions", include_str!("../../migrations/postgres/0007_petitions.sql")),
    (8, "venues", include_str!("../../migrations/postgres/0008_venues.sql")),
    (9, "accounts", include_str!("../../migrations/postgres/0009_accounts.sql")),
    (10, "sightings", include_str!("../../migrations/postgres/0010_sightings.sql")),
    (11, "proposals", include_str!("../../migrations/postgres/0011_proposals.sql")),
    (12, "operating", include_str!("../../migrations/postgres/0012_operating.sql")),
    (13, "programs and reports", include_str!("../../migrations/postgres/0013_programs_and_reports.sql")),
    (14, "owing", include_str!("../../migrations/postgres/0014_owing.sql")),
    (15, "invited accounts", include_str!("../../migrations/postgres/0015_invited_accounts.sql")),
    (16, "hidden", include_str!("../../migrations/postgres/0016_hidden.sql")),
    (17, "digests", include_str!("../../migrations/postgres/0017_digests.sql")),
];

/// What each connection is told.
///
/// A database may be set to answer before it has written: not to us. All that is looked up is looked up by an index, so
/// that a plan made while a table was small must not read it from end to end once it has grown: a prepared statement
/// keeps its plan until the table is analysed. What counts a whole table does it as well by an index.
const SETTINGS: &str = "SELECT set_config('synchronous_commit', CASE current_setting('synchronous_commit')
                                  WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END, false),
                              set_config('enable_seqscan', 'off', false),
                              set_config('enable_hashjoin', 'off', false),
                              set_config('enable_mergejoin', 'off', false)";

impl Dialect for Postgres {
    const BEGIN: &'static str = "BEGIN";
    const BEGIN_SNAPSHOT: &'static str = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY";
    const NUMBERED: bool = true;

    fn locking(lock: Lock) -> &'static str {
        match lock {
            Lock::Change => "FOR NO KEY UPDATE",
            Lock::Delete => "FOR UPDATE",
        }
    }
}

impl Affected for PgQueryResult {
    fn affected(&self) -> u64 {
        self.rows_affected()
    }
}

/// A server.
struct PostgresDriver {
    writer: PgPool,
    reader: PgPool,
}

#[async_trait]
impl Driver for PostgresDriver {
    async fn begin(&self) -> Result<Box<dyn Transaction>, sqlx::Error> {
        driver::begin(&self.writer, Postgres::BEGIN).await
    }

    async fn snapshot(&self) -> Result<Box<dyn Transaction>, sqlx::Error> {
        driver::begin(&self.reader, Postgres::BEGIN_SNAPSHOT).await
    }

    async fn read(&self, sql: &str, parameters: Vec<Value>) -> Result<Vec<Box<dyn Row>>, sqlx::Error> {
        driver::run(&self.reader, sql, parameters).await
    }

    async fn write(&self, sql: &str, parameters: Vec<Value>) -> Result<Vec<Box<dyn Row>>, sqlx::Error> {
        driver::run(&self.writer, sql, parameters).await
    }

    fn is_shared(&self) -> bool {
        true
    }

    /// Dead rows and the log are the server's: its operator settles how long it keeps them.
    async fn purge_log(&self) {}

    async fn close(&self) {
        self.reader.close().await;
        self.writer.close().await;
    }
}

/// Opens the database, and makes its tables or brings them up to date. Servers that start at once wait for each other.
///
/// # Errors
/// Where it cannot be reached, or the secret is not the one that its hashes were made with.
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
    // The address may hold a password.
    let unusable = |why: String| StoreError::Unusable(format!("postgres: {why}"));
    let options = PgConnectOptions::from_str(url)
        .map_err(|error| unusable(error.to_string()))?
        .application_name("alentour")
        .statement_cache_capacity(STATEMENTS);
    let pool = |most| {
        PgPoolOptions::new().max_connections(most).acquire_timeout(PATIENCE).after_connect(|connection, _| {
            Box::pin(async move {
                sqlx::query(SETTINGS).execute(&mut *connection).await?;
                Ok(())
            })
        })
    };
    let writer =
        pool(WRITERS).connect_with(options.clone()).await.map_err(|error| unusable(error.to_string()))?;
    let fsync: String = sqlx::query_scalar("SELECT current_setting('fsync')").fetch_one(&writer).await?;
    if fsync != "on" {
        warn!("PostgreSQL runs with fsync off: a power cut would lose sign-ups that were acknowledged");
    }
    driver::migrator(MIGRATIONS).run(&writer).await.map_err(|error| unusable(error.to_string()))?;
    let reader = pool(READERS).connect_with(options).await?;
    let driver = Box::new(PostgresDriver { writer, reader });
    Ok(Arc::new(Database::open(driver, secret, records, unusable).await?))
}

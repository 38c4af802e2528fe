//! Sign-ups in one SQLite file: WAL, synced at each commit, one writer, many readers.

mod batch;
// One text for both kinds of database, compiled with the types of each.
#[allow(clippy::duplicate_mod)]
#[path = "../common.rs"]
mod common;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

pub use common::Database;

use super::{SecretSource, StoreError};

type Db = sqlx::Sqlite;
type Pool = SqlitePool;
type Connection = sqlx::SqliteConnection;

/// IMMEDIATE: a transaction that first reads and then writes could otherwise fail half-way with SQLITE_BUSY.
const BEGIN: &str = "BEGIN IMMEDIATE";
/// In WAL mode a reader sees the database as it was at its first read.
const BEGIN_SNAPSHOT: &str = "BEGIN";
/// There is one writer: no row has to be locked against another.
const FOR_UPDATE: &str = "";
const SKIP_LOCKED: &str = "";

/// How long a write waits for another process, a back-up say, before it gives up.
const BUSY: Duration = Duration::from_secs(5);
/// Connections that read. WAL lets them read while the writer writes.
const READERS: u32 = 4;

/// The tables' versions, oldest first: number, name, statements.
const MIGRATIONS: &[(i64, &str, &str)] =
    &[(1, "signups", include_str!("../../../migrations/sqlite/0001_signups.sql"))];

/// Opens (or makes) the database at `sqlite:PATH`, and brings its tables up to date.
///
/// # Errors
/// Where the file cannot be used, or the secret is not the one that its hashes were made with.
pub async fn open(url: &str, secret: &SecretSource) -> Result<Database, StoreError> {
    let unusable = |why: String| StoreError::Unusable(format!("{url}: {why}"));
    let options = options(url)?;
    match create_new_private(options.get_filename()) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
            return Err(unusable(error.to_string()));
        }
        _ => {}
    }
    let writer = SqlitePoolOptions::new()
        .max_connections(1)
        .connect_with(options.clone())
        .await
        .map_err(|error| unusable(error.to_string()))?;
    let secret = common::prepare(&writer, secret, unusable).await?;
    let reader = SqlitePoolOptions::new()
        .max_connections(READERS)
        .connect_with(options.pragma("query_only", "on"))
        .await?;
    Ok(Database { writer, reader, secret })
}

/// The file of `sqlite:PATH`.
///
/// # Errors
/// Where the address names none.
pub fn path(url: &str) -> Result<PathBuf, StoreError> {
    Ok(options(url)?.get_filename().to_owned())
}

/// Makes a file that is not there yet, readable by its owner only: SQLite gives its companions the same permissions.
///
/// # Errors
/// Where it is there, or cannot be made.
pub fn create_new_private(path: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
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
        .busy_timeout(BUSY))
}

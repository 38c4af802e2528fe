//! Sign-ups in PostgreSQL 14 or later, for several servers or several machines. A batch takes a dozen round trips, however
//! many sign-ups are in it.

mod batch;
// One text for both kinds of database, compiled with the types of each.
#[allow(clippy::duplicate_mod)]
#[path = "../common.rs"]
mod common;

use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use tracing::warn;

pub use common::Database;

use super::{SecretSource, StoreError};

type Db = sqlx::Postgres;
type Pool = PgPool;
type Connection = sqlx::PgConnection;

const BEGIN: &str = "BEGIN";
/// One moment for all statements.
const BEGIN_SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY";
const FOR_UPDATE: &str = "FOR UPDATE";
/// Several servers deliver what one database messages: each takes what no other has in hand.
const SKIP_LOCKED: &str = "FOR UPDATE SKIP LOCKED";

/// Connections that write: the batches', and one for links and deliveries, so that a mailed link does not wait for a batch.
const WRITERS: u32 = 3;
/// Connections that read.
const READERS: u32 = 4;
/// How long a connection may take to be made.
const PATIENCE: Duration = Duration::from_secs(5);

/// The tables' versions, oldest first: number, name, statements.
const MIGRATIONS: &[(i64, &str, &str)] =
    &[(1, "signups", include_str!("../../../migrations/postgres/0001_signups.sql"))];

/// Opens the database, and makes its tables or brings them up to date. Servers that start at once wait for each other.
///
/// # Errors
/// Where it cannot be reached, or the secret is not the one that its hashes were made with.
pub async fn open(url: &str, secret: &SecretSource) -> Result<Database, StoreError> {
    // The address may hold a password.
    let unusable = |why: String| StoreError::Unusable(format!("postgres: {why}"));
    let options = PgConnectOptions::from_str(url)
        .map_err(|error| unusable(error.to_string()))?
        .application_name("alentour");
    let pool = |most| {
        PgPoolOptions::new().max_connections(most).acquire_timeout(PATIENCE).after_connect(|connection, _| {
            Box::pin(async move {
                // A database may be set to answer before it has written: not to us.
                sqlx::query(
                    "SELECT set_config('synchronous_commit',
                             CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on'
                                  ELSE current_setting('synchronous_commit') END, false)",
                )
                .execute(&mut *connection)
                .await?;
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
    let secret = common::prepare(&writer, secret, unusable).await?;
    let reader = pool(READERS).connect_with(options).await?;
    Ok(Database { writer, reader, secret })
}

//! The yardstick of `cargo xtask bench signups`: the least that could keep a sign-up durably, an `INSERT` of one row as large
//! as ours in a transaction of its own, on as many connections as PostgreSQL is given, or SQLite's one.
//!
//!     bare_inserts sqlite:PATH|postgres://... SECONDS CONNECTIONS
//!
//! Prints how many rows a second.

use std::error::Error;
use std::time::{Duration, Instant};

use sqlx::Connection;
use sqlx::postgres::PgConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};

/// As many bytes as an encrypted form, with its names and receipts.
const BYTES: usize = 600;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [address, seconds, connections] = &arguments[..] else {
        return Err("bare_inserts ADDRESS SECONDS CONNECTIONS".into());
    };
    let (time, connections): (Duration, usize) =
        (Duration::from_secs_f64(seconds.parse()?), connections.parse()?);
    let rows = match address.starts_with("sqlite:") {
        true => sqlite(address, time).await?,
        false => postgres(address, time, connections).await?,
    };
    println!("{:.0}", rows as f64 / time.as_secs_f64());
    Ok(())
}

async fn sqlite(address: &str, time: Duration) -> Result<u64, Box<dyn Error + Send + Sync>> {
    let options: SqliteConnectOptions = address.parse()?;
    let options = options
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    let mut connection = SqliteConnection::connect_with(&options).await?;
    sqlx::query("CREATE TABLE IF NOT EXISTS bare (id INTEGER PRIMARY KEY, body BLOB)")
        .execute(&mut connection)
        .await?;
    let (start, mut rows) = (Instant::now(), 0);
    while start.elapsed() < time {
        sqlx::query("INSERT INTO bare (body) VALUES ($1)")
            .bind(vec![7; BYTES])
            .execute(&mut connection)
            .await?;
        rows += 1;
    }
    Ok(rows)
}

async fn postgres(
    address: &str,
    time: Duration,
    connections: usize,
) -> Result<u64, Box<dyn Error + Send + Sync>> {
    let mut first = PgConnection::connect(address).await?;
    sqlx::query(
        "CREATE TABLE IF NOT EXISTS bare (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body BYTEA)",
    )
    .execute(&mut first)
    .await?;
    let start = Instant::now();
    let tasks: Vec<_> = (0..connections)
        .map(|_| {
            let address = address.to_owned();
            tokio::spawn(async move {
                let mut connection = PgConnection::connect(&address).await?;
                let mut rows = 0;
                while start.elapsed() < time {
                    let query = sqlx::query("INSERT INTO bare (body) VALUES ($1)").bind(vec![7_u8; BYTES]);
                    query.execute(&mut connection).await?;
                    rows += 1;
                }
                Ok::<u64, sqlx::Error>(rows)
            })
        })
        .collect();
    let mut rows = 0;
    for task in tasks {
        rows += task.await??;
    }
    Ok(rows)
}

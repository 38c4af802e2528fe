//! The yardstick of `cargo xtask bench signups`: the least that could keep sign-ups durably. It reads what the server has stored in a
//! database, and inserts the same rows into empty tables of the same kind and with the same indexes, in batches: a transaction each,
//! of one `INSERT` with many `VALUES` for each table.
//!
//!     bare_inserts DATABASE SIGNUPS BATCH
//!
//! `DATABASE` is `sqlite:PATH` or `postgres://...`, and holds that many sign-ups. The copy of a SQLite file is `PATH.bare` beside it, that
//! of a PostgreSQL a schema `bare`; both are made anew. Prints how many sign-ups were inserted, and in how many seconds.

use std::error::Error;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::{Duration, Instant};

use sqlx::encode::IsNull;
use sqlx::postgres::{PgArgumentBuffer, PgConnection, PgRow, PgTypeInfo, PgValueFormat};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteRow, SqliteSynchronous};
use sqlx::{AssertSqlSafe, Connection, Encode, Executor, Postgres, Row, Type, TypeInfo, ValueRef};

type Failure = Box<dyn Error + Send + Sync>;

/// The most parameters that a statement may have: SQLite takes 32,766, PostgreSQL 65,535.
const PARAMETERS: usize = 32_000;

/// A table's rows, each with as many values as there are columns.
struct Table<V> {
    /// As statements name it.
    name: String,
    columns: usize,
    rows: Vec<Vec<V>>,
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [address, signups, batch] = &arguments[..] else {
        return Err("bare_inserts DATABASE SIGNUPS BATCH".into());
    };
    let (signups, batch): (usize, usize) = (signups.parse()?, batch.parse()?);
    let batches = (signups / batch).max(1);
    let time = match address.strip_prefix("sqlite:") {
        Some(path) => sqlite(path, batches).await?,
        None => postgres(address, batches).await?,
    };
    println!("{signups} {:.6}", time.as_secs_f64());
    Ok(())
}

impl<V> Table<V> {
    /// In an order that has nothing to do with that of the keys, as people come; the rows of one person stay together.
    fn shuffle(&mut self, first: impl Fn(&V) -> u64) {
        self.rows.sort_by_cached_key(|row| row.first().map(&first));
    }

    /// The rows of each batch.
    fn cut(&self, batches: usize) -> impl Iterator<Item = &[Vec<V>]> {
        let place = move |batch: usize| self.rows.len() * batch / batches;
        (0..batches).map(move |batch| &self.rows[place(batch)..place(batch + 1)])
    }

    /// The statement that inserts so many rows.
    fn insert(&self, rows: usize, parameter: impl Fn(usize) -> String) -> String {
        let values = |row: usize| {
            let parameters: Vec<_> =
                (0..self.columns).map(|i| parameter(row * self.columns + i + 1)).collect();
            format!("({})", parameters.join(","))
        };
        format!("INSERT INTO {} VALUES {}", self.name, (0..rows).map(values).collect::<Vec<_>>().join(","))
    }

    /// So many rows at most go into one statement.
    fn most(&self) -> usize {
        PARAMETERS / self.columns.max(1)
    }
}

fn hash(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    hasher.finish()
}

/// A value of SQLite's.
enum Value {
    Null,
    Integer(i64),
    Real(f64),
    Text(String),
    Blob(Vec<u8>),
}

async fn sqlite(path: &str, batches: usize) -> Result<Duration, Failure> {
    let bare = format!("{path}.bare");
    for ending in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{bare}{ending}"));
    }
    let mut from = SqliteConnection::connect(&format!("sqlite:{path}")).await?;
    // As the server opens its own.
    let options = SqliteConnectOptions::new()
        .filename(&bare)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(false);
    let mut to = SqliteConnection::connect_with(&options).await?;
    let mut tables = Vec::new();
    const OURS: &str = "SELECT type, name, sql FROM sqlite_master \
        WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite%' AND name NOT LIKE '_sqlx%' AND type IN ('table', 'index') ORDER BY type DESC";
    for row in from.fetch_all(OURS).await? {
        let (kind, name, sql): (String, String, String) = (row.get(0), row.get(1), row.get(2));
        to.execute(AssertSqlSafe(sql)).await?;
        if kind == "table" {
            let rows = from.fetch_all(AssertSqlSafe(format!("SELECT * FROM \"{name}\""))).await?;
            let columns = rows.first().map_or(0, |row| row.columns().len());
            let rows = rows.iter().map(values).collect::<Result<_, _>>()?;
            let mut table = Table { name: format!("\"{name}\""), columns, rows };
            table.shuffle(|value| match value {
                Value::Null => 0,
                Value::Integer(number) => hash(&number.to_ne_bytes()),
                Value::Real(number) => hash(&number.to_ne_bytes()),
                Value::Text(text) => hash(text.as_bytes()),
                Value::Blob(bytes) => hash(bytes),
            });
            tables.push(table);
        }
    }
    let mut cuts: Vec<_> = tables.iter().map(|table| (table, table.cut(batches))).collect();
    let start = Instant::now();
    for _ in 0..batches {
        let mut transaction = to.begin_with("BEGIN IMMEDIATE").await?;
        for (table, cut) in &mut cuts {
            for rows in cut.next().unwrap_or_default().chunks(table.most()) {
                let sql = table.insert(rows.len(), |_| "?".to_owned());
                let mut query = sqlx::query(AssertSqlSafe(sql));
                for value in rows.iter().flatten() {
                    query = match value {
                        Value::Null => query.bind(None::<i64>),
                        Value::Integer(number) => query.bind(number),
                        Value::Real(number) => query.bind(number),
                        Value::Text(text) => query.bind(text),
                        Value::Blob(bytes) => query.bind(bytes),
                    };
                }
                query.execute(&mut *transaction).await?;
            }
        }
        transaction.commit().await?;
    }
    Ok(start.elapsed())
}

fn values(row: &SqliteRow) -> Result<Vec<Value>, Failure> {
    let value = |i: usize| {
        let raw = row.try_get_raw(i)?;
        if raw.is_null() {
            return Ok(Value::Null);
        }
        Ok::<_, Failure>(match raw.type_info().name() {
            "INTEGER" | "BOOLEAN" => Value::Integer(row.try_get_unchecked(i)?),
            "REAL" => Value::Real(row.try_get_unchecked(i)?),
            "TEXT" => Value::Text(row.try_get_unchecked(i)?),
            _ => Value::Blob(row.try_get_unchecked(i)?),
        })
    };
    (0..row.columns().len()).map(value).collect()
}

/// A value of PostgreSQL's in its own binary form, with its type.
struct Raw {
    kind: PgTypeInfo,
    bytes: Option<Vec<u8>>,
}

impl Type<Postgres> for Raw {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_name("bytea")
    }
}

impl Encode<'_, Postgres> for Raw {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, Failure> {
        let Some(bytes) = &self.bytes else { return Ok(IsNull::Yes) };
        buffer.extend_from_slice(bytes);
        Ok(IsNull::No)
    }

    fn produces(&self) -> Option<PgTypeInfo> {
        Some(self.kind.clone())
    }
}

async fn postgres(address: &str, batches: usize) -> Result<Duration, Failure> {
    let mut connection = PgConnection::connect(address).await?;
    connection
        .execute("SET client_min_messages = warning; DROP SCHEMA IF EXISTS bare CASCADE; CREATE SCHEMA bare")
        .await?;
    let mut tables = Vec::new();
    const OURS: &str =
        "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE '\\_sqlx%'";
    for row in connection.fetch_all(OURS).await? {
        let table: String = row.get(0);
        let name = format!("bare.\"{table}\"");
        let create = format!("CREATE TABLE {name} (LIKE public.\"{table}\" INCLUDING ALL)");
        connection.execute(AssertSqlSafe(create)).await?;
        // Prepared: only then values come in binary.
        let rows = sqlx::query(AssertSqlSafe(format!("SELECT * FROM public.\"{table}\"")));
        let rows = rows.fetch_all(&mut connection).await?;
        let columns = rows.first().map_or(0, |row| row.columns().len());
        let rows = rows.iter().map(raws).collect::<Result<_, _>>()?;
        let mut table = Table { name, columns, rows };
        table.shuffle(|value: &Raw| hash(value.bytes.as_deref().unwrap_or_default()));
        tables.push(table);
    }
    let mut cuts: Vec<_> = tables.iter().map(|table| (table, table.cut(batches))).collect();
    let start = Instant::now();
    for _ in 0..batches {
        let mut transaction = connection.begin().await?;
        for (table, cut) in &mut cuts {
            for rows in cut.next().unwrap_or_default().chunks(table.most()) {
                let sql = table.insert(rows.len(), |i| format!("${i}"));
                let mut query = sqlx::query(AssertSqlSafe(sql));
                for value in rows.iter().flatten() {
                    query = query.bind(value);
                }
                query.execute(&mut *transaction).await?;
            }
        }
        transaction.commit().await?;
    }
    Ok(start.elapsed())
}

fn raws(row: &PgRow) -> Result<Vec<Raw>, Failure> {
    let raw = |i: usize| {
        let value = row.try_get_raw(i)?;
        let kind = value.type_info().into_owned();
        if value.is_null() {
            return Ok(Raw { kind, bytes: None });
        }
        if value.format() != PgValueFormat::Binary {
            return Err("a value is not in binary".into());
        }
        Ok::<_, Failure>(Raw { kind, bytes: Some(value.as_bytes()?.to_vec()) })
    };
    (0..row.columns().len()).map(raw).collect()
}

//! What the store needs of a database: transactions, statements with parameters, and rows of the four types of [`Value`].
//!
//! Everything that the store does is written once above this. SQLite and PostgreSQL understand the same statements
//! (`$1`, `ON CONFLICT`, `RETURNING`, `WITH ... AS (VALUES ...)`), so what differs between them is how a connection is
//! made, and how a transaction begins: [`Dialect`]. sqlx's own common driver, `Any`, is not used: it knows neither
//! PostgreSQL's `bytea` parameters that are NULL nor SQLite's options.

use async_trait::async_trait;
use futures_util::TryStreamExt;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::pool::PoolConnection;
use sqlx::{AssertSqlSafe, Database, Encode, Executor, IntoArguments, Pool, SqlSafeStr as _, Type};
use tokio::sync::mpsc;

use super::row::Row;
use super::tables::{Table, Value};
use super::{Rows, StoreError};

/// Rows handed over at once when everything is copied.
const COPIED: usize = 500;

/// What others have to wait for who want a row that is locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lock {
    /// To lock, change or delete it. What refers to it may be written meanwhile.
    Change,
    /// To refer to it, too.
    Delete,
}

/// How a kind of database begins a transaction.
pub trait Dialect: Database {
    /// One that writes.
    const BEGIN: &'static str;
    /// One that sees the database as of one moment.
    const BEGIN_SNAPSHOT: &'static str;
    /// Whether the parameters of long lists are numbered (`$1, $2`), or each a `?`.
    const NUMBERED: bool;
    /// What a `SELECT` ends with that locks its rows until the transaction ends.
    fn locking(lock: Lock) -> &'static str;
}

/// A database that is open.
#[async_trait]
pub trait Driver: Send + Sync + 'static {
    /// Begins a transaction that writes.
    async fn begin(&self) -> Result<Box<dyn Transaction>, sqlx::Error>;

    /// Begins a transaction that sees the database as of one moment.
    async fn snapshot(&self) -> Result<Box<dyn Transaction>, sqlx::Error>;

    /// Reads with one statement.
    async fn read(&self, sql: &str, parameters: Vec<Value>) -> Result<Vec<Box<dyn Row>>, sqlx::Error>;

    /// Writes with one statement, committed by itself.
    async fn write(&self, sql: &str, parameters: Vec<Value>) -> Result<Vec<Box<dyn Row>>, sqlx::Error>;

    /// Whether other servers may write to it at the same time.
    fn is_shared(&self) -> bool;

    /// Leaves no copy of what was deleted in files of the database's own; what cannot be removed at once is removed later.
    async fn purge_log(&self);

    /// Closes it.
    async fn close(&self);
}

/// A transaction. One that is dropped before it is committed closes its connection, which rolls it back: nobody has to
/// know in which state an error, or a caller that went away, has left it.
#[async_trait]
pub trait Transaction: Send {
    /// Runs a statement that gives rows.
    async fn query(&mut self, sql: &str, parameters: Vec<Value>) -> Result<Vec<Box<dyn Row>>, sqlx::Error>;

    /// Runs a statement, and says how many rows it has changed.
    async fn execute(&mut self, sql: &str, parameters: Vec<Value>) -> Result<u64, sqlx::Error>;

    /// [`Dialect::locking`].
    fn locking(&self, lock: Lock) -> &'static str;

    /// [`Dialect::NUMBERED`].
    fn is_numbered(&self) -> bool;

    /// Hands over all rows of a table, some at a time, and at least once.
    async fn copy(&mut self, table: &'static Table, to: &mpsc::Sender<Rows>) -> Result<(), StoreError>;

    /// Commits.
    async fn commit(self: Box<Self>) -> Result<(), sqlx::Error>;
}

/// A [`Transaction`] on a connection of a pool of sqlx's.
pub struct PooledTransaction<DB: Database> {
    connection: Option<PoolConnection<DB>>,
}

impl<DB: Database> PooledTransaction<DB> {
    fn connection(&mut self) -> Result<&mut DB::Connection, sqlx::Error> {
        // It is there until the end of `commit`, which consumes the transaction.
        self.connection.as_deref_mut().ok_or(sqlx::Error::WorkerCrashed)
    }
}

impl<DB: Database> Drop for PooledTransaction<DB> {
    fn drop(&mut self) {
        if let Some(connection) = &mut self.connection {
            connection.close_on_drop();
        }
    }
}

/// Begins a transaction on a connection of that pool.
pub async fn begin<DB>(pool: &Pool<DB>, begin: &'static str) -> Result<Box<dyn Transaction>, sqlx::Error>
where
    DB: Dialect,
    PooledTransaction<DB>: Transaction,
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
    DB::Arguments: IntoArguments<DB>,
{
    let mut transaction = PooledTransaction { connection: Some(pool.acquire().await?) };
    sqlx::query(begin).execute(transaction.connection()?).await?;
    Ok(Box::new(transaction))
}

/// Runs one statement by itself on a connection of that pool.
pub async fn run<DB>(
    pool: &Pool<DB>,
    sql: &str,
    parameters: Vec<Value>,
) -> Result<Vec<Box<dyn Row>>, sqlx::Error>
where
    DB: Dialect,
    DB::Row: Row + 'static,
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
    DB::Arguments: IntoArguments<DB>,
    for<'q> Option<Vec<u8>>: Encode<'q, DB> + Type<DB>,
    for<'q> Option<String>: Encode<'q, DB> + Type<DB>,
    for<'q> Option<i64>: Encode<'q, DB> + Type<DB>,
    for<'q> bool: Encode<'q, DB> + Type<DB>,
{
    let mut connection = pool.acquire().await?;
    let rows = bind::<DB>(sql, parameters).fetch_all(&mut *connection).await?;
    Ok(boxed(rows))
}

fn boxed<R: Row + 'static>(rows: Vec<R>) -> Vec<Box<dyn Row>> {
    rows.into_iter().map(|row| Box::new(row) as Box<dyn Row>).collect()
}

/// A statement with its parameters. Only the store's own texts come here: what visitors write is in the parameters.
fn bind<DB>(sql: &str, parameters: Vec<Value>) -> sqlx::query::Query<'static, DB, DB::Arguments>
where
    DB: Database,
    for<'q> Option<Vec<u8>>: Encode<'q, DB> + Type<DB>,
    for<'q> Option<String>: Encode<'q, DB> + Type<DB>,
    for<'q> Option<i64>: Encode<'q, DB> + Type<DB>,
    for<'q> bool: Encode<'q, DB> + Type<DB>,
{
    parameters.into_iter().fold(sqlx::query(AssertSqlSafe(sql.to_owned())), |query, value| match value {
        Value::Bytes(bytes) => query.bind(bytes),
        Value::Text(text) => query.bind(text),
        Value::Integer(number) => query.bind(number),
        Value::Flag(flag) => query.bind(flag),
    })
}

#[async_trait]
impl<DB> Transaction for PooledTransaction<DB>
where
    DB: Dialect,
    DB::Row: Row + 'static,
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
    DB::Arguments: IntoArguments<DB>,
    for<'q> Option<Vec<u8>>: Encode<'q, DB> + Type<DB>,
    for<'q> Option<String>: Encode<'q, DB> + Type<DB>,
    for<'q> Option<i64>: Encode<'q, DB> + Type<DB>,
    for<'q> bool: Encode<'q, DB> + Type<DB>,
    DB::QueryResult: Affected,
{
    async fn query(&mut self, sql: &str, parameters: Vec<Value>) -> Result<Vec<Box<dyn Row>>, sqlx::Error> {
        Ok(boxed(bind::<DB>(sql, parameters).fetch_all(self.connection()?).await?))
    }

    async fn execute(&mut self, sql: &str, parameters: Vec<Value>) -> Result<u64, sqlx::Error> {
        Ok(bind::<DB>(sql, parameters).execute(self.connection()?).await?.affected())
    }

    fn locking(&self, lock: Lock) -> &'static str {
        DB::locking(lock)
    }

    fn is_numbered(&self) -> bool {
        DB::NUMBERED
    }

    async fn copy(&mut self, table: &'static Table, to: &mpsc::Sender<Rows>) -> Result<(), StoreError> {
        let gone = || StoreError::Database("nobody takes the rows any more".into());
        let sql = format!("SELECT {} FROM {}", table.column_names(), table.name);
        let mut rows = bind::<DB>(&sql, Vec::new()).fetch(self.connection()?);
        let mut some = Vec::with_capacity(COPIED);
        while let Some(row) = rows.try_next().await? {
            some.push((&row as &dyn Row).values(table)?);
            if some.len() == COPIED {
                to.send((table, std::mem::take(&mut some))).await.map_err(|_| gone())?;
            }
        }
        to.send((table, some)).await.map_err(|_| gone())
    }

    async fn commit(mut self: Box<Self>) -> Result<(), sqlx::Error> {
        sqlx::query("COMMIT").execute(self.connection()?).await?;
        // Only now may somebody else have the connection.
        drop(self.connection.take());
        Ok(())
    }
}

/// How many rows a statement has changed.
pub trait Affected {
    /// So many.
    fn affected(&self) -> u64;
}

/// The migrations of one kind of database, each with its number, name and statements.
pub fn migrator(migrations: &[(i64, &'static str, &'static str)]) -> Migrator {
    let migration = |&(version, name, sql): &(i64, &'static str, &'static str)| {
        Migration::new(version, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
    };
    Migrator::with_migrations(migrations.iter().map(migration).collect())
}

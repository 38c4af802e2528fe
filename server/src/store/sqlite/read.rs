//! What can be asked of the database.

use sqlx::Row;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions};

use super::{keep, options};
use crate::store::{Digest, StoreError, Stored};

/// Connections: look-ups of keys, health. WAL lets them read while the writer writes.
const CONNECTIONS: u32 = 4;
/// Rows an export asks for at once.
const PAGE: i64 = 1000;

/// Reads a database, and writes nothing.
#[derive(Debug)]
pub struct Reader(SqlitePool);

impl Reader {
    /// Opens the database at `sqlite:PATH`, which must be there: an export of a misspelt one should fail, not be empty.
    /// Needs no secret, and works while a server writes.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let options = options(url)?;
        if !options.get_filename().is_file() {
            return Err(StoreError::Unusable(format!("{url}: there is no such file")));
        }
        Self::connect(options).await
    }

    pub(super) async fn connect(options: SqliteConnectOptions) -> Result<Self, StoreError> {
        let pool = SqlitePoolOptions::new().max_connections(CONNECTIONS);
        Ok(Self(pool.connect_with(options.pragma("query_only", "on")).await?))
    }

    /// Reads from the file, so that a database that has gone is noticed.
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT count(*) FROM meta").fetch_one(&self.0).await?;
        Ok(())
    }

    /// The request that a key was answered for, if it was.
    pub async fn answered(&self, key: &str) -> Result<Option<Digest>, StoreError> {
        let mut connection = self.0.acquire().await?;
        Ok(keep::request_of(&mut connection, key).await?)
    }

    /// How many have signed up: for one initiative, or in all.
    pub async fn count(&self, initiative: Option<&str>) -> Result<u64, StoreError> {
        let row = sqlx::query("SELECT count(*) FROM signups WHERE ?1 IS NULL OR initiative = ?1")
            .bind(initiative)
            .fetch_one(&self.0)
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
        .fetch_all(&self.0)
        .await?;
        let next = rows.last().map(|row| row.get::<i64, _>(0)).filter(|_| rows.len() as i64 == PAGE);
        Ok((rows.iter().map(stored).collect::<Result<_, _>>()?, next))
    }

    pub(super) async fn close(&self) {
        self.0.close().await;
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
        answers: json(row.try_get(10)?)?,
        language: row.try_get(11)?,
        consents: json(row.try_get(12)?)?,
    })
}

fn json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, sqlx::Error> {
    serde_json::from_str(text).map_err(|error| sqlx::Error::Decode(error.into()))
}

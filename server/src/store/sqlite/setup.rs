//! Making and opening a database.

use std::path::Path;

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::SqlitePool;
use sqlx::{Row, SqlSafeStr, SqliteConnection};

use crate::store::{Secret, StoreError};

/// The tables' versions, oldest first.
pub fn migrator() -> Migrator {
    let migrations = [(1, "signups", include_str!("../../../migrations/sqlite/0001_signups.sql"))];
    Migrator::with_migrations(
        migrations
            .into_iter()
            .map(|(version, name, sql)| {
                Migration::new(version, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
            })
            .collect(),
    )
}

/// Makes the file, readable by its owner only: SQLite gives its companions the same permissions.
pub fn create_private(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        other => other.map(drop),
    }
}

/// The secret to use: the operator's if it is the one the hashes were made with, else the stored one, else a new one.
pub async fn settle_secret(pool: &SqlitePool, given: Option<Secret>) -> Result<Secret, StoreError> {
    let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await?;
    let read =
        async |connection: &mut SqliteConnection, name: &str| -> Result<Option<Vec<u8>>, sqlx::Error> {
            let row = sqlx::query("SELECT value FROM meta WHERE name = ?")
                .bind(name)
                .fetch_optional(connection)
                .await?;
            row.map(|row| row.try_get(0)).transpose()
        };
    let stored = read(&mut transaction, "secret").await?;
    let check = read(&mut transaction, "secret_check").await?;
    let fingerprint = |secret: &Secret| secret.digest("check", b"").to_vec();
    let (secret, name, value) = match (stored, check, given) {
        (Some(stored), _, None) => return Ok(Secret::new(stored)),
        (Some(stored), _, Some(given)) if stored == given.as_bytes() => return Ok(given),
        (None, Some(check), Some(given)) if check == fingerprint(&given) => return Ok(given),
        (Some(_), _, Some(_)) => {
            return Err(StoreError::Unusable(
                "it has a secret of its own, and ALENTOUR_SECRET is another: unset ALENTOUR_SECRET".into(),
            ));
        }
        (None, Some(_), _) => {
            return Err(StoreError::Unusable(
                "its sign-ups were stored with another ALENTOUR_SECRET: set that one again".into(),
            ));
        }
        (None, None, Some(given)) => {
            let check = fingerprint(&given);
            (given, "secret_check", check)
        }
        (None, None, None) => {
            let secret = Secret::random().map_err(|error| StoreError::Unusable(error.to_string()))?;
            let key = secret.as_bytes().to_vec();
            (secret, "secret", key)
        }
    };
    sqlx::query("INSERT INTO meta (name, value) VALUES (?, ?)")
        .bind(name)
        .bind(value)
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(secret)
}

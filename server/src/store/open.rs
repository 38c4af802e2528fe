//! From what the operator says to an open database.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sqlx::SqlSafeStr as _;
use sqlx::migrate::{Migration, MigrationType, Migrator};

use super::{KeyRecord, Secret, Store, StoreError, postgres, sqlite};

/// Which database: `sqlite:PATH` or `postgres://USER@HOST/NAME`. Not shown in messages as it is: it may hold a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// A file.
    Sqlite(String),
    /// A server.
    Postgres(String),
}

impl std::str::FromStr for Location {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            Some(("sqlite", _)) => Ok(Self::Sqlite(text.to_owned())),
            Some(("postgres" | "postgresql", _)) => Ok(Self::Postgres(text.to_owned())),
            _ => Err("expected sqlite:PATH or postgres://USER@HOST/NAME".to_owned()),
        }
    }
}

/// Where the secret is. It belongs to the database, and is not in it.
#[derive(Clone, Debug)]
pub enum SecretSource {
    /// Given by the operator.
    Given(Secret),
    /// In that file; made there with a new database.
    File(PathBuf),
}

impl SecretSource {
    /// The secret; a new one if it may be new.
    pub(super) fn settle(&self, may_be_new: bool) -> Result<Secret, String> {
        let path = match self {
            Self::Given(secret) => return Ok(secret.clone()),
            Self::File(path) => path,
        };
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text.trim().to_owned(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && may_be_new => {
                let text = Secret::random_text().map_err(|error| error.to_string())?;
                write_private(path, &text).map_err(|error| format!("{}: {error}", path.display()))?;
                text
            }
            Err(error) => {
                return Err(format!(
                    "its secret cannot be read ({}: {error}): put the file back, or nothing that people wrote can be read",
                    path.display()
                ));
            }
        };
        if text.len() < Secret::SHORTEST {
            return Err(format!("{}: shorter than {} characters", path.display(), Secret::SHORTEST));
        }
        Ok(Secret::new(text))
    }
}

/// Writes a secret into a file that its owner only can read, durably, before anything is stored that needs it.
///
/// # Errors
/// Where the file is there already, or cannot be written.
pub fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = sqlite::create_new_private(path)?;
    writeln!(file, "{text}")?;
    file.sync_all()
}

/// Opens (or makes) a database, and brings its tables up to date.
///
/// # Errors
/// Where it cannot be used, or the secret is not the one that its hashes were made with.
pub async fn open(location: &Location, secret: &SecretSource) -> Result<Arc<dyn Store>, StoreError> {
    open_with_keys(location, secret, &[]).await
}

/// The same; where the database is new, its keys are those of another one's records, which that secret opens.
///
/// # Errors
/// Those of [`open`].
pub async fn open_with_keys(
    location: &Location,
    secret: &SecretSource,
    records: &[KeyRecord],
) -> Result<Arc<dyn Store>, StoreError> {
    match location {
        Location::Sqlite(url) => sqlite::open_with_keys(url, secret, records).await,
        Location::Postgres(url) => postgres::open_with_keys(url, secret, records).await,
    }
}

/// The migrations of one kind of database, each with its number, name and statements.
pub(super) fn migrator(migrations: &[(i64, &'static str, &'static str)]) -> Migrator {
    let migration = |&(version, name, sql): &(i64, &'static str, &'static str)| {
        Migration::new(version, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
    };
    Migrator::with_migrations(migrations.iter().map(migration).collect())
}

//! From what the operator says to an open database.

use std::sync::Arc;

use super::{KeyRecord, SecretSource, Store, StoreError, postgres, sqlite};

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

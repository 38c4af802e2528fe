//! Which database a command works on, and the secret that encrypts it.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use crate::error::CommandError;
use crate::store::{self, KeyRecord, Location, Secret, SecretSource, Store, sqlite};

/// Which database, and the secret that encrypts it. Global: a command with actions takes them before its action and after.
#[derive(Clone, Debug, Args)]
pub struct DatabaseArgs {
    /// Where sign-ups are kept: sqlite:PATH or postgres://USER@HOST/NAME
    #[arg(
        long,
        global = true,
        env = "ALENTOUR_DATABASE",
        hide_env_values = true,
        default_value = "sqlite:alentour.db",
        value_name = "ADDRESS"
    )]
    database: Location,
    /// File of the secret that encrypts them; ALENTOUR_SECRET comes before it. Beside a SQLite database, PATH.secret
    #[arg(long, global = true, env = "ALENTOUR_SECRET_FILE", value_name = "FILE")]
    secret_file: Option<PathBuf>,
}

/// Whether a database is created where there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenMode {
    /// It is created.
    CreateIfMissing,
    /// An export of a misspelt database should fail, not be empty.
    MustExist,
}

impl DatabaseArgs {
    /// Opens the database.
    ///
    /// # Errors
    /// Where it is not there and must be, cannot be opened, or was encrypted with another secret.
    pub async fn open(&self, mode: OpenMode) -> Result<Arc<dyn Store>, CommandError> {
        if let (Location::Sqlite(url), OpenMode::MustExist) = (&self.database, mode) {
            let path = sqlite::path(url)?;
            if !path.is_file() {
                return Err(format!("{}: there is no such file", path.display()).into());
            }
        }
        Ok(store::open(&self.database, &self.secret()?).await?)
    }

    /// Opens the database, or creates it with the keys of those records.
    ///
    /// # Errors
    /// Where it cannot be opened, or the secret does not open the keys.
    pub async fn create(&self, records: &[KeyRecord]) -> Result<Arc<dyn Store>, CommandError> {
        Ok(store::open_with_keys(&self.database, &self.secret()?, records).await?)
    }

    /// Where the secret is.
    ///
    /// # Errors
    /// Where nobody says it, or it is too short.
    pub fn secret(&self) -> Result<SecretSource, CommandError> {
        // Only from the environment: arguments are seen by everyone on the machine.
        if let Ok(text) = std::env::var("ALENTOUR_SECRET") {
            if text.len() < Secret::SHORTEST {
                return Err(format!("ALENTOUR_SECRET is shorter than {} characters", Secret::SHORTEST).into());
            }
            return Ok(SecretSource::Given(Secret::new(text)));
        }
        match &self.secret_file {
            Some(path) => Ok(SecretSource::File(path.clone())),
            None => match self.beside(".secret")? {
                Some(path) => Ok(SecretSource::File(path)),
                None => Err("PostgreSQL: say where the secret is (ALENTOUR_SECRET, or --secret-file)".into()),
            },
        }
    }

    /// The path of a SQLite database with that ending; `None` for PostgreSQL, which has no place of ours beside it.
    ///
    /// # Errors
    /// Where the address of the database names no file.
    pub fn beside(&self, ending: &str) -> Result<Option<PathBuf>, CommandError> {
        let Location::Sqlite(url) = &self.database else { return Ok(None) };
        let mut path = sqlite::path(url)?.into_os_string();
        path.push(ending);
        Ok(Some(path.into()))
    }
}

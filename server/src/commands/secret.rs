//! `alentour secret`.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Subcommand;

use super::database::{DatabaseArgs, OpenMode};
use crate::error::CommandError;
use crate::observability::{logs, security};
use crate::store::{Keys, Secret, SecretSource, sync_folder, write_private};

/// Arguments of `alentour secret`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    database: DatabaseArgs,
    #[command(subcommand)]
    action: Action,
}

/// Subcommands of `alentour secret`.
#[derive(Debug, Subcommand)]
enum Action {
    /// Exchange the secret for a new one. Links that were mailed stay good, nothing has to be exported; restart the servers afterwards
    Rotate {
        /// File to write the new secret into, where the one of now is in ALENTOUR_SECRET; else it takes the old one's place
        #[arg(long, value_name = "FILE")]
        new_secret_file: Option<PathBuf>,
    },
}

impl Args {
    /// Rotates the secret.
    ///
    /// # Errors
    /// For the person at the terminal. Whatever was interrupted can be run again.
    pub async fn run(&self, out: &mut impl Write) -> Result<(), CommandError> {
        let Self { database, action: Action::Rotate { new_secret_file } } = self;
        logs::start_for_command();
        let store = database.open(OpenMode::MustExist).await?;
        let old = match (database.secret()?, new_secret_file) {
            (SecretSource::File(path), None) => Some(path),
            (_, Some(_)) => None,
            (SecretSource::Given(_), None) => {
                return Err("the secret is in ALENTOUR_SECRET: say with --new-secret-file where the new one is to be written".into());
            }
        };
        let new = new_secret_file.clone().or_else(|| old.as_deref().map(beside)).unwrap_or_default();
        // First the new secret, durably: what the database is told to need must be there.
        let next = Secret::new(new_secret(&new)?);
        let records = store.keys().rotate(&next).map_err(|_| "the system has no randomness")?;
        store.change_key_records(&records, &[]).await?;
        if let Some(old) = &old {
            std::fs::rename(&new, old)
                .and_then(|()| sync_folder(old))
                .map_err(|error| format!("{}: {error}", old.display()))?;
        }
        let records = store.key_records().await?;
        let keys = Keys::open(next, &records).map_err(|_| "the new secret does not open the database")?;
        store.change_key_records(&[], &keys.obsolete(&records)).await?;
        store.close().await;
        security::secret_rotated();
        let place = old.as_ref().unwrap_or(&new).display();
        writeln!(out, "The new secret is in {place}. The old one opens this database no more.")?;
        writeln!(
            out,
            "Restart the servers with the new one now: they wrap persons' keys again while they run."
        )?;
        writeln!(
            out,
            "Then make a back-up, and delete keys.jsonl.gz files from before: the old secret reads them."
        )?;
        Ok(())
    }
}

/// Where the new secret waits until it takes the old one's place.
fn beside(old: &Path) -> PathBuf {
    let mut path = old.as_os_str().to_owned();
    path.push(".new");
    path.into()
}

/// The secret in that file; a new one where there is no such file. One that is there is left from a rotation that was cut short.
fn new_secret(path: &Path) -> Result<String, CommandError> {
    match std::fs::read_to_string(path) {
        Ok(text) if text.trim().len() >= Secret::SHORTEST => Ok(text.trim().to_owned()),
        Ok(_) => Err(format!("{}: is there, and holds no secret: delete it", path.display()).into()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let text = Secret::random_text()?;
            write_private(path, &text).map_err(|error| format!("{}: {error}", path.display()))?;
            Ok(text)
        }
        Err(error) => Err(format!("{}: {error}", path.display()).into()),
    }
}

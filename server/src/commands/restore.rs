//! `alentour restore`.

use std::io::Write;
use std::path::PathBuf;

use super::backup::described;
use super::database::DatabaseArgs;
use crate::backup;
use crate::error::CommandError;
use crate::observability::{logs, security};
use crate::store::SecretSource;

/// Arguments of `alentour restore`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    database: DatabaseArgs,
    /// The back-up: signups-<time>.jsonl.gz
    signups: PathBuf,
    /// The newest keys; keys.jsonl.gz beside the back-up unless named
    #[arg(long, value_name = "FILE")]
    keys: Option<PathBuf>,
}

impl Args {
    /// Restores the back-up, and says how many rows returned and how many sign-ups did not.
    ///
    /// # Errors
    /// For the person at the terminal.
    pub async fn run(&self, out: &mut impl Write) -> Result<(), CommandError> {
        // A secret that is made anew reads nothing: opening the database would write one.
        if let SecretSource::File(path) = self.database.secret()?
            && !path.is_file()
        {
            return Err(format!(
                "a back-up can only be read with the secret it was made with: put it into {}, or into ALENTOUR_SECRET",
                path.display()
            )
            .into());
        }
        logs::start_for_command();
        let keys = self.keys.clone().unwrap_or_else(|| self.signups.with_file_name("keys.jsonl.gz"));
        let store = self.database.create(&backup::key_records(&keys)?).await?;
        let (rows, left_out) = backup::restore(&*store, &self.signups, &keys).await?;
        security::restored(rows.get("signups").copied().unwrap_or_default());
        writeln!(out, "restored: {}", described(&rows))?;
        if left_out > 0 {
            writeln!(out, "{left_out} sign-ups were erased since this back-up, and did not return")?;
        }
        store.close().await;
        Ok(())
    }
}

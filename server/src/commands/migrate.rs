//! `alentour migrate`.

use std::io::{IsTerminal, Write};

use super::backup::described;
use super::database::{DatabaseArgs, OpenMode};
use crate::backup;
use crate::error::CommandError;
use crate::store::{self, Location};

/// Arguments of `alentour migrate`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    database: DatabaseArgs,
    /// Where to: an empty database
    #[arg(long, value_name = "ADDRESS", hide_env_values = true)]
    to: Location,
}

impl Args {
    /// Copies everything, with progress on a terminal.
    ///
    /// # Errors
    /// For the person at the terminal.
    pub async fn run(&self, out: &mut impl Write) -> Result<(), CommandError> {
        let from = self.database.open(OpenMode::MustExist).await?;
        // The secret goes with what it encrypts: the target's is the source's.
        let records = from.key_records().await?;
        let to = store::open_with_keys(&self.to, &self.database.secret()?, &records).await?;
        let is_terminal = std::io::stderr().is_terminal();
        let progress = |table: &str, rows: u64| {
            if is_terminal {
                eprint!("\r\x1b[K{table}: {rows}");
            }
        };
        let rows = backup::migrate(from, &*to, progress).await;
        if is_terminal {
            eprintln!();
        }
        writeln!(out, "carried: {}", described(&rows?))?;
        to.close().await;
        Ok(())
    }
}

//! `alentour purge`.

use std::io::Write;

use super::database::{DatabaseArgs, OpenMode};
use crate::error::CommandError;
use crate::retention;

/// Arguments of `alentour purge`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    database: DatabaseArgs,
}

impl Args {
    /// Purges what has expired, and says how many sign-ups that were.
    ///
    /// # Errors
    /// For the person at the terminal.
    pub async fn run(&self, out: &mut impl Write) -> Result<(), CommandError> {
        let store = self.database.open(OpenMode::MustExist).await?;
        let purged = retention::purge(&*store, jiff::Timestamp::now().as_second()).await?;
        Ok(writeln!(out, "{purged}")?)
    }
}

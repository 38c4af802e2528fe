//! `alentour backup`.

use std::io::Write;
use std::path::PathBuf;

use serde_json::json;

use super::database::{DatabaseArgs, OpenMode};
use crate::backup::{self, RowCounts};
use crate::error::CommandError;
use crate::store::{Deed, TrailEntry};

/// Arguments of `alentour backup`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    database: DatabaseArgs,
    /// Folder; made where there is none
    folder: PathBuf,
}

impl Args {
    /// Writes the back-up, and says where it is and how many rows it has.
    ///
    /// # Errors
    /// For the person at the terminal.
    pub async fn run(&self, out: &mut impl Write) -> Result<(), CommandError> {
        let store = self.database.open(OpenMode::MustExist).await?;
        let now = jiff::Timestamp::now();
        let (path, rows) = backup::backup(store.clone(), &self.folder, now).await?;
        // The operator's pages say how old the last one is.
        let entry = TrailEntry::by_hand("", Deed::BackedUp, json!({}), now.as_second());
        store.note(&entry).await?;
        Ok(writeln!(out, "{}: {}", path.display(), described(&rows))?)
    }
}

/// `3 signups, 6 consents`
pub(super) fn described(rows: &RowCounts) -> String {
    let rows = rows.iter().filter(|(_, count)| **count > 0);
    let counts = rows.map(|(table, count)| format!("{count} {table}")).collect::<Vec<_>>();
    if counts.is_empty() { "nothing, it is empty".to_owned() } else { counts.join(", ") }
}

//! `alentour signups`.

use std::io::Write;

use clap::Subcommand;

use super::database::{DatabaseArgs, OpenMode};
use super::given;
use crate::error::CommandError;
use crate::observability::{logs, security};
use crate::signups::export::{self, Format};
use crate::store::Erasure;

/// Arguments of `alentour signups`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    database: DatabaseArgs,
    #[command(subcommand)]
    action: Action,
}

/// Subcommands of `alentour signups`.
#[derive(Debug, Subcommand)]
enum Action {
    /// Write an initiative's sign-ups to standard output
    Export {
        /// Identifier of the initiative
        #[arg(long, value_parser = clap::builder::NonEmptyStringValueParser::new())]
        initiative: String,
        /// Form of the export
        #[arg(long, value_enum, default_value = "csv")]
        format: Format,
    },
    /// Erase a person, whose e-mail address is read from standard input: it is in no history and no list of processes
    Erase,
    /// Say how many sign-ups there are
    Count {
        /// Count those of one initiative only
        #[arg(long)]
        initiative: Option<String>,
    },
}

impl Args {
    /// Exports, erases or counts.
    ///
    /// # Errors
    /// For the person at the terminal.
    pub async fn run(&self, out: &mut (impl Write + Send)) -> Result<(), CommandError> {
        let database = &self.database;
        match &self.action {
            Action::Export { initiative, format } => {
                logs::start_for_command();
                let store = database.open(OpenMode::MustExist).await?;
                let count = export::export(&*store, initiative, *format, true, out).await?;
                security::exported(initiative, count);
                Ok(())
            }
            Action::Erase => {
                logs::start_for_command();
                let erased = erase(database).await?;
                security::erased_by_hand(erased);
                Ok(writeln!(out, "{erased}")?)
            }
            Action::Count { initiative } => {
                let store = database.open(OpenMode::MustExist).await?;
                let counts = store.count(initiative.as_deref()).await?;
                Ok(writeln!(out, "{}", counts.signups)?)
            }
        }
    }
}

/// Erases the person whose address standard input says; the number of sign-ups that went.
async fn erase(database: &DatabaseArgs) -> Result<u64, CommandError> {
    let store = database.open(OpenMode::MustExist).await?;
    let email = given::address(&mut std::io::stdin())?;
    let now = jiff::Timestamp::now().as_second();
    let mut erased = 0;
    for email_h in store.secret().email_hashes(&email) {
        loop {
            match store.erase(&Erasure::Person(email_h), now).await? {
                0 => break,
                some => erased += some,
            }
        }
    }
    Ok(erased)
}

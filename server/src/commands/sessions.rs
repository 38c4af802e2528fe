//! `alentour sessions`.

use std::io::Write;

use clap::Subcommand;
use serde_json::{Value, json};

use super::database::{DatabaseArgs, OpenMode};
use super::json;
use crate::error::CommandError;
use crate::outbox::event::time;
use crate::store::KnownSession;

/// Arguments of `alentour sessions`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    database: DatabaseArgs,
    #[command(subcommand)]
    action: Action,
}

/// Subcommands of `alentour sessions`.
#[derive(Debug, Subcommand)]
enum Action {
    /// Say which dates have left the feed though people take part in them, and how many they are
    List {
        /// Say it as JSON
        #[arg(long)]
        json: bool,
    },
    /// Call off a date that has left the feed, and tell its participants. Says how many sign-ups that were
    Cancel {
        /// Identifier of the initiative
        initiative: String,
        /// The date's name, as `list` says it
        session: String,
    },
}

impl Args {
    /// Lists dates, or calls one off. A server that runs sends the mails; else the next one does.
    ///
    /// # Errors
    /// For the person at the terminal.
    pub async fn run(&self, out: &mut impl Write) -> Result<(), CommandError> {
        let store = self.database.open(OpenMode::MustExist).await?;
        let now = jiff::Timestamp::now().as_second();
        match &self.action {
            Action::List { json } => list(&store.gone_sessions(now).await?, *json, out),
            Action::Cancel { initiative, session } => {
                match store.call_off(initiative, session, now).await? {
                    Some(count) => Ok(writeln!(out, "{count}")?),
                    None => Err(format!(
                        "{initiative} {session}: no date to come of that name has left the feed (see alentour sessions list); \
                         take it out of the feed first, so that nobody signs up for it any more"
                    )
                    .into()),
                }
            }
        }
    }
}

fn list(all: &[(String, KnownSession, u64)], json: bool, out: &mut impl Write) -> Result<(), CommandError> {
    if json {
        return json::write(all.iter().map(object), out);
    }
    for (initiative, one, people) in all {
        writeln!(out, "{initiative}  {}  {}  {people} people", one.session, one.kept.starts)?;
    }
    Ok(())
}

fn object((initiative, one, people): &(String, KnownSession, u64)) -> Value {
    json!({
        "initiative": initiative,
        "session": one.session,
        "startDate": one.kept.starts,
        "endDate": one.kept.ends,
        "location": one.kept.place,
        "people": people,
        "goneSince": one.gone_since.map(time),
    })
}

//! `alentour outbox`.

use std::io::Write;

use clap::Subcommand;
use serde_json::{Value, json};

use super::database::{DatabaseArgs, OpenMode};
use super::json;
use crate::error::CommandError;
use crate::outbox::event::time;
use crate::store::{Deed, OutboxMessage, TrailEntry};

/// The most messages that are listed.
const LISTED: u32 = 10_000;

/// Arguments of `alentour outbox`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    database: DatabaseArgs,
    #[command(subcommand)]
    action: Action,
}

/// Subcommands of `alentour outbox`.
#[derive(Debug, Subcommand)]
enum Action {
    /// Say which messages wait, or have been given up. Nothing personal is printed
    List {
        /// Those that have been given up
        #[arg(long)]
        dead: bool,
        /// Say it as JSON
        #[arg(long)]
        json: bool,
    },
    /// Make messages that were given up due again
    Retry {
        /// The message's id, as `list --dead` says it
        #[arg(required_unless_present = "all", conflicts_with = "all")]
        id: Option<String>,
        /// All of them
        #[arg(long)]
        all: bool,
    },
}

impl Args {
    /// Lists messages, or makes them due again.
    ///
    /// # Errors
    /// For the person at the terminal.
    pub async fn run(&self, out: &mut impl Write) -> Result<(), CommandError> {
        let store = self.database.open(OpenMode::MustExist).await?;
        match &self.action {
            Action::List { dead, json } => list(&store.outbox(*dead, LISTED).await?, *json, out),
            Action::Retry { id, .. } => {
                let now = jiff::Timestamp::now().as_second();
                let entry = TrailEntry::by_hand("", Deed::Retried, json!({}), now);
                match (store.retry(id.as_deref(), &entry).await?, id) {
                    (0, Some(id)) => Err(format!("{id}: no message of that id has been given up").into()),
                    (count, _) => Ok(writeln!(out, "{count}")?),
                }
            }
        }
    }
}

fn list(all: &[OutboxMessage], json: bool, out: &mut impl Write) -> Result<(), CommandError> {
    if json {
        return json::write(all.iter().map(object), out);
    }
    for message in all {
        let to = if message.sink.is_empty() { "person" } else { &message.sink };
        let (id, kind, at) =
            (&message.id, message.kind.as_str(), time(message.dead_at.unwrap_or(message.created_at)));
        let why = message.error.as_deref().unwrap_or_default();
        writeln!(out, "{id}  {at}  {kind}  {to}  {}  {} tries  {why}", message.initiative, message.attempts)?;
    }
    Ok(())
}

fn object(message: &OutboxMessage) -> Value {
    json!({
        "id": message.id,
        "type": message.kind.as_str(),
        "sink": message.sink,
        "initiative": message.initiative,
        "createdAt": time(message.created_at),
        "attempts": message.attempts,
        "error": message.error,
        "givenUpAt": message.dead_at.map(time),
    })
}

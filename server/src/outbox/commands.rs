//! `alentour outbox` and `alentour keys`.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use clap::Subcommand;
use serde_json::{Value, json};

use super::event::time;
use super::sealed;
use crate::cli::Failure;
use crate::store::{Owed, Store};

/// The most messages that are listed.
const LISTED: u32 = 10_000;

/// What can be done about messages.
#[derive(Debug, Subcommand)]
pub enum Do {
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

/// Does it.
///
/// # Errors
/// For the person at the terminal.
pub async fn outbox(what: &Do, store: &dyn Store, out: &mut impl Write) -> Result<(), Failure> {
    match what {
        Do::List { dead, json } => list(&store.outbox(*dead, LISTED).await?, *json, out),
        Do::Retry { id, .. } => {
            let now = jiff::Timestamp::now().as_second();
            match (store.retry(id.as_deref(), now).await?, id) {
                (0, Some(id)) => Err(format!("{id}: no message of that id has been given up").into()),
                (count, _) => Ok(writeln!(out, "{count}")?),
            }
        }
    }
}

fn list(all: &[Owed], json: bool, out: &mut impl Write) -> Result<(), Failure> {
    if json {
        serde_json::to_writer_pretty(&mut *out, &all.iter().map(object).collect::<Vec<_>>())?;
        return Ok(writeln!(out)?);
    }
    for owed in all {
        let to = if owed.sink.is_empty() { "person" } else { &owed.sink };
        let (id, kind, at) = (&owed.id, owed.kind.as_str(), time(owed.dead_at.unwrap_or(owed.created_at)));
        let why = owed.error.as_deref().unwrap_or_default();
        writeln!(out, "{id}  {at}  {kind}  {to}  {}  {} tries  {why}", owed.initiative, owed.attempts)?;
    }
    Ok(())
}

fn object(owed: &Owed) -> Value {
    json!({
        "id": owed.id,
        "type": owed.kind.as_str(),
        "sink": owed.sink,
        "initiative": owed.initiative,
        "createdAt": time(owed.created_at),
        "attempts": owed.attempts,
        "error": owed.error,
        "givenUpAt": owed.dead_at.map(time),
    })
}

/// What can be done with keys.
#[derive(Debug, Subcommand)]
pub enum Keys {
    /// Make a pair: the public key is for the sink's `public-key`, the secret one for the organiser alone
    New,
    /// Open a sealed event from standard input
    Open {
        /// File of the secret key
        #[arg(long, value_name = "FILE")]
        key_file: PathBuf,
    },
}

/// Does it.
///
/// # Errors
/// For the person at the terminal.
pub fn keys(what: &Keys, input: &mut impl Read, out: &mut impl Write) -> Result<(), Failure> {
    match what {
        Keys::New => {
            let (public, secret) = sealed::new_keys();
            writeln!(out, "public-key = \"{public}\"\nsecret-key = \"{secret}\"")?;
        }
        Keys::Open { key_file } => {
            let mut event = String::new();
            input.read_to_string(&mut event)?;
            let event =
                serde_json::from_str(&event).map_err(|error| format!("the event is not JSON: {error}"))?;
            serde_json::to_writer_pretty(&mut *out, &sealed::open(event, &secret_key(key_file)?)?)?;
            writeln!(out)?;
        }
    }
    Ok(())
}

/// The secret key in a file: alone, or as `keys new` has printed it.
fn secret_key(path: &Path) -> Result<String, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let named = text.lines().find_map(|line| line.trim().strip_prefix("secret-key"));
    let key = named.map_or(text.as_str(), |rest| rest.trim_start_matches([' ', '=']));
    Ok(key.trim().trim_matches('"').to_owned())
}

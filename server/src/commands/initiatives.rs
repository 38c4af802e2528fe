//! `alentour initiatives`.

use std::io::{Read, Write};
use std::path::PathBuf;

use clap::Subcommand;
use serde::Deserialize;
use serde_json::{Value, json};

use super::database::{DatabaseArgs, OpenMode};
use super::{given, json, known_keys, looked_at};
use crate::error::CommandError;
use crate::observability::{logs, security};
use crate::outbox::event::time;
use crate::own;
use crate::store::{
    Deed, OwnChange, OwnContent, OwnInitiative, OwnStatus, OwnWhich, Proposal, Store, TrailEntry,
};

/// What `show` says of one, by these keys.
const SHOWN: [&str; 9] =
    ["id", "version", "status", "owner", "language", "createdAt", "changedAt", "proposal", "initiative"];

/// Arguments of `alentour initiatives`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    database: DatabaseArgs,
    #[command(subcommand)]
    action: Action,
}

/// Subcommands of `alentour initiatives`.
#[derive(Debug, Subcommand)]
enum Action {
    /// Show the initiatives that are made here, and where each stands
    List {
        /// draft, waiting, asked_back, declined, published or withdrawn
        #[arg(long, value_parser = status)]
        status: Option<OwnStatus>,
        /// Say it as JSON
        #[arg(long)]
        json: bool,
    },
    /// Make one, or change one: an initiative of a canonical feed, or what `show` says of one. Says its ID@VERSION
    Keep {
        /// JSON; - reads standard input
        file: PathBuf,
    },
    /// Show one to visitors
    Publish {
        /// ID@VERSION, as `list` says it
        #[arg(value_parser = looked_at::parse)]
        initiative: (String, i64),
    },
    /// Show one to visitors no more. Whoever takes part is told nothing: see `alentour sessions`
    Withdraw {
        /// ID@VERSION, as `list` says it
        #[arg(value_parser = looked_at::parse)]
        initiative: (String, i64),
    },
    /// Show all that is known of one, as JSON
    Show {
        /// Its identifier
        id: String,
    },
}

fn status(word: &str) -> Result<OwnStatus, String> {
    OwnStatus::parse(word)
        .ok_or_else(|| format!("say one of {}", OwnStatus::ALL.map(OwnStatus::as_str).join(", ")))
}

/// What `show` says of one, and `keep` reads. Where it says no identifier it is a new one.
#[derive(Deserialize)]
struct Entry {
    #[serde(default)]
    id: String,
    version: Option<i64>,
    #[serde(default)]
    language: String,
    initiative: Value,
}

impl Args {
    /// Lists, shows, makes, changes, publishes or withdraws initiatives. A server that runs shows within half a minute what has become of them.
    ///
    /// # Errors
    /// For the person at the terminal.
    pub async fn run(
        &self,
        input: &mut (impl Read + Send),
        out: &mut (impl Write + Send),
    ) -> Result<(), CommandError> {
        logs::start_for_command();
        let mode = match self.action {
            Action::Keep { .. } => OpenMode::CreateIfMissing,
            _ => OpenMode::MustExist,
        };
        let store = self.database.open(mode).await?;
        match &self.action {
            Action::List { status, json } => {
                let which = OwnWhich { status: *status, owner: None };
                list(&store.own_initiatives(which).await?, *json, out)
            }
            Action::Keep { file } => {
                let text = given::text(file, input)?;
                Ok(writeln!(out, "{}", keep(&*store, &text).await?)?)
            }
            Action::Publish { initiative } => {
                set_status(&*store, initiative, OwnStatus::Published, out).await
            }
            Action::Withdraw { initiative } => {
                set_status(&*store, initiative, OwnStatus::Withdrawn, out).await
            }
            Action::Show { id } => {
                let one = store.own_initiative(id).await?.ok_or_else(|| unknown(id))?;
                security::proposal_shown(id);
                serde_json::to_writer_pretty(&mut *out, &object(&one)?)?;
                Ok(writeln!(out)?)
            }
        }
    }
}

/// Makes the initiative of that text, or changes it; its name as `list` says it.
async fn keep(store: &dyn Store, text: &str) -> Result<String, CommandError> {
    let value: Value = serde_json::from_str(text).map_err(|error| format!("it is no JSON: {error}"))?;
    let entry = match value.get("initiative") {
        Some(_) => {
            let shown = value.as_object().map_or(Ok(()), |it| known_keys::among(SHOWN.into_iter(), it, ""));
            shown?;
            serde_json::from_value(value)?
        }
        None => Entry { id: String::new(), version: None, language: String::new(), initiative: value },
    };
    known_keys::check(&entry.initiative)?;
    let given = match entry.language.is_empty() || entry.initiative.get("initiatives").is_some() {
        true => entry.initiative,
        false => json!({ "inLanguage": entry.language, "initiatives": [entry.initiative] }),
    }
    .to_string();
    if entry.id.is_empty() {
        let content = own::read(&given, None)?;
        let by_hand = by_hand();
        store.create_own(&content, OwnStatus::Draft, "", &Proposal::default(), &by_hand).await?;
        return Ok(looked_at::name(&content.id, 1));
    }
    let (id, version) = looked_at::of_entry(entry.id, entry.version)?;
    let before = store.own_initiative(&id).await?.ok_or_else(|| unknown(&id))?;
    let content = own::read(&given, Some(&before.content))?;
    said(&id, store.change_own(version, &content, &by_hand()).await?)
}

async fn set_status(
    store: &dyn Store,
    (id, version): &(String, i64),
    to: OwnStatus,
    out: &mut (impl Write + Send),
) -> Result<(), CommandError> {
    let done = store.set_own_status((id, *version), to, "", &by_hand()).await?;
    Ok(writeln!(out, "{}", said(id, done)?)?)
}

/// Its name as `list` says it now, or why nothing was done.
fn said(id: &str, done: OwnChange) -> Result<String, CommandError> {
    match done {
        OwnChange::Now(version) => Ok(looked_at::name(id, version)),
        OwnChange::Stale => Err(format!("{id}: it has changed since you looked at it").into()),
        OwnChange::Refused(status) => Err(format!("{id}: it is {}", status.as_str()).into()),
        OwnChange::Unknown => Err(unknown(id)),
    }
}

fn unknown(id: &str) -> CommandError {
    format!("{id}: nothing of that identifier is made here (see alentour initiatives list)").into()
}

fn by_hand() -> TrailEntry {
    // What was done, and with which, is the store's to say.
    TrailEntry::by_hand("", Deed::Changed, json!({}), jiff::Timestamp::now().as_second())
}

fn list(all: &[OwnInitiative], json: bool, out: &mut impl Write) -> Result<(), CommandError> {
    if json {
        let all = all.iter().map(object).collect::<Result<Vec<_>, _>>()?;
        return json::write(all.into_iter().map(public), out);
    }
    for one in all {
        let name = title(&one.content).unwrap_or_default();
        writeln!(out, "{}  {}  {name}", looked_at::name(&one.content.id, one.version), one.status.as_str())?;
    }
    Ok(())
}

fn title(content: &OwnContent) -> Option<String> {
    let json: Value = serde_json::from_str(&content.json).ok()?;
    // A terminal obeys some control characters.
    Some(json.get("name")?.as_str()?.chars().filter(|c| !c.is_control()).collect())
}

/// What a list says of one: who has proposed it is only shown one by one.
fn public(mut object: Value) -> Value {
    object.as_object_mut().and_then(|object| object.remove("proposal"));
    object
}

fn object(one: &OwnInitiative) -> Result<Value, CommandError> {
    Ok(json!({
        "id": one.content.id,
        "version": one.version,
        "status": one.status.as_str(),
        "owner": one.owner,
        "language": one.content.language,
        "createdAt": time(one.created_at),
        "changedAt": time(one.changed_at),
        "proposal": one.proposal,
        "initiative": serde_json::from_str::<Value>(&one.content.json)?,
    }))
}

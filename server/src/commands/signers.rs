//! `alentour signers`.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use clap::Subcommand;
use serde::Deserialize;
use serde_json::{Value, json};

use super::database::{DatabaseArgs, OpenMode};
use crate::error::CommandError;
use crate::observability::{logs, security};
use crate::store::{Candidate, SignerState, Store};

/// Arguments of `alentour signers`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    database: DatabaseArgs,
    #[command(subcommand)]
    action: Action,
}

/// Subcommands of `alentour signers`.
#[derive(Debug, Subcommand)]
enum Action {
    /// Say who has signed a petition and agrees to be named on it: first name and town
    List {
        /// Of that initiative alone
        #[arg(long)]
        initiative: Option<String>,
        /// Those alone of whom nothing was decided
        #[arg(long)]
        waiting: bool,
        /// Say it as JSON
        #[arg(long)]
        json: bool,
    },
    /// Let these be named, by their ids
    Approve {
        /// Ids as `list` says them
        #[arg(required = true)]
        ids: Vec<String>,
    },
    /// Keep these from being named
    Refuse {
        /// Ids as `list` says them
        #[arg(required = true)]
        ids: Vec<String>,
    },
    /// Take many decisions from a file: [{"id": "…", "state": "approved"}, …]; all of them or, where one is wrong, none
    Apply {
        /// The file; `-` is standard input
        file: PathBuf,
    },
}

impl Args {
    /// Lists those who agree to be named, or notes what was decided of them.
    ///
    /// # Errors
    /// For the person at the terminal.
    pub async fn run(
        &self,
        input: &mut (impl Read + Send),
        out: &mut (impl Write + Send),
    ) -> Result<(), CommandError> {
        logs::start_for_command();
        // Before the database is opened: a file that is wrong changes nothing.
        let all = |ids: &[String], state| ids.iter().map(|id| (id.clone(), state)).collect();
        let decided: Vec<_> = match &self.action {
            Action::List { .. } => Vec::new(),
            Action::Approve { ids } => all(ids, SignerState::Approved),
            Action::Refuse { ids } => all(ids, SignerState::Refused),
            Action::Apply { file } => read(file, input)?,
        };
        let store = self.database.open(OpenMode::MustExist).await?;
        if let Action::List { initiative, waiting, json } = &self.action {
            let mut all = store.candidates(initiative.as_deref()).await?;
            all.retain(|one| !waiting || one.state.is_none());
            security::signers_listed(all.len() as u64);
            return list(&all, *json, out);
        }
        decide(&*store, &decided).await?;
        security::signers_decided(decided.len() as u64);
        Ok(writeln!(out, "{}", decided.len())?)
    }
}

async fn decide(store: &dyn Store, decided: &[(String, SignerState)]) -> Result<(), CommandError> {
    let unknown = store.moderate(decided, jiff::Timestamp::now().as_second()).await?;
    if unknown.is_empty() {
        return Ok(());
    }
    let unknown = unknown.join(", ");
    Err(format!("{unknown}: nobody who agrees to be named (see alentour signers list); nothing was changed")
        .into())
}

/// The decisions of a file.
fn read(file: &Path, input: &mut impl Read) -> Result<Vec<(String, SignerState)>, CommandError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Decision {
        id: String,
        state: String,
    }
    let wrong = |why: String| format!("{}: {why}", file.display());
    let text = super::requests::text(file, input)?;
    let decisions: Vec<Decision> = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
    let mut decided = BTreeMap::new();
    for Decision { id, state } in decisions {
        let known = SignerState::parse(&state);
        let state = known.ok_or_else(|| wrong(format!("{id}: {state} is neither approved nor refused")))?;
        if decided.insert(id.clone(), state).is_some_and(|before| before != state) {
            return Err(wrong(format!("{id} is both approved and refused")).into());
        }
    }
    Ok(decided.into_iter().collect())
}

fn list(all: &[Candidate], json: bool, out: &mut impl Write) -> Result<(), CommandError> {
    if json {
        serde_json::to_writer_pretty(&mut *out, &all.iter().map(object).collect::<Vec<_>>())?;
        return Ok(writeln!(out)?);
    }
    for one in all {
        let state = one.state.map_or("waiting", SignerState::as_str);
        writeln!(out, "{}  {}  {state}  {} ({})", one.id, one.initiative, one.signer.name, one.signer.town)?;
    }
    Ok(())
}

fn object(one: &Candidate) -> Value {
    json!({
        "id": one.id,
        "initiative": one.initiative,
        "name": one.signer.name,
        "town": one.signer.town,
        "state": one.state.map(SignerState::as_str),
    })
}

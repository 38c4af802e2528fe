//! `alentour signers`.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use clap::Subcommand;
use serde::Deserialize;
use serde_json::{Value, json};

use super::database::{DatabaseArgs, OpenMode};
use super::{given, json, looked_at};
use crate::error::CommandError;
use crate::observability::{logs, security};
use crate::store::{Candidate, SignerState, Store, Undecidable};

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
    /// Let these be named, by their ids and versions
    Approve {
        /// Ids and versions, as `list` says them
        #[arg(required = true, value_name = "ID@VERSION", value_parser = looked_at::parse)]
        ids: Vec<(String, i64)>,
    },
    /// Keep these from being named
    Refuse {
        /// Ids and versions, as `list` says them
        #[arg(required = true, value_name = "ID@VERSION", value_parser = looked_at::parse)]
        ids: Vec<(String, i64)>,
    },
    /// Take many decisions from a file: [{"id": "…", "version": 1, "state": "approved"}, …]; all of them or, where one is wrong, none
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
        let all = |ids: &[(String, i64)], state| {
            ids.iter().map(|(id, version)| (id.clone(), *version, state)).collect()
        };
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

async fn decide(store: &dyn Store, decided: &[(String, i64, SignerState)]) -> Result<(), CommandError> {
    let undecidable = store.moderate(decided, jiff::Timestamp::now().as_second()).await?;
    if undecidable.is_empty() {
        return Ok(());
    }
    let line = |one: &Undecidable| match one {
        Undecidable::Unknown(id) => {
            format!("{id}: nobody who agrees to be named (see alentour signers list)")
        }
        Undecidable::Changed(id) => format!("{id}: it has changed since you looked at it: list it again"),
    };
    let lines: Vec<_> = undecidable.iter().map(line).collect();
    Err(format!("nothing was changed.\n{}", lines.join("\n")).into())
}

/// The decisions of a file.
fn read(file: &Path, input: &mut impl Read) -> Result<Vec<(String, i64, SignerState)>, CommandError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Decision {
        id: String,
        version: Option<i64>,
        state: String,
    }
    let wrong = |why: String| format!("{}: {why}", file.display());
    let text = given::text(file, input)?;
    let decisions: Vec<Decision> = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
    let mut decided = BTreeMap::new();
    for Decision { id, version, state } in decisions {
        let of_id = id.clone();
        let (id, version) =
            looked_at::of_entry(id, version).map_err(|why| wrong(format!("{of_id}: {why}")))?;
        let known = SignerState::parse(&state);
        let state = known.ok_or_else(|| wrong(format!("{id}: {state} is neither approved nor refused")))?;
        if decided.insert(id.clone(), (version, state)).is_some_and(|before| before != (version, state)) {
            return Err(wrong(format!("{id} is decided twice, and not alike")).into());
        }
    }
    Ok(decided.into_iter().map(|(id, (version, state))| (id, version, state)).collect())
}

fn list(all: &[Candidate], json: bool, out: &mut impl Write) -> Result<(), CommandError> {
    if json {
        return json::write(all.iter().map(object), out);
    }
    for one in all {
        let state = one.state.map_or("waiting", SignerState::as_str);
        let id = looked_at::name(&one.id, one.version);
        writeln!(out, "{id}  {}  {state}  {} ({})", one.initiative, one.signer.name, one.signer.town)?;
    }
    Ok(())
}

fn object(one: &Candidate) -> Value {
    json!({
        "id": one.id,
        "version": one.version,
        "initiative": one.initiative,
        "name": one.signer.name,
        "town": one.signer.town,
        "state": one.state.map(SignerState::as_str),
    })
}

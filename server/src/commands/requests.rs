//! `alentour requests`.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::PathBuf;

use clap::Subcommand;
use serde::Deserialize;
use serde_json::Value;

use super::database::{DatabaseArgs, OpenMode};
use super::{given, json, looked_at};
use crate::error::CommandError;
use crate::observability::{logs, security};
use crate::signups::export;
use crate::store::{Answer, Answered, Decision, Deed, Refusal, SignUpRecord, Store, TrailEntry};

/// Arguments of `alentour requests`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    database: DatabaseArgs,
    #[command(subcommand)]
    action: Action,
}

/// Subcommands of `alentour requests`.
#[derive(Debug, Subcommand)]
enum Action {
    /// Show requests to join and offers, those first that nobody has answered
    List {
        /// Those to one initiative only
        #[arg(long)]
        initiative: Option<String>,
        /// Say it as JSON: each as exports have it, with its initiative and version
        #[arg(long)]
        json: bool,
    },
    /// Accept requests, and tell their people. Says how many answers are other ones than before
    Accept {
        /// The requests' ids and versions, as `list` says them
        #[arg(required = true, value_name = "ID@VERSION", value_parser = looked_at::parse)]
        ids: Vec<(String, i64)>,
        /// How many are accepted of a need that is offered; without any, all that is offered
        #[arg(long = "need", value_name = "NEED=QUANTITY", value_parser = need)]
        needs: Vec<(String, u32)>,
        /// Accept more than is still needed, too
        #[arg(long)]
        beyond: bool,
    },
    /// Decline requests, and tell their people. Says how many answers are other ones than before
    Decline {
        /// The requests' ids and versions, as `list` says them
        #[arg(required = true, value_name = "ID@VERSION", value_parser = looked_at::parse)]
        ids: Vec<(String, i64)>,
    },
    /// Give the answers of a JSON file, all of them or none. Says how many are other ones than before
    Apply {
        /// The file; `-` is standard input
        file: PathBuf,
        /// Accept more than is still needed, too
        #[arg(long)]
        beyond: bool,
    },
}

/// An answer in a file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    version: Option<i64>,
    decision: String,
    accepted: Option<BTreeMap<String, u32>>,
}

impl Args {
    /// Lists requests, or answers them. A server that runs sends the mails; else the next one does.
    ///
    /// # Errors
    /// For the person at the terminal.
    pub async fn run(
        &self,
        input: &mut (impl Read + Send),
        out: &mut (impl Write + Send),
    ) -> Result<(), CommandError> {
        logs::start_for_command();
        let (answers, beyond) = match &self.action {
            Action::List { initiative, json } => {
                let store = self.database.open(OpenMode::MustExist).await?;
                return list(&requests(&*store, initiative.as_deref()).await?, *json, out);
            }
            Action::Accept { ids, needs, beyond } => {
                let quantities = (!needs.is_empty()).then(|| needs.iter().cloned().collect());
                let accept = |(id, version): &(String, i64)| Answer {
                    id: id.clone(),
                    version: *version,
                    is_accepted: true,
                    quantities: quantities.clone(),
                };
                (ids.iter().map(accept).collect(), *beyond)
            }
            Action::Decline { ids } => {
                let decline = |(id, version): &(String, i64)| Answer {
                    id: id.clone(),
                    version: *version,
                    is_accepted: false,
                    quantities: None,
                };
                (ids.iter().map(decline).collect(), false)
            }
            Action::Apply { file, beyond } => (answers(&given::text(file, input)?)?, *beyond),
        };
        let store = self.database.open(OpenMode::MustExist).await?;
        let now = jiff::Timestamp::now().as_second();
        let entry = TrailEntry::by_hand("", Deed::Answered, serde_json::json!({}), now);
        match store.answer_requests(&answers, beyond, &entry).await? {
            Answered::Now(count) => {
                security::answered_by_hand(count);
                Ok(writeln!(out, "{count}")?)
            }
            Answered::Refused(refused) => Err(said(&answers, &refused).into()),
        }
    }
}

/// `NEED=QUANTITY`; a need's name may have a sign within.
fn need(text: &str) -> Result<(String, u32), String> {
    let parts = text.rsplit_once('=').and_then(|(need, quantity)| Some((need, quantity.parse().ok()?)));
    let (need, quantity) = parts.ok_or("it is to be as in tables=3")?;
    Ok((need.to_owned(), quantity))
}

/// The answers of a file.
fn answers(text: &str) -> Result<Vec<Answer>, CommandError> {
    let entries: Vec<Value> =
        serde_json::from_str(text).map_err(|error| format!("the answers are no JSON list: {error}"))?;
    let answer = |(at, entry)| {
        let named = |why: String| format!("entry {}: {why}", at + 1);
        let Entry { id, version, decision, accepted } =
            serde_json::from_value(entry).map_err(|error| named(error.to_string()))?;
        let (id, version) = looked_at::of_entry(id, version).map_err(named)?;
        let is_accepted = match Decision::parse(&decision) {
            Some(Decision::Accepted) => true,
            Some(Decision::Declined) if accepted.is_none() => false,
            Some(Decision::Declined) => {
                return Err(named("nothing of it is accepted if it is declined".into()));
            }
            _ => return Err(named(format!("the decision is accepted or declined, not {decision:?}"))),
        };
        Ok(Answer { id, version, is_accepted, quantities: accepted })
    };
    Ok(entries.into_iter().enumerate().map(answer).collect::<Result<_, _>>()?)
}

/// Why answers are not given, a line each.
fn said(answers: &[Answer], refused: &[(usize, Refusal)]) -> String {
    let line = |(at, refusal): &(usize, Refusal)| {
        let why = match refusal {
            Refusal::Unknown => {
                "no request of that id that its person has confirmed (see alentour requests list)".to_owned()
            }
            Refusal::Changed => "it has changed since you looked at it: list it again".to_owned(),
            Refusal::Twice => "it is answered twice".to_owned(),
            Refusal::NotOffered(need, offered) => format!("of {need:?} it offers {offered}"),
            Refusal::Beyond(need, left) => format!(
                "of {need:?} only {left} are still needed: say how many with --need, or in \"accepted\", or accept more with --beyond"
            ),
            Refusal::NoSeat(session) => {
                format!("no seat is left: {session:?} has gone to others since it was declined")
            }
        };
        let id = answers.get(*at).map_or("", |answer| &answer.id);
        format!("entry {} ({id}): {why}", at + 1)
    };
    let lines: Vec<_> = refused.iter().map(line).collect();
    format!("nothing was done.\n{}", lines.join("\n"))
}

/// The requests that their people have confirmed, those first that nobody has answered, then as they came.
async fn requests(store: &dyn Store, initiative: Option<&str>) -> Result<Vec<SignUpRecord>, CommandError> {
    let initiatives = match initiative {
        Some(initiative) => vec![initiative.to_owned()],
        None => store.requested().await?,
    };
    let mut all = Vec::new();
    for initiative in &initiatives {
        let (mut after, before) = (None, all.len());
        loop {
            let (page, next) = store.page(initiative, after).await?;
            all.extend(page.into_iter().filter(|one| one.decision.is_some() && !one.pending));
            after = next;
            if after.is_none() {
                break;
            }
        }
        security::exported(initiative, (all.len() - before) as u64);
    }
    all.sort_by_key(|one| {
        let is_answered = one.decision.is_none_or(|(decision, _)| decision != Decision::Asked);
        (is_answered, one.received_at)
    });
    Ok(all)
}

fn list(all: &[SignUpRecord], json: bool, out: &mut impl Write) -> Result<(), CommandError> {
    if json {
        let object = |one| {
            let mut object = export::object(one);
            object["initiative"] = one.initiative.clone().into();
            object["version"] = one.sequence.into();
            object
        };
        return json::write(all.iter().map(object), out);
    }
    for one in all {
        let decision = export::decision(one).unwrap_or_default();
        let received = jiff::Timestamp::from_second(one.received_at).unwrap_or_default();
        let person = &one.person;
        let name = format!("{} {}", person.given_name, person.family_name);
        writeln!(
            out,
            "{}  {decision}  {}  {received}  {name}  {}",
            looked_at::name(&one.id, one.sequence),
            one.initiative,
            export::offers(one)
        )?;
        // What somebody wrote looks like no other line.
        for line in person.message.iter().flat_map(|message| message.lines()) {
            writeln!(out, "    {}", line.replace(char::is_control, " "))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_answers_says_which_entry_is_wrong() {
        let wrong = |text: &str| answers(text).unwrap_err().to_string();
        let good = r#"[{"id":"a","version":3,"decision":"accepted","accepted":{"tables":2}},{"id":"b@1","decision":"declined"}]"#;
        let [first, second] = &answers(good).unwrap()[..] else { panic!("two") };
        assert_eq!(first.quantities, Some(BTreeMap::from([("tables".into(), 2)])));
        assert_eq!((first.version, second.id.as_str(), second.version), (3, "b", 1));
        assert!(first.is_accepted && !second.is_accepted && second.quantities.is_none());
        for (text, said) in [
            (r#"{"id":"a"}"#, "no JSON list"),
            (r#"[{"id":"a@1","decision":"declined"},{"id":"b"}]"#, "entry 2: missing field `decision`"),
            (r#"[{"id":"a","decision":"accepted"}]"#, "entry 1: it says no version"),
            (r#"[{"id":"a@1","decision":"asked"}]"#, "entry 1: the decision is accepted or declined"),
            (r#"[{"id":"a@1","decision":"declined","accepted":{}}]"#, "entry 1: nothing of it"),
            (r#"[{"id":"a","decision":"accepted","accept":{}}]"#, "entry 1: unknown field `accept`"),
            (r#"[{"id":"a","decision":"accepted","accepted":{"tables":-1}}]"#, "entry 1: invalid value"),
        ] {
            assert!(wrong(text).contains(said), "{text}: {}", wrong(text));
        }
    }

    #[test]
    fn a_need_is_named_before_its_quantity() {
        assert_eq!(need("tables=3"), Ok(("tables".into(), 3)));
        assert_eq!(need("a=b=0"), Ok(("a=b".into(), 0)));
        assert!(need("tables").is_err() && need("tables=trois").is_err() && need("tables=-1").is_err());
    }
}

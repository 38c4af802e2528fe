//! The operator's feeds, read in a process of its own: the server's half ([`read`]) and that process's ([`run`]).

use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};

use alentour_formats::{Column, Columns, Reading};
use serde::{Deserialize, Serialize};

use super::fetch::{Fetcher, Validators};
use super::gather::{Bounds, Gathered, Known, Stop, Unread, gather, read as read_file};
use super::source::{Source, open};
use super::wire;
use crate::sandbox::{Profile, Sandbox, SandboxError, Task};

/// Left-out items that are logged one by one; `alentour check` says them all.
pub const LOGGED: usize = 20;

/// How a server reads feeds.
#[derive(Clone, Debug)]
pub struct FeedReader {
    /// The process that reads them.
    pub sandbox: Sandbox,
    /// Whether feeds are fetched from private addresses, too.
    pub allow_private: bool,
    /// What the columns of tables are, where the operator says it.
    pub columns: Columns,
}

impl FeedReader {
    /// One for feeds that strangers name.
    pub fn for_strangers(program: &Path, allow_private: bool) -> Self {
        Self { sandbox: Sandbox::new(program, Profile::STRANGER), allow_private, columns: Columns::default() }
    }
}

/// What is known of a feed from the last time, and kept by the server.
#[derive(Debug)]
pub enum Version {
    /// Nothing.
    Unknown,
    /// What its only page was sent with.
    Sent(Validators),
    /// What was read, and where what has changed since is.
    Resumable(Box<Reading>, String),
}

/// Why a reading is not all of its feed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Incomplete {
    /// In words.
    pub why: String,
    /// Whether it may be otherwise the next time.
    pub may_pass: bool,
}

impl From<Stop> for Incomplete {
    fn from(stop: Stop) -> Self {
        Self { why: stop.to_string(), may_pass: stop.may_pass() }
    }
}

/// A feed that was read.
#[derive(Debug)]
pub struct Fresh {
    /// All of it, or what could be had.
    pub reading: Reading,
    /// Why that is not all; `None` if it is.
    pub incomplete: Option<Incomplete>,
    /// How many items were left out.
    pub lost: usize,
    /// How many findings there were. [`reading`](Self::reading) has the first that say why an item was left out.
    pub findings: usize,
    /// What tells the next visit what is new.
    pub version: Version,
}

/// The first line of a job. A reading follows where it is known what was read before.
#[derive(Debug, Serialize, Deserialize)]
struct Job {
    at: FeedLocation,
    allow_private: bool,
    /// Headers, and the names of their columns.
    columns: Vec<(String, Option<String>)>,
    known: Earlier,
}

#[derive(Debug, Serialize, Deserialize)]
enum FeedLocation {
    File(PathBuf),
    Url(String),
}

#[derive(Debug, Serialize, Deserialize)]
enum Earlier {
    Nothing,
    Version(Validators),
    Reading(String),
}

/// The first line of an answer. The reading follows where there is one.
#[derive(Debug, Serialize, Deserialize)]
enum Answer {
    Unchanged,
    Unread(String),
    Read {
        incomplete: Option<Incomplete>,
        validators: Option<Validators>,
        resume: Option<String>,
        lost: usize,
        findings: usize,
    },
}

/// Reads all pages of a feed, `None` if nothing has changed since that version.
///
/// # Errors
/// In words: why nothing could be had.
pub async fn read(source: &Source, version: &Version, reader: &FeedReader) -> Result<Option<Fresh>, String> {
    let job = job(source, version, reader).map_err(|error| error.to_string())?;
    match reader.sandbox.run(Task::Feed, &job).await {
        // Parsing some megabytes of JSON takes a while: not for the threads that answer requests.
        Ok(answer) => match tokio::task::spawn_blocking(move || understand(&answer)).await {
            Ok(Ok(fresh)) => fresh,
            Ok(Err(error)) => Err(format!("the reading process broke off: {error}")),
            Err(panic) => Err(format!("the reading could not be taken over: {panic}")),
        },
        Err(SandboxError::Exceeded(limit)) => Err(Unread::Exceeded(limit).to_string()),
        Err(SandboxError::Failed(why)) => Err(format!("the reading process failed: {why}")),
        Err(SandboxError::Busy) => Err("too many feeds are being read".into()),
    }
}

fn job(source: &Source, version: &Version, reader: &FeedReader) -> std::io::Result<Vec<u8>> {
    let at = match source {
        Source::File(path) => FeedLocation::File(path.clone()),
        Source::Url(url) => FeedLocation::Url(url.clone()),
        Source::Demo => return Err(std::io::Error::other("the demo feed is read where it is made")),
    };
    let name = |column: Option<Column>| column.map(|column| column.as_str().to_owned());
    let known = match version {
        Version::Unknown => Earlier::Nothing,
        Version::Sent(validators) => Earlier::Version(validators.clone()),
        Version::Resumable(_, address) => Earlier::Reading(address.clone()),
    };
    let columns = reader.columns.iter().map(|(header, column)| (header.to_owned(), name(column))).collect();
    let mut bytes = Vec::new();
    wire::line(&Job { at, allow_private: reader.allow_private, columns, known }, &mut bytes)?;
    if let Version::Resumable(reading, _) = version {
        wire::write(reading, &mut bytes)?;
    }
    Ok(bytes)
}

/// What an answer says. The outer error is that it says nothing that could be understood.
fn understand(mut answer: &[u8]) -> std::io::Result<Result<Option<Fresh>, String>> {
    Ok(match wire::next(&mut answer)? {
        Answer::Unchanged => Ok(None),
        Answer::Unread(why) => Err(why),
        Answer::Read { incomplete, validators, resume, lost, findings } => {
            let mut reading = wire::read(&mut answer)?;
            super::locate::complete(&mut reading);
            let version = match (resume, validators) {
                (Some(address), _) => Version::Resumable(Box::new(reading.clone()), address),
                (None, Some(validators)) => Version::Sent(validators),
                (None, None) => Version::Unknown,
            };
            Ok(Some(Fresh { reading, incomplete, lost, findings, version }))
        }
    })
}

/// Does a job: what the reading process is for.
///
/// # Errors
/// Where the job cannot be understood, or the answer not be given.
pub fn run(input: &mut impl BufRead, out: &mut impl Write) -> std::io::Result<()> {
    let job: Job = wire::next(input)?;
    let mut columns = Columns::default();
    for (header, column) in job.columns {
        columns.set(header, column.as_deref().and_then(Column::parse));
    }
    let earlier = match &job.known {
        Earlier::Reading(_) => Some(wire::read(input)?),
        Earlier::Nothing | Earlier::Version(_) => None,
    };
    let known = match (&job.known, &earlier) {
        (Earlier::Reading(address), Some(reading)) => Known::Earlier(reading, address),
        (Earlier::Version(validators), _) => Known::Version(validators),
        _ => Known::Nothing,
    };
    let gathered = match &job.at {
        FeedLocation::File(path) => open(path).and_then(|bytes| read_file(&bytes, &columns)).map(Some),
        FeedLocation::Url(url) => {
            gather(&Fetcher::new(job.allow_private), url, known, Bounds::default(), &columns)
        }
    };
    match gathered {
        Ok(None) => wire::line(&Answer::Unchanged, out),
        Err(why) => wire::line(&Answer::Unread(why.to_string()), out),
        Ok(Some(Gathered { mut reading, stop, validators, resume })) => {
            let incomplete = stop.map(Incomplete::from);
            let findings = reading.findings.len();
            let lost = reading.findings.iter().filter(|finding| finding.problem.costs_the_item()).count();
            // A later reading that goes on from this one needs all of them; the log needs the first.
            if resume.is_none() {
                reading.findings.retain(|finding| finding.problem.costs_the_item());
                reading.findings.truncate(LOGGED);
            }
            wire::line(&Answer::Read { incomplete, validators, resume, lost, findings }, out)?;
            wire::write(&reading, out)
        }
    }
}

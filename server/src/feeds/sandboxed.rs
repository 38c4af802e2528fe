//! The operator's feeds, read in a process of its own: the server's half ([`read`]) and that process's ([`run`]).

use std::io::{self, BufRead, Write};
use std::path::{Path, PathBuf};

use alentour_formats::{Column, Columns};
use serde::{Deserialize, Serialize};
use tokio::fs::File;
use tokio::io::{AsyncRead, AsyncReadExt, BufWriter};

use super::fetch::{Fetcher, Validators};
use super::gather::{Known, Unread};
use super::snapshot::{Snapshot, ending};
use super::source::Source;
use super::streamed::{Halt, Streamed};
use super::wire::{self, Ending};
use crate::catalogue::Home;
use crate::sandbox::{Limit, Profile, Sandbox, SandboxError, Task};

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

/// What is known of a feed from the last time.
#[derive(Clone, Copy, Debug)]
pub enum Version<'a> {
    /// Nothing.
    Unknown,
    /// What its only page was sent with.
    Sent(&'a Validators),
    /// What was read, and where what has changed since is.
    Resumable(&'a Snapshot, &'a str),
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

/// Why nothing could be had.
#[derive(Debug)]
pub enum Failure {
    /// Of the feed: in words. It is as it is until the feed changes.
    Feed(String),
    /// What was read of it could not be kept: in words. It may pass.
    Ours(String),
}

impl From<Unread> for Failure {
    fn from(why: Unread) -> Self {
        Self::Feed(why.to_string())
    }
}

impl From<io::Error> for Failure {
    fn from(why: io::Error) -> Self {
        Self::Ours(format!("what is read cannot be kept: {why}"))
    }
}

/// Reads all pages of a feed into a file, `None` if nothing has changed since that version.
///
/// # Errors
/// Why nothing could be had.
pub async fn read(
    source: &Source,
    version: Version<'_>,
    reader: &FeedReader,
    home: &Home,
) -> Result<Option<Snapshot>, Failure> {
    let (name, path) = home.new_path()?;
    let read = read_into(source, version, reader, &path, home).await;
    let ended = read.and_then(|()| {
        ending(&path).map_err(|why| match why.kind() {
            io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData | io::ErrorKind::Other => {
                Failure::Feed(format!("the reading process broke off: {why}"))
            }
            _ => why.into(),
        })
    });
    if let Ok(Ending::Read(tail)) = ended {
        return Ok(Some(Snapshot::fresh(name, path, tail)));
    }
    let _ = std::fs::remove_file(&path);
    match ended? {
        Ending::Unread(why) => Err(Failure::Feed(why)),
        _ => Ok(None),
    }
}

async fn read_into(
    source: &Source,
    version: Version<'_>,
    reader: &FeedReader,
    path: &Path,
    home: &Home,
) -> Result<(), Failure> {
    let job = job(source, version, reader)?;
    // What was read before follows.
    let before: Box<dyn AsyncRead + Unpin + Send> = match version {
        Version::Resumable(snapshot, _) => Box::new(File::from_std(snapshot.file()?)),
        Version::Unknown | Version::Sent(_) => Box::new(tokio::io::empty()),
    };
    let mut out = BufWriter::new(File::create(path).await?);
    match reader.sandbox.pass(Task::Feed, job.chain(before), &mut out, || home.room()).await {
        Ok(()) => Ok(out.get_ref().sync_all().await?),
        Err(SandboxError::Exceeded(Limit::Output)) if home.room() < reader.sandbox.output() => {
            Err(Failure::Ours("what is read of it needs more than a quarter of the free disk".into()))
        }
        Err(SandboxError::Exceeded(limit)) => Err(Unread::Exceeded(limit).into()),
        Err(SandboxError::Ours(why)) => Err(Failure::Ours(format!("the reading process failed: {why}"))),
        Err(SandboxError::Failed(why)) => Err(Failure::Feed(format!("the reading process failed: {why}"))),
        Err(SandboxError::Busy) => Err(Failure::Ours("too many feeds are being read".into())),
    }
}

fn job(source: &Source, version: Version<'_>, reader: &FeedReader) -> io::Result<Vec<u8>> {
    let at = match source {
        Source::File(path) => FeedLocation::File(path.clone()),
        Source::Url(url) => FeedLocation::Url(url.clone()),
        Source::Demo => return Err(io::Error::other("the demo feed is read where it is made")),
    };
    let name = |column: Option<Column>| column.map(|column| column.as_str().to_owned());
    let known = match version {
        Version::Unknown => Earlier::Nothing,
        Version::Sent(validators) => Earlier::Version(validators.clone()),
        Version::Resumable(_, address) => Earlier::Reading(address.to_owned()),
    };
    let columns = reader.columns.iter().map(|(header, column)| (header.to_owned(), name(column))).collect();
    let mut bytes = Vec::new();
    wire::line(&Job { at, allow_private: reader.allow_private, columns, known }, &mut bytes)?;
    Ok(bytes)
}

/// Does a job: what the reading process is for.
///
/// # Errors
/// Where the job cannot be understood, or the answer not be given.
pub fn run(input: &mut impl BufRead, out: &mut impl Write) -> io::Result<()> {
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
    let mut reading = Streamed::new(&columns, out);
    let done = match &job.at {
        FeedLocation::File(path) => reading.file(path),
        FeedLocation::Url(url) => reading.url(&Fetcher::new(job.allow_private), url, known),
    };
    match done {
        Ok(()) => Ok(()),
        Err(Halt::Unread(why)) => wire::line(&Ending::Unread(why), reading.out()),
        Err(Halt::Unchanged) => wire::line(&Ending::Unchanged, reading.out()),
        Err(Halt::System(why)) => Err(why),
    }
}

//! Where a feed comes from, and whether it has changed there.

use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime};

use alentour_formats::{Columns, Reading};

use super::fetch::{Fetcher, Validators};
use super::gather::{self, Bounds, Gathered, Known, Stop, Unread};
use super::{demo, locate};

/// Where a feed comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The feed that the binary carries, dated anew each day.
    Demo,
    /// A file.
    File(PathBuf),
    /// An `http` or `https` address.
    Url(String),
}

impl From<&str> for Source {
    fn from(text: &str) -> Self {
        let scheme = text.split("://").next().unwrap_or_default().to_ascii_lowercase();
        if scheme == "http" || scheme == "https" { Self::Url(text.into()) } else { Self::File(text.into()) }
    }
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Demo => f.write_str("the demo feed"),
            Self::File(path) => write!(f, "{}", path.display()),
            // The query of an address may hold a key.
            Self::Url(url) => f.write_str(url.split(['?', '#']).next().unwrap_or_default()),
        }
    }
}

impl Source {
    /// Reads all of the feed, wherever it is; if it is a table, with what is said of its columns. Blocks.
    ///
    /// # Errors
    /// Where nothing can be had of it.
    pub fn gather(&self, fetcher: &Fetcher, bounds: Bounds, columns: &Columns) -> Result<Gathered, Unread> {
        let mut gathered = match self {
            Self::Demo => gather::read(demo::feed(demo::today()).as_bytes(), columns)?,
            Self::File(path) => {
                let bytes = std::fs::read(path).map_err(|why| Unread::Unopened(why.to_string()))?;
                gather::read(&bytes, columns)?
            }
            Self::Url(url) => match gather::gather(fetcher, url, Known::Nothing, bounds, columns)? {
                Some(gathered) => gathered,
                // Nobody asked for changes only.
                None => return Err(Unread::Unfetched(super::FetchError::Status(304))),
            },
        };
        locate::complete(&mut gathered.reading);
        Ok(gathered)
    }
}

/// A source, and what was last seen there.
pub struct Watched {
    /// Where.
    pub source: Source,
    /// What fetches it, if it is an address.
    pub fetcher: Fetcher,
    /// After how long it is fetched again.
    pub refetch: Duration,
    /// What the columns of a table are, where the operator says it.
    pub columns: Columns,
    seen: Seen,
    /// Whether a feed at an address was read before.
    is_read: bool,
}

enum Seen {
    Nothing,
    Day(jiff::civil::Date),
    /// When it was written and how long it is. Both, because some disks tell seconds only.
    Written(Option<SystemTime>, u64),
    Fetched(Version, Instant),
}

/// What tells whether a feed at an address is the one that was last read.
enum Version {
    Unknown,
    /// Of a feed that is one page.
    Sent(Validators),
    /// Of a feed that says what has changed since.
    Resumable(Box<Reading>, String),
}

impl Watched {
    /// A source that nothing is known of yet. Addresses are fetched again after `refetch`.
    pub fn new(source: Source, fetcher: Fetcher, refetch: Duration, columns: Columns) -> Self {
        Self { source, fetcher, refetch, columns, seen: Seen::Nothing, is_read: false }
    }

    /// Reads the feed if it is due and has changed; with it comes why it may not be all. Blocks. The error says in words
    /// what went wrong; it is said once, until the source changes again.
    pub fn reread(&mut self) -> Result<Option<(Reading, Option<Stop>)>, String> {
        let gathered = match &self.source {
            Source::Demo => {
                let today = demo::today();
                if matches!(self.seen, Seen::Day(day) if day == today) {
                    return Ok(None);
                }
                self.seen = Seen::Day(today);
                self.source.gather(&self.fetcher, Bounds::default(), &self.columns)
            }
            Source::File(path) => {
                let written = std::fs::metadata(path).map(|data| (data.modified().ok(), data.len()));
                let (time, length) = written.as_ref().map_or((None, u64::MAX), |written| *written);
                if matches!(self.seen, Seen::Written(t, l) if (t, l) == (time, length)) {
                    return Ok(None);
                }
                self.seen = Seen::Written(time, length);
                self.source.gather(&self.fetcher, Bounds::default(), &self.columns)
            }
            Source::Url(url) => return self.refetched(&url.clone()),
        };
        let gathered = gathered.map_err(|error| error.to_string())?;
        Ok(Some((gathered.reading, gathered.stop)))
    }

    fn refetched(&mut self, url: &str) -> Result<Option<(Reading, Option<Stop>)>, String> {
        let version = match std::mem::replace(&mut self.seen, Seen::Nothing) {
            Seen::Fetched(version, at) if at.elapsed() < self.refetch => {
                self.seen = Seen::Fetched(version, at);
                return Ok(None);
            }
            Seen::Fetched(version, _) => version,
            _ => Version::Unknown,
        };
        let known = match &version {
            Version::Unknown => Known::Nothing,
            Version::Sent(validators) => Known::Version(validators),
            Version::Resumable(reading, address) => Known::Earlier(reading, address),
        };
        let gathered = gather::gather(&self.fetcher, url, known, Bounds::default(), &self.columns);
        // Counted from when it has come: a slow feed is not asked for without a pause.
        let now = Instant::now();
        match gathered {
            Ok(None) => {
                self.seen = Seen::Fetched(version, now);
                Ok(None)
            }
            Err(why) => {
                // A place to go on from may have expired: the next time from the start. A version that cannot be read
                // is asked for again.
                let kept = if matches!(version, Version::Resumable(..)) { Version::Unknown } else { version };
                self.seen = Seen::Fetched(kept, now);
                Err(why.to_string())
            }
            // What is there already is more than a part of it.
            Ok(Some(Gathered { stop: Some(stop), .. })) if stop.may_pass() && self.is_read => {
                self.seen = Seen::Fetched(version, now);
                Err(stop.to_string())
            }
            Ok(Some(mut gathered)) => {
                locate::complete(&mut gathered.reading);
                self.is_read = true;
                let version = match (gathered.resume, gathered.validators) {
                    (Some(address), _) => Version::Resumable(Box::new(gathered.reading.clone()), address),
                    (None, Some(validators)) => Version::Sent(validators),
                    (None, None) => Version::Unknown,
                };
                self.seen = Seen::Fetched(version, now);
                Ok(Some((gathered.reading, gathered.stop)))
            }
        }
    }
}

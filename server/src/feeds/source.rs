//! Where a feed comes from, and whether it has changed there.

use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime};

use alentour_formats::Reading;

use super::demo;
use super::fetch::{Fetched, Fetcher, Validators};

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

/// A source, and what was last seen there.
pub struct Watched {
    /// Where.
    pub source: Source,
    /// What fetches it, if it is an address.
    pub fetcher: Fetcher,
    /// After how long it is fetched again.
    pub refetch: Duration,
    seen: Seen,
}

enum Seen {
    Nothing,
    Day(jiff::civil::Date),
    /// When it was written and how long it is. Both, because some disks tell seconds only.
    Written(Option<SystemTime>, u64),
    Fetched(Validators, Instant),
}

impl Watched {
    /// A source that nothing is known of yet. Addresses are fetched again after `refetch`.
    pub fn new(source: Source, fetcher: Fetcher, refetch: Duration) -> Self {
        Self { source, fetcher, refetch, seen: Seen::Nothing }
    }

    /// Reads the feed if it is due and has changed. Blocks. The error says in words what went wrong; it is said
    /// once, until the source changes again.
    pub fn reread(&mut self) -> Result<Option<Reading>, String> {
        match &self.source {
            Source::Demo => {
                let today = demo::today();
                if matches!(self.seen, Seen::Day(day) if day == today) {
                    return Ok(None);
                }
                self.seen = Seen::Day(today);
                read(demo::feed(today).as_bytes()).map(Some)
            }
            Source::File(path) => {
                let written = std::fs::metadata(path).map(|data| (data.modified().ok(), data.len()));
                let (time, length) = written.as_ref().map_or((None, u64::MAX), |written| *written);
                if matches!(self.seen, Seen::Written(t, l) if (t, l) == (time, length)) {
                    return Ok(None);
                }
                self.seen = Seen::Written(time, length);
                let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
                read(&bytes).map(Some)
            }
            Source::Url(url) => {
                let known = match &self.seen {
                    Seen::Fetched(_, at) if at.elapsed() < self.refetch => return Ok(None),
                    Seen::Fetched(known, _) => known.clone(),
                    _ => Validators::default(),
                };
                self.seen = Seen::Fetched(known.clone(), Instant::now());
                match self.fetcher.fetch(url, &known)? {
                    Fetched::Unchanged => Ok(None),
                    Fetched::New(bytes, validators) => {
                        let reading = read(&bytes)?;
                        // Only now: a version that cannot be read is asked for again.
                        self.seen = Seen::Fetched(validators, Instant::now());
                        Ok(Some(reading))
                    }
                }
            }
        }
    }
}

fn read(bytes: &[u8]) -> Result<Reading, String> {
    // What recurs in a calendar is written out from now on.
    let options = alentour_formats::Options::at(jiff::Timestamp::now().as_second());
    alentour_formats::read_with(bytes, &options).map_err(|error| error.to_string())
}

//! Whether a feed has changed since it was read.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use alentour_formats::Columns;
use serde::{Deserialize, Serialize};
use tracing::warn;

use super::demo;
use super::fetch::Validators;
use super::gather;
use super::sandboxed::{self, Failure, FeedReader, Version};
use super::snapshot::Snapshot;
use super::source::Source;
use super::tallied::tally;
use super::wire::Tail;
use crate::catalogue::Home;

/// A source, and what was last seen there.
pub struct Watched {
    /// Where.
    pub source: Source,
    /// How it is read.
    reader: FeedReader,
    /// When it was read last, UTC seconds, whatever came of it.
    pub asked_at: Option<i64>,
    /// After how long it is fetched again, if it is an address.
    refetch: Duration,
    /// What was seen.
    pub seen: Seen,
    /// What was seen when it had become so little that it was kept back.
    kept_back: Option<Seen>,
    /// Before then it is not read again: what was read could not be kept.
    pause: Option<Instant>,
}

/// How long it takes until what could not be kept or written is tried again.
pub const AGAIN: Duration = Duration::from_secs(30);

/// What was last seen at a source.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Seen {
    /// Nothing.
    #[default]
    Nothing,
    /// The demo feed of that day.
    Day(String),
    /// What was published here: identifiers and versions, as one tag.
    Published(String),
    /// When a file was written, since 1970, and how long it is. Both, because some disks tell seconds only.
    Written(Option<Duration>, u64),
    /// When an address was asked last, in UTC seconds, and what the only page was sent with. A place to go on from may have expired:
    /// then it is read from the start.
    Fetched {
        /// When.
        at: i64,
        /// With what.
        validators: Option<Validators>,
        /// Whether it is read from the start.
        from_start: bool,
    },
}

/// What came of looking at a source.
pub enum Reread {
    /// It was not looked at.
    NotDue,
    /// It is as it was.
    Unchanged,
    /// It says something else.
    Fresh(Box<Snapshot>),
}

/// Why nothing came of reading a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// It could not be had, or not be kept: in words.
    Unread(String),
    /// It has become so little that it is kept back.
    Shrunk {
        /// Initiatives that it has.
        is: usize,
        /// Those that it had.
        was: usize,
    },
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unread(why) => f.write_str(why),
            Self::Shrunk { is, was } => {
                write!(
                    f,
                    "it has {is} initiatives where it had {was}: kept back until it says so a second time"
                )
            }
        }
    }
}

impl Watched {
    /// A source where that was seen. Addresses are fetched again after `refetch`.
    pub fn new(source: Source, reader: FeedReader, refetch: Duration, seen: Seen) -> Self {
        let asked_at = if let Seen::Fetched { at, .. } = seen { Some(at) } else { None };
        Self { source, reader, asked_at, refetch, seen, kept_back: None, pause: None }
    }

    /// Whether what was seen there last may be served before it is looked at again.
    pub async fn is_as_seen(&self) -> bool {
        match (&self.source, &self.seen) {
            (_, Seen::Nothing) => false,
            (Source::Demo, seen) => *seen == Seen::Day(demo::today().to_string()),
            (Source::File(path), seen) => *seen == written(path).await,
            // Its server may be slow, or gone.
            (Source::Url(_), _) => true,
        }
    }

    /// Forgets what was seen: what was read of it is lost.
    pub fn forget(&mut self) {
        self.seen = Seen::Nothing;
    }

    /// Lets it be read the next time, due or not. An address that knows its version may say that it is as it was.
    pub fn hurry(&mut self) {
        self.pause = None;
        match &mut self.seen {
            // A shrunk feed that says so a second time has to be read again, file or not.
            Seen::Fetched { at, .. } => *at = i64::MIN,
            seen => *seen = Seen::Nothing,
        }
    }

    /// Whether what was read could not be kept, and is read again later.
    pub fn is_waiting(&self) -> bool {
        self.pause.is_some()
    }

    /// Reads the feed if it is due and has changed. `good`: its last good version.
    ///
    /// # Errors
    /// In words: why nothing could be had, or not taken. It is said once, until the source changes again; where what was read could not
    /// be kept it is read again later.
    pub async fn reread(&mut self, home: &Home, good: Option<&Snapshot>) -> Result<Reread, Trouble> {
        if self.pause.is_some_and(|pause| Instant::now() < pause) || !self.is_due().await {
            return Ok(Reread::NotDue);
        }
        self.pause = None;
        let before = self.seen.clone();
        self.asked_at = Some(now());
        let fresh = match &self.source {
            Source::Demo => self.demo(home),
            Source::File(path) => {
                self.seen = written(path).await;
                sandboxed::read(&self.source, Version::Unknown, &self.reader, home).await
            }
            Source::Url(_) => self.refetched(home, good).await,
        };
        let fresh = fresh.map_err(|failure| match failure {
            Failure::Feed(why) => Trouble::Unread(why),
            Failure::Ours(why) => {
                (self.seen, self.pause) = (before, Some(Instant::now() + AGAIN));
                Trouble::Unread(why)
            }
        });
        let Some(fresh) = fresh? else { return Ok(Reread::Unchanged) };
        let (is, was) = (fresh.tail.initiatives, good.map_or(0, |good| good.tail.initiatives));
        // Half of a feed is more often half written than true. A file says so a second time where nobody has written to it meanwhile.
        let is_shrunk = is.saturating_mul(2) < was;
        let before = self.kept_back.take();
        let is_said_again = before.is_some_and(|before| match before {
            Seen::Written(..) => before == self.seen,
            _ => true,
        });
        if is_shrunk && !is_said_again {
            let seen = std::mem::take(&mut self.seen);
            // It is read anew the next time, whatever names its version.
            if let Seen::Fetched { at, from_start, .. } = seen {
                self.seen = Seen::Fetched { at, validators: None, from_start };
            }
            self.kept_back = Some(seen);
            return Err(Trouble::Shrunk { is, was });
        }
        if is_shrunk {
            warn!(feed = %self.source, is, was, "the feed has shrunk by more than half, and says so a second time");
        }
        Ok(Reread::Fresh(Box::new(fresh)))
    }

    /// Whether it is to be read.
    async fn is_due(&self) -> bool {
        match (&self.source, &self.seen) {
            (Source::Demo, seen) => *seen != Seen::Day(demo::today().to_string()),
            (Source::File(path), seen) => *seen != written(path).await,
            // A clock that was set back is no reason to wait longer.
            (Source::Url(_), Seen::Fetched { at, .. }) => {
                !(0..self.refetch.as_secs() as i64).contains(&(now().saturating_sub(*at)))
            }
            (Source::Url(_), _) => true,
        }
    }

    /// The feed that the binary embeds is nobody else's: it is read here.
    fn demo(&mut self, home: &Home) -> Result<Option<Snapshot>, Failure> {
        let today = demo::today();
        self.seen = Seen::Day(today.to_string());
        let reading = gather::read(demo::feed(today).as_bytes(), &Columns::default())?.reading;
        let (lost, findings) = (reading.left_out(), reading.findings.len());
        let tail = Tail { lost, findings, tallied: tally(&reading.findings), ..Tail::default() };
        Ok(Some(Snapshot::write(home, &reading, tail)?))
    }

    async fn refetched(&mut self, home: &Home, good: Option<&Snapshot>) -> Result<Option<Snapshot>, Failure> {
        let (validators, from_start) = match &self.seen {
            Seen::Fetched { validators, from_start, .. } => (validators.clone(), *from_start),
            _ => (None, false),
        };
        let resume = good.and_then(|good| Some((good, good.tail.resume.as_deref()?))).filter(|_| !from_start);
        let version = match (resume, &validators) {
            (Some((good, address)), _) => Version::Resumable(good, address),
            (None, Some(validators)) => Version::Sent(validators),
            (None, None) => Version::Unknown,
        };
        let is_resumed = matches!(version, Version::Resumable(..));
        let fresh = sandboxed::read(&self.source, version, &self.reader, home).await;
        // Counted from when it has come: a slow feed is not asked for without a pause.
        let at = now();
        let seen = |validators, from_start| Seen::Fetched { at, validators, from_start };
        match fresh {
            Ok(None) => {
                self.seen = seen(validators, from_start);
                Ok(None)
            }
            Err(why) => {
                // A version that cannot be read is asked for again.
                self.seen = seen(validators, is_resumed);
                Err(why)
            }
            Ok(Some(fresh)) => match &fresh.tail.incomplete {
                // What is there already is more than a part of it, unless it is a smaller one.
                Some(stop) if stop.may_pass && good.is_some_and(|good| good.is_more_than(&fresh)) => {
                    self.seen = seen(validators, from_start);
                    Err(Failure::Feed(stop.why.clone()))
                }
                _ => {
                    self.seen = seen(fresh.tail.validators.clone(), false);
                    Ok(Some(fresh))
                }
            },
        }
    }
}

/// When a file was written, and how long it is; what cannot be looked at is of no time and no length.
async fn written(path: &std::path::Path) -> Seen {
    match tokio::fs::metadata(path).await {
        Ok(data) => {
            let time = data.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
            Seen::Written(time, data.len())
        }
        Err(_) => Seen::Written(None, u64::MAX),
    }
}

fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs() as i64)
}

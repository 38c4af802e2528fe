//! Whether a feed has changed since it was read.

use std::time::{Duration, Instant, SystemTime};

use alentour_formats::Columns;

use super::demo;
use super::gather;
use super::sandboxed::{self, FeedReader, Fresh, Version};
use super::source::Source;

/// A source, and what was last seen there.
pub struct Watched {
    /// Where.
    pub source: Source,
    /// After how long it is fetched again, if it is an address.
    refetch: Duration,
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

impl Watched {
    /// A source that nothing is known of yet. Addresses are fetched again after `refetch`.
    pub fn new(source: Source, refetch: Duration) -> Self {
        Self { source, refetch, seen: Seen::Nothing, is_read: false }
    }

    /// Reads the feed if it is due and has changed.
    ///
    /// # Errors
    /// In words: why nothing could be had. It is said once, until the source changes again.
    pub async fn reread(&mut self, reader: &FeedReader) -> Result<Option<Fresh>, String> {
        match &self.source {
            Source::Demo => self.demo(),
            Source::File(path) => {
                let written = tokio::fs::metadata(path).await;
                let written = written.map(|data| (data.modified().ok(), data.len()));
                let (time, length) = written.as_ref().map_or((None, u64::MAX), |written| *written);
                if matches!(self.seen, Seen::Written(t, l) if (t, l) == (time, length)) {
                    return Ok(None);
                }
                self.seen = Seen::Written(time, length);
                sandboxed::read(&self.source, &Version::Unknown, reader).await
            }
            Source::Url(_) => self.refetched(reader).await,
        }
    }

    /// The feed that the binary embeds is nobody else's: it is read here.
    fn demo(&mut self) -> Result<Option<Fresh>, String> {
        let today = demo::today();
        if matches!(self.seen, Seen::Day(day) if day == today) {
            return Ok(None);
        }
        self.seen = Seen::Day(today);
        let read = gather::read(demo::feed(today).as_bytes(), &Columns::default());
        let mut reading = read.map_err(|error| error.to_string())?.reading;
        super::locate::complete(&mut reading);
        let (lost, findings) = (reading.left_out(), reading.findings.len());
        Ok(Some(Fresh { reading, incomplete: None, lost, findings, version: Version::Unknown }))
    }

    async fn refetched(&mut self, reader: &FeedReader) -> Result<Option<Fresh>, String> {
        let version = match std::mem::replace(&mut self.seen, Seen::Nothing) {
            Seen::Fetched(version, at) if at.elapsed() < self.refetch => {
                self.seen = Seen::Fetched(version, at);
                return Ok(None);
            }
            Seen::Fetched(version, _) => version,
            _ => Version::Unknown,
        };
        let fresh = sandboxed::read(&self.source, &version, reader).await;
        // Counted from when it has come: a slow feed is not asked for without a pause.
        let now = Instant::now();
        match fresh {
            Ok(None) => {
                self.seen = Seen::Fetched(version, now);
                Ok(None)
            }
            Err(why) => {
                // A place to go on from may have expired: the next time from the start. A version that cannot be read
                // is asked for again.
                let kept = if matches!(version, Version::Resumable(..)) { Version::Unknown } else { version };
                self.seen = Seen::Fetched(kept, now);
                Err(why)
            }
            // What is there already is more than a part of it.
            Ok(Some(Fresh { incomplete: Some(stop), .. })) if stop.may_pass && self.is_read => {
                self.seen = Seen::Fetched(version, now);
                Err(stop.why)
            }
            Ok(Some(mut fresh)) => {
                self.is_read = true;
                self.seen = Seen::Fetched(std::mem::replace(&mut fresh.version, Version::Unknown), now);
                Ok(Some(fresh))
            }
        }
    }
}

//! Feeds that a command reads once, as the server reads them, but in its own process: what `alentour publish` makes a site of.

use std::fs::File;
use std::io::{BufWriter, Write};

use alentour_formats::Columns;
use alentour_model::Initiative;

use super::demo;
use super::fetch::{FetchError, Fetcher};
use super::gather::{self, Known, Unread};
use super::merged::{self, Parts, Unwritten};
use super::sandboxed::Failure;
use super::snapshot::{Snapshot, ending};
use super::source::Source;
use super::streamed::{Halt, Streamed};
use super::wire::Ending;
use crate::catalogue::{Catalogue, Home};
use crate::error::CommandError;

/// Feeds that were read into a folder among the temporary files. It goes with them, and so does what is made of them there.
#[derive(Debug)]
pub struct ReadFeeds {
    // Before the folder: each removes its file.
    all: Vec<Snapshot>,
    home: Home,
}

/// What is said of a feed that was read.
#[derive(Debug)]
pub struct Read {
    /// Why it is not all of the feed, in words; `None` if it is.
    pub incomplete: Option<String>,
    /// What the columns were taken for, where it is a table.
    pub columns: Columns,
}

impl ReadFeeds {
    /// None yet.
    ///
    /// # Errors
    /// The system's.
    pub fn new() -> Result<Self, CommandError> {
        Ok(Self { all: Vec::new(), home: Home::temporary()? })
    }

    /// Reads all of a feed, wherever it is, and however long: what is JSON goes through memory some items at a time. Blocks.
    ///
    /// # Errors
    /// In words: why nothing could be had of it, or not be kept.
    pub fn read(
        &mut self,
        source: &Source,
        fetcher: &Fetcher,
        columns: &Columns,
    ) -> Result<Read, CommandError> {
        let (snapshot, columns) = self.read_into(source, fetcher, columns).map_err(|why| match why {
            Failure::Feed(why) | Failure::Ours(why) => why,
        })?;
        let incomplete = snapshot.tail.incomplete.as_ref().map(|stop| stop.why.clone());
        self.all.push(snapshot);
        Ok(Read { incomplete, columns })
    }

    fn read_into(
        &self,
        source: &Source,
        fetcher: &Fetcher,
        columns: &Columns,
    ) -> Result<(Snapshot, Columns), Failure> {
        let (name, path) = self.home.new_path()?;
        let mut reading = Streamed::new(columns, BufWriter::new(File::create(&path)?));
        let done = match source {
            Source::Demo => {
                let demo = gather::read(demo::feed(demo::today()).as_bytes(), columns)?;
                reading.gathered(demo)
            }
            Source::File(path) => reading.file(path),
            Source::Url(url) => reading.url(fetcher, url, Known::Nothing),
        };
        done.map_err(|halt| match halt {
            Halt::Unread(why) => Failure::Feed(why),
            // Nobody asked for changes only.
            Halt::Unchanged => Unread::Unfetched(FetchError::Status(304)).into(),
            Halt::System(why) => why.into(),
        })?;
        reading.out().flush()?;
        match ending(&path)? {
            Ending::Read(tail) => Ok((Snapshot::fresh(name, path, tail), reading.taken().clone())),
            Ending::Unread(why) => Err(Failure::Feed(why)),
            Ending::Unchanged => Err(Unread::Unfetched(FetchError::Status(304)).into()),
        }
    }

    /// Writes the catalogue of all that was read, in their order. `shown` may change what is shown.
    ///
    /// # Errors
    /// The system's.
    pub fn catalogue(&self, shown: impl FnMut(&mut Initiative)) -> Result<Catalogue, CommandError> {
        let good: Vec<_> = self.all.iter().map(Some).collect();
        let catalogue = merged::write(Parts::of_feeds(&good), self.home.new_path()?.1, shown);
        Ok(catalogue.map_err(|why| match why {
            Unwritten::Version(_, why) | Unwritten::Disk(why) => why,
        })?)
    }
}

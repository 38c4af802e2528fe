//! `alentour convert`: a feed of any known format, and of any length, as canonical JSON.
//!
//! JSON is read and written some items at a time ([`Stream`]), so that memory does not grow with the feed, and on all
//! processors; what else there is, is read whole, within [`MAX_BYTES`].

mod output;
mod parts;
mod tally;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use alentour_formats::{Columns, Ending, MAX_BYTES, ReadError, Stream, StreamError};
use alentour_texts::Language;

use crate::check::misfit;
use crate::error::CommandError;
use crate::feeds::{Bounds, Fetcher, Gathered, Input, Source, Stop, complete, options, read};
use output::Output;
use tally::Tally;

/// What is said where converting was stopped.
pub const INTERRUPTED: &str = "interrupted: nothing was written";

/// What to convert, and where to.
#[derive(Debug)]
pub struct Convert {
    /// The feed; `None` for standard input.
    pub feed: Option<Source>,
    /// The file to write, which is there whole or not at all; `None` for standard output.
    pub output: Option<PathBuf>,
    /// What the columns of a table are.
    pub columns: Columns,
    /// What fetches the feed, if it is at an address.
    pub fetcher: Fetcher,
    /// Set to stop: what was written is then taken away.
    pub stop: Arc<AtomicBool>,
}

/// Why converting in parts came to an end before its own.
enum Halt {
    Stream(StreamError),
    Other(CommandError),
}

impl<E: Into<CommandError>> From<E> for Halt {
    fn from(why: E) -> Self {
        Self::Other(why.into())
    }
}

impl Convert {
    /// Converts, and says on standard error what was left out. Blocks.
    ///
    /// # Errors
    /// Where the feed cannot be read, or nothing be written.
    pub fn run(&self) -> Result<(), CommandError> {
        let mut output = Output::new(self.output.as_deref())?;
        let tally = match &self.feed {
            None => self.read(Input::pipe(std::io::stdin()), &mut output)?,
            Some(Source::File(path)) => {
                let named = |why: std::io::Error| format!("{}: {why}", path.display());
                self.read(Input::open(path).map_err(named)?, &mut output)?
            }
            Some(source) => {
                let named = |why| format!("{source}: {why}");
                let gathered =
                    source.gather(&self.fetcher, Bounds::default(), &self.columns).map_err(named)?;
                self.fit(&gathered)?;
                write(gathered, &mut output)?
            }
        };
        if self.stop.load(Ordering::Relaxed) {
            return Err(INTERRUPTED.into());
        }
        output.finish()?;
        tally.say();
        Ok(())
    }

    /// In parts, or else whole.
    fn read(&self, mut input: Input, output: &mut Output) -> Result<Tally, CommandError> {
        let mut ending = None;
        loop {
            match self.in_parts(&mut input, ending.take(), output) {
                Ok(tally) => return Ok(tally),
                Err(Halt::Other(why)) => return Err(why),
                Err(Halt::Stream(StreamError::Ending(found))) => ending = Some(found),
                Err(Halt::Stream(StreamError::Whole)) => break,
                Err(Halt::Stream(why)) => return Err(why.to_string().into()),
            }
            input.rewind()?;
            output.rewind()?;
        }
        // Too large is too large, however it came.
        if let Some(bytes) = input.length().filter(|length| *length > MAX_BYTES as u64) {
            return Err(ReadError::TooLarge { bytes: usize::try_from(bytes)? }.to_string().into());
        }
        input.rewind()?;
        output.rewind()?;
        let gathered = input.whole().and_then(|bytes| read(&bytes, &self.columns));
        let gathered = gathered.map_err(|why| why.to_string())?;
        self.fit(&gathered)?;
        write(gathered, output)
    }

    /// An error where a column is named that the feed has not.
    fn fit(&self, gathered: &Gathered) -> Result<(), CommandError> {
        match misfit(&self.columns, &gathered.reading.columns, Language::English) {
            Some(why) => Err(why.into()),
            None => Ok(()),
        }
    }

    fn in_parts(
        &self,
        input: &mut Input,
        ending: Option<Ending>,
        output: &mut Output,
    ) -> Result<Tally, Halt> {
        let options = options(&self.columns);
        let mut tally = Tally::of(input.length());
        let mut stream = match ending {
            None => Stream::new(&mut *input, &options),
            Some(ending) => Stream::with_ending(&mut *input, &options, ending),
        }
        .map_err(Halt::Stream)?;
        output.begin(stream.feed())?;
        parts::each(&mut stream, |mut part, bytes| {
            if self.stop.load(Ordering::Relaxed) {
                return Err(Halt::Other(INTERRUPTED.into()));
            }
            complete(&mut part);
            output.add(&part.feed.initiatives)?;
            tally.add(&part, bytes);
            Ok(())
        })?;
        tally.stop = stream.next_page().is_some().then_some(Stop::OneFile);
        output.end()?;
        Ok(tally)
    }
}

/// Removes what was written of a file that did not become whole, where converting cannot do it itself.
pub fn remove_unfinished(output: Option<&Path>) {
    if let Some(temporary) = output.and_then(output::temporary) {
        let _ = std::fs::remove_file(temporary);
    }
}

/// Writes a feed that was read whole.
fn write(gathered: Gathered, output: &mut Output) -> Result<Tally, CommandError> {
    let mut tally = Tally::of(None);
    tally.add(&gathered.reading, 0);
    tally.stop = gathered.stop;
    let feed = gathered.reading.feed;
    output.begin(&feed)?;
    output.add(&feed.initiatives)?;
    output.end()?;
    Ok(tally)
}

//! A feed of any length, read and passed on as it comes: in the process that reads for the server, and for `alentour publish`.
//!
//! What is large is JSON, and goes through some items at a time. What is small, of several pages, or of another format, is read whole; but where
//! the budget does not suffice for that, as records that are very short take many times their bytes, what is small goes through in parts, too.

use std::io::{self, Cursor, Read, Write};
use std::path::Path;

use alentour_formats::{Columns, Ending, Options, Stream, StreamError};

use super::fetch::{FetchError, Fetched, Fetcher, Opened, Validators};
use super::gather::{Bounds, Gathered, Known, Stop, Unread, gather_from, options, read};
use super::input::Input;
use super::tallied::{Tally, tally};
use super::wire::{self, Tail, Writer};

/// Bytes of a feed that is read whole first, whatever it is.
const SMALL: usize = 4 << 20;
/// Left-out items that are logged one by one; `alentour check` says them all.
pub const LOGGED: usize = 20;

/// Why nothing, or nothing more, was passed on.
#[derive(Debug)]
pub enum Halt {
    /// The feed is as it was.
    Unchanged,
    /// It could not be read: in words.
    Unread(String),
    /// The system's.
    System(io::Error),
}

impl From<io::Error> for Halt {
    fn from(why: io::Error) -> Self {
        Self::System(why)
    }
}

impl From<Unread> for Halt {
    fn from(why: Unread) -> Self {
        Self::Unread(why.to_string())
    }
}

/// What is being read, and where it goes.
pub struct Streamed<'a, W> {
    columns: &'a Columns,
    /// What the columns of a table were taken for.
    taken: Columns,
    out: Counted<W>,
}

/// How far reading in parts came.
enum Parted {
    /// To the end.
    Done,
    /// It is no JSON, and has to be read whole, from the beginning.
    Whole(Input),
    /// To the end of its first page.
    Paged,
}

impl<'a, W: Write> Streamed<'a, W> {
    /// Reads with what is said of the columns of a table, and writes there.
    pub fn new(columns: &'a Columns, out: W) -> Self {
        Self { columns, taken: Columns::default(), out: Counted { inner: out, length: 0 } }
    }

    /// What the columns of the table were taken for that was read; none where it was no table.
    pub fn taken(&self) -> &Columns {
        &self.taken
    }

    /// Where it goes.
    pub fn out(&mut self) -> &mut impl Write {
        &mut self.out
    }

    /// Reads a file.
    ///
    /// # Errors
    /// Why it could not be read, or not be passed on.
    pub fn file(&mut self, path: &Path) -> Result<(), Halt> {
        let open = || Input::open(path).map_err(|why| Unread::Unopened(why.to_string()).into());
        let mut input = open()?;
        let tail = || Tail { incomplete: Some(Stop::OneFile.into()), ..Tail::default() };
        let is_large = input.length().is_none_or(|length| length > SMALL as u64);
        if is_large {
            match self.in_parts(input, open, "", tail())? {
                Parted::Done | Parted::Paged => return Ok(()),
                Parted::Whole(again) => input = again,
            }
        }
        let bytes = input.whole()?;
        let gathered = read(&bytes, self.columns)?;
        if !is_large
            && gathered.reading.spent.is_some()
            && let Parted::Done | Parted::Paged = self.again_in_parts(&bytes, "", tail())?
        {
            return Ok(());
        }
        self.gathered(gathered)
    }

    /// Reads what is at an address.
    ///
    /// # Errors
    /// Why it could not be read, or not be passed on.
    pub fn url(&mut self, fetcher: &Fetcher, url: &str, known: Known<'_>) -> Result<(), Halt> {
        let bounds = Bounds::default();
        let unknown = Validators::default();
        let version = if let Known::Version(version) = known { version } else { &unknown };
        let (mut first, mut small) = (None, None);
        // What goes on from an earlier reading does so page by page.
        if !matches!(known, Known::Earlier(..)) {
            let (mut body, address, validators) = opened(fetcher, url, version, bounds)?;
            let mut bytes = Vec::new();
            body.by_ref().take(SMALL as u64).read_to_end(&mut bytes).map_err(broken_off)?;
            if bytes.len() >= SMALL {
                let tail = Tail { validators: Some(validators.clone()), ..Tail::default() };
                let again = || Ok(Input::pipe(opened(fetcher, url, &unknown, bounds)?.0));
                match self.in_parts(Input::pipe(Cursor::new(bytes).chain(body)), again, &address, tail)? {
                    Parted::Done => return Ok(()),
                    Parted::Whole(input) => bytes = input.whole()?,
                    Parted::Paged => bytes = Vec::new(),
                }
            }
            if !bytes.is_empty() && bytes.len() < SMALL {
                small = Some((bytes.clone(), address.clone(), validators.clone()));
            }
            first = (!bytes.is_empty()).then_some(Fetched::New { bytes, address, validators });
        }
        let gathered = gather_from(fetcher, url, first, known, bounds, self.columns)?;
        let gathered = gathered.ok_or(Halt::Unchanged)?;
        let is_spent = matches!(gathered.stop, Some(Stop::Budget(_) | Stop::Items(_)));
        if let Some((bytes, address, validators)) = small.filter(|_| is_spent) {
            let tail = Tail { validators: Some(validators), ..Tail::default() };
            // Of several pages no more can be had.
            if let Parted::Done = self.again_in_parts(&bytes, &address, tail)? {
                return Ok(());
            }
        }
        self.gathered(gathered)
    }

    /// Passes on what was read whole.
    ///
    /// # Errors
    /// Where it could not be passed on.
    pub fn gathered(&mut self, gathered: Gathered) -> Result<(), Halt> {
        let Gathered { mut reading, stop, validators, resume } = gathered;
        self.taken = std::mem::take(&mut reading.columns);
        let findings = reading.findings.len();
        let (lost, tallied) = (reading.left_out(), tally(&reading.findings));
        let costly: Vec<_> = reading
            .findings
            .iter()
            .filter(|finding| finding.problem.costs_the_item())
            .take(LOGGED)
            .cloned()
            .collect();
        // Only a later reading that goes on from this one needs them.
        if resume.is_none() {
            reading.findings.clear();
        }
        let (start, incomplete) = (self.out.length, stop.map(wire::Incomplete::from));
        let counted = Tail { lost, findings, tallied, costly, ..Tail::default() };
        let tail = Tail { start, incomplete, validators, resume, ..counted };
        Ok(wire::write(&reading, tail, &mut self.out)?)
    }

    /// Passes on a feed some items at a time. Where what is behind its list says more than its beginning, it is read a second time;
    /// what was passed on before is void then. `tail` has why it is not all of the feed, where that names a further page.
    fn in_parts(
        &mut self,
        mut input: Input,
        mut open: impl FnMut() -> Result<Input, Halt>,
        base: &str,
        tail: Tail,
    ) -> Result<Parted, Halt> {
        let mut options = options(self.columns);
        base.clone_into(&mut options.base);
        let mut ending = None;
        loop {
            let why = match self.once(&mut input, &options, ending.take(), &tail) {
                Ok(true) => return Ok(Parted::Paged),
                Ok(false) => return Ok(Parted::Done),
                Err(Broken::System(why)) => return Err(Halt::System(why)),
                Err(Broken::Stream(why)) => why,
            };
            if !matches!(why, StreamError::Ending(_) | StreamError::Whole) {
                return Err(Halt::Unread(why.to_string()));
            }
            if input.rewind().is_err() {
                input = open()?;
            }
            match why {
                StreamError::Ending(found) => ending = Some(found),
                _ => return Ok(Parted::Whole(input)),
            }
        }
    }

    /// Passes on some items at a time what is too dense to be read whole.
    fn again_in_parts(&mut self, bytes: &[u8], base: &str, tail: Tail) -> Result<Parted, Halt> {
        let input = || Ok(Input::pipe(Cursor::new(bytes.to_vec())));
        self.in_parts(input()?, input, base, tail)
    }

    /// Whether the feed names a further page.
    fn once(
        &mut self,
        input: &mut Input,
        options: &Options,
        ending: Option<Ending>,
        tail: &Tail,
    ) -> Result<bool, Broken> {
        let start = self.out.length;
        let mut stream = match ending {
            None => Stream::new(input, options),
            Some(ending) => Stream::with_ending(input, options, ending),
        }?;
        let mut writer = Writer::begin(&mut self.out, stream.format(), stream.feed())?;
        let mut tail = Tail { start, ..tail.clone() };
        let mut tallied = Tally::default();
        while let Some(part) = stream.next()? {
            writer.add(&part.feed.initiatives)?;
            tail.findings += part.findings.len();
            tallied.add(&part.findings);
            tail.lost += part.left_out();
            let costly = part.findings.into_iter().filter(|finding| finding.problem.costs_the_item());
            tail.costly.extend(costly.take(LOGGED.saturating_sub(tail.costly.len())));
        }
        let is_paged = stream.next_page().is_some();
        (tail.items, tail.tallied) = (stream.items(), tallied.finish());
        tail.incomplete = tail.incomplete.filter(|_| is_paged);
        writer.end(&[], tail)?;
        Ok(is_paged)
    }
}

/// Why a feed could not be passed on in parts.
enum Broken {
    Stream(StreamError),
    System(io::Error),
}

impl From<StreamError> for Broken {
    fn from(why: StreamError) -> Self {
        Self::Stream(why)
    }
}

impl From<io::Error> for Broken {
    fn from(why: io::Error) -> Self {
        Self::System(why)
    }
}

/// What is at an address, as it comes; where it is, and what names its version.
fn opened(
    fetcher: &Fetcher,
    url: &str,
    known: &Validators,
    bounds: Bounds,
) -> Result<(Box<dyn Read>, String, Validators), Halt> {
    match fetcher.open(url, known, bounds.time).map_err(Unread::Unfetched)? {
        Opened::Unchanged => Err(Halt::Unchanged),
        Opened::New { body, address, validators } => Ok((body, address, validators)),
    }
}

/// An answer that broke off.
fn broken_off(why: io::Error) -> Halt {
    Unread::Unfetched(FetchError::from(ureq::Error::from(why))).into()
}

/// Counts what is written.
struct Counted<W> {
    inner: W,
    length: u64,
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.length += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

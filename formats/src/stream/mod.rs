//! Feeds of any length, some items at a time.
//!
//! What gets large is JSON: a list of items, perhaps within an envelope, or an object a line. The list is found in the
//! beginning of the feed as the outermost one that is still open there; a stretch of its items, with what is before and
//! behind the list around it, is a small feed of the same format and read as such. Formats recognise a list by any of its
//! items, so each stretch begins with the item by which the feed was recognised, the witness.
//!
//! Memory: a stretch of some hundred kilobytes as it is read, and 16 bytes or so for each item, the hash of its
//! identifier, by which items that are there twice are noticed.

mod envelope;
mod error;
mod join;
mod list;
mod scan;
mod stretch;

use std::collections::BTreeSet;
use std::io::Read;
use std::sync::Arc;

use alentour_model::{Feed, Finding};

use crate::budget::{Budget, MAX_BYTES, Meter};
use crate::format::Format;
use crate::options::Options;
use crate::publishers;
use crate::reading::Reading;
use crate::syntax::ndjson;
use envelope::{Envelope, Position};
pub use error::{Ending, StreamError};
use join::Ids;
use list::{Limits, List, items};
pub use stretch::{ReadStretch, Stretch};

/// Stretches that fit into a processor's cache; eight megabytes are more than any item has.
const LIMITS: Limits = Limits { stretch: 256 * 1024, chunk: 64 * 1024, most: 8 * 1024 * 1024 };
/// Items among which the witness is looked for.
const WITNESSES: usize = 100;

/// A feed that is read some items at a time. What it gives, put together, is what [`crate::read`] gives, but that it
/// recognises the format by the beginning of the feed, and that an item whose identifier another had before it is told
/// by a hash of 64 bits (of a million items one is taken for another with a probability of 3 in 100 million).
///
/// ```
/// # use alentour_formats::{Options, Stream, StreamError};
/// let items: Vec<_> = (0..10_000).map(|n| format!(r#"{{"id": "{n}", "name": "Aide aux devoirs {n}"}}"#)).collect();
/// let feed = format!(r#"{{"name": "Nos actions", "initiatives": [{}]}}"#, items.join(","));
/// let mut stream = Stream::new(feed.as_bytes(), &Options::default())?;
/// let mut count = 0;
/// while let Some(reading) = stream.next()? {
///     count += reading.feed.initiatives.len();
/// }
/// assert_eq!((stream.feed().name.as_str(), count), ("Nos actions", 10_000));
/// # Ok::<(), StreamError>(())
/// ```
pub struct Stream<R> {
    list: List<R>,
    envelope: Arc<Envelope>,
    /// Whether it is known what stands behind the items.
    is_certain: bool,
    format: &'static Format,
    base: String,
    /// What is said about the whole feed, and what is wrong with that.
    feed: Feed,
    findings: Vec<Finding>,
    /// Positions of items in it go on from here.
    items: usize,
    ids: Ids,
    noted: BTreeSet<(String, u8)>,
    next: Option<String>,
    /// Whether a stretch was cut.
    is_begun: bool,
    /// Whether there is none to be cut any more.
    is_over: bool,
}

impl<R: Read> Stream<R> {
    /// Begins to read a feed.
    ///
    /// # Errors
    /// [`StreamError::Whole`] where it has to be read whole, and whatever its beginning shows.
    pub fn new(input: R, options: &Options) -> Result<Self, StreamError> {
        Self::begin(input, options, None, LIMITS)
    }

    /// Begins to read a feed again, of which it is known what stands behind its items.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn with_ending(input: R, options: &Options, ending: Ending) -> Result<Self, StreamError> {
        Self::begin(input, options, Some(ending), LIMITS)
    }

    /// Stretches of so many bytes, fetched so many at a time: what happens at the edge of one can be tested.
    #[doc(hidden)]
    pub fn in_stretches(
        input: R,
        options: &Options,
        ending: Option<Ending>,
        stretch: usize,
        chunk: usize,
    ) -> Result<Self, StreamError> {
        Self::begin(input, options, ending, Limits { stretch, chunk, ..LIMITS })
    }

    fn begin(
        input: R,
        options: &Options,
        ending: Option<Ending>,
        limits: Limits,
    ) -> Result<Self, StreamError> {
        let mut list = List::begin(input, limits)?.ok_or(StreamError::Whole)?;
        let start = list.read().trim_ascii_start();
        // The second byte is zero in UTF-16.
        if !start.starts_with(b"{") && !start.starts_with(b"[") || start.get(1) == Some(&0) {
            return Err(StreamError::Whole);
        }
        list.is_lines = begins_with_lines(start);
        let (before, closing) = match list.is_lines {
            true => (0, Vec::new()),
            false => scan::open_list(list.read()).ok_or(StreamError::Whole)?,
        };
        let is_certain = list.is_lines || ending.is_some();
        let mut envelope = Envelope {
            before: list.take(before),
            after: ending.map_or(closing, |ending| ending.0),
            is_lines: list.is_lines,
            // Of items there may be as many as they like: memory is that of a stretch.
            options: Options { budget: Budget { items: usize::MAX, ..options.budget }, ..options.clone() },
            ..Envelope::default()
        };
        let (position, is_lines) = (list.position, list.is_lines);
        if list.stretch()?.is_none() {
            return Err(broken_off(&envelope, &list));
        }
        let stretch = list.stretch()?.unwrap_or_default();
        let whole = envelope.parse(stretch, position, false)?.value;
        let format = publishers::recognise(&whole).filter(|format| format.apart).ok_or(StreamError::Whole)?;
        let (item, reading) =
            witness(format, &envelope, &items(stretch, is_lines)).ok_or(StreamError::Whole)?;
        envelope.witness = [item, gap(is_lines)].concat();
        Ok(Self {
            list,
            envelope: Arc::new(envelope),
            is_certain,
            format,
            base: options.base.clone(),
            feed: Feed { initiatives: Vec::new(), ..reading.feed },
            findings: of_the_feed(reading.findings),
            items: 0,
            ids: Ids::default(),
            noted: BTreeSet::new(),
            next: None,
            is_begun: false,
            is_over: false,
        })
    }

    /// Name of the format that was recognised; one of [`crate::names`].
    pub fn format(&self) -> &'static str {
        self.format.name
    }

    /// What the feed says about itself, without its initiatives.
    pub fn feed(&self) -> &Feed {
        &self.feed
    }

    /// How many items were read so far, those left out included.
    pub fn items(&self) -> usize {
        self.items
    }

    /// How many bytes of it were read.
    pub fn bytes(&self) -> u64 {
        self.list.bytes
    }

    /// Address of the feed's next page, where it has one; known at the end.
    pub fn next_page(&self) -> Option<&str> {
        self.next.as_deref()
    }

    /// The next items, as if they were a feed; positions in its findings are those of the whole feed. What is wrong with
    /// the feed itself is said once. `None` at the end.
    ///
    /// # Errors
    /// Whatever ends the reading; nothing can be had after that.
    #[expect(clippy::should_implement_trait, reason = "an iterator would go on after an error")]
    pub fn next(&mut self) -> Result<Option<Reading>, StreamError> {
        match self.cut()? {
            Some(stretch) => self.join(stretch.read()).map(Some),
            None => Ok(None),
        }
    }

    /// The next items, unread, for whoever reads several stretches at once: [`Stretch::read`] can be called on any thread, and
    /// [`join`](Self::join) is given all of them in this order. `None` at the end.
    ///
    /// # Errors
    /// Whatever ends the reading behind the stretches that were cut: theirs come first.
    pub fn cut(&mut self) -> Result<Option<Stretch>, StreamError> {
        if std::mem::replace(&mut self.is_over, true) {
            return Ok(None);
        }
        let position = self.list.position;
        if self.list.stretch()?.is_none() {
            return Err(broken_off(&self.envelope, &self.list));
        }
        let (items, goes_on) = self.list.cut();
        self.is_over = !goes_on;
        Ok(Some(Stretch {
            format: self.format,
            envelope: self.envelope.clone(),
            items,
            position,
            is_first: !std::mem::replace(&mut self.is_begun, true),
            is_last: !goes_on,
        }))
    }

    /// Makes items that were read a part of their feed: what [`next`](Self::next) gives.
    ///
    /// # Errors
    /// As [`next`](Self::next).
    pub fn join(&mut self, read: ReadStretch) -> Result<Reading, StreamError> {
        let joined = self.joined(read);
        self.is_over |= joined.is_err();
        joined
    }
}

/// What is between two items.
fn gap(is_lines: bool) -> &'static [u8] {
    if is_lines { b"\n" } else { b"," }
}

/// The error at which the feed breaks off.
fn broken_off<R: Read>(envelope: &Envelope, list: &List<R>) -> StreamError {
    envelope.broken_off(list.read(), list.position).err().unwrap_or(StreamError::Whole)
}

/// The first item that makes a feed of that format alone, and that feed.
fn witness<'a>(format: &Format, envelope: &Envelope, items: &[&'a [u8]]) -> Option<(&'a [u8], Reading)> {
    items.iter().take(WITNESSES).find_map(|item| {
        let alone = envelope.parse(item, Position::default(), false).ok()?;
        Some((*item, read_one(format, envelope, &alone.value)?))
    })
}

/// Reads a feed of that format with one item.
fn read_one(format: &Format, envelope: &Envelope, document: &serde_json::Value) -> Option<Reading> {
    let is_ours = publishers::recognise(document).is_some_and(|found| found.name == format.name);
    let reading = envelope.read(format, document).ok().filter(|_| is_ours)?;
    (reading.items == 1 && reading.feed.initiatives.len() == 1).then_some(reading)
}

/// What is wrong with the feed and not with an item.
fn of_the_feed(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.retain(|finding| finding.item.is_none());
    findings
}

/// Whether that is the beginning of a feed that has an object a line.
fn begins_with_lines(beginning: &[u8]) -> bool {
    // The last line and its last character may be cut off.
    let whole = beginning.iter().rposition(|byte| *byte == b'\n').and_then(|end| beginning.get(..=end));
    let Some(text) = whole.and_then(|whole| std::str::from_utf8(whole).ok()) else { return false };
    beginning.trim_ascii_start().starts_with(b"{")
        && ndjson::are_lines(text.trim_start(), &Meter::new(Budget::OPERATOR, text.len()))
}

// What is read in one go is read like a whole feed.
const _: () = assert!(2 * LIMITS.most < MAX_BYTES);

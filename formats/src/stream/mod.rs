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
mod list;
mod scan;

use std::collections::BTreeSet;
use std::hash::{BuildHasher, RandomState};
use std::io::Read;

use alentour_model::{Feed, Finding, Problem};

use crate::budget::{Budget, MAX_BYTES, Meter};
use crate::format::Format;
use crate::options::Options;
use crate::publishers;
use crate::reading::Reading;
use crate::syntax::ndjson;
use envelope::{Envelope, Position};
pub use error::{Ending, StreamError};
use list::{Limits, List};

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
    envelope: Envelope,
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
            budget: Budget { items: usize::MAX, ..options.budget },
            ..Envelope::default()
        };
        let position = list.position;
        let Some(stretch) = list.stretch()? else { return Err(broken_off(&envelope, &list)) };
        let whole = envelope.parse(stretch, position, false)?.value;
        let format = publishers::recognise(&whole).filter(|format| format.apart).ok_or(StreamError::Whole)?;
        let (item, reading) = witness(format, &envelope, &list.items()).ok_or(StreamError::Whole)?;
        envelope.witness = [item, gap(list.is_lines)].concat();
        Ok(Self {
            list,
            envelope,
            is_certain,
            format,
            base: options.base.clone(),
            feed: Feed { initiatives: Vec::new(), ..reading.feed },
            findings: of_the_feed(reading.findings),
            items: 0,
            ids: Ids::default(),
            noted: BTreeSet::new(),
            next: None,
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
        if self.is_over {
            return Ok(None);
        }
        self.is_over = true;
        let (is_first, position) = (self.items == 0, self.list.position);
        let Some(stretch) = self.list.stretch()? else { return Err(broken_off(&self.envelope, &self.list)) };
        let parsed = self.envelope.parse(stretch, position, !is_first)?;
        let reading = self.envelope.read(self.format, &parsed.value)?;
        let mut reading = if is_first { reading } else { without_first(reading)? };
        self.leave_out_copies(&mut reading)?;
        let mut findings = self.new_notes(parsed.findings);
        if is_first {
            findings.append(&mut self.findings.clone());
        }
        for mut finding in reading.findings {
            match &mut finding.item {
                Some(position) => *position += self.items,
                // What is said of the feed was said once, but for what this stretch alone has too many of.
                None if finding.problem != Problem::TooMany => continue,
                None => {}
            }
            findings.push(finding);
        }
        self.items += reading.items;
        if self.list.advance() {
            self.is_over = false;
        } else {
            let notes = self.end()?;
            findings.extend(self.new_notes(notes));
        }
        Ok(Some(Reading { findings, next: None, ..reading }))
    }

    /// What is wrong with the syntax, each thing once.
    fn new_notes(&mut self, mut notes: Vec<Finding>) -> Vec<Finding> {
        notes.retain(|note| {
            self.noted.len() < ndjson::NOTES && self.noted.insert((note.field.clone(), note.problem as u8))
        });
        notes
    }

    /// Whether what stands behind the items is what it was taken for; and what is wrong with it.
    fn end(&mut self) -> Result<Vec<Finding>, StreamError> {
        let position = self.list.position;
        let ending = self.list.ending()?.to_vec();
        if self.is_certain && self.envelope.after != ending {
            // The feed was written anew in between.
            return Err(StreamError::Whole);
        }
        self.envelope.after = ending;
        let whole = self.envelope.parse_last(position)?;
        self.next = (self.format.pages.next)(&whole.value, &self.base);
        if self.is_certain {
            return Ok(whole.findings);
        }
        let is_same = read_one(self.format, &self.envelope, &whole.value).is_some_and(|said| {
            let feed = Feed { initiatives: Vec::new(), ..said.feed };
            feed == self.feed && of_the_feed(said.findings) == self.findings
        });
        match is_same {
            true => Ok(whole.findings),
            false => Err(StreamError::Ending(Ending(std::mem::take(&mut self.envelope.after)))),
        }
    }

    /// Takes out what another item had the identifier of, in an earlier stretch.
    fn leave_out_copies(&mut self, reading: &mut Reading) -> Result<(), StreamError> {
        let lost = reading.findings.iter().filter(|finding| finding.problem.costs_the_item());
        let lost: BTreeSet<usize> = lost.filter_map(|finding| finding.item).collect();
        let kept: Vec<usize> = (0..reading.items).filter(|position| !lost.contains(position)).collect();
        if kept.len() != reading.feed.initiatives.len() {
            return Err(StreamError::Whole);
        }
        let mut copies = Vec::new();
        let mut positions = kept.into_iter();
        reading.feed.initiatives.retain(|initiative| {
            let position = positions.next().unwrap_or_default();
            let is_new = self.ids.insert(&initiative.id);
            if !is_new {
                copies.push(position);
            }
            is_new
        });
        if copies.is_empty() {
            return Ok(());
        }
        // What is to be said about them is what is said about the second of two.
        let items = self.list.items();
        let once: Vec<&[u8]> = copies.iter().filter_map(|at| items.get(*at).copied()).collect();
        let twice = [once.as_slice(); 2].concat().join(gap(self.list.is_lines));
        let twice = self.envelope.parse(&twice, Position::default(), true)?;
        let twice = without_first(self.envelope.read(self.format, &twice.value)?)?;
        reading.findings.retain(|finding| finding.item.is_none_or(|at| !copies.contains(&at)));
        for mut finding in twice.findings {
            let second = finding.item.and_then(|at| copies.get(at.checked_sub(once.len())?));
            if let Some(at) = second {
                finding.item = Some(*at);
                reading.findings.push(finding);
            }
        }
        Ok(())
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

/// Without the witness.
fn without_first(mut reading: Reading) -> Result<Reading, StreamError> {
    if reading.feed.initiatives.is_empty() {
        return Err(StreamError::Whole);
    }
    reading.feed.initiatives.remove(0);
    reading.items -= 1;
    reading.findings.retain_mut(|finding| match &mut finding.item {
        Some(0) => false,
        Some(position) => {
            *position -= 1;
            true
        }
        None => true,
    });
    Ok(reading)
}

/// Whether that is the beginning of a feed that has an object a line.
fn begins_with_lines(beginning: &[u8]) -> bool {
    // The last line and its last character may be cut off.
    let whole = beginning.iter().rposition(|byte| *byte == b'\n').and_then(|end| beginning.get(..=end));
    let Some(text) = whole.and_then(|whole| std::str::from_utf8(whole).ok()) else { return false };
    beginning.trim_ascii_start().starts_with(b"{")
        && ndjson::are_lines(text.trim_start(), &Meter::new(Budget::OPERATOR, text.len()))
}

/// Identifiers that were there before, as hashes with keys that nobody can foresee.
#[derive(Debug, Default)]
struct Ids {
    keys: RandomState,
    hashes: std::collections::HashSet<u64>,
}

impl Ids {
    fn insert(&mut self, id: &str) -> bool {
        self.hashes.insert(self.keys.hash_one(id))
    }
}

// What is read in one go is read like a whole feed.
const _: () = assert!(2 * LIMITS.most < MAX_BYTES);

//! Reads other people's feeds into the model, and says what is wrong with them.
//!
//! A format is recognised by its shape, never by its address: `document.rs` tells the syntax (JSON, XML, a calendar, a
//! table, a web page), then [`read`] tries the formats of one table. To add one, write its file and add its line to
//! `FORMATS` (JSON) or `TEXT_FORMATS` in `format.rs`.
//!
//! ```
//! let feed = br#"{"initiatives": [{"id": "1", "name": "Aide aux devoirs"}, {"id": "2"}]}"#;
//! let reading = alentour_formats::read(feed)?;
//! assert_eq!((reading.format, reading.items, reading.feed.initiatives.len()), ("alentour", 2, 1));
//! assert_eq!(reading.findings[0].problem, alentour_model::Problem::NoName);
//! # Ok::<(), alentour_formats::ReadError>(())
//! ```

mod activitypub;
mod address;
mod api_engagement;
mod api_engagement_xml;
mod budget;
mod canonical;
mod cause;
mod csv;
mod date;
mod decode;
mod document;
mod error;
mod format;
mod gancio;
mod geojson;
mod gogocarto;
mod html;
#[cfg(feature = "calendar")]
mod icalendar;
mod identity;
mod item;
mod json;
mod json_feed;
mod kind;
mod lines;
mod list;
mod mobilize;
mod news;
mod openactive;
mod openagenda;
mod openagenda_records;
mod options;
mod osdi;
mod pages;
mod phrases;
mod place;
mod plain;
#[cfg_attr(not(target_family = "wasm"), path = "platform/native.rs")]
#[cfg_attr(target_family = "wasm", path = "platform/browser.rs")]
mod platform;
#[cfg(feature = "calendar")]
mod recurrence;
mod rss;
mod schedule;
mod schema_org;
mod stream;
mod times;
mod transiscope;
mod tribe;
mod value;
mod walk;
mod xml;
mod zones;

use alentour_model::{Feed, Finding, Problem};

use budget::Meter;
pub use budget::{Budget, Resource};
pub use csv::{Column, Columns};
pub use error::ReadError;
pub use format::names;
pub use options::Options;
pub use stream::{Ending, Stream, StreamError};
pub use walk::{End, Walk, Walked};
pub use zones::TzDatabase;

/// Bytes that a feed may have. A mission of API Engagement takes 2.5 KB: this is room for 25,000 of them,
/// and at most some 600 MB of memory while it is read.
pub const MAX_BYTES: usize = 64 * 1024 * 1024;

/// A feed that has been read, whatever its format was.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// Name of the format that was recognised; one of [`names`].
    pub format: &'static str,
    /// The feed. Its initiatives are those that could be read, in the feed's order.
    pub feed: Feed,
    /// What was left out or repaired, in the feed's order.
    pub findings: Vec<Finding>,
    /// How many items the feed has, those left out included; where the reading stopped, how many were looked at.
    pub items: usize,
    /// Address of the feed's next page, where it has one.
    pub next: Option<String>,
    /// What the columns of a table were taken for: to be shown, confirmed, and given back as [`Options::columns`]. Empty
    /// for a feed that is no table.
    pub columns: Columns,
    /// What was spent of [`Options::budget`], where the reading stopped for it before the end of the feed.
    pub spent: Option<Resource>,
}

impl Reading {
    /// Nothing yet, of that format.
    fn of(format: &'static str) -> Self {
        let feed = Feed { version: Feed::VERSION.into(), ..Feed::default() };
        Self {
            format,
            feed,
            findings: Vec::new(),
            items: 0,
            next: None,
            columns: Columns::default(),
            spent: None,
        }
    }

    /// With what is said of the whole feed, and comes first.
    fn after(mut self, mut findings: Vec<Finding>) -> Self {
        findings.append(&mut self.findings);
        self.findings = findings;
        self
    }

    /// How many items were left out.
    pub fn left_out(&self) -> usize {
        self.items.saturating_sub(self.feed.initiatives.len())
    }
}

/// Reads a feed of any known format. One bad item never costs the feed: it is left out, and a finding says so.
///
/// # Errors
/// A [`ReadError`] says why nothing at all can be read, and what to do about it.
pub fn read(bytes: &[u8]) -> Result<Reading, ReadError> {
    read_with(bytes, &Options::default())
}

/// Reads one page of a feed, which came from the address `base`: [`Reading::next`] then names the next one, also
/// where the page says it relative to its own address, or only how many items there are. [`Walk`] joins pages.
///
/// # Errors
/// As [`read`].
pub fn read_page(bytes: &[u8], base: &str) -> Result<Reading, ReadError> {
    read_with(bytes, &Options { base: base.to_owned(), ..Options::default() })
}

/// Reads a feed, or a page of one, with what the caller knows about it.
///
/// # Errors
/// As [`read`].
pub fn read_with(bytes: &[u8], options: &Options) -> Result<Reading, ReadError> {
    let decoded = decode::decode(bytes)?;
    let mut findings = Vec::from_iter(decoded.repaired);
    let meter = Meter::new(options.budget);
    let document = document::parse(decoded.text, options, &mut findings, &meter)?;
    let reading = format::read(&document, options, &meter)?;
    findings.extend(meter.findings());
    Ok(Reading { spent: meter.spent(), ..reading.after(findings) })
}

/// A finding about the feed itself.
fn finding(problem: Problem, value: &str) -> Finding {
    let value = value.chars().take(80).collect();
    Finding { item: None, id: String::new(), field: String::new(), problem, value }
}

//! Reads other people's feeds into the model, and says what is wrong with them.
//!
//! A format is recognised by its shape, never by its address: `document.rs` tells the syntax (`syntax/`: JSON, XML, a calendar,
//! a table, a web page), then [`read`] tries the formats of one table. To add one, write its file in `publishers/` and add its
//! line to `FORMATS` (JSON) or `TEXT_FORMATS` in `publishers/mod.rs`. What many formats read alike is in `fields/` (a date, an
//! address, a country) and `items/` (a list of items, and the fields of one); how pages follow each other is in `pagination/`.
//!
//! Nothing here does any I/O: bytes come in, and what they say goes out. What a reading may cost is its [`Budget`].
//!
//! ```
//! let feed = br#"{"initiatives": [{"id": "1", "name": "Aide aux devoirs"}, {"id": "2"}]}"#;
//! let reading = alentour_formats::read(feed)?;
//! assert_eq!((reading.format, reading.items, reading.feed.initiatives.len()), ("alentour", 2, 1));
//! assert_eq!(reading.findings[0].problem, alentour_model::Problem::NoName);
//! # Ok::<(), alentour_formats::ReadError>(())
//! ```

mod budget;
mod document;
mod error;
mod fields;
mod finding;
mod format;
mod items;
mod options;
mod pagination;
#[cfg_attr(not(target_family = "wasm"), path = "platform/native.rs")]
#[cfg_attr(target_family = "wasm", path = "platform/browser.rs")]
mod platform;
mod publishers;
mod reading;
mod stream;
mod syntax;

use budget::Meter;
pub use budget::{Budget, MAX_BYTES, Resource};
pub use error::ReadError;
pub use fields::zones::TzDatabase;
pub use options::Options;
pub use pagination::{End, Paginated, Pagination};
pub use publishers::names;
pub use reading::Reading;
pub use stream::{Ending, ReadStretch, Stream, StreamError, Stretch};
pub use syntax::table::{Column, Columns};

/// Reads a feed of any known format. One bad item never costs the feed: it is left out, and a finding says so.
///
/// # Errors
/// A [`ReadError`] says why nothing at all can be read, and what to do about it.
pub fn read(bytes: &[u8]) -> Result<Reading, ReadError> {
    read_with(bytes, &Options::default())
}

/// Reads one page of a feed, which came from the address `base`: [`Reading::next`] then names the next one, also
/// where the page says it relative to its own address, or only how many items there are. [`Pagination`] joins pages.
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
    let meter = Meter::new(options.budget, bytes.len());
    let decoded = syntax::decode::decode(bytes)?;
    let mut findings = Vec::from_iter(decoded.repaired);
    let document = document::parse(decoded.text, options, &mut findings, &meter)?;
    let reading = publishers::read(&document, options, &meter)?;
    findings.extend(meter.findings());
    Ok(Reading { spent: meter.spent(), ..reading.after(findings) })
}

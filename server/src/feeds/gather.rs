//! All pages of a feed, fetched, read and joined.

use std::collections::HashSet;
use std::fmt;
use std::time::{Duration, Instant};

use alentour_formats::{Budget, Columns, End, Options, Pagination, ReadError, Reading, Resource};

use super::fetch::{Allowance, FetchError, Fetched, Fetcher, Validators, is_secure};
use crate::sandbox::Limit;

/// How far a feed is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Pages, items, and what their reading may cost.
    pub budget: Budget,
    /// Bytes of all pages together, after decompression.
    pub bytes: u64,
    /// Time for all pages together.
    pub time: Duration,
}

impl Default for Bounds {
    /// What an operator's own feed may cost: a country's, from a slow server.
    fn default() -> Self {
        Self { budget: Budget::OPERATOR, bytes: 256 << 20, time: Duration::from_secs(300) }
    }
}

impl Bounds {
    /// What a stranger's feed may cost.
    pub const STRANGER: Self =
        Self { budget: Budget::STRANGER, bytes: 8 << 20, time: Duration::from_secs(20) };
}

/// Why nothing could be had of a feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unread {
    /// It could not be fetched.
    Unfetched(FetchError),
    /// It could not be opened: the system's words.
    Unopened(String),
    /// It was fetched and is no feed.
    Unreadable(ReadError),
    /// Reading it was broken off: it exceeded that limit of its process.
    Exceeded(Limit),
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unfetched(why) => why.fmt(f),
            Self::Unopened(why) => f.write_str(why),
            Self::Unreadable(why) => why.fmt(f),
            Self::Exceeded(Limit::Memory) => f.write_str(
                "This document needs more memory than is given to it. Split it, for example by region.",
            ),
            Self::Exceeded(Limit::Time) => f.write_str(
                "This document needs more time than is given to it. Split it, for example by region.",
            ),
            Self::Exceeded(Limit::Output) => {
                f.write_str("This document says more than is read of one. Split it, for example by region.")
            }
        }
    }
}

impl std::error::Error for Unread {}

/// Why a feed was not followed to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// A page after the first could not be had.
    Page {
        /// Its address, without its query, which may hold a key.
        address: String,
        /// Why.
        why: Unread,
    },
    /// A page was of another format than the first.
    OtherFormat {
        /// Its address, without its query.
        address: String,
        /// Its format.
        format: &'static str,
    },
    /// A page named one before it as the next.
    Cycle {
        /// The address that comes again, without its query.
        address: String,
    },
    /// A page at `https` named one at `http` as the next.
    Insecure {
        /// The address that was not called, without its query.
        address: String,
    },
    /// There are more pages than that.
    Pages(usize),
    /// There are more items than that.
    Items(usize),
    /// Its reading took more of that than it may.
    Budget(Resource),
    /// All pages together have more bytes than that.
    Bytes(u64),
    /// It took longer than that.
    Time(Duration),
    /// It is a file that names a further page: only what is at an address is followed.
    OneFile,
}

impl Stop {
    /// Whether it may be otherwise the next time: what was read before is then better than what is there now.
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Page { .. } | Self::OtherFormat { .. } | Self::Time(_))
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Page { address, why } => write!(f, "the page {address} could not be had: {why}"),
            Self::OtherFormat { address, format } => {
                write!(f, "the page {address} is of another format ({format}): an error or a log-in page?")
            }
            Self::Cycle { address } => write!(f, "the pages go round in a circle: {address} comes again"),
            Self::Insecure { address } => {
                write!(f, "the next page would be without https ({address}), and was not called")
            }
            Self::Pages(most) => write!(f, "it has more than {most} pages"),
            Self::Items(most) => {
                write!(
                    f,
                    "it has more than {most} items: split it, for example by region, and give each part"
                )
            }
            Self::Budget(resource) => resource.fmt(f),
            Self::Bytes(most) => {
                write!(f, "its pages together have more than {} MB", most.div_ceil(1_000_000))
            }
            Self::Time(most) => write!(f, "its pages together take more than {} seconds", most.as_secs()),
            Self::OneFile => f.write_str("it is one page of several: give its address, and all are read"),
        }
    }
}

/// A feed, with what tells the next visit what is new.
#[derive(Debug)]
pub struct Gathered {
    /// All pages, as if they were one.
    pub reading: Reading,
    /// Why that is not all; `None` if it is.
    pub stop: Option<Stop>,
    /// To ask for a newer version only: of a feed of one page. The first of several says nothing about the others.
    pub validators: Option<Validators>,
    /// Where what has changed since will be said, in formats that say it.
    pub resume: Option<String>,
}

/// What is known of a feed from the last time.
#[derive(Clone, Copy, Debug)]
pub enum Known<'a> {
    /// Nothing.
    Nothing,
    /// What its only page was sent with.
    Version(&'a Validators),
    /// What was read, and where what has changed since is.
    Earlier(&'a Reading, &'a str),
}

/// Fetches and joins the pages of the feed at an address, `None` if nothing has changed. Blocks.
///
/// # Errors
/// Where its first page cannot be had; whatever happens later is a [`Stop`].
pub fn gather(
    fetcher: &Fetcher,
    url: &str,
    known: Known<'_>,
    bounds: Bounds,
    columns: &Columns,
) -> Result<Option<Gathered>, Unread> {
    gather_from(fetcher, url, None, known, bounds, columns)
}

/// The same, where the first page has come already.
///
/// # Errors
/// As [`gather`].
pub fn gather_from(
    fetcher: &Fetcher,
    url: &str,
    mut first: Option<Fetched>,
    known: Known<'_>,
    bounds: Bounds,
    columns: &Columns,
) -> Result<Option<Gathered>, Unread> {
    let start = Instant::now();
    let options = options(columns);
    let unknown = Validators::default();
    let (mut pagination, version, before) = match known {
        Known::Nothing => (Pagination::new(url, bounds.budget), &unknown, None),
        Known::Version(version) => (Pagination::new(url, bounds.budget), version, None),
        Known::Earlier(reading, address) => {
            (Pagination::resume(reading.clone(), address, bounds.budget), &unknown, Some(&reading.feed))
        }
    };
    let (mut pages, mut bytes) = (0_usize, 0_u64);
    let (mut validators, mut stop) = (None, None);
    while let Some(address) = pagination.next().map(str::to_owned) {
        if is_secure(url) && !is_secure(&address) {
            stop = Some(Stop::Insecure { address: shown(&address) });
            break;
        }
        let left = bounds.bytes.saturating_sub(bytes);
        let time = bounds.time.saturating_sub(start.elapsed());
        if time.is_zero() {
            stop = Some(Stop::Time(bounds.time));
            break;
        }
        let most = left.min(alentour_formats::MAX_BYTES as u64);
        let asked = if pages == 0 { version } else { &unknown };
        let page = match first
            .take()
            .map_or_else(|| fetcher.fetch(&address, asked, Allowance { bytes: most, time }), Ok)
        {
            Ok(Fetched::Unchanged) if pages == 0 => return Ok(None),
            Ok(Fetched::Unchanged) => Err(Unread::Unfetched(FetchError::Status(304))),
            Ok(Fetched::New { bytes: page, address: base, validators: version }) => {
                bytes += page.len() as u64;
                validators = Some(version);
                let mut options = options.clone();
                options.base = base;
                options.budget = pagination.budget();
                alentour_formats::read_with(&page, &options).map_err(Unread::Unreadable)
            }
            Err(why) => Err(Unread::Unfetched(why)),
        };
        match page {
            Ok(page) => pagination.add(page),
            Err(why) if pages == 0 => return Err(why),
            Err(Unread::Unfetched(FetchError::TooLarge(_))) if most == left => {
                stop = Some(Stop::Bytes(bounds.bytes));
                break;
            }
            Err(Unread::Unfetched(FetchError::Slow)) if start.elapsed() >= bounds.time => {
                stop = Some(Stop::Time(bounds.time));
                break;
            }
            Err(why) => {
                stop = Some(Stop::Page { address: shown(&address), why });
                break;
            }
        }
        pages += 1;
    }
    // There is one: the first page was added, or the function left.
    let Some(mut paginated) = pagination.finish() else { return Err(Unread::Unreadable(ReadError::Empty)) };
    let is_cut = cut(&mut paginated.reading, bounds.budget.items);
    if before.is_some_and(|before| *before == paginated.reading.feed) && stop.is_none() {
        return Ok(None);
    }
    let stop = stop.or(is_cut.then_some(Stop::Items(bounds.budget.items))).or(match paginated.end {
        End::Cycle { address } => Some(Stop::Cycle { address: shown(&address) }),
        End::TooManyPages => Some(Stop::Pages(bounds.budget.pages)),
        End::Spent(resource) => Some(Stop::Budget(resource)),
        End::TooManyItems => Some(Stop::Items(bounds.budget.items)),
        End::OtherFormat { address, format } => Some(Stop::OtherFormat { address: shown(&address), format }),
        _ => None,
    });
    let validators = validators.filter(|_| pages == 1 && paginated.resume.is_none() && stop.is_none());
    Ok(Some(Gathered { reading: paginated.reading, stop, validators, resume: paginated.resume }))
}

/// Reads a feed that came as one file, or through a pipe.
///
/// # Errors
/// Where it is no feed.
pub fn read(bytes: &[u8], columns: &Columns) -> Result<Gathered, Unread> {
    let reading = alentour_formats::read_with(bytes, &options(columns)).map_err(Unread::Unreadable)?;
    let most = Bounds::default().budget.items;
    let stop = match reading.spent {
        Some(Resource::Items) => Some(Stop::Items(most)),
        Some(resource) => Some(Stop::Budget(resource)),
        None => reading.next.is_some().then_some(Stop::OneFile),
    };
    Ok(Gathered { reading, stop, validators: None, resume: None })
}

/// What is known about a feed that is read now.
pub fn options(columns: &Columns) -> Options {
    let mut options = Options::at(jiff::Timestamp::now().as_second());
    options.columns = columns.clone();
    options
}

/// Leaves out what is beyond that many initiatives, and what was said of it. Whether anything was: a feed of one page has
/// as many as it likes.
fn cut(reading: &mut Reading, most: usize) -> bool {
    let initiatives = &mut reading.feed.initiatives;
    let cut: HashSet<String> = initiatives.drain(most.min(initiatives.len())..).map(|cut| cut.id).collect();
    reading.findings.retain(|finding| finding.problem.costs_the_item() || !cut.contains(&finding.id));
    reading.items = reading.items.saturating_sub(cut.len());
    !cut.is_empty()
}

/// An address without what may hold a key or a password: its query, and the name and password before its host.
pub fn shown(address: &str) -> String {
    match url::Url::parse(address) {
        Ok(mut url) if !url.username().is_empty() || url.password().is_some() => {
            url.set_query(None);
            url.set_fragment(None);
            // Only an address without a host refuses it: one that has a name before its host has one.
            let _ = (url.set_username(""), url.set_password(None));
            url.into()
        }
        _ => address.split(['?', '#']).next().unwrap_or_default().to_owned(),
    }
}

//! What comes of reading a feed.

use alentour_model::{Feed, Finding};

use crate::budget::Resource;
use crate::syntax::table::Columns;

/// A feed that has been read, whatever its format was.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// Name of the format that was recognised; one of [`crate::names`].
    pub format: &'static str,
    /// The feed. Its initiatives are those that could be read, in the feed's order.
    pub feed: Feed,
    /// What was left out or repaired, in the feed's order.
    pub findings: Vec<Finding>,
    /// How many items the feed has, those left out included; where the reading stopped, how many were looked at.
    pub items: usize,
    /// Address of the feed's next page, where it has one.
    pub next: Option<String>,
    /// What the columns of a table were taken for: to be shown, confirmed, and given back as [`crate::Options::columns`]. Empty
    /// for a feed that is no table.
    pub columns: Columns,
    /// Whether the pages of its format begin with what is newest: a deletion then stands before what it deletes.
    pub newest_first: bool,
    /// What was spent of [`crate::Options::budget`], where the reading stopped for it before the end of the feed.
    pub spent: Option<Resource>,
}

impl Reading {
    /// Nothing yet, of that format.
    pub(crate) fn of(format: &'static str) -> Self {
        let feed = Feed { version: Feed::VERSION.into(), ..Feed::default() };
        Self {
            format,
            feed,
            findings: Vec::new(),
            items: 0,
            next: None,
            columns: Columns::default(),
            newest_first: false,
            spent: None,
        }
    }

    /// With what is said of the whole feed, and comes first.
    pub(crate) fn after(mut self, mut findings: Vec<Finding>) -> Self {
        findings.append(&mut self.findings);
        self.findings = findings;
        self
    }

    /// How many items were left out.
    pub fn left_out(&self) -> usize {
        self.items.saturating_sub(self.feed.initiatives.len())
    }
}

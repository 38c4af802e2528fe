//! What a caller can say about a feed that the feed does not say itself.

use crate::budget::Budget;
use crate::syntax::table::Columns;

/// What a caller knows and a feed does not say. The default knows nothing.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Options {
    /// Now, in UTC seconds: what recurs without an end is written out from here on. Without it, from its first time on.
    pub now: Option<i64>,
    /// The address that it came from: what is said relative to it, such as its next page, is then found.
    pub base: String,
    /// What the columns of a table are, where their names do not say it.
    pub columns: Columns,
    /// What the reading may cost: an operator's own feed, unless said otherwise.
    pub budget: Budget,
}

impl Options {
    /// With the time that it is, in UTC seconds.
    pub fn at(now: i64) -> Self {
        Self { now: Some(now), ..Self::default() }
    }
}

//! Parts whose initiatives stay where they are until they are shown: for servers, which search ten thousand and show a dozen.
//!
//! What a search without words reads of a part is written down when the part is made, and read back in some microseconds.

use std::fmt;
use std::sync::Arc;

use crate::initiative::Initiative;

/// Gives what a card shows of the initiative at a position in the feed; `None` where it cannot be read.
type Take = dyn Fn(u32) -> Option<Initiative> + Send + Sync;

/// Where initiatives are that are not in memory.
#[derive(Clone)]
pub struct Shelf(Arc<Take>);

impl Shelf {
    /// One from which that takes the initiative at a position in the feed. Where it cannot, it is not shown.
    pub fn new(take: impl Fn(u32) -> Option<Initiative> + Send + Sync + 'static) -> Self {
        Self(Arc::new(take))
    }

    /// The initiative at that position in the feed.
    pub(crate) fn take(&self, ordinal: u32) -> Option<Initiative> {
        self.0(ordinal)
    }
}

impl fmt::Debug for Shelf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Shelf")
    }
}

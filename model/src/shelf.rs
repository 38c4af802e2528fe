//! Parts whose initiatives stay where they are until they are shown: for servers, which search ten thousand and show a dozen.
//!
//! What a search without words reads of a part is written down when the part is made, and read back in some microseconds.

use std::fmt;
use std::sync::{Arc, OnceLock};

use crate::columns::Columns;
use crate::initiative::Initiative;
use crate::part::Part;

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

    /// The initiative at that position in the feed, as a part in memory has it.
    fn take(&self, ordinal: u32) -> Option<Initiative> {
        Part::new([(ordinal, self.0(ordinal)?)]).initiatives.pop()
    }

    /// The initiatives at these positions; one without words in the place of what cannot be read.
    pub(crate) fn all(&self, ordinals: &[u32]) -> Vec<Initiative> {
        ordinals.iter().map(|at| self.take(*at).unwrap_or_else(|| Initiative::new("", ""))).collect()
    }
}

impl fmt::Debug for Shelf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Shelf")
    }
}

impl Part {
    /// What a search without words reads of it, in [postcard's format](https://postcard.jamesmunns.com/wire-format).
    ///
    /// # Errors
    /// postcard's.
    pub fn written(&self) -> postcard::Result<Vec<u8>> {
        postcard::to_allocvec(&(&self.ordinals, &self.columns))
    }

    /// Reads what [`Self::written`] gave. Its initiatives are on that shelf: a search for words takes all of them. `None` for what is no
    /// such thing.
    pub fn shelved(written: &[u8], shelf: Shelf) -> Option<Self> {
        let (ordinals, columns): (Vec<u32>, Columns) = postcard::from_bytes(written).ok()?;
        let is_sound = columns.is_sound(ordinals.len());
        is_sound.then(|| Self { ordinals, columns, shelf: Some(shelf), ..Self::default() })
    }

    /// Bytes of memory that its numbers take.
    pub fn bytes(&self) -> usize {
        size_of::<Self>() + size_of_val(&*self.ordinals) + self.columns.bytes()
    }
}

/// What was taken from the shelves of some parts, each once: it goes with the catalog that shows it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Taken(Vec<OnceLock<Box<[Once]>>>);

/// An initiative that is taken when it is first asked for.
type Once = OnceLock<Option<Box<Initiative>>>;

impl Taken {
    /// Nothing yet, of so many parts.
    pub fn of(parts: usize) -> Self {
        Self(vec![OnceLock::new(); parts])
    }

    /// The initiative in a row of a part, which is at that position among the parts.
    pub fn get(&self, at: usize, row: usize, part: &Part, shelf: &Shelf) -> Option<&Initiative> {
        let rows = self.0.get(at)?.get_or_init(|| part.ordinals.iter().map(|_| Once::new()).collect());
        let ordinal = *part.ordinals.get(row)?;
        rows.get(row)?.get_or_init(|| shelf.take(ordinal).map(Box::new)).as_deref()
    }
}

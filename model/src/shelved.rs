//! Parts whose initiatives are on a [shelf](crate::shelf): how they are written down, and what has been taken.

use std::sync::OnceLock;

use crate::columns::Columns;
use crate::initiative::Initiative;
use crate::part::Part;
use crate::shelf::Shelf;

impl Part {
    /// What a search without words reads of it, in [postcard's format](https://postcard.jamesmunns.com/wire-format).
    ///
    /// # Errors
    /// postcard's.
    pub fn written(&self) -> postcard::Result<Vec<u8>> {
        postcard::to_allocvec(&(&self.ordinals, &self.columns))
    }

    /// Reads what [`Self::written`] gave. Its initiatives are on that shelf, where no search for words looks. `None` for what is no
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

    /// The initiative in a row of a part, as a part in memory has it, which is at that position among the parts.
    pub fn get(&self, at: usize, row: usize, part: &Part, shelf: &Shelf) -> Option<&Initiative> {
        let rows = self.0.get(at)?.get_or_init(|| part.ordinals.iter().map(|_| Once::new()).collect());
        let ordinal = *part.ordinals.get(row)?;
        let taken = || Part::new([(ordinal, shelf.take(ordinal)?)]).initiatives.pop().map(Box::new);
        rows.get(row)?.get_or_init(taken).as_deref()
    }
}

//! Some initiatives of a feed, made ready to be searched.

use std::sync::OnceLock;

use crate::columns::Columns;
use crate::initiative::Initiative;
#[cfg(feature = "server")]
use crate::shelf::Shelf;
use crate::vocabulary::Vocabulary;

/// Some initiatives of a feed, made ready to be searched: those of a tile, or all.
#[derive(Clone, Debug, Default)]
pub struct Part {
    /// None of them where they are on a shelf.
    pub(crate) initiatives: Vec<Initiative>,
    /// The position of each in the feed.
    pub(crate) ordinals: Vec<u32>,
    pub(crate) columns: Columns,
    /// Made when words are first asked for.
    pub(crate) vocabulary: OnceLock<Vocabulary>,
    #[cfg(feature = "server")]
    pub(crate) shelf: Option<Shelf>,
}

impl Part {
    /// Makes initiatives ready to be searched, each with its position in the feed.
    pub fn new(initiatives: impl IntoIterator<Item = (u32, Initiative)>) -> Self {
        let (ordinals, mut initiatives): (Vec<_>, Vec<_>) = initiatives.into_iter().unzip();
        let columns = Columns::new(initiatives.iter_mut());
        Self {
            initiatives,
            ordinals,
            columns,
            vocabulary: OnceLock::new(),
            #[cfg(feature = "server")]
            shelf: None,
        }
    }

    /// The initiatives, each with its position in the feed; none where they are on a shelf.
    #[cfg(feature = "server")]
    pub fn initiatives(&self) -> impl Iterator<Item = (u32, &Initiative)> {
        self.ordinals.iter().copied().zip(&self.initiatives)
    }

    /// How many initiatives.
    pub fn len(&self) -> usize {
        self.ordinals.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ordinals.is_empty()
    }

    /// The initiative in that row; `None` where it is on a shelf.
    pub(crate) fn initiative(&self, row: usize) -> Option<&Initiative> {
        self.initiatives.get(row)
    }

    /// Whether its words have been read.
    pub(crate) fn is_prepared(&self) -> bool {
        self.vocabulary.get().is_some()
    }

    /// Its words; none where its initiatives are on a shelf.
    pub(crate) fn vocabulary(&self) -> &Vocabulary {
        self.vocabulary.get_or_init(|| Vocabulary::new(&self.initiatives))
    }
}

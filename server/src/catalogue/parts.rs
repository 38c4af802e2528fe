//! What is searched of a catalogue: all of a small one, and of a larger one the tiles that are near, with what is tied to no place.

use std::io;
use std::sync::Arc;

use alentour_model::shelf::Shelf;
use alentour_model::tiles::{Limits, Tile};
use alentour_model::{Catalog, Kilometres, Part, Point};
use alentour_texts::Language;
use tracing::error;

use super::cards;
use super::kept::Weighed;
use super::opened::Catalogue;
use crate::http::brotli::decompressed;

/// Initiatives up to which all of them are kept in memory and searched, and as many are searched at most around a place of a larger
/// catalogue: then all counts are exact.
pub const WHOLE: usize = 10_000;
/// What is looked at of a larger one: around a place at least some, however far they are, so that it can be said how far to go; of what is
/// tied to no place those that have dates to come, and others.
const LIMITS: Limits = Limits { whole: 0, near: WHOLE, enough: 500, dated: 1_500, undated: 500 };
/// Bytes of memory that a byte of a tile's cards takes, ready to be searched for words, and one of what they do not show: rather
/// more than was measured of invented missions.
const READY: (usize, usize) = (16, 4);

impl Catalogue {
    /// What can be found around a point: all, where the catalogue is small; else what is nearest, up to [`WHOLE`] initiatives and not
    /// beyond the radius, with what is tied to no place. Without a point what begins soonest. What is found has what cards show and,
    /// for words on pages of that language, what is said beside it in the place of the description, with what is known of words. Blocks.
    ///
    /// # Errors
    /// The system's.
    pub fn around(
        &self,
        near: Option<Point>,
        radius: Option<Kilometres>,
        words: Option<Language>,
        now: i64,
    ) -> io::Result<Arc<Catalog>> {
        if self.head.shown <= WHOLE {
            return Ok(self.knowing(self.whole()?, words));
        }
        let wanted = self.tiles.wanted(near, radius, LIMITS, now);
        let mut parts = self.parts_of(&wanted, words.is_some())?;
        if near.is_none() {
            parts.push(self.soonest(now)?.part.clone());
        }
        let is_read = |number| wanted.iter().any(|tile| tile.number == number);
        let (known, is_more_elsewhere) = self.tiles.known(near, now, is_read);
        let catalog = Catalog::of(parts).within(near, known, is_more_elsewhere);
        Ok(self.knowing(Arc::new(catalog), words))
    }

    /// With what is known of words, where some are looked for.
    fn knowing(&self, catalog: Arc<Catalog>, words: Option<Language>) -> Arc<Catalog> {
        match words {
            Some(language) => Arc::new(Catalog::clone(&catalog).knowing(self.lexicon(language))),
            None => catalog,
        }
    }

    fn whole(&self) -> io::Result<Arc<Catalog>> {
        if let Some(whole) = self.whole.get() {
            return Ok(whole.clone());
        }
        let wanted = self.tiles.wanted(None, None, Limits { whole: usize::MAX, ..LIMITS }, 0);
        let parts = self.parts_of(&wanted, true)?;
        Ok(self.whole.get_or_init(|| Arc::new(Catalog::of(parts))).clone())
    }

    fn parts_of(&self, tiles: &[Tile], by_words: bool) -> io::Result<Vec<Arc<Part>>> {
        tiles.iter().map(|tile| self.part(tile.number, by_words)).collect()
    }

    fn part(&self, number: usize, by_words: bool) -> io::Result<Arc<Part>> {
        let part = self.parts.get_or_insert_with(&(number, by_words), || {
            let damaged = || io::Error::other("a tile of the catalogue is damaged");
            if !by_words {
                let written = self.columns_of(number)?.ok_or_else(damaged)?;
                let part = Part::shelved(&written, self.shelf()).ok_or_else(damaged)?;
                return Ok(Weighed { bytes: part.bytes(), of: Arc::new(part) });
            }
            let cards = decompressed(&self.cards_of(number)?.ok_or_else(damaged)?)?;
            let words = decompressed(&self.words_of(number)?.ok_or_else(damaged)?)?;
            let tile = cards::Tile { cards, words };
            let part = tile.part().ok_or_else(damaged)?;
            let bytes = READY.0 * tile.cards.len() + READY.1 * tile.words.len();
            io::Result::Ok(Weighed { of: Arc::new(part), bytes })
        })?;
        Ok(part.of)
    }

    /// Where parts find the cards that are shown of them. One that cannot be read is left out.
    fn shelf(&self) -> Shelf {
        let shown = self.shown.clone();
        Shelf::new(move |position| {
            let log = |why: &io::Error| error!(position, %why, "a card of the catalogue cannot be read");
            shown.card(position).inspect_err(log).ok()
        })
    }
}

#[cfg(test)]
mod tests;

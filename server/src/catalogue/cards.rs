//! The cards of a catalogue that is being written, one after the other, to be picked up by the leaf.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use alentour_model::tile::{card, decode, encode, say};
use alentour_model::{Initiative, Part};

use crate::http::stretch::OpenFile;

/// The file of them, while the catalogue is written.
const SCRATCH: &str = "cards";

/// Cards, and what they do not show, in a file.
pub struct Cards {
    path: PathBuf,
    out: BufWriter<File>,
    /// Where each position's card is, and the bytes of the card and of its words; nothing for what is not shown.
    stretches: Vec<Option<(u64, u32, u32)>>,
    length: u64,
}

/// The cards of a leaf as they are kept.
#[derive(Debug, Default)]
pub struct Tile {
    /// See [`alentour_model::tile`].
    pub cards: String,
    /// A line a card: what its initiative says beside what the card shows.
    pub words: String,
}

impl Cards {
    /// Begins in that folder.
    ///
    /// # Errors
    /// The system's.
    pub fn begin(folder: &Path) -> io::Result<Self> {
        let path = folder.join(SCRATCH);
        let out = BufWriter::with_capacity(1 << 20, File::create(&path)?);
        Ok(Self { path, out, stretches: Vec::new(), length: 0 })
    }

    /// Adds the card of what is at that position, behind all others.
    ///
    /// # Errors
    /// The system's.
    pub fn add(&mut self, position: u32, initiative: &Initiative) -> io::Result<()> {
        let (card, words) = (encode([(position, initiative)]), unshown(initiative));
        self.out.write_all(card.as_bytes())?;
        self.out.write_all(words.as_bytes())?;
        let lengths = (u32::try_from(card.len()), u32::try_from(words.len()));
        let (Ok(card), Ok(words)) = lengths else { return Err(io::Error::other("a card is too long")) };
        self.stretches.resize(position as usize, None);
        self.stretches.push(Some((self.length, card, words)));
        self.length += u64::from(card) + u64::from(words);
        Ok(())
    }

    /// Goes on to picking cards up.
    ///
    /// # Errors
    /// The system's.
    pub fn picked(&mut self) -> io::Result<Picked> {
        self.out.flush()?;
        let file = OpenFile::new(&self.path, File::open(&self.path)?);
        Ok(Picked { file, path: self.path.clone(), stretches: std::mem::take(&mut self.stretches) })
    }
}

/// Cards that are picked up. Their file goes with it.
pub struct Picked {
    file: OpenFile,
    path: PathBuf,
    stretches: Vec<Option<(u64, u32, u32)>>,
}

impl Picked {
    /// The tile of these positions, which are in their order.
    ///
    /// # Errors
    /// The system's.
    pub fn tile(&self, positions: &[u32]) -> io::Result<Tile> {
        let (mut cards, mut all) = (Vec::with_capacity(positions.len()), String::new());
        for position in positions {
            let Some(Some((start, card, words))) = self.stretches.get(*position as usize) else { continue };
            let bytes = self.file.read(*start, (card + words) as usize)?;
            let text = String::from_utf8(bytes).map_err(io::Error::other)?;
            let damaged = || io::Error::other("a card cannot be read again");
            let (card, words) = text.split_at_checked(*card as usize).ok_or_else(damaged)?;
            cards.extend(decode(card).filter(|cards| cards.len() == 1).ok_or_else(damaged)?);
            all.push_str(words);
            all.push('\n');
        }
        Ok(Tile { cards: encode(cards.iter().map(|(at, card)| (*at, card))), words: all })
    }
}

impl Drop for Picked {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

impl Tile {
    /// The tile of initiatives, each with its position.
    pub fn of<'a>(initiatives: impl Iterator<Item = (u32, &'a Initiative)>) -> Self {
        let (mut cards, mut words) = (Vec::new(), String::new());
        for (position, initiative) in initiatives {
            cards.push((position, card(initiative)));
            words.push_str(&unshown(initiative));
            words.push('\n');
        }
        Self { cards: encode(cards.iter().map(|(at, card)| (*at, card))), words }
    }

    /// Makes it ready to be searched: in what cards show and, where there are any, in these words, too. `None` where it is damaged.
    pub fn part(&self) -> Option<Part> {
        let mut cards = decode(&self.cards)?;
        say(&mut cards, &self.words);
        Some(Part::new(cards))
    }
}

/// What an initiative says and its card does not show, on one line: in its order, and written as it is, for phrases and acronyms.
fn unshown(initiative: &Initiative) -> String {
    [&initiative.description, "\n", &initiative.accessibility_summary].concat().trim().replace('\n', " · ")
}

#[cfg(test)]
mod tests {
    use alentour_model::query::Now;
    use alentour_model::{Catalog, Date, Query};

    use super::*;

    #[test]
    fn a_tile_has_the_cards_of_its_positions_and_finds_their_words() {
        let folder = tempfile::tempdir().unwrap();
        let mut cards = Cards::begin(folder.path()).unwrap();
        for position in [0_u32, 2, 3] {
            let mut initiative = Initiative::new(position.to_string(), "Maraude");
            initiative.description = format!("Une soupe,\nune écoute. Équipe n° {position}");
            cards.add(position, &initiative).unwrap();
        }
        let picked = cards.picked().unwrap();
        let tile = picked.tile(&[0, 1, 3]).unwrap();
        drop(picked);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        let found = |tile: &Tile, words: &str| {
            let catalog = Catalog::of([std::sync::Arc::new(tile.part().unwrap())]);
            let query = Query { words: words.into(), ..Query::default() };
            let results = catalog.search(&query, Now { instant: 0, today: Date::from_days(0) });
            results
                .elsewhere
                .iter()
                .map(|hit| catalog.get(hit.initiative).unwrap().id.clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(found(&tile, ""), ["0", "3"]);
        assert_eq!(found(&tile, "ecoute soup"), ["0", "3"]);
        assert_eq!(found(&tile, "3"), ["3"]);
        assert!(found(&Tile { words: String::new(), ..tile }, "soupe").is_empty());
    }
}

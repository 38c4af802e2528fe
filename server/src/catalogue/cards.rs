//! The cards of a catalogue that is being written, one after the other, to be picked up by the leaf.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use alentour_model::tile::{self, decode, encode, say};
use alentour_model::{Initiative, Part};

use crate::http::stretch::OpenFile;

/// The file of cards: each as a tile of its own, and then where each ends, in the order of the feed. What is not shown has none.
pub const CARDS: &str = "cards";
/// The file of what cards do not show, while the catalogue is written.
const SCRATCH: &str = "words";
/// Bytes of a number that says where a card ends: little-endian.
pub const END: u64 = 8;

/// Cards, and what they do not show, in two files that are being written.
pub struct Cards {
    cards: Pile,
    words: Pile,
}

/// Texts, one behind the other.
struct Pile {
    path: PathBuf,
    out: BufWriter<File>,
    /// Where that of each position ends.
    ends: Vec<u64>,
}

/// The cards of a leaf as they are kept.
#[derive(Debug, Default)]
pub struct Tile {
    /// See [`alentour_model::tile`].
    pub cards: String,
    /// A line a card: what its initiative says beside what the card shows.
    pub words: String,
}

impl Pile {
    fn begin(path: PathBuf) -> io::Result<Self> {
        let out = BufWriter::with_capacity(1 << 20, File::create(&path)?);
        Ok(Self { path, out, ends: Vec::new() })
    }

    /// Adds the text of a position, behind all others.
    fn add(&mut self, position: u32, text: &str) -> io::Result<()> {
        self.out.write_all(text.as_bytes())?;
        let length = self.ends.last().copied().unwrap_or(0);
        // What is between has none.
        self.ends.resize(position as usize, length);
        self.ends.push(length + text.len() as u64);
        Ok(())
    }

    fn picked(&mut self) -> io::Result<Stack> {
        self.out.flush()?;
        let file = OpenFile::new(&self.path, File::open(&self.path)?);
        Ok(Stack { file, ends: std::mem::take(&mut self.ends) })
    }
}

impl Cards {
    /// Begins in that folder.
    ///
    /// # Errors
    /// The system's.
    pub fn begin(folder: &Path) -> io::Result<Self> {
        Ok(Self { cards: Pile::begin(folder.join(CARDS))?, words: Pile::begin(folder.join(SCRATCH))? })
    }

    /// Adds the card of what is at that position, behind all others.
    ///
    /// # Errors
    /// The system's.
    pub fn add(&mut self, position: u32, initiative: &Initiative) -> io::Result<()> {
        self.cards.add(position, &encode([(position, initiative)]))?;
        self.words.add(position, &unshown(initiative))
    }

    /// Ends the file of cards of so many positions, and goes on to picking them up.
    ///
    /// # Errors
    /// The system's.
    pub fn picked(&mut self, positions: usize) -> io::Result<Picked> {
        let Pile { out, ends, .. } = &mut self.cards;
        ends.resize(positions, ends.last().copied().unwrap_or(0));
        for end in ends {
            out.write_all(&end.to_le_bytes())?;
        }
        let path = self.words.path.clone();
        Ok(Picked { cards: self.cards.picked()?, words: self.words.picked()?, path })
    }
}

/// Texts that are picked up by their position.
struct Stack {
    file: OpenFile,
    ends: Vec<u64>,
}

impl Stack {
    fn text(&self, position: u32) -> io::Result<String> {
        let end = |position: usize| self.ends.get(position).copied().unwrap_or(0);
        let start = (position as usize).checked_sub(1).map_or(0, end);
        let length = end(position as usize).saturating_sub(start);
        String::from_utf8(self.file.read(start, length as usize)?).map_err(io::Error::other)
    }
}

/// Cards that are picked up. The file of what they do not show goes with it.
pub struct Picked {
    cards: Stack,
    words: Stack,
    path: PathBuf,
}

impl Picked {
    /// The tile of these positions, which are in their order, and the same ready to be searched.
    ///
    /// # Errors
    /// The system's.
    pub fn tile(&self, positions: &[u32]) -> io::Result<(Tile, Part)> {
        let (mut cards, mut words) = (Vec::with_capacity(positions.len()), String::new());
        for position in positions {
            let text = self.cards.text(*position)?;
            if text.is_empty() {
                continue;
            }
            cards.push(card(&text, *position)?);
            words.push_str(&self.words.text(*position)?);
            words.push('\n');
        }
        let tile = Tile { cards: encode(cards.iter().map(|(at, card)| (*at, card))), words };
        say(&mut cards, &tile.words);
        Ok((tile, Part::new(cards)))
    }
}

impl Drop for Picked {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// The one card of a text, which is at that position.
///
/// # Errors
/// Where it is not.
pub fn card(text: &str, position: u32) -> io::Result<(u32, Initiative)> {
    let one = decode(text).filter(|cards| cards.len() == 1).and_then(|mut cards| cards.pop());
    one.filter(|(at, _)| *at == position).ok_or_else(damaged)
}

/// What is said of one that is not as it was written.
pub fn damaged() -> io::Error {
    io::Error::other("a card of the catalogue cannot be read again")
}

impl Tile {
    /// The tile of initiatives, each with its position.
    pub fn of(initiatives: &[(u32, Initiative)]) -> Self {
        let (mut cards, mut words) = (Vec::new(), String::new());
        for (position, initiative) in initiatives {
            cards.push((*position, tile::card(initiative)));
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
    use alentour_model::shelf::Shelf;
    use alentour_model::{Catalog, Date, Query};

    use super::*;
    use crate::catalogue::shown::Shown;

    #[test]
    fn a_tile_has_the_cards_of_its_positions_and_finds_their_words() {
        let folder = tempfile::tempdir().unwrap();
        let mut cards = Cards::begin(folder.path()).unwrap();
        for position in [0_u32, 2, 3] {
            let mut initiative = Initiative::new(position.to_string(), "Maraude");
            initiative.description = format!("Une soupe,\nune écoute. Équipe n° {position}");
            cards.add(position, &initiative).unwrap();
        }
        let picked = cards.picked(5).unwrap();
        let (tile, part) = picked.tile(&[0, 1, 3]).unwrap();
        drop(picked);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        let shown = Shown::open(folder.path(), 5).unwrap();
        assert_eq!(shown.card(3).unwrap().id, "3");
        assert!(shown.card(1).is_err() && shown.card(4).is_err() && shown.card(5).is_err());
        let part =
            Part::shelved(&part.written().unwrap(), Shelf::new(move |at| shown.card(at).ok())).unwrap();
        let catalog = Catalog::of([std::sync::Arc::new(part)]);
        assert_eq!((catalog.len(), catalog.get(1).unwrap().id.as_str()), (2, "3"));
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

//! The catalogue: all initiatives of the merged feeds, on disk, and what finds some of them.
//!
//! One version is a folder that is written once and read by many: the merged feed (`feed.json`, and compressed), and where in it each
//! initiative is (`index.sqlite`), by its identifier; and the cards of its initiatives in tiles, by the leaves of a quadtree, with the index
//! of them (`tiles.txt`), with what is searched of each without words, and one by one (`cards`); of a large one which of them have a word
//! (`inverted.txt`, `numbers`). Nothing in it is more than what the feeds say, so that it can be thrown away at any time.

mod cards;
mod compressed;
mod cut;
mod draft;
mod home;
mod index;
mod inverted;
mod inverting;
mod items;
mod kept;
mod leaf;
mod node;
mod opened;
mod parts;
mod searched;
mod served;
mod shown;
mod soonest;
mod text;
mod words;

use crate::http::Error;

pub use draft::Draft;
pub use home::{Home, State};
pub use opened::Catalogue;
pub use served::{DayFile, TileFile};
pub use text::{Writer, read};

/// What is answered where the catalogue cannot be read.
pub fn unread(why: std::io::Error) -> Error {
    Error::Unavailable(format!("the catalogue cannot be read: {why}"))
}

/// Changed whenever what is written is read otherwise: a catalogue of another number is made anew.
pub const FORMAT: u32 = 5;

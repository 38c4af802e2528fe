//! The inverted index of a large catalogue, as it is read: see [`alentour_model::inverted`].

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::sync::OnceLock;

use alentour_model::inverted::{Index, PACK};

use crate::http::representation::{A_MINUTE, Representation, TEXT};
use crate::http::stretch::OpenFile;

/// Which shards there are.
pub const INVERTED: &str = "inverted.txt";
/// The positions in the catalogue of the initiatives that are numbered, in the order of their numbers: 32 bits each, the lowest byte first.
pub const NUMBERS: &str = "numbers";
/// Bytes of a number.
const NUMBER: usize = size_of::<u32>();

/// Which initiatives of a large catalogue have a word.
pub struct Inverted {
    pub(super) index: Index,
    folder: i64,
    text: String,
    representation: OnceLock<Representation>,
    /// The positions of the initiatives in the catalogue, by their numbers.
    numbers: OpenFile,
}

impl Inverted {
    /// Opens that of the catalogue in a folder; `None` where it is read as a whole.
    ///
    /// # Errors
    /// The system's, and where it is damaged.
    pub fn open(folder: &Path) -> io::Result<Option<Self>> {
        let text = match fs::read_to_string(folder.join(INVERTED)) {
            Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok(None),
            text => text?,
        };
        let damaged = || io::Error::other("the inverted index cannot be read");
        let index = Index::parse(&text).ok_or_else(damaged)?;
        let day = index.folder.parse().map_err(io::Error::other)?;
        let path = folder.join(NUMBERS);
        let numbers = OpenFile::new(&path, File::open(&path)?);
        Ok(Some(Self { folder: day, index, text, representation: OnceLock::new(), numbers }))
    }

    /// The folder of its shards and packs, within that of the tiles' version: the day on which the catalogue was written, counted from 1970.
    pub fn folder(&self) -> i64 {
        self.folder
    }

    /// How many shards there are.
    pub fn shards(&self) -> usize {
        self.index.shards()
    }

    /// How many packs there are.
    pub fn packs(&self) -> u32 {
        self.index.count.div_ceil(PACK)
    }

    /// The index of shards, as it is sent.
    pub fn representation(&self) -> &Representation {
        let compressed = || Representation::compressed(self.text.clone().into_bytes(), TEXT, A_MINUTE);
        self.representation.get_or_init(compressed)
    }

    /// The positions of the initiatives of a pack.
    ///
    /// # Errors
    /// The system's.
    pub fn positions(&self, pack: u32) -> io::Result<Vec<u32>> {
        let first = pack.saturating_mul(PACK);
        let count = self.index.count.saturating_sub(first).min(PACK) as usize;
        let bytes = self.numbers.read(u64::from(first) * NUMBER as u64, count * NUMBER)?;
        let (numbers, _) = bytes.as_chunks();
        Ok(numbers.iter().map(|bytes| u32::from_le_bytes(*bytes)).collect())
    }
}

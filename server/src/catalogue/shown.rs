//! The cards of a catalogue that is whole, one by one: those that are shown of the many that were searched.

use std::fs::File;
use std::io;
use std::path::Path;

use alentour_model::Initiative;

use super::cards::{CARDS, END, card, damaged};
use crate::http::stretch::OpenFile;

/// The cards of a catalogue that is whole.
#[derive(Debug)]
pub struct Shown {
    file: OpenFile,
    /// Bytes of cards.
    length: u64,
}

impl Shown {
    /// Opens them in that folder, where the catalogue has so many positions.
    ///
    /// # Errors
    /// The system's, and where it is no such file.
    pub fn open(folder: &Path, positions: usize) -> io::Result<Self> {
        let path = folder.join(CARDS);
        let file = File::open(&path)?;
        let length = file.metadata()?.len().checked_sub(END * positions as u64);
        let length = length.ok_or_else(damaged)?;
        Ok(Self { file: OpenFile::new(&path, file), length })
    }

    /// The card at that position. Blocks.
    ///
    /// # Errors
    /// The system's, and where there is none.
    pub fn card(&self, position: u32) -> io::Result<Initiative> {
        let end = |position: u32| -> io::Result<u64> {
            let bytes = self.file.read(self.length + END * u64::from(position), END as usize)?;
            Ok(u64::from_le_bytes(bytes.try_into().map_err(|_| damaged())?))
        };
        let start = position.checked_sub(1).map_or(Ok(0), end)?;
        let end = end(position)?;
        let is_sound = start < end && end <= self.length;
        let length = Some(end).filter(|_| is_sound).ok_or_else(damaged)? - start;
        let text = String::from_utf8(self.file.read(start, length as usize)?).map_err(io::Error::other)?;
        card(&text, position).map(|(_, card)| card)
    }
}

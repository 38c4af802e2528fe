//! The initiatives of a catalogue, one by one.

use std::io;
use std::sync::Arc;

use alentour_model::Initiative;
use rusqlite::{OptionalExtension, Row, params};

use super::index::organiser;
use super::kept::Weighed;
use super::opened::Catalogue;
use super::text;
use crate::http::representation::key;

/// Initiatives of an organiser that are found: more than are shown, for those that go on may have their next date late.
const OF_ORGANISER: i64 = 8;

/// Where an initiative is.
pub struct Item {
    start: Option<i64>,
    length: Option<u32>,
    /// What is not in the feed, because it is not shown.
    own: Option<Vec<u8>>,
}

impl Item {
    /// Reads `start, length, json`.
    pub fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self { start: row.get(0)?, length: row.get(1)?, own: row.get(2)? })
    }
}

/// Where an initiative that is shown is in the feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stretch {
    position: u32,
    start: u64,
    length: u32,
}

impl Stretch {
    /// Reads `row, start, length`.
    pub fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self { position: row.get(0)?, start: row.get::<_, i64>(1)? as u64, length: row.get(2)? })
    }
}

impl Catalogue {
    /// The initiatives there, each with its position, in their order. Blocks.
    pub(super) fn read(&self, mut stretches: Vec<Stretch>) -> io::Result<Vec<(u32, Initiative)>> {
        stretches.sort_unstable();
        let texts = stretches.iter().map(|it| self.feed.read(it.start, it.length as usize));
        let texts = texts.collect::<io::Result<Vec<_>>>()?;
        let initiatives = text::read(texts.iter().map(Vec::as_slice), &self.head.time_zone)?;
        Ok(stretches.iter().map(|it| it.position).zip(initiatives).collect())
    }

    /// The initiative of that identifier, shown or not; `None` if there is none, or it is hidden. Reads some kilobytes where it is not at hand.
    ///
    /// # Errors
    /// The system's.
    pub fn initiative(&self, id: &str) -> io::Result<Option<Arc<Initiative>>> {
        if let Some(known) = self.items.get(id) {
            return Ok(Some(known.of));
        }
        let Some((initiative, bytes)) = self.find(id, false)? else { return Ok(None) };
        self.items.insert(id.to_owned(), Weighed { of: initiative.clone(), bytes });
        Ok(Some(initiative))
    }

    /// The hidden initiative of that identifier: not for visitors. Blocks.
    ///
    /// # Errors
    /// The system's.
    pub fn hidden(&self, id: &str) -> io::Result<Option<Arc<Initiative>>> {
        // Few ask for it, and what is kept in memory is for all.
        Ok(self.find(id, true)?.map(|(initiative, _)| initiative))
    }

    /// The identifiers of what is not hidden and says the same as that hidden one. Blocks.
    ///
    /// # Errors
    /// The system's.
    pub fn alike(&self, hidden: &str) -> io::Result<Vec<String>> {
        self.with_index(|index| {
            let mut ids = index.prepare_cached("SELECT id FROM alike WHERE hidden = ?1")?;
            ids.query_map([hidden], |row| row.get(0))?.collect()
        })
    }

    /// One of them, and the length of its JSON.
    fn find(&self, id: &str, is_hidden: bool) -> io::Result<Option<(Arc<Initiative>, usize)>> {
        let found = self.with_index(|index| {
            let mut item = index.prepare_cached(
                "SELECT start, length, json FROM items WHERE key = ?1 AND id = ?2 AND hidden = ?3",
            )?;
            item.query_row(params![key(id.as_bytes()), id, is_hidden], Item::read).optional()
        })?;
        let Some(item) = found else { return Ok(None) };
        let json = self.json(item)?;
        let initiative = text::read([json.as_slice()], &self.head.time_zone)?.pop();
        Ok(initiative.map(|initiative| (Arc::new(initiative), json.len())))
    }

    /// Others of the same organiser that are not over at that instant (UTC seconds), the next date first: some of them, for an organiser may
    /// have thousands. Blocks.
    ///
    /// # Errors
    /// The system's.
    pub fn of_organiser(&self, initiative: &Initiative, now: i64) -> io::Result<Vec<Initiative>> {
        let Some(organiser) = organiser(initiative) else { return Ok(Vec::new()) };
        let stretches = self.with_index(|index| {
            let mut items = index.prepare_cached(
                "SELECT row, start, length FROM items
                 WHERE organiser = ?1 AND start IS NOT NULL AND (over IS NULL OR over > ?2) AND id <> ?3
                 ORDER BY begins IS NULL, MAX(begins, ?2), row LIMIT ?4",
            )?;
            let values = params![organiser, now, initiative.id, OF_ORGANISER];
            items.query_map(values, Stretch::read)?.collect()
        })?;
        Ok(self.read(stretches)?.into_iter().map(|(_, other)| other).collect())
    }

    /// What an initiative says, as JSON.
    pub(super) fn json(&self, item: Item) -> io::Result<Vec<u8>> {
        match item {
            Item { own: Some(own), .. } => Ok(own),
            Item { start: Some(start), length: Some(length), .. } => {
                self.feed.read(start as u64, length as usize)
            }
            Item { .. } => Err(io::Error::other("the index of the catalogue is damaged")),
        }
    }

    /// Identifiers of initiatives that are shown and not over at that instant (UTC seconds), in the feed's order.
    ///
    /// # Errors
    /// The system's.
    pub fn coming(&self, now: i64, most: usize) -> io::Result<Vec<String>> {
        self.with_index(|index| {
            let mut ids = index.prepare_cached(
                "SELECT id FROM items WHERE start IS NOT NULL AND (over IS NULL OR over > ?1) ORDER BY row LIMIT ?2",
            )?;
            ids.query_map(params![now, most as i64], |row| row.get(0))?.collect()
        })
    }

    /// The keys of all initiatives, shown or not, but for those that are hidden.
    ///
    /// # Errors
    /// The system's.
    pub fn keys(&self) -> io::Result<Vec<String>> {
        self.with_index(|index| {
            let mut keys = index.prepare("SELECT key FROM items WHERE NOT hidden ORDER BY row")?;
            let key = |row: &Row<'_>| Ok(hex::encode(row.get::<_, Vec<u8>>(0)?));
            keys.query_map([], key)?.collect()
        })
    }
}

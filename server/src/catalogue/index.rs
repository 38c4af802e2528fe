//! The index of a catalogue: SQLite, written once.

use std::io::{self, Write};
use std::path::Path;

use rusqlite::{Connection, params};

use super::cards::Picked;
use super::leaf::{Bounds, Leaf};
use super::opened::Head;
use crate::http::stretch::OpenFile;

/// How well tiles are compressed, of 11: twice as fast as what they are made of is read.
const QUALITY: u32 = 5;

const TABLES: &str = "
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    BEGIN;
    CREATE TABLE head (json TEXT NOT NULL);
    -- What is shown is in the feed, at `start`; what repeats something shown is here.
    CREATE TABLE items (row INTEGER PRIMARY KEY, id TEXT NOT NULL, start INTEGER, length INTEGER, json BLOB, begins INTEGER, over INTEGER);
    -- Without bounds: what is tied to no place. `begins`: of those that have dates, the first. `over`: when all are. Tiles are compressed in brotli.
    CREATE TABLE leaves (leaf INTEGER PRIMARY KEY, south REAL, west REAL, north REAL, east REAL, count INTEGER NOT NULL, begins INTEGER, over INTEGER, cards BLOB NOT NULL, words BLOB NOT NULL);
";

const INDEXES: &str = "
    CREATE UNIQUE INDEX ids ON items (id);
    CREATE INDEX begin ON items (begins) WHERE start IS NOT NULL;
    CREATE INDEX ends ON items (over) WHERE start IS NOT NULL;
    COMMIT;
";

/// One initiative.
pub struct Row {
    /// Its identifier.
    pub id: Box<str>,
    /// Where it is: in the scratch file, and later in the feed.
    pub start: u64,
    /// Bytes.
    pub length: u32,
    /// Whether it is shown.
    pub is_shown: bool,
    /// UTC seconds when it begins first; none: not at a set time.
    pub begins: Option<i64>,
    /// UTC seconds after which it is over; none: never.
    pub over: Option<i64>,
}

/// Writes it. Nobody reads it before it is whole, and what is not whole is thrown away: so nothing is synced on the way.
///
/// # Errors
/// The system's.
pub fn write(
    path: &Path,
    head: &Head,
    (rows, scratch): (&[Row], &OpenFile),
    leaves: impl Iterator<Item = Leaf>,
    cards: &Picked,
) -> io::Result<()> {
    let index = Connection::open(path).map_err(io::Error::other)?;
    index.execute_batch(TABLES).map_err(io::Error::other)?;
    let json = serde_json::to_string(head)?;
    index.execute("INSERT INTO head VALUES (?1)", [json]).map_err(io::Error::other)?;
    items(&index, rows, scratch)?;
    for leaf in leaves {
        add(&index, rows, &leaf, cards)?;
    }
    index.execute_batch(INDEXES).map_err(io::Error::other)
}

fn items(index: &Connection, rows: &[Row], scratch: &OpenFile) -> io::Result<()> {
    let mut item =
        index.prepare("INSERT INTO items VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)").map_err(io::Error::other)?;
    for (position, row) in (0_u32..).zip(rows) {
        let (start, length, own) = match row.is_shown {
            true => (Some(row.start as i64), Some(row.length), None),
            false => (None, None, Some(scratch.read(row.start, row.length as usize)?)),
        };
        let values = params![position, row.id, start, length, own, row.begins, row.over];
        item.execute(values).map_err(io::Error::other)?;
    }
    Ok(())
}

fn add(index: &Connection, rows: &[Row], leaf: &Leaf, cards: &Picked) -> io::Result<()> {
    let tile = cards.tile(&leaf.rows)?;
    let own = || leaf.rows.iter().filter_map(|row| rows.get(*row as usize));
    let begins = own().filter_map(|row| row.begins).min();
    let over =
        if own().all(|row| row.over.is_some()) { own().filter_map(|row| row.over).max() } else { None };
    let side = |side: fn(&Bounds) -> f64| leaf.bounds.as_ref().map(side);
    let mut insert = index
        .prepare_cached("INSERT INTO leaves (south, west, north, east, count, cards, words, begins, over) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")
        .map_err(io::Error::other)?;
    let values = params![
        side(|bounds| bounds.south),
        side(|bounds| bounds.west),
        side(|bounds| bounds.north),
        side(|bounds| bounds.east),
        leaf.rows.len() as i64,
        compressed(tile.cards.as_bytes())?,
        compressed(tile.words.as_bytes())?,
        begins,
        over,
    ];
    insert.execute(values).map(drop).map_err(io::Error::other)
}

fn compressed(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut writer = brotli::CompressorWriter::new(Vec::new(), 1 << 16, QUALITY, 22);
    writer.write_all(bytes)?;
    Ok(writer.into_inner())
}

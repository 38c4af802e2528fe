//! The index of a catalogue: SQLite, written once.

use std::io;
use std::path::Path;

use alentour_model::inverted::Said;
use alentour_model::text::fold;
use alentour_model::{Initiative, Lexicon};
use rayon::prelude::*;
use rusqlite::{Connection, params};
use sha2::{Digest, Sha256};

use super::FORMAT;
use super::cards::Picked;
use super::inverting::{Numbers, Words};
use super::opened::Head;
use crate::http::brotli;
use crate::http::representation::{Key, key, named};
use crate::http::stretch::OpenFile;

/// How well the cards and the words of tiles are compressed, of 11. On invented missions cards take 31 bytes each at 5, and 5 µs of a
/// processor; 31 and 50 at 9; 26 and 70 at 10; 25 and 210 at 11. Words hardly gain anything above 5. So few tiles, which are most
/// servers', get the best, and those of a million take no longer than what they are made of.
fn qualities(tiles: usize) -> (i32, i32) {
    match tiles {
        0..=64 => (11, 11),
        65..=1000 => (10, 5),
        _ => (5, 5),
    }
}

/// How well shards are compressed: they are mostly figures, which gain little by more.
const SHARD_QUALITY: i32 = 7;

/// Tiles a processor that are in memory at once.
const AHEAD: usize = 8;

const TABLES: &str = "
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    BEGIN;
    CREATE TABLE head (json TEXT NOT NULL);
    -- What is shown is in the feed, at `start`; what repeats something shown is here, and what is hidden, which only those see who take part in it.
    CREATE TABLE items (row INTEGER PRIMARY KEY, key BLOB NOT NULL, id TEXT NOT NULL, start INTEGER, length INTEGER, json BLOB, begins INTEGER, over INTEGER, organiser BLOB, hidden INTEGER NOT NULL);
    -- What is announced as what is hidden is, and is not hidden.
    CREATE TABLE alike (hidden TEXT NOT NULL, id TEXT NOT NULL);
    -- By their numbers in the index of tiles, compressed in brotli.
    CREATE TABLE tiles (number INTEGER PRIMARY KEY, cards BLOB NOT NULL, words BLOB NOT NULL);
    -- Of the inverted index, likewise.
    CREATE TABLE shards (number INTEGER PRIMARY KEY, text BLOB NOT NULL);
    -- What is searched of them without words: read often, so apart from what is sent.
    CREATE TABLE columns (number INTEGER PRIMARY KEY, columns BLOB NOT NULL);
";

/// Keys are not unique by law: two identifiers may be made to share one.
const INDEXES: &str = "
    CREATE INDEX keys ON items (key);
    CREATE INDEX begin ON items (begins) WHERE start IS NOT NULL;
    CREATE INDEX organisers ON items (organiser) WHERE start IS NOT NULL AND organiser IS NOT NULL;
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
    /// Whether it is hidden: there is none for visitors.
    pub is_hidden: bool,
    /// UTC seconds when it begins first; none: not at a set time.
    pub begins: Option<i64>,
    /// UTC seconds after which it is over; none: never.
    pub over: Option<i64>,
    /// Names its organiser: see [`organiser`].
    pub organiser: Option<Key>,
}

/// The position of what is hidden, and the identifier of what says the same and is not.
pub type Alike = (u32, Box<str>);

/// Names an initiative's organiser, however its name is spelt; as the widget compares them.
pub fn organiser(initiative: &Initiative) -> Option<Key> {
    let name = fold(&initiative.organizer.as_ref()?.name);
    (!name.is_empty()).then(|| key(name.as_bytes()))
}

/// What an inverted index is made with: the numbers of initiatives, the forms of their words, and what is known of words.
pub struct Inverting {
    pub numbers: Numbers,
    pub forms: String,
    pub lexicon: Lexicon,
}

/// What has been written: the version of the tiles, which names their contents, and the index of the shards where there are any.
pub struct Written {
    pub version: String,
    pub inverted: Option<String>,
}

/// Writes it. Nobody reads it before it is whole, and what is not whole is thrown away: so
/// nothing is synced on the way.
///
/// # Errors
/// The system's.
pub fn write(
    path: &Path,
    head: &Head,
    (rows, alike, scratch): (&[Row], &[Alike], &OpenFile),
    (tiles, cards): (&[Vec<u32>], &Picked),
    inverting: Option<&Inverting>,
) -> io::Result<Written> {
    let index = Connection::open(path).map_err(io::Error::other)?;
    index.execute_batch(TABLES).map_err(io::Error::other)?;
    let json = serde_json::to_string(head)?;
    index.execute("INSERT INTO head VALUES (?1)", [json]).map_err(io::Error::other)?;
    add_items(&index, rows, scratch)?;
    add_alike(&index, rows, alike)?;
    let (version, words) = add_tiles(&index, tiles, cards, inverting)?;
    let inverted = inverting.map(|inverting| add_shards(&index, words, inverting)).transpose()?;
    index.execute_batch(INDEXES).map_err(io::Error::other)?;
    Ok(Written { version, inverted })
}

fn add_items(index: &Connection, rows: &[Row], scratch: &OpenFile) -> io::Result<()> {
    let mut item = index
        .prepare("INSERT INTO items VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)")
        .map_err(io::Error::other)?;
    for (position, row) in (0_u32..).zip(rows) {
        let (start, length, own) = match row.is_shown {
            true => (Some(row.start as i64), Some(row.length), None),
            false => (None, None, Some(scratch.read(row.start, row.length as usize)?)),
        };
        let key = key(row.id.as_bytes());
        let (times, organiser) = ((row.begins, row.over), &row.organiser);
        let values =
            params![position, key, row.id, start, length, own, times.0, times.1, organiser, row.is_hidden];
        item.execute(values).map_err(io::Error::other)?;
    }
    Ok(())
}

fn add_alike(index: &Connection, rows: &[Row], alike: &[Alike]) -> io::Result<()> {
    for (position, id) in alike {
        let Some(hidden) = rows.get(*position as usize) else { continue };
        index
            .execute("INSERT INTO alike VALUES (?1, ?2)", params![hidden.id, id])
            .map_err(io::Error::other)?;
    }
    Ok(())
}

/// Tiles are made on all processors, and digested in their order.
fn add_tiles(
    index: &Connection,
    tiles: &[Vec<u32>],
    cards: &Picked,
    inverting: Option<&Inverting>,
) -> io::Result<(String, Words)> {
    let qualities = qualities(tiles.len());
    let mut version = Sha256::new_with_prefix(FORMAT.to_be_bytes());
    let mut tile = index.prepare("INSERT INTO tiles VALUES (?1, ?2, ?3)").map_err(io::Error::other)?;
    let mut columns = index.prepare("INSERT INTO columns VALUES (?1, ?2)").map_err(io::Error::other)?;
    let (mut number, mut words) = (0_i64, Words::default());
    for some in tiles.chunks(AHEAD * rayon::current_num_threads()) {
        let made = some.par_iter().map(|rows| Made::of(rows, cards, qualities, inverting));
        for made in made.collect::<io::Result<Vec<_>>>()? {
            version.update(made.digest);
            if let (Some(said), Some(inverting)) = (&made.said, inverting) {
                words.add(said, &inverting.numbers);
            }
            tile.execute(params![number, made.cards, made.words]).map_err(io::Error::other)?;
            columns.execute(params![number, made.columns]).map_err(io::Error::other)?;
            number += 1;
        }
    }
    Ok((named(version), words))
}

/// Writes the shards of an inverted index, and gives the index of them.
fn add_shards(index: &Connection, words: Words, inverting: &Inverting) -> io::Result<String> {
    let (text, shards) = words.finish(&inverting.forms, &inverting.numbers);
    let mut insert = index.prepare("INSERT INTO shards VALUES (?1, ?2)").map_err(io::Error::other)?;
    let compressed = shards.par_iter().map(|shard| brotli::at(SHARD_QUALITY, shard.as_bytes()));
    for (number, shard) in (0_i64..).zip(compressed.collect::<io::Result<Vec<_>>>()?) {
        insert.execute(params![number, shard]).map_err(io::Error::other)?;
    }
    Ok(text)
}

/// A tile, compressed, what is searched of it without words, the digest of what it was before, and what its initiatives say.
struct Made {
    cards: Vec<u8>,
    words: Vec<u8>,
    columns: Vec<u8>,
    digest: [u8; 32],
    said: Option<Said>,
}

impl Made {
    fn of(
        rows: &[u32],
        cards: &Picked,
        qualities: (i32, i32),
        inverting: Option<&Inverting>,
    ) -> io::Result<Self> {
        let (tile, part) = cards.tile(rows)?;
        let columns = part.written().map_err(io::Error::other)?;
        let said = inverting.map(|inverting| Said::new(part, &inverting.lexicon));
        let mut digest = Sha256::new_with_prefix((tile.cards.len() as u64).to_be_bytes());
        digest.update(&tile.cards);
        digest.update(&tile.words);
        Ok(Self {
            cards: brotli::at(qualities.0, tile.cards.as_bytes())?,
            words: brotli::at(qualities.1, tile.words.as_bytes())?,
            columns,
            digest: digest.finalize().into(),
            said,
        })
    }
}

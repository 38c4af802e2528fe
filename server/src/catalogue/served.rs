//! What is sent of a catalogue: the merged feed, the index of tiles, tiles, and what one initiative says.

use std::fmt;
use std::io::{self, Write};
use std::str::FromStr;

use alentour_model::Feed;
use axum::body::Body;
use axum::http::HeaderMap;
use axum::response::Response;
use rusqlite::{OptionalExtension, params};

use super::inverted::Inverted;
use super::items::Item;
use super::opened::{Catalogue, TILES};
use super::text;
use crate::http::brotli::{self, decompressed};
use crate::http::negotiation::{Encoding, accepted};
use crate::http::representation::{A_MINUTE, IMMUTABLE, Representation, Resource, TEXT, tag};
use crate::http::stretch::Stretch;

/// How well what is compressed for one request is, in brotli: some 0.3 ms for an initiative.
const QUICK: i32 = 5;

/// A file of a version of the tiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TileFile {
    /// The cards of the tile of that number.
    Cards(usize),
    /// What its initiatives say beside their cards, a line each.
    Words(usize),
    /// The cards of what begins soonest.
    Soonest,
    /// The index of the shards of an inverted index.
    Inverted,
    /// A file of the inverted index of that day.
    OfDay(i64, DayFile),
}

/// A file of an inverted index, which is named after the day on which the catalogue was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayFile {
    /// The shard of that number.
    Shard(usize),
    /// The cards of the pack of that number.
    Cards(u32),
    /// What its initiatives say beside their cards.
    Words(u32),
}

impl TileFile {
    /// The file of that name within the folder of a version; `None` for what is named otherwise.
    pub fn parse(name: &str) -> Option<Self> {
        if let Some((day, name)) = name.split_once('/') {
            let (number, ending) = name.split_once('.')?;
            let file = match ending {
                "shard.txt" => DayFile::Shard(numbered(number)?),
                "txt" => DayFile::Cards(numbered(number)?),
                "words.txt" => DayFile::Words(numbered(number)?),
                _ => return None,
            };
            return Some(Self::OfDay(numbered(day)?, file));
        }
        match name {
            "soonest.txt" => return Some(Self::Soonest),
            "inverted.txt" => return Some(Self::Inverted),
            _ => {}
        }
        let (number, ending) = name.split_once('.')?;
        match ending {
            "txt" => Some(Self::Cards(numbered(number)?)),
            "words.txt" => Some(Self::Words(numbered(number)?)),
            _ => None,
        }
    }

    /// Whether it is there as it is sent in that encoding: what is in brotli, and a few in all encodings.
    pub fn is_ready(self, encoding: Encoding) -> bool {
        match self {
            Self::Soonest | Self::Inverted => true,
            Self::OfDay(_, DayFile::Cards(_) | DayFile::Words(_)) => false,
            _ => encoding == Encoding::Brotli,
        }
    }
}

impl fmt::Display for TileFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cards(number) => write!(f, "{number}.txt"),
            Self::Words(number) => write!(f, "{number}.words.txt"),
            Self::Soonest => f.write_str("soonest.txt"),
            Self::Inverted => f.write_str("inverted.txt"),
            Self::OfDay(day, DayFile::Shard(number)) => write!(f, "{day}/{number}.shard.txt"),
            Self::OfDay(day, DayFile::Cards(number)) => write!(f, "{day}/{number}.txt"),
            Self::OfDay(day, DayFile::Words(number)) => write!(f, "{day}/{number}.words.txt"),
        }
    }
}

/// A number that has one name: no sign, and no zero before it.
fn numbered<T: FromStr + ToString>(name: &str) -> Option<T> {
    name.parse::<T>().ok().filter(|parsed| parsed.to_string() == name && !name.starts_with('-'))
}

impl Catalogue {
    /// Answers with the merged feed.
    pub fn respond(&self, request: &HeaderMap) -> Response {
        let resource = Resource { tag: &self.head.tag, content_type: "application/json", cache: A_MINUTE };
        let body = |wanted| self.bodies.iter().find(|(encoding, ..)| *encoding == wanted);
        resource.respond(
            request,
            |encoding| body(encoding).map(|(.., length)| *length),
            |encoding| {
                let stretch = body(encoding).map(|(_, file, length)| Stretch {
                    file: file.clone(),
                    start: 0,
                    length: *length,
                });
                stretch.map_or_else(Body::empty, Stretch::body)
            },
        )
    }

    /// The index of its tiles, as it is sent. Blocks when it is first asked for.
    ///
    /// # Errors
    /// The system's.
    pub fn index_of_tiles(&self) -> io::Result<&Representation> {
        if let Some(known) = self.index_of_tiles.get() {
            return Ok(known);
        }
        let text = std::fs::read(self.folder().join(TILES))?;
        Ok(self.index_of_tiles.get_or_init(|| Representation::compressed(text, TEXT, A_MINUTE)))
    }

    /// Answers with a file of its tiles; `None` where there is none of that number. `now`: UTC seconds. Blocks.
    ///
    /// # Errors
    /// The system's.
    pub fn respond_tile(
        &self,
        file: TileFile,
        request: &HeaderMap,
        now: i64,
    ) -> io::Result<Option<Response>> {
        let compressed = match file {
            TileFile::Cards(number) => self.cards_of(number)?,
            TileFile::Words(number) => self.words_of(number)?,
            TileFile::Soonest => return Ok(Some(self.soonest(now)?.tile().respond(request))),
            TileFile::Inverted => {
                return Ok(self.inverted().map(|inverted| inverted.representation().respond(request)));
            }
            TileFile::OfDay(day, file) => self.file_of(day, file)?,
        };
        let Some(compressed) = compressed else { return Ok(None) };
        let name = tag(format!("{} {file:?}", self.tiles.version).as_bytes());
        let resource = Resource { tag: &name, content_type: TEXT, cache: IMMUTABLE };
        let encoding = wanted(request);
        let bytes = match encoding {
            Encoding::Brotli => compressed,
            Encoding::Gzip => gzip(decompressed(&compressed)?.as_bytes())?,
            Encoding::Identity => decompressed(&compressed)?.into_bytes(),
        };
        Ok(Some(sent(resource, request, encoding, bytes)))
    }

    /// Answers with all that an initiative says, shown or not; `None` where none has that key ([`tag`] of its identifier). Blocks.
    ///
    /// # Errors
    /// The system's.
    pub fn respond_detail(&self, key: &str, request: &HeaderMap) -> io::Result<Option<Response>> {
        let Some(detail) = self.detail(key)? else { return Ok(None) };
        let resource = Resource { tag: &tag(&detail), content_type: "application/json", cache: A_MINUTE };
        let encoding = wanted(request);
        let bytes = match encoding {
            Encoding::Brotli => brotli::at(QUICK, &detail)?,
            Encoding::Gzip => gzip(&detail)?,
            Encoding::Identity => detail,
        };
        Ok(Some(sent(resource, request, encoding, bytes)))
    }

    /// A feed of the one initiative that has that key, with all that it says.
    ///
    /// # Errors
    /// The system's.
    pub fn detail(&self, key: &str) -> io::Result<Option<Vec<u8>>> {
        let Some(bytes) = hex::decode(key).ok().filter(|bytes| hex::encode(bytes) == key) else {
            return Ok(None);
        };
        let found = self.with_index(|index| {
            let mut item = index.prepare_cached(
                "SELECT start, length, json FROM items WHERE key = ?1 AND NOT hidden ORDER BY row",
            )?;
            item.query_row([bytes], Item::read).optional()
        })?;
        let Some(item) = found else { return Ok(None) };
        let head = &self.head;
        let feed = Feed {
            version: head.feed_version.clone(),
            name: head.name.clone(),
            language: head.language.clone(),
            time_zone: head.time_zone.clone(),
            initiatives: Vec::new(),
        };
        let mut feed = text::Writer::begin(&feed, Vec::new())?;
        feed.add(&self.json(item)?, &[""; 0])?;
        feed.end().map(Some)
    }

    /// The cards of the tile of that number, in brotli.
    ///
    /// # Errors
    /// The system's.
    pub fn cards_of(&self, number: usize) -> io::Result<Option<Vec<u8>>> {
        self.blob("SELECT cards FROM tiles WHERE number = ?1", number)
    }

    /// What its initiatives say beside their cards, a line each, in brotli.
    ///
    /// # Errors
    /// The system's.
    pub fn words_of(&self, number: usize) -> io::Result<Option<Vec<u8>>> {
        self.blob("SELECT words FROM tiles WHERE number = ?1", number)
    }

    /// A file of its inverted index, in brotli; `None` where that is of another day.
    fn file_of(&self, day: i64, file: DayFile) -> io::Result<Option<Vec<u8>>> {
        if self.inverted().map(Inverted::folder) != Some(day) {
            return Ok(None);
        }
        let text = match file {
            DayFile::Shard(number) => return self.shard(number),
            DayFile::Cards(number) => self.pack(number)?.map(|pack| pack.cards),
            DayFile::Words(number) => self.pack(number)?.map(|pack| pack.words),
        };
        text.map(|text| brotli::at(QUICK, text.as_bytes())).transpose()
    }

    /// What is searched of it without words: see [`alentour_model::Part::written`].
    ///
    /// # Errors
    /// The system's.
    pub fn columns_of(&self, number: usize) -> io::Result<Option<Vec<u8>>> {
        self.blob("SELECT columns FROM columns WHERE number = ?1", number)
    }

    pub(super) fn blob(&self, text: &str, number: usize) -> io::Result<Option<Vec<u8>>> {
        let Ok(number) = i64::try_from(number) else { return Ok(None) };
        self.with_index(|index| {
            index.prepare_cached(text)?.query_row(params![number], |row| row.get(0)).optional()
        })
    }
}

/// The encoding that a client likes best.
fn wanted(request: &HeaderMap) -> Encoding {
    accepted(request).first().copied().unwrap_or(Encoding::Identity)
}

/// The answer of these bytes, in the one encoding that was made.
fn sent(resource: Resource<'_>, request: &HeaderMap, made: Encoding, bytes: Vec<u8>) -> Response {
    let length = bytes.len() as u64;
    resource.respond(request, |encoding| (encoding == made).then_some(length), |_| Body::from(bytes))
}

fn gzip(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(bytes)?;
    gzip.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tile_has_one_name() {
        assert_eq!(TileFile::parse("0.txt"), Some(TileFile::Cards(0)));
        assert_eq!(TileFile::parse("12.words.txt"), Some(TileFile::Words(12)));
        assert_eq!(TileFile::parse("soonest.txt"), Some(TileFile::Soonest));
        assert_eq!(TileFile::parse("inverted.txt"), Some(TileFile::Inverted));
        for (name, file) in [
            ("3.shard.txt", DayFile::Shard(3)),
            ("0.txt", DayFile::Cards(0)),
            ("7.words.txt", DayFile::Words(7)),
        ] {
            let within = format!("20786/{name}");
            assert_eq!(TileFile::parse(&within), Some(TileFile::OfDay(20_786, file)), "{within}");
            assert_eq!(TileFile::OfDay(20_786, file).to_string(), within);
        }
        for other in [
            "",
            ".txt",
            "00.txt",
            "+1.txt",
            "-1.txt",
            "1",
            "1.TXT",
            "1.txt.br",
            "1.words",
            "1.words.words.txt",
            "18446744073709551616.txt",
            "soonest.words.txt",
            "../1.txt",
            "1/../1.txt",
            "01/1.txt",
            "-1/1.txt",
            "20786/4294967296.txt",
            "20786/1.txt/",
            "1.shard.txt",
            "1%2etxt",
        ] {
            assert_eq!(TileFile::parse(other), None, "{other}");
        }
    }
}

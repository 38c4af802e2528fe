//! The site's tiles, and what each of its initiatives says: the files that a server gives under the same addresses.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

use alentour_model::tiles::Index;

use super::{is_tag, removing, write, write_compressed};
use crate::catalogue::{Catalogue, DayFile, TileFile};
use crate::error::CommandError;
use crate::http::brotli::decompressed;
use crate::http::representation::{IMMUTABLE, Representation, TEXT};

/// Where they are: the index, the folder of a folder a version, and the folder of what initiatives say.
const INDEX: &str = "v1/tiles.txt";
const TILES: &str = "v1/t";
const DETAILS: &str = "v1/i";
/// How long tiles are kept of versions that are older than the last: their index is in caches, and a site may be published again at once.
const KEPT: Duration = Duration::from_secs(24 * 60 * 60);

/// Writes them, and removes what was written of initiatives that are gone, and of versions before the last.
///
/// # Errors
/// Where a file cannot be written, or the catalogue cannot be read.
pub fn write_tiles(catalogue: &Catalogue, folder: &Path, now: i64) -> Result<(), CommandError> {
    let version = catalogue.tiles().version.clone();
    let before = fs::read_to_string(folder.join(INDEX)).ok().and_then(|text| Index::parse(&text));
    let name = |file: TileFile| format!("{TILES}/{version}/{file}");
    let write_ready = |file: TileFile, compressed: Option<Vec<u8>>| {
        let compressed = compressed.ok_or("a tile of the catalogue is damaged")?;
        let text = decompressed(&compressed)?.into_bytes();
        let made = Representation::with_brotli(text, Some(compressed), TEXT, IMMUTABLE);
        write_compressed(folder, &name(file), made)
    };
    for number in 0..catalogue.tiles().tiles() {
        write_ready(TileFile::Cards(number), catalogue.cards_of(number)?)?;
        write_ready(TileFile::Words(number), catalogue.words_of(number)?)?;
    }
    write_compressed(folder, &name(TileFile::Soonest), catalogue.soonest(now)?.tile().clone())?;
    if let Some(inverted) = catalogue.inverted() {
        let day = inverted.folder();
        for number in 0..inverted.shards() {
            write_ready(TileFile::OfDay(day, DayFile::Shard(number)), catalogue.shard(number)?)?;
        }
        for number in 0..inverted.packs() {
            let pack = catalogue.pack(number)?.ok_or("a pack of the catalogue is damaged")?;
            for (file, text) in [(DayFile::Cards(number), pack.cards), (DayFile::Words(number), pack.words)] {
                let made = Representation::compressed(text.into_bytes(), TEXT, IMMUTABLE);
                write_compressed(folder, &name(TileFile::OfDay(day, file)), made)?;
            }
        }
        write_compressed(folder, &name(TileFile::Inverted), inverted.representation().clone())?;
        let is_other = |name: &str| name.parse::<i64>().is_ok_and(|other| other != day);
        remove_old(&folder.join(TILES).join(&version), is_other)?;
    }
    let mut details = BTreeSet::new();
    for key in catalogue.keys()? {
        let detail = catalogue.detail(&key)?.ok_or("an initiative of the catalogue is missing")?;
        write(&folder.join(format!("{DETAILS}/{key}.json")), &detail)?;
        details.insert(format!("{key}.json"));
    }
    // Last: whoever has it finds what it names.
    write_compressed(folder, INDEX, catalogue.index_of_tiles()?.clone())?;
    let is_other = |name: &str| {
        is_tag(name) && name != version && before.as_ref().is_none_or(|before| name != before.version)
    };
    remove_old(&folder.join(TILES), is_other)?;
    removing::remove_gone(&folder.join(DETAILS), |name| {
        name.strip_suffix(".json").is_some_and(is_tag) && !details.contains(name)
    })
}

/// Removes folders of these names that are old. The last version is kept: its index was the site's until now.
fn remove_old(folder: &Path, is_other: impl Fn(&str) -> bool) -> Result<(), CommandError> {
    let remove = || -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let is_gone = entry.file_name().to_str().is_some_and(&is_other);
            let file = entry.metadata()?;
            let is_old = || SystemTime::now().duration_since(file.modified()?).map_err(io::Error::other);
            if is_gone && file.is_dir() && is_old().is_ok_and(|age| age > KEPT) {
                fs::remove_dir_all(entry.path())?;
            }
        }
        Ok(())
    };
    match remove() {
        // There is no tile, and so no folder.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => Ok(removed.map_err(|error| format!("{}: {error}", folder.display()))?),
    }
}

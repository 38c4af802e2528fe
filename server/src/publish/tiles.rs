//! The site's tiles, and what each of its initiatives says: the files that a server gives under the same addresses.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

use alentour_model::tiles::Index;

use super::{is_tag, removing, write, write_compressed};
use crate::catalogue::{Catalogue, plain};
use crate::error::CommandError;
use crate::http::representation::{IMMUTABLE, Representation};

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
    let name = |file: &str| format!("{TILES}/{version}/{file}");
    let write_ready = |file: String, compressed: Option<Vec<u8>>| {
        let compressed = compressed.ok_or("a tile of the catalogue is damaged")?;
        let text = plain(&compressed)?.into_bytes();
        let made = Representation::with_brotli(text, Some(compressed), "text/plain", IMMUTABLE);
        write_compressed(folder, &name(&file), made)
    };
    for number in 0..catalogue.tiles().tiles() {
        write_ready(format!("{number}.txt"), catalogue.cards_of(number)?)?;
        write_ready(format!("{number}.words.txt"), catalogue.words_of(number)?)?;
    }
    if let Some(inverted) = catalogue.inverted() {
        let day = inverted.folder();
        for number in 0..inverted.shards() {
            write_ready(format!("{day}/{number}.shard.txt"), catalogue.shard(number)?)?;
        }
        for number in 0..inverted.packs() {
            let pack = catalogue.pack(number)?.ok_or("a pack of the catalogue is damaged")?;
            for (ending, text) in [("txt", pack.cards), ("words.txt", pack.words)] {
                let made = Representation::compressed(text.into_bytes(), "text/plain", IMMUTABLE);
                write_compressed(folder, &name(&format!("{day}/{number}.{ending}")), made)?;
            }
        }
        write_compressed(folder, &name("words.txt"), inverted.representation().clone())?;
    }
    write_compressed(folder, &name("soonest.txt"), catalogue.soonest(now)?.tile().clone())?;
    let mut details = BTreeSet::new();
    for key in catalogue.keys()? {
        let detail = catalogue.detail(&key)?.ok_or("an initiative of the catalogue is missing")?;
        write(&folder.join(format!("{DETAILS}/{key}.json")), &detail)?;
        details.insert(format!("{key}.json"));
    }
    // Last: whoever has it finds what it names.
    write_compressed(folder, INDEX, catalogue.index_of_tiles()?.clone())?;
    let is_kept =
        |name: &str| name == version || before.as_ref().is_some_and(|before| name == before.version);
    remove_versions(&folder.join(TILES), is_kept)?;
    removing::remove_gone(&folder.join(DETAILS), |name| {
        name.strip_suffix(".json").is_some_and(is_tag) && !details.contains(name)
    })
}

/// Removes folders of versions that are old, and not kept. The last one is: its index was the site's until now.
fn remove_versions(folder: &Path, is_kept: impl Fn(&str) -> bool) -> Result<(), CommandError> {
    let remove = || -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let is_gone = entry.file_name().to_str().is_some_and(|name| is_tag(name) && !is_kept(name));
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

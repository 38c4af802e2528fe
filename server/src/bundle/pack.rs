//! The files of a release in one file, a *pack*: a line that says what it is, how many files it has, a line a file (name and length), and
//! their bytes.
//! A pack stays open, and is sent by the chunk.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::Path;
use std::sync::Arc;

use super::{Bundle, pinned};
use crate::http::negotiation::Encoding;
use crate::http::stretch::{OpenFile, Stretch};
use crate::store::random_id;

/// Files of a release at most, with their compressed siblings.
const FILES: usize = 20_000;
/// Bytes of a file at most.
const LARGEST: u64 = 32 << 20;
/// What the hashed files of a release are, by their names' endings. Whoever can write into the folder still puts no page on our address.
const KINDS: [&str; 4] = ["css", "js", "txt", "wasm"];
/// What a pack begins with.
const MAGIC: &str = "alentour bundle 1";

/// Whether it is a hashed file of the kinds that releases have, its tag by its version, or a compressed sibling of one.
fn is_of_a_release(name: &str) -> bool {
    let siblings = Encoding::ALL.iter().filter(|encoding| !encoding.suffix().is_empty());
    let plain = siblings.filter_map(|encoding| name.strip_suffix(encoding.suffix())).next().unwrap_or(name);
    let ending = plain.rsplit_once('.').map_or("", |(_, ending)| ending);
    name.starts_with("v1/a/") && KINDS.contains(&ending) || pinned::version(plain).is_some()
}

/// Writes a pack.
///
/// # Errors
/// The system's. Nothing is left of it then.
pub fn write(path: &Path, names: &[String], bundle: &Bundle) -> io::Result<()> {
    let contents = names.iter().map(|name| bundle.bytes(name)).collect::<io::Result<Vec<_>>>()?;
    // Beside it first: a server that starts at the same time finds a whole one or none. A number of the process would be the same in
    // two containers that share the folder.
    let id = random_id().map_err(|_| io::Error::other("no randomness"))?;
    let beside = path.with_extension(format!("{id}.tmp"));
    let written = (|| {
        let mut pack = BufWriter::new(File::create(&beside)?);
        writeln!(pack, "{MAGIC}\n{}", names.len())?;
        for (name, bytes) in names.iter().zip(&contents) {
            writeln!(pack, "{name}\t{}", bytes.len())?;
        }
        contents.iter().try_for_each(|bytes| pack.write_all(bytes))?;
        pack.into_inner()?.sync_all()?;
        fs::rename(&beside, path)
    })();
    // A full disk is not made fuller each time that the server is started.
    written.inspect_err(|_| drop(fs::remove_file(&beside)))
}

/// Adds the files of a pack that neither the current release nor a later pack has.
///
/// # Errors
/// The system's, and for what is no pack.
pub fn read(path: &Path, current: &[String], files: &mut HashMap<String, Stretch>) -> io::Result<()> {
    let strange = || io::Error::other("it is no pack of this program");
    let size = fs::metadata(path)?.len();
    let mut pack = BufReader::new(File::open(path)?);
    let (mut start, mut line) = (0, String::new());
    let mut next = |line: &mut String| {
        line.clear();
        start += pack.by_ref().take(256).read_line(line)? as u64;
        io::Result::Ok(start)
    };
    next(&mut line)?;
    if line.trim_end() != MAGIC {
        return Err(strange());
    }
    let mut start = next(&mut line)?;
    let count: usize = line.trim_end().parse().map_err(|_| strange())?;
    if count > FILES {
        return Err(strange());
    }
    let mut entries = Vec::new();
    for _ in 0..count {
        start = next(&mut line)?;
        let (name, length) = line.trim_end().split_once('\t').ok_or_else(strange)?;
        let length: u64 = length.parse().ok().filter(|length| *length <= LARGEST).ok_or_else(strange)?;
        entries.push((name.to_owned(), length));
    }
    let file = Arc::new(OpenFile::new(path, pack.into_inner()));
    let mut found = Vec::new();
    for (name, length) in entries {
        if is_of_a_release(&name) && current.binary_search(&name).is_err() && !files.contains_key(&name) {
            found.push((name, Stretch { file: file.clone(), start, length }));
        }
        start += length;
    }
    if start != size {
        return Err(strange());
    }
    files.extend(found);
    Ok(())
}

//! The hashed files of earlier releases. A cached tag names those of its own release: for 30 days after a release was the current one
//! its files are there.
//!
//! Each release is one file, a *pack* named by its content, in a folder of the server's. What is served are stretches of it that its
//! index names. No name of a request ever becomes a path, so there is nothing to climb out of, and what else lies in the folder, or
//! behind a link, is not served. A pack's date of modification says when its release was last current.
//!
//! A pack stays open, and is read by the chunk as its readers take what they were sent: many slow ones cost a chunk each and no open
//! file, and who has the file already, or asks for its head, costs no reading at all.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use axum::body::{Body, Bytes};
use axum::http::HeaderMap;
use axum::response::Response;
use futures_util::stream;
use tracing::warn;

use super::{Bundle, IMMUTABLE, content_type};
use crate::http::negotiation::Encoding;
use crate::http::representation::{Resource, tag};

/// How long the files of a release are kept after it was last current.
const DAYS: u64 = 30;
/// Releases that are kept at most: some 11 MB each.
const MOST: usize = 20;
/// Files of a release at most, with their compressed siblings.
const FILES: usize = 20_000;
/// Bytes of a file at most.
const LARGEST: u64 = 32 << 20;
/// Bytes that are read at once. Above what a connection buffers (`http/listen.rs`), so that it asks for no second one before it has
/// sent the first.
const CHUNK: u64 = 64 << 10;
/// What the hashed files of a release are, by their names' endings. Whoever can write into the folder still puts no page on our address.
const KINDS: [&str; 4] = ["css", "js", "txt", "wasm"];
/// Seconds after which nobody writes a pack any more: it takes a few.
const WRITTEN: u64 = 600;
/// What a pack's name ends in.
const ENDING: &str = ".pack";
/// What a pack begins with.
const MAGIC: &str = "alentour bundle 1";

/// An earlier release, open.
#[derive(Debug)]
struct Pack {
    path: PathBuf,
    file: Mutex<File>,
}

/// Where a file of an earlier release is, or what is left to be sent of it.
#[derive(Clone, Debug)]
struct Stretch {
    pack: Arc<Pack>,
    start: u64,
    length: u64,
}

/// The files of earlier releases, by their paths (`v1/a/...`).
#[derive(Debug, Default)]
pub struct EarlierReleases {
    files: RwLock<HashMap<String, Stretch>>,
}

impl EarlierReleases {
    /// Puts the current release into the folder unless it is there, notes that it is current, and removes what has not been for
    /// 30 days. Once a day is enough. Blocks.
    ///
    /// # Errors
    /// The system's, where the folder cannot be read or written.
    pub fn keep(&self, folder: &Path, bundle: &Bundle) -> io::Result<()> {
        fs::create_dir_all(folder)?;
        tidy(folder)?;
        let names: Vec<_> = bundle.names()?.into_iter().filter(|name| name.starts_with("v1/a/")).collect();
        // The names carry hashes of the contents.
        let own = folder.join([tag(names.join("\n").as_bytes()).as_str(), ENDING].concat());
        if !names.is_empty() {
            match is_plain_file(&own) {
                true => File::options().append(true).open(&own)?.set_modified(SystemTime::now())?,
                false => write(&own, &names, bundle)?,
            }
        }
        let mut files = HashMap::new();
        for pack in packs(folder)?.into_iter().filter(|pack| *pack != own) {
            if let Err(error) = read(&pack, &names, &mut files) {
                warn!(pack = %pack.display(), %error, "the files of an earlier release cannot be read");
            }
        }
        *self.files.write().unwrap_or_else(PoisonError::into_inner) = files;
        Ok(())
    }

    /// The answer to a request with those headers for the file of that path (`v1/a/...`); `None` where no release has it.
    pub fn respond(&self, path: &str, request: &HeaderMap) -> Option<Response> {
        if Encoding::ALL.iter().any(|e| !e.suffix().is_empty() && path.ends_with(e.suffix())) {
            return None;
        }
        let stretches = {
            let files = self.files.read().unwrap_or_else(PoisonError::into_inner);
            let stretch = |encoding: Encoding| files.get(&[path, encoding.suffix()].concat()).cloned();
            // A compressed sibling alone is no file.
            stretch(Encoding::Identity)?;
            Encoding::ALL.map(|encoding| (encoding, stretch(encoding)))
        };
        let of = |wanted| {
            let found = stretches.iter().find(|(encoding, _)| *encoding == wanted);
            found.and_then(|(_, stretch)| stretch.as_ref())
        };
        // Its name has a hash of its content: to tell whether somebody has it, nothing need be read.
        let resource =
            Resource { tag: &tag(path.as_bytes()), content_type: content_type(path), cache: IMMUTABLE };
        let body = |encoding| of(encoding).map_or_else(Body::empty, |stretch| stretch.clone().body());
        Some(resource.respond(request, |encoding| Some(of(encoding)?.length), body))
    }
}

impl Stretch {
    /// Its bytes, read as they are asked for. What cannot be read ends the connection, so that nobody takes a part for the whole.
    fn body(self) -> Body {
        Body::from_stream(stream::try_unfold(self, async |left| {
            if left.length == 0 {
                return Ok(None);
            }
            let Self { pack, start, length } = left.clone();
            let next = length.min(CHUNK);
            let read = tokio::task::spawn_blocking(move || pack.read(start, next));
            let bytes = read.await.map_err(io::Error::other).flatten().inspect_err(
                |error| warn!(pack = %left.pack.path.display(), %error, "a file of an earlier release cannot be read"),
            )?;
            let rest = Self { start: start + next, length: length - next, ..left };
            io::Result::Ok(Some((bytes, rest)))
        }))
    }
}

impl Pack {
    /// So many bytes from there. Blocks.
    fn read(&self, start: u64, length: u64) -> io::Result<Bytes> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(start))?;
        // Under the lock, so that those who wait for it hold no memory.
        let mut bytes = Vec::new();
        (&*file).take(length).read_to_end(&mut bytes)?;
        if bytes.len() as u64 == length { Ok(bytes.into()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
    }
}

/// Whether a file is there, and not a link to one.
fn is_plain_file(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| found.is_file())
}

/// The packs of a folder, last current first. Removes those that are too old or too many.
fn packs(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut packs = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let stem = name.to_str().and_then(|name| name.strip_suffix(ENDING));
        let is_pack = stem.is_some_and(is_stem);
        // Of a link this is the link's own.
        let metadata = entry.metadata()?;
        if is_pack && metadata.is_file() {
            packs.push((metadata.modified()?, entry.path()));
        }
    }
    packs.sort_by(|(one, _), (other, _)| other.cmp(one));
    let oldest = SystemTime::now() - Duration::from_secs(DAYS * 86_400);
    let mut gone = packs.split_off(packs.len().min(MOST));
    // One a day: a clock that leaps does not take all of them.
    gone.extend(packs.pop_if(|(current, _)| *current < oldest));
    for (_, pack) in gone {
        fs::remove_file(pack)?;
    }
    Ok(packs.into_iter().map(|(_, pack)| pack).collect())
}

/// Removes what writes that were stopped half-way have left. Another server may be writing its own at this moment.
fn tidy(folder: &Path) -> io::Result<()> {
    let latest = SystemTime::now() - Duration::from_secs(WRITTEN);
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let parts: Vec<_> = name.to_str().unwrap_or_default().split('.').collect();
        let is_ours = matches!(parts[..], [stem, _, "tmp"] if is_stem(stem));
        let metadata = entry.metadata()?;
        if is_ours && metadata.is_file() && metadata.modified()? < latest {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Whether a pack is named like that, its ending aside.
fn is_stem(stem: &str) -> bool {
    stem.len() == 20 && stem.bytes().all(|b| b.is_ascii_hexdigit())
}

/// Whether it is a hashed file of the kinds that releases have, or a compressed sibling of one.
fn is_of_a_release(name: &str) -> bool {
    let siblings = Encoding::ALL.iter().filter(|encoding| !encoding.suffix().is_empty());
    let plain = siblings.filter_map(|encoding| name.strip_suffix(encoding.suffix())).next().unwrap_or(name);
    let ending = plain.rsplit_once('.').map_or("", |(_, ending)| ending);
    name.starts_with("v1/a/") && KINDS.contains(&ending)
}

/// Writes a pack: a line that says what it is, how many files it has, a line a file (name and length), and their bytes.
fn write(path: &Path, names: &[String], bundle: &Bundle) -> io::Result<()> {
    let contents = names.iter().map(|name| bundle.bytes(name)).collect::<io::Result<Vec<_>>>()?;
    // Beside it first: a server that starts at the same time finds a whole one or none.
    let beside = path.with_extension(format!("{}.tmp", std::process::id()));
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
fn read(path: &Path, current: &[String], files: &mut HashMap<String, Stretch>) -> io::Result<()> {
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
    let pack = Arc::new(Pack { path: path.to_owned(), file: Mutex::new(pack.into_inner()) });
    let mut found = Vec::new();
    for (name, length) in entries {
        if is_of_a_release(&name) && current.binary_search(&name).is_err() && !files.contains_key(&name) {
            found.push((name, Stretch { pack: pack.clone(), start, length }));
        }
        start += length;
    }
    if start != size {
        return Err(strange());
    }
    files.extend(found);
    Ok(())
}

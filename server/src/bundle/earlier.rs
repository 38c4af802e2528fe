//! The hashed files of earlier releases, and their tags by version. A cached tag names the files of its own release, and a pinned one is that of its
//! own: for 30 days after a release was the current one they are there.
//!
//! Each release is one file, a pack (`pack.rs`) named by its content, in a folder of the server's. What is served are stretches of it that its
//! index names. No name of a request ever becomes a path, so there is nothing to climb out of, and what else lies in the folder, or
//! behind a link, is not served. A pack's date of modification says when its release was last current.
//!
//! Who has a file already, or asks for its head, costs no reading at all.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use axum::body::Body;
use axum::http::HeaderMap;
use axum::response::Response;
use tracing::warn;

use super::{Bundle, TAG, content_type, pack, pinned};
use crate::http::negotiation::Encoding;
use crate::http::representation::{IMMUTABLE, Resource, tag};
use crate::http::stretch::Stretch;

/// How long the files of a release are kept after it was last current.
const DAYS: u64 = 30;
/// Releases that are kept at most: some 11 MB each.
const MOST: usize = 20;
/// Seconds after which nobody writes a pack any more: it takes a few.
const WRITTEN: u64 = 600;
/// What a pack's name ends in.
const ENDING: &str = ".pack";

/// The files of earlier releases, by their paths (`v1/a/...`, `v1.2.3/alentour.js`).
#[derive(Debug, Default)]
pub struct EarlierReleases {
    files: RwLock<HashMap<String, Stretch>>,
}

impl EarlierReleases {
    /// Puts the current release into the folder unless it is there, notes that it is current, and removes what has not been for
    /// 30 days. Once a day is enough. Blocks. The others are served whether its own can be written or not.
    ///
    /// # Errors
    /// The system's, where the folder cannot be read or written.
    pub fn keep(&self, folder: &Path, bundle: &Bundle) -> io::Result<()> {
        let all = bundle.names()?;
        let mut names: Vec<_> = all.iter().filter(|name| name.starts_with("v1/a/")).cloned().collect();
        let siblings = Encoding::ALL.iter().map(|encoding| encoding.suffix());
        let siblings = siblings.filter(|suffix| all.contains(&[TAG, suffix].concat()));
        names.extend(siblings.map(|suffix| [&pinned::path(), suffix].concat()));
        names.sort();
        // The names carry hashes of the contents, but for the tag's.
        let own = [names.join("\n"), bundle.integrity().unwrap_or_default()].concat();
        let own = folder.join([tag(own.as_bytes()).as_str(), ENDING].concat());
        let made = fs::create_dir_all(folder);
        let tidied = tidy(folder);
        let written = note_current(&own, &names, bundle);
        let (packs, removed) = match packs(folder) {
            Ok(found) => found,
            Err(error) => return made.and(Err(error)),
        };
        let mut files = HashMap::new();
        for pack in packs.into_iter().filter(|pack| *pack != own) {
            if let Err(error) = pack::read(&pack, &names, &mut files) {
                warn!(pack = %pack.display(), %error, "the files of an earlier release cannot be read");
            }
        }
        *self.files.write().unwrap_or_else(PoisonError::into_inner) = files;
        made.and(written).and(tidied).and(removed)
    }

    /// The versions whose tags are there.
    pub fn tags(&self) -> Vec<String> {
        let files = self.files.read().unwrap_or_else(PoisonError::into_inner);
        let mut versions: Vec<_> =
            files.keys().filter_map(|path| pinned::version(path)).map(str::to_owned).collect();
        versions.sort();
        versions
    }

    /// The answer to a request with those headers for the file of that path (`v1/a/...`, or a tag by its version); `None` where no release has it.
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

/// Writes the pack of the current release, or notes that it is current.
fn note_current(own: &Path, names: &[String], bundle: &Bundle) -> io::Result<()> {
    match names {
        [] => Ok(()),
        _ if is_plain_file(own) => File::options().append(true).open(own)?.set_modified(SystemTime::now()),
        _ => pack::write(own, names, bundle),
    }
}

/// Whether a file is there, and not a link to one.
fn is_plain_file(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| found.is_file())
}

/// The packs of a folder, last current first. Removes those that are too old or too many, and says whether that was possible.
fn packs(folder: &Path) -> io::Result<(Vec<PathBuf>, io::Result<()>)> {
    let mut packs = entries(folder, |name| name.strip_suffix(ENDING).is_some_and(is_stem))?;
    packs.sort_by(|(one, _), (other, _)| other.cmp(one));
    let oldest = SystemTime::now() - Duration::from_secs(DAYS * 86_400);
    let mut gone = packs.split_off(packs.len().min(MOST));
    // One a day: a clock that leaps does not take all of them.
    gone.extend(packs.pop_if(|(current, _)| *current < oldest));
    let removed = gone.into_iter().try_for_each(|(_, pack)| fs::remove_file(pack));
    Ok((packs.into_iter().map(|(_, pack)| pack).collect(), removed))
}

/// Removes what writes that were stopped half-way have left. Another server may be writing its own at this moment.
fn tidy(folder: &Path) -> io::Result<()> {
    let latest = SystemTime::now() - Duration::from_secs(WRITTEN);
    let is_ours = |name: &str| {
        let parts: Vec<_> = name.split('.').collect();
        matches!(parts[..], [stem, _, "tmp"] if is_stem(stem))
    };
    let mut left = entries(folder, is_ours)?.into_iter().filter(|(modified, _)| *modified < latest);
    left.try_for_each(|(_, path)| fs::remove_file(path))
}

/// The files of a folder that are named like that, each with the date of its modification. Links are none, nor is what another server
/// has renamed or removed in between.
fn entries(folder: &Path, is_named: impl Fn(&str) -> bool) -> io::Result<Vec<(SystemTime, PathBuf)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        // Of a link this is the link's own.
        let file = entry.metadata().ok().filter(|file| file.is_file());
        if let Some(file) = file.filter(|_| entry.file_name().to_str().is_some_and(&is_named)) {
            files.push((file.modified()?, entry.path()));
        }
    }
    Ok(files)
}

/// Whether a pack is named like that, its ending aside.
fn is_stem(stem: &str) -> bool {
    stem.len() == 20 && stem.bytes().all(|b| b.is_ascii_hexdigit())
}

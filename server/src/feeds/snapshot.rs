//! A feed as it was last read, in a file: what is merged, and what a reading that goes on from it begins with.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::UNIX_EPOCH;

use alentour_formats::Reading;

use super::wire::{self, Ending, Lines, Tail};
use crate::catalogue::Home;

/// Bytes at the end of the file that have its last line: an address, some numbers, and the first findings.
const LAST: u64 = 256 << 10;

/// A reading in a file. The file goes with it, unless it is kept.
#[derive(Debug)]
pub struct Snapshot {
    /// Its name within the catalogue's folder.
    pub name: String,
    path: PathBuf,
    /// What came of the reading.
    pub tail: Tail,
    /// The file's length.
    pub bytes: u64,
    is_kept: AtomicBool,
}

impl Snapshot {
    /// The reading in that file.
    ///
    /// # Errors
    /// The system's, and where it is no reading, or not whole.
    pub fn open(name: String, path: PathBuf) -> io::Result<Self> {
        match ending(&path)? {
            Ending::Read(tail) => {
                let bytes = fs::metadata(&path)?.len();
                Ok(Self { name, path, tail, bytes, is_kept: AtomicBool::new(true) })
            }
            Ending::Unchanged | Ending::Unread(_) => Err(io::Error::other("it was broken off")),
        }
    }

    /// The reading in a file that has just been written: it goes unless it is kept.
    pub fn fresh(name: String, path: PathBuf, tail: Tail) -> Self {
        let bytes = fs::metadata(&path).map_or(0, |file| file.len());
        Self { name, path, tail, bytes, is_kept: AtomicBool::new(false) }
    }

    /// Keeps a reading that was made in this process: it goes unless it is kept.
    ///
    /// # Errors
    /// The system's.
    pub fn write(home: &Home, reading: &Reading, tail: Tail) -> io::Result<Self> {
        let (name, path) = home.new_path()?;
        let mut file = BufWriter::new(File::create(&path)?);
        wire::write(reading, tail, &mut file)?;
        file.into_inner()?.sync_all()?;
        let snapshot = Self::open(name, path)?;
        snapshot.keep(false);
        Ok(snapshot)
    }

    /// Whether it is all of its feed, or a larger part than the other one.
    pub fn is_more_than(&self, other: &Self) -> bool {
        !self.tail.is_part() || self.tail.initiatives >= other.tail.initiatives
    }

    /// Whether the other one says the same: what the feed was sent with does not count.
    ///
    /// # Errors
    /// The system's.
    pub fn says_the_same(&self, other: &Self) -> io::Result<bool> {
        let mut files = [self.file()?, other.file()?].map(|file| BufReader::with_capacity(1 << 16, file));
        let mut lines = [Vec::new(), Vec::new()];
        let mut next = |lines: &mut [Vec<u8>; 2]| {
            for (file, line) in files.iter_mut().zip(lines) {
                line.clear();
                file.read_until(b'\n', line)?;
            }
            io::Result::Ok(())
        };
        loop {
            next(&mut lines)?;
            let [one, two] = &lines;
            if one != two || one.is_empty() {
                break;
            }
        }
        // What came of a reading is its last line.
        next(&mut lines)?;
        Ok(lines.iter().all(Vec::is_empty))
    }

    /// When it was read, UTC seconds; `None` where the system does not say it.
    pub fn read_at(&self) -> Option<i64> {
        let written = fs::metadata(&self.path).and_then(|file| file.modified()).ok()?;
        i64::try_from(written.duration_since(UNIX_EPOCH).ok()?.as_secs()).ok()
    }

    /// Leaves the file for the next process.
    pub fn keep(&self, is_kept: bool) {
        self.is_kept.store(is_kept, Ordering::Relaxed);
    }

    /// Reads it from its beginning.
    ///
    /// # Errors
    /// The system's, and where it is no reading.
    pub fn lines(&self) -> io::Result<Lines<impl BufRead + use<>>> {
        Lines::begin(BufReader::with_capacity(1 << 20, self.file()?))
    }

    /// The file, at the reading's first line.
    ///
    /// # Errors
    /// The system's.
    pub fn file(&self) -> io::Result<File> {
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(self.tail.start))?;
        Ok(file)
    }
}

/// The last line of a file of lines.
///
/// # Errors
/// The system's, and where it does not end with one.
pub fn ending(path: &Path) -> io::Result<Ending> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(LAST)))?;
    let mut end = Vec::new();
    file.read_to_end(&mut end)?;
    let line = end.strip_suffix(b"\n").and_then(|end| end.rsplit(|byte| *byte == b'\n').next());
    Ok(serde_json::from_slice(line.ok_or(io::ErrorKind::UnexpectedEof)?)?)
}

impl Drop for Snapshot {
    fn drop(&mut self) {
        if !self.is_kept.load(Ordering::Relaxed) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

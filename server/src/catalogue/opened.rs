//! A catalogue that is whole: read by many at once, changed by nobody.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::UNIX_EPOCH;

use alentour_model::tiles::Index;
use alentour_model::{Catalog, Initiative, Lexicon, Part};
use alentour_texts::Language;
use rusqlite::{Connection, OpenFlags};
use serde::{Deserialize, Serialize};
use tracing::error;

use super::FORMAT;
use super::inverted::Inverted;
use super::kept::{Kept, Soonest, keep};
use super::shown::Shown;
use crate::http::negotiation::Encoding;
use crate::http::representation::Representation;
use crate::http::stretch::OpenFile;

/// The merged feed, which is in the folder compressed, too.
pub const FEED: &str = "feed.json";
/// Where in it each initiative is, and the tiles.
pub const INDEX: &str = "index.sqlite";
/// Which tiles there are: see [`alentour_model::tiles`].
pub const TILES: &str = "tiles.txt";
/// The forms of its words: see [`crate::words::forms`].
pub const FORMS: &str = "forms.txt";
/// Bytes of tiles that are kept in memory, ready to be searched: what is searched without words takes some 90 a card, and 40 a session, so
/// that all of a million initiatives find room.
const PARTS: u64 = 320 << 20;
/// Bytes of initiatives that are kept by themselves, by the length of their JSON.
const ITEMS: u64 = 16 << 20;
/// Connections that are kept while nobody uses them.
const IDLE: usize = 16;

/// What a catalogue says of itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Head {
    /// [`FORMAT`].
    pub format: u32,
    /// Names the merged feed's contents.
    pub tag: String,
    /// The version of the feed's format.
    pub feed_version: String,
    /// The feed's name.
    pub name: String,
    /// The language of its texts.
    pub language: String,
    /// The time zone of its days.
    pub time_zone: String,
    /// Initiatives that are shown.
    pub shown: usize,
    /// Those that are not, because an earlier feed announces them, too, or because they are hidden.
    pub repeated: usize,
    /// Whether each feed could be read.
    pub is_complete: bool,
}

/// A catalogue that is whole.
pub struct Catalogue {
    folder: Arc<Folder>,
    pub(super) head: Head,
    /// When its feed was written (UTC seconds).
    written: i64,
    pub(super) feed: Arc<OpenFile>,
    /// The feed in its encodings, and the bytes of each.
    pub(super) bodies: Vec<(Encoding, Arc<OpenFile>, u64)>,
    pub(super) tiles: Index,
    pub(super) index_of_tiles: OnceLock<Representation>,
    /// Of a large one which of it have a word.
    pub(super) inverted: Option<Inverted>,
    /// Connections that nobody uses at the moment.
    index: Mutex<Vec<Connection>>,
    /// All that is shown, where that is little.
    pub(super) whole: OnceLock<Arc<Catalog>>,
    /// Their cards one by one.
    pub(super) shown: Arc<Shown>,
    /// By the tile's number, and whether its cards and the words of descriptions are in it.
    pub(super) parts: Kept<(usize, bool), Part>,
    pub(super) items: Kept<String, Initiative>,
    pub(super) soonest: Mutex<Option<Arc<Soonest>>>,
    pub(super) forms: OnceLock<Representation>,
    /// What is known of words, in the order of the languages.
    pub(super) lexica: [OnceLock<Arc<Lexicon>>; Language::ALL.len()],
}

/// The folder of a catalogue.
struct Folder {
    path: PathBuf,
    /// Whether it goes with its last reader.
    is_superseded: AtomicBool,
}

impl Catalogue {
    /// Opens what [`Draft`](super::Draft) has finished in that folder.
    ///
    /// # Errors
    /// The system's, and where it is none of this program's.
    pub fn open(folder: &Path) -> io::Result<Self> {
        Self::within(Arc::new(Folder { path: folder.to_owned(), is_superseded: AtomicBool::new(false) }))
    }

    /// The same with nothing in memory. Its folder goes with the last of them.
    ///
    /// # Errors
    /// The system's.
    pub fn reopened(&self) -> io::Result<Self> {
        Self::within(self.folder.clone())
    }

    fn within(folder: Arc<Folder>) -> io::Result<Self> {
        let path = &folder.path;
        let index = connect(path).map_err(io::Error::other)?;
        let json: String =
            index.query_row("SELECT json FROM head", [], |row| row.get(0)).map_err(io::Error::other)?;
        let head: Head = serde_json::from_str(&json)?;
        let tiles = (head.format == FORMAT).then(|| fs::read_to_string(path.join(TILES))).transpose()?;
        let Some(tiles) = tiles.as_deref().and_then(Index::parse) else {
            return Err(io::Error::other("it was written by another version of the program"));
        };
        let written = fs::metadata(path.join(FEED))?.modified()?.duration_since(UNIX_EPOCH);
        let bodies = bodies(path)?;
        let feed = bodies.last().map(|(_, file, _)| file.clone());
        let inverted = Inverted::open(path)?;
        let shown = Arc::new(Shown::open(path, head.shown + head.repeated)?);
        Ok(Self {
            folder,
            head,
            written: written.map_or(0, |written| written.as_secs() as i64),
            feed: feed.ok_or_else(|| io::Error::other("it has no feed"))?,
            bodies,
            tiles,
            index_of_tiles: OnceLock::new(),
            inverted,
            index: Mutex::new(vec![index]),
            whole: OnceLock::new(),
            shown,
            parts: keep(PARTS),
            items: keep(ITEMS),
            soonest: Mutex::default(),
            forms: OnceLock::new(),
            lexica: Default::default(),
        })
    }

    /// How many initiatives there are, shown or not.
    pub fn len(&self) -> usize {
        self.head.shown + self.head.repeated
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Names what is shown: another one is another feed.
    pub fn version(&self) -> &str {
        &self.head.tag
    }

    /// When it was written (UTC seconds): later than all that it took the place of, and the same after a restart.
    pub fn written(&self) -> i64 {
        self.written
    }

    /// Which tiles there are, and the name of their version: another one has other tiles.
    pub fn tiles(&self) -> &Index {
        &self.tiles
    }

    /// Whether each feed could be read.
    pub fn is_complete(&self) -> bool {
        self.head.is_complete
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder.path
    }

    /// The name of its feed; none where that says none.
    pub fn name(&self) -> &str {
        &self.head.name
    }

    /// Where its feed is, as it is sent.
    pub fn feed_path(&self) -> PathBuf {
        self.folder().join(FEED)
    }

    /// Another one has taken its place: its folder goes when its last reader does.
    pub fn supersede(&self) {
        self.folder.is_superseded.store(true, Ordering::Relaxed);
    }

    /// Asks the index something, by a connection that nobody else uses.
    pub(super) fn with_index<T>(
        &self,
        ask: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> io::Result<T> {
        let idle = || self.index.lock().unwrap_or_else(PoisonError::into_inner);
        let free = idle().pop();
        let index = match free {
            Some(index) => index,
            None => connect(self.folder()).map_err(io::Error::other)?,
        };
        let answer = ask(&index).map_err(io::Error::other);
        let mut idle = idle();
        if idle.len() < IDLE {
            idle.push(index);
        }
        answer
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !*self.is_superseded.get_mut() {
            return;
        }
        let path = std::mem::take(&mut self.path);
        // Gigabytes take a while: not for the thread that happens to be the last reader's.
        std::thread::spawn(move || {
            if let Err(why) = fs::remove_dir_all(&path) {
                error!(folder = %path.display(), %why, "an earlier catalogue cannot be removed");
            }
        });
    }
}

/// The feed in the encodings that there are of it, as it is last.
fn bodies(folder: &Path) -> io::Result<Vec<(Encoding, Arc<OpenFile>, u64)>> {
    let mut bodies = Vec::new();
    for encoding in Encoding::ALL {
        let path = folder.join(format!("{FEED}{}", encoding.suffix()));
        match File::open(&path) {
            Ok(file) => {
                let length = file.metadata()?.len();
                bodies.push((encoding, Arc::new(OpenFile::new(&path, file)), length));
            }
            Err(why) if why.kind() == io::ErrorKind::NotFound && encoding != Encoding::Identity => {}
            Err(why) => return Err(why),
        }
    }
    Ok(bodies)
}

/// A connection that writes nothing, to a file that nobody writes to.
fn connect(folder: &Path) -> rusqlite::Result<Connection> {
    Connection::open_with_flags(
        folder.join(INDEX),
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )
}

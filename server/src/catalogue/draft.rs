//! A catalogue that is being written. It is one once it is whole: until then there is a folder that nobody reads.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use alentour_model::tiles::WHOLE;
use alentour_model::{Feed, Initiative, Place};
use alentour_texts::Language;

use super::cards::Cards;
use super::compressed::compress;
use super::cut::Tiles;
use super::index::{self, Alike, Inverting, Row, Written};
use super::inverted::{INVERTED, NUMBERS};
use super::inverting::{self, Numbers};
use super::leaf::Placed;
use super::opened::{Catalogue, FEED, FORMS, Head, INDEX, TILES};
use super::{FORMAT, text};
use crate::http::stretch::OpenFile;
use crate::words::{self, forms::Forms};

/// The initiatives as they were added, before it is known what other feeds say of them.
const SCRATCH: &str = "scratch";

/// Who sees an initiative.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sight {
    /// All who look for it.
    Shown,
    /// Who has its link: it repeats what is shown.
    Repeats,
    /// Who takes part in it.
    Hidden,
}

/// A catalogue that is being written. Dropped before it is finished, it leaves nothing.
pub struct Draft {
    folder: PathBuf,
    scratch: BufWriter<File>,
    length: u64,
    rows: Vec<Row>,
    places: Vec<Placed>,
    /// Those that are tied to no place, or do not say where they are.
    apart: Vec<u32>,
    /// Pages on which later feeds announce the initiative of a row.
    same_as: HashMap<u32, Vec<String>>,
    /// What is like what is hidden at that position, and is not hidden.
    alike: Vec<Alike>,
    cards: Cards,
    /// The words of what is shown.
    words: Forms,
    /// The beginning of the day on which it is written, in UTC seconds; and when each initiative begins that is shown and not over then.
    day: i64,
    current: Vec<Option<i64>>,
    is_finished: bool,
}

impl Draft {
    /// Begins in that folder, which is made.
    ///
    /// # Errors
    /// The system's.
    pub fn begin(folder: PathBuf) -> io::Result<Self> {
        fs::create_dir_all(&folder)?;
        let scratch = BufWriter::with_capacity(1 << 20, File::create(folder.join(SCRATCH))?);
        let cards = Cards::begin(&folder)?;
        Ok(Self {
            folder,
            scratch,
            length: 0,
            rows: Vec::new(),
            places: Vec::new(),
            apart: Vec::new(),
            same_as: HashMap::new(),
            alike: Vec::new(),
            cards,
            words: Forms::default(),
            day: inverting::beginning_of_day(jiff::Timestamp::now().as_second()),
            current: Vec::new(),
            is_finished: false,
        })
    }

    /// The position of what is added next.
    ///
    /// # Errors
    /// Where there are more than can be counted.
    pub fn position(&self) -> io::Result<u32> {
        u32::try_from(self.rows.len()).map_err(io::Error::other)
    }

    /// The identifier of what is at a position.
    pub fn id(&self, position: u32) -> Option<&str> {
        self.rows.get(position as usize).map(|row| &*row.id)
    }

    /// Adds an initiative that is shown. One that is called off has a page, and stands in no list: a card does not say what is called off,
    /// and would be taken for that of something without dates.
    ///
    /// # Errors
    /// The system's.
    pub fn add(&mut self, initiative: &Initiative) -> io::Result<()> {
        let row = self.write(initiative, Sight::Shown)?;
        if initiative.is_called_off() {
            return Ok(());
        }
        let places = if initiative.reach.is_everywhere() { &[] } else { &initiative.places[..] };
        let points = places.iter().filter_map(|place| place.point);
        let before = self.places.len();
        self.places.extend(points.map(|point| Placed::new(row, point)));
        // Nor does a session say where it is at a place without a point.
        let is_pointless = |place: &Place| place.point.is_none();
        let mut held = initiative.sessions.iter().filter_map(|session| initiative.places.get(session.place?));
        if self.places.len() == before || held.any(is_pointless) {
            self.apart.push(row);
        }
        self.words.add(initiative);
        self.cards.add(row, initiative)
    }

    /// Adds an initiative that is not shown, because it repeats the one at that position: sign-ups to it are taken all the same.
    ///
    /// # Errors
    /// The system's.
    pub fn repeat(&mut self, first: u32, initiative: &Initiative) -> io::Result<()> {
        self.write(initiative, Sight::Repeats)?;
        if let Some(url) = &initiative.url {
            let pages = self.same_as.entry(first).or_default();
            if !pages.iter().any(|page| page == url.as_str()) {
                pages.push(url.as_str().to_owned());
            }
        }
        Ok(())
    }

    /// Adds an initiative that is hidden: it is there for those who take part in it. `first`: that is shown, and says the same.
    ///
    /// # Errors
    /// The system's.
    pub fn hide(&mut self, initiative: &Initiative, first: Option<u32>) -> io::Result<()> {
        let row = self.write(initiative, Sight::Hidden)?;
        self.alike.extend(first.and_then(|first| Some((row, self.id(first)?.into()))));
        Ok(())
    }

    /// Says that an initiative is not hidden and says the same as the hidden one at that position.
    pub fn note_alike(&mut self, hidden: u32, id: &str) {
        self.alike.push((hidden, id.into()));
    }

    fn write(&mut self, initiative: &Initiative, sight: Sight) -> io::Result<u32> {
        let (is_shown, is_hidden) = (sight == Sight::Shown, sight == Sight::Hidden);
        let json = serde_json::to_vec(initiative)?;
        let row = self.position()?;
        let length = u32::try_from(json.len()).map_err(io::Error::other)?;
        self.scratch.write_all(&json)?;
        let begins = initiative.sessions.iter().map(|session| session.start.moment.instant).min();
        let (id, over) = (initiative.id.as_str().into(), initiative.over());
        let organiser = index::organiser(initiative);
        self.rows.push(Row { id, start: self.length, length, is_shown, is_hidden, begins, over, organiser });
        let current = is_shown.then(|| inverting::begins(initiative, self.day)).flatten();
        self.current.push(current);
        self.length += u64::from(length);
        Ok(row)
    }

    /// Writes the rest, and opens it. `feed` is what the merged feed says of itself; `is_complete`: whether each feed could be read.
    ///
    /// # Errors
    /// The system's; nothing is left of it then.
    pub fn finish(mut self, feed: &Feed, is_complete: bool) -> io::Result<Catalogue> {
        self.scratch.flush()?;
        self.write_feed(feed)?;
        let tiles = Tiles::cut(&self.rows, std::mem::take(&mut self.places), &self.apart);
        let shown = self.rows.iter().filter(|row| row.is_shown).count();
        let head = Head {
            format: FORMAT,
            tag: compress(&self.folder)?,
            feed_version: feed.version.clone(),
            name: feed.name.clone(),
            language: feed.language.clone(),
            time_zone: feed.time_zone.clone(),
            shown,
            repeated: self.rows.len() - shown,
            is_complete,
        };
        let cards = self.cards.picked(self.rows.len())?;
        let path = self.folder.join(SCRATCH);
        let scratch = OpenFile::new(&path, File::open(&path)?);
        let index = self.folder.join(INDEX);
        let language = Language::parse(&feed.language).unwrap_or(Language::DEFAULT);
        let forms = std::mem::take(&mut self.words).of(language);
        fs::write(self.folder.join(FORMS), &forms)?;
        // What a visitor's browser reads as a whole is searched as a whole.
        let inverting = (shown > WHOLE).then(|| {
            let lexicon = words::lexicon(language, &forms);
            Inverting { numbers: Numbers::new(&self.current, self.day), forms, lexicon }
        });
        let items = (self.rows.as_slice(), self.alike.as_slice(), &scratch);
        let Written { version, inverted } =
            index::write(&index, &head, items, (&tiles.rows, &cards), inverting.as_ref())?;
        fs::write(self.folder.join(TILES), tiles.index(&version, shown))?;
        if let (Some(inverting), Some(text)) = (inverting, inverted) {
            fs::write(self.folder.join(INVERTED), text)?;
            let numbers = inverting.numbers.positions.iter().flat_map(|row| row.to_le_bytes());
            fs::write(self.folder.join(NUMBERS), numbers.collect::<Vec<u8>>())?;
        }
        drop((cards, scratch));
        fs::remove_file(path)?;
        for file in fs::read_dir(&self.folder)? {
            // For some systems only what may be written to can be synced.
            OpenOptions::new().append(true).open(file?.path())?.sync_all()?;
        }
        sync_folder(&self.folder)?;
        let catalogue = Catalogue::open(&self.folder)?;
        self.is_finished = true;
        Ok(catalogue)
    }

    /// Writes the merged feed from the scratch file, and notes where each initiative is in it.
    fn write_feed(&mut self, feed: &Feed) -> io::Result<()> {
        let mut scratch = BufReader::with_capacity(1 << 20, File::open(self.folder.join(SCRATCH))?);
        let file = BufWriter::with_capacity(1 << 20, File::create(self.folder.join(FEED))?);
        let mut feed = text::Writer::begin(feed, file)?;
        let mut json = Vec::new();
        for (position, row) in (0..).zip(&mut self.rows) {
            json.resize(row.length as usize, 0);
            scratch.read_exact(&mut json)?;
            // What is not shown stays where it is, until the index has it.
            if row.is_shown {
                let same_as = self.same_as.get(&position).map(Vec::as_slice).unwrap_or_default();
                (row.start, row.length) = feed.add(&json, same_as)?;
            }
        }
        feed.end().map(drop)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.is_finished {
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

/// Makes the names in a folder last.
#[cfg(unix)]
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Elsewhere folders cannot be opened, and need not be.
#[cfg(not(unix))]
pub fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use alentour_model::Query;
    use alentour_model::read::read_value;
    use alentour_model_testing::TestZones;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_draft_that_is_given_up_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let mut draft = Draft::begin(folder.path().join("one")).unwrap();
        draft.add(&Initiative::new("a", "A")).unwrap();
        drop(draft);
        assert!(!folder.path().join("one").exists());
    }

    #[test]
    fn what_is_called_off_is_there_by_its_name_and_in_no_tile() {
        let written = |status: &str| {
            let session = json!({ "startDate": "2099-05-02T14:00:00+02:00", "status": status });
            let feed = json!({ "initiatives": [{ "id": "velo", "name": "Atelier", "sessions": [session] }] });
            let folder = tempfile::tempdir().unwrap();
            let mut draft = Draft::begin(folder.path().join("one")).unwrap();
            let initiatives = read_value(&feed, &TestZones).unwrap().0.initiatives;
            initiatives.iter().for_each(|initiative| draft.add(initiative).unwrap());
            let catalogue = draft.finish(&Feed::default(), true).unwrap();
            assert!(catalogue.initiative("velo").unwrap().is_some());
            let found = catalogue.for_query(&Query::default(), Language::French, 0).unwrap();
            (catalogue.cards_of(0).unwrap().is_some(), found.len())
        };
        assert_eq!((written("scheduled"), written("cancelled")), ((true, 1), (false, 0)));
    }

    #[test]
    fn what_is_no_catalogue_is_not_opened() {
        let folder = tempfile::tempdir().unwrap();
        let mut draft = Draft::begin(folder.path().join("one")).unwrap();
        draft.add(&Initiative::new("a", "A")).unwrap();
        let catalogue = draft.finish(&Feed::default(), true).unwrap();
        let path = catalogue.folder().to_owned();
        std::fs::write(path.join(INDEX), "no database").unwrap();
        assert!(Catalogue::open(&path).is_err());
        assert!(Catalogue::open(folder.path()).is_err());
    }
}

//! The catalogue of several feeds, written from their last good versions.

use std::collections::BTreeSet;
use std::io;
use std::path::PathBuf;
use std::sync::mpsc::{SyncSender, sync_channel};

use alentour_model::{Feed, Initiative};
use tracing::{info, warn};

use super::deduplication::Links;
use super::locate;
use super::merge::{Merger, Place};
use super::snapshot::Snapshot;
use super::streamed::LOGGED;
use crate::catalogue::{Catalogue, Draft};

/// Stretches of initiatives that were read and wait to be merged.
const AHEAD: usize = 4;

/// Why a catalogue could not be written.
#[derive(Debug)]
pub enum Unwritten {
    /// The version at that position of the list could not be read.
    Version(usize, io::Error),
    /// The system's.
    Disk(io::Error),
}

impl From<io::Error> for Unwritten {
    fn from(why: io::Error) -> Self {
        Self::Disk(why)
    }
}

/// What a catalogue is made of.
#[derive(Clone, Copy, Debug)]
pub struct Parts<'a> {
    /// The last good version of each feed; one without could not be read yet.
    pub feeds: &'a [Option<&'a Snapshot>],
    /// What is made here, if there is any. It comes first: another server's feed may have it from us, and must not take its identifiers.
    pub own: Option<&'a Snapshot>,
    /// Whether it is known what is made here.
    pub is_own_known: bool,
    /// The initiatives of feeds that are not shown.
    pub hidden: &'a BTreeSet<String>,
}

/// Nothing is hidden.
static NOTHING: BTreeSet<String> = BTreeSet::new();

impl<'a> Parts<'a> {
    /// Feeds, and nothing that is made here.
    pub fn of_feeds(feeds: &'a [Option<&'a Snapshot>]) -> Self {
        Self { feeds, own: None, is_own_known: true, hidden: &NOTHING }
    }

    /// Those that are there, in the order in which they are merged, each with its position: what is made here comes after the feeds.
    fn good(&self) -> Vec<(usize, &'a Snapshot)> {
        let feeds = self.feeds.iter().enumerate().filter_map(|(at, good)| Some((at, (*good)?)));
        self.own.map(|own| (self.feeds.len(), own)).into_iter().chain(feeds).collect()
    }

    /// What the merged feed says of itself is what the first of the feeds says.
    fn merger(&self) -> Result<Merger, Unwritten> {
        let first = self.feeds.iter().enumerate().find_map(|(at, good)| Some((at, (*good)?)));
        Ok(match first {
            Some((at, first)) if self.own.is_some() => {
                Merger::headed(first.lines().map_err(|why| Unwritten::Version(at, why))?.feed)
            }
            _ => Merger::default(),
        })
    }
}

/// What comes of reading: a feed begins, or goes on.
enum Part {
    Feed(Feed, Links),
    Initiatives(Vec<Initiative>),
}

/// Writes the catalogue of those versions into that folder, which is made. `shown` may change what is shown.
///
/// # Errors
/// Where a version cannot be read, and the system's; nothing is left of it then.
pub fn write(
    parts: Parts<'_>,
    folder: PathBuf,
    shown: impl FnMut(&mut Initiative),
) -> Result<Catalogue, Unwritten> {
    // A part of a feed is no reason to say that what is beyond it is nowhere.
    let is_whole = |good: &Option<&Snapshot>| good.is_some_and(|good| !good.tail.is_part());
    let is_complete = parts.is_own_known && parts.feeds.iter().all(is_whole);
    let (good, mut merger, hidden) = (parts.good(), parts.merger()?, parts.hidden);
    let mut draft = Draft::begin(folder)?;
    // Parsing takes as long as all the rest: beside it.
    std::thread::scope(|threads| {
        let (parts, merging) = sync_channel(AHEAD);
        let (none, feeds) = (merger.links(), good.len());
        let reading = threads.spawn(move || read(&good, &none, &parts));
        merge(&merging, (feeds, hidden), (&mut merger, &mut draft), shown)?;
        reading.join().unwrap_or_else(|_| Err(io::Error::other("reading panicked").into()))
    })?;
    Ok(draft.finish(merger.feed(), is_complete)?)
}

/// Reads all versions, one after the other, as long as somebody takes what is read.
fn read(good: &[(usize, &Snapshot)], none: &Links, parts: &SyncSender<Part>) -> Result<(), Unwritten> {
    for (nth, (position, snapshot)) in good.iter().enumerate() {
        read_one(snapshot, nth == 0, none, parts).map_err(|why| Unwritten::Version(*position, why))?;
    }
    Ok(())
}

/// Reads one of them.
fn read_one(snapshot: &Snapshot, is_first: bool, none: &Links, parts: &SyncSender<Part>) -> io::Result<()> {
    let mut lines = snapshot.lines()?;
    let mut links = none.clone();
    // A link that several initiatives of a feed have tells nothing, which is known at its end.
    if !is_first {
        let mut before = snapshot.lines()?;
        while let Some(some) = before.next()? {
            some.iter().for_each(|initiative| links.count(initiative));
        }
    }
    let language = lines.feed.language.clone();
    if parts.send(Part::Feed(lines.feed.clone(), links)).is_err() {
        return Ok(());
    }
    while let Some(mut some) = lines.next()? {
        locate::locate(&mut some, &language, |_| {});
        if parts.send(Part::Initiatives(some)).is_err() {
            return Ok(());
        }
    }
    Ok(())
}

/// Adds what was read to the catalogue.
fn merge(
    parts: impl IntoIterator<Item = Part>,
    (feeds, hidden): (usize, &BTreeSet<String>),
    (merger, draft): (&mut Merger, &mut Draft),
    mut shown: impl FnMut(&mut Initiative),
) -> io::Result<()> {
    let (mut begun, mut clashes, mut repeated) = (0, 0, 0);
    for part in parts {
        let initiatives = match part {
            Part::Feed(feed, links) => {
                begun += 1;
                merger.begin(feed, links, begun == feeds);
                continue;
            }
            Part::Initiatives(initiatives) => initiatives,
        };
        for mut initiative in initiatives {
            let is_hidden = hidden.contains(&initiative.id);
            let place = merger.place(&mut initiative, draft.position()?, is_hidden);
            if let Place::Like(hidden) = place {
                draft.note_alike(hidden, &initiative.id);
            }
            match place {
                Place::Hidden(first) => draft.hide(&initiative, first)?,
                Place::Shown | Place::Like(_) => {
                    shown(&mut initiative);
                    draft.add(&initiative)?;
                }
                Place::Repeats(first) => {
                    repeated += 1;
                    if repeated <= LOGGED {
                        let url = initiative.url.as_ref().map(|url| url.as_str());
                        info!(
                            id = initiative.id,
                            first = draft.id(first),
                            url,
                            "shown once: an earlier feed announces it, too"
                        );
                    }
                    // Sign-ups to it are taken, too: a page may be open, or a link kept.
                    draft.repeat(first, &initiative)?;
                }
                Place::Clash => {
                    clashes += 1;
                    if clashes <= LOGGED {
                        warn!(
                            id = initiative.id,
                            "left out: an earlier feed has an initiative of the same identifier"
                        );
                    }
                }
            }
        }
    }
    Ok(())
}

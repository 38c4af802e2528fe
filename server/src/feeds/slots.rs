//! The sources that are read, each with what is known of it, and what an earlier process has left of them.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

use serde::{Deserialize, Serialize};
use tokio::sync::Notify;
use tracing::warn;

use super::own;
use super::sandboxed::FeedReader;
use super::snapshot::Snapshot;
use super::source::Source;
use super::watched::{Seen, Trouble};
use crate::catalogue::{self, Catalogue, Home};

/// The sources.
pub struct Slots {
    /// The feeds of the command line in the operator's order, what is made here, and what was added in pages. A position is one source's as long
    /// as the process runs.
    pub all: Vec<Slot>,
    /// Counts the changes, and how many of them are in the catalogue.
    pub changes: u64,
    pub written: u64,
    /// When the catalogue could not be written.
    pub failed: Option<Instant>,
    /// The versions that the next process finds: those of the catalogue that was noted last.
    pub noted: Vec<Arc<Snapshot>>,
}

/// Whose a source is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The command line's.
    Given,
    /// What is made here.
    Own,
    /// Added in a page, by its id.
    Added(String),
    /// It was removed: nothing is at that position.
    Gone,
}

/// A source, and its last good version.
#[derive(Clone)]
pub struct Slot {
    /// Whose it is.
    pub origin: Origin,
    /// Where it is; `None` of what is made here.
    pub source: Option<Source>,
    /// Names the source, and how it is read.
    pub key: String,
    pub good: Option<Arc<Snapshot>>,
    pub seen: Seen,
    /// Of what is made here: the initiatives of feeds that are not shown.
    pub hidden: Arc<BTreeSet<String>>,
    /// Whether its last good version could not be read any more.
    pub is_lost: bool,
    /// When it was read last, UTC seconds, whatever came of it.
    pub asked_at: Option<i64>,
    /// When it said something else than before.
    pub changed_at: Option<i64>,
    /// Why nothing came of it.
    pub trouble: Option<Trouble>,
    /// Wakes the task that reads it.
    pub wake: Arc<Notify>,
}

impl Slot {
    /// A feed that was not read yet.
    pub fn new(origin: Origin, source: &Source, reader: &FeedReader) -> Self {
        Self { source: Some(source.clone()), ..Self::empty(origin, key(source, reader)) }
    }

    /// What is made here, which was not read yet.
    pub fn own() -> Self {
        Self::empty(Origin::Own, own::KEY.to_owned())
    }

    /// What stays of one that was removed.
    pub fn gone() -> Self {
        Self::empty(Origin::Gone, String::new())
    }

    fn empty(origin: Origin, key: String) -> Self {
        Self {
            origin,
            source: None,
            key,
            good: None,
            seen: Seen::default(),
            hidden: Arc::default(),
            is_lost: false,
            asked_at: None,
            changed_at: None,
            trouble: None,
            wake: Arc::default(),
        }
    }

    /// As the next process finds it.
    pub fn kept(&self) -> Kept {
        Kept {
            key: self.key.clone(),
            seen: self.seen.clone(),
            snapshot: self.good.as_ref().map(|good| good.name.clone()),
            hidden: self.hidden.clone(),
        }
    }
}

/// A source as the next process finds it.
#[derive(Serialize, Deserialize)]
pub struct Kept {
    key: String,
    seen: Seen,
    /// The name of the last good version's file.
    snapshot: Option<String>,
    /// What the catalogue was written without: known here also where the database does not answer.
    #[serde(default, skip_serializing_if = "is_nothing")]
    hidden: Arc<BTreeSet<String>>,
}

fn is_nothing(hidden: &Arc<BTreeSet<String>>) -> bool {
    hidden.is_empty()
}

/// Gives these sources what an earlier process has left of them: the last good version of each, and its catalogue, if it is of them and no others.
pub fn restore(home: &Home, slots: &mut [Slot]) -> Option<Catalogue> {
    let state = home.state::<Vec<Kept>>();
    let is_own = state.as_ref().is_some_and(|(_, is_own)| *is_own);
    let state = state.map(|(state, _)| state);
    let is_of_them = |state: &&catalogue::State<Vec<Kept>>| {
        state.feeds.iter().map(|feed| &feed.key).eq(slots.iter().map(|slot| &slot.key))
    };
    let current = state.as_ref().filter(|_| is_own).filter(is_of_them);
    let current = current.and_then(|state| Catalogue::open(&home.path(&state.catalogue)).ok());
    for slot in slots.iter_mut() {
        let known = state.iter().flat_map(|state| &state.feeds).find(|kept| kept.key == slot.key);
        let good = known.and_then(|known| {
            let name = known.snapshot.clone()?;
            Snapshot::open(name.clone(), home.path(&name)).ok()
        });
        // Another program may read them otherwise: until it has, what the last one has read is good.
        let seen = known.filter(|_| good.is_some() && is_own).map(|known| known.seen.clone());
        slot.seen = seen.unwrap_or_default();
        slot.hidden = known.map(|known| known.hidden.clone()).unwrap_or_default();
        if let Seen::Fetched { at, .. } = slot.seen {
            slot.asked_at = Some(at);
        }
        slot.changed_at = good.as_ref().and_then(Snapshot::read_at);
        slot.good = good.map(Arc::new);
    }
    let names = slots.iter().filter_map(|slot| Some(slot.good.as_ref()?.name.as_str()));
    let folder = state.as_ref().filter(|_| current.is_some()).map(|state| state.catalogue.as_str());
    if let Err(why) = home.tidy(&names.chain(folder).collect::<Vec<_>>()) {
        warn!(%why, "what an earlier catalogue has left cannot be removed");
    }
    current
}

/// Names a source and how it is read, and tells neither: its address may have a key in it.
fn key(source: &Source, reader: &FeedReader) -> String {
    let columns: Vec<_> = reader
        .columns
        .iter()
        .map(|(header, column)| (header, column.map(|column| column.as_str())))
        .collect();
    // A path means another file elsewhere.
    let place = match source {
        Source::File(path) => std::path::absolute(path).ok(),
        Source::Demo | Source::Url(_) => None,
    };
    let how = format!("{source:?} {place:?} {columns:?} {}", reader.allow_private);
    crate::http::representation::tag(how.as_bytes())
}

//! Feeds that are added in pages: sources like those of the command line, which come and go while the server runs.

use std::sync::Arc;

use alentour_formats::Column;
use tracing::{error, info};

use super::Feeds;
use super::sandboxed::FeedReader;
use super::slots::{Origin, Slot};
use super::source::Source;
use super::watched::{Seen, Watched};
use crate::store::{FeedPlace, Store};

/// Where an added feed is, and how it is read: as those of the command line are, but that its columns are its own.
pub fn read_as(place: &FeedPlace, reader: &FeedReader) -> (Source, FeedReader) {
    let mut reader = reader.clone();
    for (header, column) in &place.columns {
        reader.columns.set(header.as_str(), Column::parse(column));
    }
    (Source::Url(place.address.clone()), reader)
}

impl Feeds {
    /// Begins to read what was added since, and ends with what was removed. Where the database does not answer it is as it was.
    pub(super) async fn follow_added(self: &Arc<Self>, store: &dyn Store) {
        let all = match store.added_feeds().await {
            Ok(all) => all,
            Err(why) => return error!(%why, "it is not known which feeds are added; those that were stay"),
        };
        let mut begun = Vec::new();
        {
            let mut slots = self.slots();
            for at in 0..slots.all.len() {
                let is_gone = slots.all.get(at).is_some_and(|slot| match &slot.origin {
                    Origin::Added(id) => all.iter().all(|one| one.id != *id),
                    _ => false,
                });
                if is_gone && let Some(slot) = slots.all.get_mut(at) {
                    info!(feed = at + 1, "a feed was removed");
                    *slot = Slot::gone();
                    slots.changes += 1;
                }
            }
            for one in all {
                let origin = Origin::Added(one.id);
                if slots.all.iter().all(|slot| slot.origin != origin) {
                    let (source, reader) = read_as(&one.place, &self.reader);
                    let slot = Slot::new(origin, &source, &reader);
                    slot.wake.notify_one();
                    slots.all.push(slot);
                    begun.push((slots.all.len() - 1, source, reader));
                }
            }
        }
        for (position, source, reader) in begun {
            self.keep_fresh(position, Watched::new(source, reader, self.refetch, Seen::Nothing));
        }
    }
}

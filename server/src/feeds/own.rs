//! What is published here, as one more source; and what of the feeds is not shown here.

use std::collections::BTreeSet;
use std::sync::Arc;

use alentour_formats::{Columns, Reading};
use alentour_model::Feed;
use tracing::warn;

use super::snapshot::Snapshot;
use super::watched::Seen;
use super::wire::Tail;
use crate::catalogue::{self, Home};
use crate::http::representation::tag;
use crate::store::{OwnContent, Store};

/// Names it among the sources that the next process finds.
pub const KEY: &str = "own";

/// What is published here, and what of it was last seen.
pub struct Own {
    store: Arc<dyn Store>,
    /// What was seen.
    pub seen: Seen,
    /// The initiatives of feeds that are not shown, as they were last read.
    pub hidden: Arc<BTreeSet<String>>,
}

/// What is there.
pub enum OwnReading {
    /// The same as before.
    Unchanged,
    /// Nothing is published.
    Nothing,
    /// These are.
    Published(Arc<Snapshot>),
}

impl Own {
    /// What is published in that database, where an earlier process has seen that. Identifiers are random: of another database it is no other
    /// one's.
    pub fn new(store: Arc<dyn Store>, seen: Option<Seen>) -> Self {
        Self { store, seen: seen.unwrap_or_default(), hidden: Arc::default() }
    }

    /// The database.
    pub fn store(&self) -> &dyn Store {
        &*self.store
    }

    /// Forgets what was seen: what was read of it is lost.
    pub fn forget(&mut self) {
        self.seen = Seen::Nothing;
    }

    /// Reads what is published and what is hidden, if that is something else than before.
    ///
    /// # Errors
    /// In words: why the database does not say it, or it cannot be kept.
    pub async fn reread(&mut self, home: &Home) -> Result<OwnReading, String> {
        let versions = self.store.published_versions().await.map_err(|why| why.to_string())?;
        let hidden = self.store.hidden().await.map_err(|why| why.to_string())?;
        let hidden: BTreeSet<_> = hidden.into_iter().map(|one| one.initiative).collect();
        if self.seen == seen(versions.iter().map(|(id, version)| (id.as_str(), *version)), &hidden) {
            return Ok(OwnReading::Unchanged);
        }
        let all = self.store.published().await.map_err(|why| why.to_string())?;
        // Something may have been published since the versions were asked for.
        let seen = seen(all.iter().map(|(content, version)| (content.id.as_str(), *version)), &hidden);
        let reading = reading(&all);
        let is_empty = reading.feed.initiatives.is_empty();
        let tail = Tail { lost: reading.left_out(), ..Tail::default() };
        let published = match is_empty {
            true => OwnReading::Nothing,
            false => {
                let kept = Snapshot::write(home, &reading, tail);
                OwnReading::Published(Arc::new(kept.map_err(|why| format!("it cannot be kept: {why}"))?))
            }
        };
        (self.seen, self.hidden) = (seen, Arc::new(hidden));
        Ok(published)
    }
}

/// Names what is published and what is hidden.
fn seen<'a>(all: impl Iterator<Item = (&'a str, i64)>, hidden: &BTreeSet<String>) -> Seen {
    let published = all.map(|(id, version)| format!("{id}@{version}\n"));
    let text: String = published.chain(hidden.iter().map(|id| format!("-{id}\n"))).collect();
    Seen::Published(tag(text.as_bytes()))
}

/// All of it as a feed. One row that this version of the program cannot read costs no other.
fn reading(all: &[(OwnContent, i64)]) -> Reading {
    let mut initiatives = Vec::with_capacity(all.len());
    for (content, _) in all {
        match catalogue::read([content.json.as_bytes()], "") {
            Ok(mut one) => initiatives.append(&mut one),
            Err(why) => warn!(id = content.id, %why, "what is made here cannot be read, and is left out"),
        }
    }
    let first = all.first().map(|(content, _)| content.language.as_str()).unwrap_or_default();
    // Said of all texts, so it must be true of all.
    let is_common = all.iter().all(|(content, _)| content.language == first);
    let language = if is_common { first } else { "" };
    let feed =
        Feed { version: Feed::VERSION.into(), language: language.to_owned(), initiatives, ..Feed::default() };
    Reading {
        format: "alentour",
        feed,
        findings: Vec::new(),
        items: all.len(),
        next: None,
        columns: Columns::default(),
        newest_first: false,
        spent: None,
    }
}
